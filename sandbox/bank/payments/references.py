"""References: by which number the creditor knows the payment, and whether it keeps the rule of its kind."""

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
_NATIONAL = {Scheme.DOMESTIC, Scheme.DOMESTIC_INSTANT, Scheme.GIRO}


def check(bank: Bank, scheme: Scheme, one: Instruction) -> None:
    """Refuse a reference that its kind's check digit spoils. Raises ReferenceInvalid.

    Source: Bits PSD2 appendix (KID: MOD10 or MOD11); Bankgirot OCR; ISO 11649 (RF).
    """
    if one.reference is None:
        return
    kind, is_right = _RULES.get(bank.profile.country, ("RF", references.is_rf))
    if scheme in _NATIONAL and not is_right(one.reference):
        raise ReferenceInvalid(f"The {kind} is not valid.", detail=one.reference)
    if one.reference.upper().startswith("RF") and not references.is_rf(one.reference):
        raise ReferenceInvalid("The RF creditor reference is not valid.", detail=one.reference)
