"""Executing: an authorised payment waits for its day, reserves its amount, and is handed to clearing."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.bank import accounts, clearing
from sandbox.bank.accounts import Account, AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.clearing import Reason
from sandbox.bank.payments import costs, lifecycle, runs, settling
from sandbox.bank.payments.terms import CreditTransfer, Payment, PaymentStatus
from sandbox.bank.profile import NoFunds, Scheme, Service
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

    RECEIVED or PARTIALLY_AUTHORISED before; ACCEPTED and further after.
    """
    payment.accepted_at = bank.now
    for one in lifecycle.transfers(bank, payment):
        one.status = PaymentStatus.ACCEPTED
    lifecycle.move(bank, payment, PaymentStatus.ACCEPTED)
    day = first_day(bank, payment)
    if day > bank.today:
        _wait_until(bank, payment, day)
    else:
        carry_out(bank, payment)


def first_day(bank: Bank, payment: Payment) -> date:
    """The day of the only, or the first, execution; today where nothing is said."""
    schedule = lifecycle.schedule_of(payment)
    if schedule is None:
        return payment.requested_on or bank.today
    planned = runs.first(schedule)
    while planned is not None and planned < bank.today:
        planned = runs.following(schedule, planned)
    return runs.rolled(bank, schedule, _currency(bank, payment), planned or schedule.start_on)


def _currency(bank: Bank, payment: Payment) -> str:
    return lifecycle.transfers(bank, payment)[0].currency


def _wait_until(bank: Bank, payment: Payment, day: date) -> None:
    payment.due_on = day
    bank.work.flush()
    at = datetime.combine(day, _MORNING, ZoneInfo(bank.profile.zone))
    due = Due(at, bank.id, "payment_due", payment.id)
    agenda.enter(bank.work, bank.workspace_id, due, bank.now)


def carry_out(bank: Bank, payment: Payment) -> None:
    """Reserve what is due of the payment; of a periodic one the next run, and plan the one after."""
    payment.due_on = None
    if payment.service == Service.PERIODIC:
        due = [_next_run(bank, payment)]
    else:
        waiting = (PaymentStatus.ACCEPTED, PaymentStatus.PENDING)
        due = [one for one in lifecycle.transfers(bank, payment) if one.status in waiting]
    account = _debtor(bank, payment)
    for one in due:
        _try(bank, payment, account, one)
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
        due_on=bank.today,
    )
    bank.work.add(run)
    bank.work.flush()
    schedule = lifecycle.schedule_of(payment)
    planned = runs.following(schedule, bank.today) if schedule else None
    while schedule is not None and planned is not None:
        day = runs.rolled(bank, schedule, pattern.currency, planned)
        if day > bank.today:
            _wait_until(bank, payment, day)
            break
        planned = runs.following(schedule, planned)
    return run


def _debtor(bank: Bank, payment: Payment) -> Account:
    """The account to be debited, its holders' lives written down up to now."""
    account = accounts.get(bank, payment.debtor_account_id or "")
    bank.people.move_in(bank, accounts.holders(bank, account.id)[0].person_id)
    return account


def _try(bank: Bank, payment: Payment, account: Account, one: CreditTransfer) -> None:
    """Reserve the amount of one transfer and send it on its way, or reject it, or let it wait for funds."""
    fault = _ACCOUNT_FAULTS.get(AccountStatus(account.status))
    scheme = Scheme(payment.scheme)
    creditor = lifecycle.reference_of(one.creditor)
    if fault is None and creditor is not None and clearing.is_instant(bank, scheme):
        # An instant payment that the creditor's bank would not take is refused before any money moves.
        fault = clearing.refusal_of(clearing.home(bank, creditor))
    if fault is not None:
        settling.reject(bank, one, fault)
        return
    cost = costs.of(bank, payment, account, [one])
    payment.funds_available = cost.is_covered
    if cost.is_covered:
        one.debit_minor = cost.debit_minor
        one.entry_id = derived(bank.seed, "debit", payment.id, one.position, length=20)
        settling.reserve(bank, payment, account, one)
    else:
        _without_funds(bank, payment, one)


def _without_funds(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """Source: IG 1.3.8, 5.3.1, TPP-Rejection-NoFunds-Preferred; else as the bank does it."""
    waited_since = payment.accepted_at or bank.now
    patient = bank.profile.payments.no_funds == NoFunds.WAIT and not payment.reject_without_funds
    if not patient or bank.now - waited_since >= timedelta(days=_DAYS_WAITED_MAX):
        settling.reject(bank, one, Reason.INSUFFICIENT_FUNDS)
        return
    one.status = PaymentStatus.PENDING
    _wait_until(bank, payment, bankdays.next_settlement_day(one.currency, bank.today))


def is_cancellable(bank: Bank, payment: Payment) -> bool:
    """Whether all of it, or of a periodic one what is still to come, can be taken back."""
    match PaymentStatus(payment.status):
        case PaymentStatus.RECEIVED | PaymentStatus.PARTIALLY_AUTHORISED | PaymentStatus.PENDING:
            return True
        case PaymentStatus.ACCEPTED:
            return payment.due_on is not None
        case PaymentStatus.IN_PROCESS:
            done = (PaymentStatus.SETTLED, PaymentStatus.CREDITED)
            return all(one.status not in done for one in lifecycle.transfers(bank, payment))
        case _:
            return False


def cancel(bank: Bank, payment: Payment) -> None:
    """Give back what is reserved, and do nothing of it any more."""
    agenda.strike(bank.work, bank.workspace_id, "payment_due", payment.id)
    payment.due_on = None
    for one in lifecycle.transfers(bank, payment):
        periodic = payment.service == Service.PERIODIC and one.position > 0
        if one.status != PaymentStatus.REJECTED and not periodic:
            settling.take_back(bank, payment, one, PaymentStatus.CANCELLED, Reason.CUSTOMER_REQUEST)
    lifecycle.move(bank, payment, PaymentStatus.CANCELLED, Reason.CUSTOMER_REQUEST)


def reject_whole(bank: Bank, payment: Payment, reason: Reason) -> None:
    """Reject a payment of which nothing has been carried out."""
    for one in lifecycle.transfers(bank, payment):
        settling.reject(bank, one, reason)
    lifecycle.move(bank, payment, PaymentStatus.REJECTED, reason)
