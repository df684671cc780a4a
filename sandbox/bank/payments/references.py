"""References: by which number the creditor knows the payment, and whether it keeps the rule of its kind."""

from sandbox.bank import clearing
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.payments.terms import Instruction, ReferenceInvalid
from sandbox.bank.profile import Scheme
from sandbox.kernel import references

#: What a national scheme takes for a structured reference, by the bank's country.
_RULES = {
    "NO": ("KID", references.is_kid),
    "SE": ("OCR", references.is_ocr),
    "DK": ("FIK", references.is_fik),
    "FI": ("VIITE", references.is_viite),
}
_DOMESTIC = frozenset({Scheme.DOMESTIC, Scheme.DOMESTIC_INSTANT, Scheme.HIGH_VALUE, Scheme.GIRO})
#: Finland has no clearing of its own: its viitenumero travels by SEPA.
_AT_HOME = {"FI": frozenset({Scheme.SEPA, Scheme.SEPA_INSTANT})}


def check(bank: Bank, scheme: Scheme, one: Instruction) -> None:
    """Refuse a reference that its kind's check digit spoils. Raises ReferenceInvalid.

    Source: Bits PSD2 appendix (KID: MOD10 or MOD11); Bankgirot OCR; ISO 11649 (RF).
    """
    if one.reference is None:
        return
    kind = kind_of(bank, scheme, one.reference)
    is_right = references.is_rf if kind == "RF" else _RULES.get(bank.profile.country, ("", None))[1]
    if kind is not None and is_right is not None and not is_right(one.reference):
        raise ReferenceInvalid(f"The {kind} is not valid.", detail=one.reference)
    if kind == "KID":
        _check_agreement(bank, one.creditor, one.reference)


def _check_agreement(bank: Bank, creditor: AccountRef, kid: str) -> None:
    """A company here has agreed on one of the two rules: MOD10 where its account number is even, else MOD11.

    Nobody knows what creditors outside have agreed on; a private person has agreed on nothing. Both rules
    will do there. Source: Bits, KID: the check digit's modulus is part of the creditor's agreement.
    """
    there = clearing.home(bank, creditor)
    if there is None or there.account is None or there.account.usage != "ORGA":
        return
    even = (there.account.bban or "0")[-1] in "02468"
    rule, keeps = ("MOD10", references.is_kid_mod10) if even else ("MOD11", references.is_kid_mod11)
    if not keeps(kid):
        raise ReferenceInvalid(f"The creditor has agreed on KIDs by {rule}, and this is none.", detail=kid)


def kind_of(bank: Bank, scheme: Scheme, reference: str | None) -> str | None:
    """Of which kind a structured reference is by that scheme; None where any text will do."""
    if reference is None:
        return None
    country = bank.profile.country
    if scheme in _DOMESTIC and country in _RULES:
        return _RULES[country][0]
    if reference.upper().startswith("RF"):
        return "RF"
    return _RULES[country][0] if scheme in _AT_HOME.get(country, ()) else None
