"""Whether the money for a payment is there, between the PSU's yes and the day on which the TPP submits it."""

from sandbox.bank import accounts, payments
from sandbox.bank.accounts import AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.payment_consents import lifecycle
from sandbox.bank.payment_consents.terms import PaymentConsent, PaymentConsentNotOpen, PaymentConsentStatus


def is_funded(bank: Bank, consent: PaymentConsent) -> bool:
    """Whether the payment could be made now, fee included; nothing is reserved for it.

    Source: Read/Write 4.0, funds-confirmation. Raises PaymentConsentNotOpen.
    """
    status = lifecycle.current_status(bank, consent)
    if status is not PaymentConsentStatus.AUTHORISED or consent.account_id is None:
        raise PaymentConsentNotOpen(detail=f"{consent.id} is {status}")
    account = accounts.get(bank, consent.account_id)
    if account.status != AccountStatus.ENABLED:
        return False
    bank.people.move_in(bank, accounts.holders(bank, account.id)[0].person_id)
    payment = lifecycle.payment_of(bank, consent)
    return payments.cost(bank, payment, account, payments.asked(bank, payment)).is_covered
