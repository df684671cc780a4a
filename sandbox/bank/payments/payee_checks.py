"""Payee checks: a payment in euro whose creditor's bank does not know the name waits for the payer's word.

Source: Regulation (EU) 2024/886, article 5c of Regulation (EU) 260/2012; psd2-api 1.3.16, transactionStatus.
"""

from collections.abc import Sequence

from sandbox.bank import payees
from sandbox.bank.bank import Bank
from sandbox.bank.payees import PayeeOutcome, Verification
from sandbox.bank.payments import lifecycle
from sandbox.bank.payments.terms import (
    CreditTransfer,
    Payment,
    PaymentNotOpen,
    PaymentOrder,
    PaymentStatus,
)
from sandbox.workspaces import workspace as workspaces


def check(bank: Bank, app_id: str, order: PaymentOrder, transfers: Sequence[CreditTransfer]) -> PaymentStatus:
    """Ask for each creditor and keep the answers; the status that the new payment has by them.

    VERIFIED where all match. DOUBTED where the payer has to confirm, and their standard has a way to do that
    before the yes; else the yes itself confirms, and it is RECEIVED, as is a payment that is not checked.
    """
    if order.scheme not in payees.CHECKED or not payees.is_on(bank):
        return PaymentStatus.RECEIVED
    if order.payee_check is False and bank.profile.payees.opt_out:
        return PaymentStatus.RECEIVED
    told = [_told(bank, app_id, order, one) for one in transfers]
    answers = [known or _asked(bank, one) for known, one in zip(told, transfers, strict=True)]
    for one, answer in zip(transfers, answers, strict=True):
        one.payee_outcome, one.payee_name = answer.outcome, answer.matched_name
    if all(answer.is_clean for answer in answers):
        return PaymentStatus.VERIFIED
    # Whom the app has asked about before, it has shown to the payer: an answer is told and confirmed once.
    news = [answer for known, answer in zip(told, answers, strict=True) if known is None]
    doubted = order.payee_confirmable and not all(answer.is_clean for answer in news)
    return PaymentStatus.DOUBTED if doubted else PaymentStatus.RECEIVED


def _told(bank: Bank, app_id: str, order: PaymentOrder, one: CreditTransfer) -> Verification | None:
    payee = lifecycle.reference_of(one.creditor)
    if order.payee_request_id is None or payee is None:
        return None
    return payees.told_before(bank, app_id, order.payee_request_id, one.creditor_name, payee)


def _asked(bank: Bank, one: CreditTransfer) -> Verification:
    payee = lifecycle.reference_of(one.creditor)
    if payee is None:
        return Verification(PayeeOutcome.NOT_POSSIBLE)
    return payees.verify(bank, one.creditor_name, payee)


def doubts(bank: Bank, payment: Payment) -> list[CreditTransfer]:
    """The transfers whose creditor's bank did not say yes to the name."""
    unclear = (None, PayeeOutcome.MATCH)
    return [one for one in lifecycle.asked(bank, payment) if one.payee_outcome not in unclear]


def confirm(bank: Bank, payment: Payment) -> None:
    """The payer means this account, whatever its bank says. DOUBTED before, RECEIVED after.

    Raises PaymentNotOpen.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    if payment.status != PaymentStatus.DOUBTED:
        raise PaymentNotOpen(
            "The payment does not wait for a confirmation of its creditor.",
            detail=f"{payment.id} is {payment.status}",
        )
    lifecycle.move(bank, payment, PaymentStatus.RECEIVED)
