"""What time does to payments: the words on the agenda, and what each does when its moment has come."""

from sandbox.bank.bank import Bank
from sandbox.bank.payments import executing, lifecycle, settling
from sandbox.bank.payments.terms import CreditTransfer, Payment, PaymentNotOpen, PaymentStatus
from sandbox.bank.reasons import Reason
from sandbox.workspaces import progressions
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.progressions import ProgressionKind, ProgressionMode


def carry_out(bank: Bank, payment_id: str) -> None:
    """The day of a payment has come."""
    payment = lifecycle.of_subject(bank, payment_id)
    if payment.status == PaymentStatus.ACCEPTED:
        executing.carry_out(bank, payment)


def try_again(bank: Bank, key: str) -> None:
    """Perhaps the money that a transfer waits for has come."""
    payment, one = _found(bank, key)
    if one.status == PaymentStatus.PENDING:
        executing.try_again(bank, payment, one)


def lapse(bank: Bank, payment_id: str) -> None:
    """Nobody authorised the payment in time. Source: psd2-api 1.3.11, transactionStatus RJCT."""
    payment = lifecycle.of_subject(bank, payment_id)
    if lifecycle.is_unanswered(payment):
        executing.reject_whole(bank, payment, Reason.NOT_SPECIFIED_BY_CUSTOMER)


def leave(bank: Bank, key: str) -> None:
    """The window of the scheme has come: the debtor is debited."""
    payment, one = _found(bank, key)
    if one.status == PaymentStatus.IN_PROCESS:
        settling.settle(bank, payment, one)
        settling.follow(bank, payment)


def arrive(bank: Bank, key: str) -> None:
    """The creditor's bank has the money."""
    settling.arrive(bank, *_found(bank, key))


def come_back(bank: Bank, key: str) -> None:
    """The creditor's bank could not credit it, and sends it back."""
    payment, one = _found(bank, key)
    settling.give_back(bank, payment, one, Reason(one.return_reason or Reason.NOT_SPECIFIED))


def go_on(bank: Bank, payment: Payment) -> None:
    """Take a payment that is in process to its end, by the tester's hand. Raises PaymentNotOpen."""
    workspaces.lock(bank.work, bank.workspace_id)
    reserved = [one for one in lifecycle.transfers(bank, payment) if one.status == PaymentStatus.IN_PROCESS]
    if not reserved:
        raise PaymentNotOpen(detail=f"{payment.id} is {payment.status}")
    for one in reserved:
        settling.strike(bank, one)
        settling.settle(bank, payment, one)
    settling.follow(bank, payment)


def read(bank: Bank, payment: Payment) -> None:
    """The TPP asks for the status: where this world wants it so, the n-th time takes the payment on."""
    progression = progressions.of(bank.work, bank.workspace_id, ProgressionKind.PAYMENT)
    if progression.mode != ProgressionMode.AFTER_READS or not lifecycle.is_on_its_way(bank, payment):
        return
    workspaces.lock(bank.work, bank.workspace_id)
    payment.reads += 1
    if payment.reads >= progression.reads and lifecycle.is_on_its_way(bank, payment):
        go_on(bank, payment)


def recall(bank: Bank, payment: Payment, position: int, reason: Reason) -> None:
    """Send one transfer back, by the tester's hand. Raises PaymentNotOpen."""
    workspaces.lock(bank.work, bank.workspace_id)
    for one in lifecycle.transfers(bank, payment):
        if one.position == position:
            settling.give_back(bank, payment, one, reason)
            return
    raise PaymentNotOpen(detail=f"{payment.id} has no transfer {position}")


def _found(bank: Bank, key: str) -> tuple[Payment, CreditTransfer]:
    payment_id, _, position = key.partition("/")
    payment = lifecycle.of_subject(bank, payment_id)
    found = lifecycle.transfers(bank, payment)
    return payment, next(one for one in found if one.position == int(position))
