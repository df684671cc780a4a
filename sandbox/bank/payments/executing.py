"""Executing: an authorised payment waits for its day, reserves its amount, and is handed to clearing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.bank import clearing, faults
from sandbox.bank.accounts import AccountRow, AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.faults import Stage
from sandbox.bank.payments import costs, lifecycle, runs, settling
from sandbox.bank.payments.tables import TRANSFERS
from sandbox.bank.payments.terms import CreditTransfer, Payment, PaymentStatus
from sandbox.bank.profile import NoFunds, Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.kernel import bankdays
from sandbox.kernel.ids import derived
from sandbox.workspaces import agenda
from sandbox.workspaces.agenda import Due

#: At this local time the bank carries out what is dated on the day.
_MORNING = time(6, 0)
#: How many bank days a payment waits for funds, where the bank lets it wait.
_DAYS_WAITED_MAX = 3
_ACCOUNT_FAULTS = {AccountStatus.CLOSED: Reason.CLOSED, AccountStatus.BLOCKED: Reason.BLOCKED}


def accept(bank: Bank, payment: Payment) -> None:
    """The payment is authorised: carry it out now, or on its day.

    RECEIVED, VERIFIED or PARTIALLY_AUTHORISED before; ACCEPTED and further after.
    """
    payment.accepted_at = bank.now
    for one in lifecycle.transfers(bank, payment):
        if one.status != PaymentStatus.REJECTED:
            one.status = PaymentStatus.ACCEPTED
    lifecycle.move(bank, payment, PaymentStatus.ACCEPTED)
    day = first_day(bank, payment)
    if day is None:
        reject_whole(bank, payment, Reason.DATE_INVALID)
    elif day > bank.today:
        _wait_until(bank, payment, day)
    else:
        carry_out(bank, payment)


def first_day(bank: Bank, payment: Payment) -> date | None:
    """The day of the only, or the next, execution: today where nothing is said, None where all are past."""
    schedule = lifecycle.schedule_of(payment)
    if schedule is None:
        return payment.requested_on or bank.today
    yesterday = bank.today - timedelta(days=1)
    return runs.next_day(bank, schedule, _currency(bank, payment), yesterday)


def _currency(bank: Bank, payment: Payment) -> str:
    return lifecycle.transfers(bank, payment)[0].currency


def _wait_until(bank: Bank, payment: Payment, day: date) -> None:
    payment.due_on = day
    due = Due(_morning(bank, day), bank.id, "payment_due", payment.id)
    agenda.enter(bank.work, bank.workspace_id, due)


def _morning(bank: Bank, day: date) -> datetime:
    return datetime.combine(day, _MORNING, ZoneInfo(bank.profile.zone))


def carry_out(bank: Bank, payment: Payment) -> None:
    """Reserve what is due of the payment; of a periodic one the next run, and plan the one after."""
    payment.due_on = None
    if payment.service == Service.PERIODIC:
        due = [_next_run(bank, payment)]
    else:
        due = [one for one in lifecycle.transfers(bank, payment) if one.status == PaymentStatus.ACCEPTED]
    account = settling.debtor(bank, payment)
    for one in due:
        one.due_on = bank.today
        _try(bank, payment, account, one)
    settling.follow(bank, payment)


def try_again(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """Carry out a transfer that has waited for funds. PENDING before; perhaps still so after."""
    _try(bank, payment, settling.debtor(bank, payment), one)
    settling.follow(bank, payment)


def _next_run(bank: Bank, payment: Payment) -> CreditTransfer:
    """The run that is due today, as a transfer of its own, with the one after on the agenda."""
    pattern, *before = lifecycle.transfers(bank, payment)
    run = CreditTransfer(
        workspace_id=bank.workspace_id,
        payment_id=payment.id,
        position=len(before) + 1,
        status=PaymentStatus.ACCEPTED,
        amount_minor=pattern.amount_minor,
        currency=pattern.currency,
        creditor_name=pattern.creditor_name,
        creditor=pattern.creditor,
        creditor_bic=pattern.creditor_bic,
        end_to_end_id=pattern.end_to_end_id,
        remittance=pattern.remittance,
        reference=pattern.reference,
        reference_type=pattern.reference_type,
        particulars=pattern.particulars,
        rate=pattern.rate,
        rate_currency=pattern.rate_currency,
        failure=pattern.failure,
    )
    TRANSFERS.add(bank.work, run)
    schedule = lifecycle.schedule_of(payment)
    day = runs.next_day(bank, schedule, pattern.currency, bank.today) if schedule else None
    if day is not None:
        _wait_until(bank, payment, day)
    return run


def _try(bank: Bank, payment: Payment, account: AccountRow, one: CreditTransfer) -> None:
    """Reserve the amount of one transfer and send it on its way, or reject it, or let it wait for funds."""
    chosen = faults.rejection(one.failure, Stage.ACCEPTANCE)
    fault = chosen or _ACCOUNT_FAULTS.get(AccountStatus(account.status))
    creditor = lifecycle.reference_of(one.creditor)
    if fault is None and creditor is not None and clearing.is_instant(bank, Scheme(payment.scheme)):
        # An instant payment that the creditor's bank would not take is refused before any money moves.
        fault = clearing.refusal_of(clearing.home(bank, creditor))
    if fault is not None:
        settling.reject(one, fault)
        return
    cost = costs.of(bank, payment, account, [one])
    payment.funds_available = cost.is_covered
    if cost.is_covered:
        one.debit_minor, one.fee_minor = cost.debit_minor, cost.fee_minor
        one.entry_id = derived(bank.seed, "debit", payment.id, one.position, length=20)
        settling.reserve(bank, payment, account, one)
    else:
        _without_funds(bank, payment, one)


def _without_funds(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """Source: IG 1.3.8, 5.3.1, TPP-Rejection-NoFunds-Preferred; else as the bank does it."""
    patient = bank.profile.payments.no_funds == NoFunds.WAIT and not payment.reject_without_funds
    last_try = one.due_on or bank.today
    for _ in range(_DAYS_WAITED_MAX):
        last_try = bankdays.next_settlement_day(one.currency, last_try)
    if not patient or bank.today >= last_try:
        settling.reject(one, Reason.INSUFFICIENT_FUNDS)
        return
    one.status = PaymentStatus.PENDING
    next_try = _morning(bank, bankdays.next_settlement_day(one.currency, bank.today))
    settling.enter(bank, "funds_awaited", one, next_try)


def is_cancellable(bank: Bank, payment: Payment) -> bool:
    """Whether all of it, or of a periodic one what is still to come, can be taken back."""
    match PaymentStatus(payment.status):
        case PaymentStatus.PENDING:
            return True
        case _ if lifecycle.is_unanswered(payment):
            return True
        case PaymentStatus.ACCEPTED:
            waiting = (one.status == PaymentStatus.PENDING for one in lifecycle.transfers(bank, payment))
            return payment.due_on is not None or any(waiting)
        case PaymentStatus.IN_PROCESS:
            return all(one.status not in settling.DONE for one in lifecycle.transfers(bank, payment))
        case _:
            return False


def cancel(bank: Bank, payment: Payment) -> None:
    """Give back what is reserved, and do nothing of it any more; a run that is on its way goes on."""
    agenda.strike(bank.work, bank.workspace_id, "payment_due", payment.id)
    payment.due_on = None
    for one in lifecycle.transfers(bank, payment):
        runs_already = payment.service == Service.PERIODIC and one.status in settling.UNDER_WAY
        if one.status != PaymentStatus.REJECTED and not runs_already:
            settling.take_back(bank, payment, one, PaymentStatus.CANCELLED, Reason.CUSTOMER_REQUEST)
    lifecycle.move(bank, payment, PaymentStatus.CANCELLED, Reason.CUSTOMER_REQUEST)


def reject_whole(bank: Bank, payment: Payment, reason: Reason) -> None:
    """Reject a payment of which nothing has been carried out."""
    for one in lifecycle.transfers(bank, payment):
        settling.reject(one, reason)
    lifecycle.move(bank, payment, PaymentStatus.REJECTED, reason)
