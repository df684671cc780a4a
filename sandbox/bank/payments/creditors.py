"""Creditors: how each scheme needs the account named that is credited."""

from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.payments.terms import CreditorInvalid, Instruction
from sandbox.bank.profile import Scheme
from sandbox.kernel import iban
from sandbox.kernel.references import luhn_digit

_GIRO_DIGITS = range(2, 9)


def check(bank: Bank, scheme: Scheme, one: Instruction) -> None:
    """Refuse an account that the scheme cannot pay to. Raises CreditorInvalid.

    Source: NextGenPSD2 IG 1.3.8, 11.1 (creditorAccount per product); Bits PSD2 appendix (kontonummer);
    Bankgirot and Plusgirot: a number of two to eight digits with MOD10.
    """
    match scheme:
        case Scheme.SEPA | Scheme.SEPA_INSTANT | Scheme.TARGET2:
            if not one.creditor.iban:
                raise CreditorInvalid("This payment product pays to an IBAN.")
        case Scheme.DOMESTIC | Scheme.DOMESTIC_INSTANT | Scheme.HIGH_VALUE:
            if not _is_at_home(bank.profile.country, one.creditor):
                raise CreditorInvalid("This payment product pays to accounts in this country.")
        case Scheme.GIRO:
            if not _is_giro(one.creditor):
                raise CreditorInvalid("This payment product pays to a Bankgiro or Plusgiro number.")
        case Scheme.CROSS_BORDER:
            # IG 1.3.8, 11.1.4: creditorAgent is conditional. Without an IBAN nobody knows the bank.
            if not one.creditor.iban and not one.creditor_bic:
                raise CreditorInvalid("Without an IBAN, the creditor's bank has to be named.")


def _is_at_home(country: str, creditor: AccountRef) -> bool:
    if creditor.iban:
        return creditor.iban.upper().startswith(country)
    return creditor.bban is not None and iban.is_domestic(country, creditor.bban)


def _is_giro(creditor: AccountRef) -> bool:
    number = (creditor.bban or creditor.other or "").replace("-", "")
    if not (number.isascii() and number.isdigit() and len(number) in _GIRO_DIGITS):
        return False
    return luhn_digit(number[:-1]) == number[-1]
