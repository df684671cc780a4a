"""Settling: reserved money leaves the debtor, arrives at the creditor, and sometimes comes back."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.bank import accounts, clearing, events, faults, ledger
from sandbox.bank.accounts import AccountRef, AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.clearing import Parcel, Remittance
from sandbox.bank.events import EventKind
from sandbox.bank.faults import Stage
from sandbox.bank.ledger import Booking, world_id
from sandbox.bank.payments import lifecycle
from sandbox.bank.payments.terms import TRANSITIONS, CreditTransfer, Payment, PaymentNotOpen, PaymentStatus
from sandbox.bank.profile import Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.kernel import bankdays
from sandbox.kernel.clock import instant_text
from sandbox.kernel.ids import derived
from sandbox.kernel.money import Money
from sandbox.workspaces import agenda, progressions
from sandbox.workspaces.agenda import Due
from sandbox.workspaces.progressions import ProgressionKind, ProgressionMode

#: After so many settlement days a bank that could not credit sends the money back.
#: Source: EPC125-05 SCT rulebook 4.3.2.2: a return within three banking business days.
_RETURN_DAYS = 2
#: What the agenda may hold for a transfer.
HAPPENINGS = ("funds_awaited", "transfer_leaves", "transfer_arrives", "transfer_returns")
#: The debtor has paid.
DONE = frozenset({PaymentStatus.SETTLED, PaymentStatus.CREDITED})
#: The debtor's money is spoken for.
UNDER_WAY = DONE | {PaymentStatus.IN_PROCESS}
_WAITING = frozenset({PaymentStatus.ACCEPTED, PaymentStatus.PENDING, PaymentStatus.IN_PROCESS})


def debtor(bank: Bank, payment: Payment) -> AccountRow:
    """The account to be debited, its holders' lives written down up to now."""
    account_id = payment.debtor_account_id or ""
    bank.people.move_in(bank, accounts.holders(bank, account_id)[0].person_id)
    return accounts.get(bank, account_id)


def reserve(bank: Bank, payment: Payment, account: AccountRow, one: CreditTransfer) -> None:
    """Set amount and fee aside, and plan when they leave. ACCEPTED or PENDING before, IN_PROCESS after."""
    way = clearing.passage(bank, Scheme(payment.scheme), one.currency, bank.now)
    one.status = PaymentStatus.IN_PROCESS
    progression = progressions.of(bank.work, bank.workspace_id, ProgressionKind.PAYMENT)
    leaves_at, one.arrives_at = way.leaves_at, way.arrives_at
    if progression.delay is not None:
        leaves_at = one.arrives_at = bank.now + progression.delay
    debits = _debits(bank, payment, account, one, leaves_at)
    waits = progression.mode in (ProgressionMode.BY_HAND, ProgressionMode.AFTER_READS)
    waits = waits or faults.stalls(one.failure)
    fault = faults.rejection(one.failure, Stage.SETTLEMENT)
    if leaves_at <= bank.now and not waits and fault is None:
        ledger.post_at_once(bank, debits)
        _follow_money(bank, payment, one)
        return
    ledger.reserve(bank, debits)
    if not waits and leaves_at > bank.now:
        enter(bank, "transfer_leaves", one, leaves_at)
    elif fault is not None and not waits:
        take_back(bank, payment, one, PaymentStatus.REJECTED, fault)


def settle(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """Book what was reserved, with its fee, and send it to the creditor's bank.

    IN_PROCESS before; CREDITED after where the scheme is instant, else SETTLED. REJECTED where a tester has
    chosen that it fails now.
    """
    fault = faults.rejection(one.failure, Stage.SETTLEMENT)
    if fault is not None:
        take_back(bank, payment, one, PaymentStatus.REJECTED, fault)
        return
    ledger.post(bank, _debits(bank, payment, debtor(bank, payment), one, bank.now))
    _follow_money(bank, payment, one)


def _follow_money(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """The debtor is debited, and the money is on its way or there."""
    instant = clearing.is_instant(bank, Scheme(payment.scheme))
    one.status = PaymentStatus.CREDITED if instant else PaymentStatus.SETTLED
    if one.arrives_at is None or one.arrives_at <= bank.now:
        arrive(bank, payment, one)
    else:
        enter(bank, "transfer_arrives", one, one.arrives_at)


def arrive(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """The creditor's bank has the money: it credits it, or will send it back."""
    reason = faults.returning(one.failure) or clearing.deliver(bank, _parcel(bank, payment, one))
    one.arrives_at = bank.now
    if reason is not None:
        one.return_reason = reason
        day = bank.today
        for _ in range(_RETURN_DAYS):
            day = bankdays.next_settlement_day(one.currency, day)
        enter(bank, "transfer_returns", one, datetime.combine(day, bank.now.timetz()))


def give_back(bank: Bank, payment: Payment, one: CreditTransfer, reason: Reason) -> None:
    """The money comes back to the debtor days later: a return, or a recall of what was credited.

    Source: ISO 20022 pacs.004; the payment's own status stays. Raises PaymentNotOpen.
    """
    if one.status not in DONE or one.returned_at is not None or one.debit_minor is None:
        raise PaymentNotOpen(detail=f"{payment.id}/{one.position} is {one.status}")
    strike(bank, one)
    entry = derived(bank.seed, "recall", payment.id, one.position, length=20)
    clearing.take_back(bank, _parcel(bank, payment, one), entry)
    account = debtor(bank, payment)
    debit = _debit(bank, payment, account, one, bank.now)
    entry = derived(bank.seed, "return", payment.id, one.position, length=20)
    back = debit._replace(
        entry_id=entry,
        transfer_id=f"r{one.entry_id}",
        amount_minor=one.debit_minor,
        kind="return",
        code=clearing.RETURN_CODES[1],
        remittance=f"{reason.value} {one.remittance or one.reference or ''}".strip(),
        reference=None,
        reference_type=None,
    )
    ledger.book(bank, [back])
    one.returned_at, one.return_reason = bank.now, reason
    # The payment's status stays, so no standard has a word for it: those hear of it who hear of everything.
    of = (EventKind.PAYMENT_RETURNED, payment.app_id, "payment", payment.id)
    events.record(bank, *of, told=False, position=one.position, reason=reason.value)


def reject(one: CreditTransfer, reason: Reason) -> None:
    """Nothing of it is carried out."""
    one.status, one.reason = PaymentStatus.REJECTED, reason


def take_back(bank: Bank, payment: Payment, one: CreditTransfer, to: PaymentStatus, reason: Reason) -> None:
    """Let go of what is reserved; REJECTED or CANCELLED after."""
    strike(bank, one)
    if one.status == PaymentStatus.IN_PROCESS:
        ledger.void(bank, _debits(bank, payment, debtor(bank, payment), one, bank.now))
    one.status, one.reason = to, reason


def follow(bank: Bank, payment: Payment) -> None:
    """Bring the payment's status in step with its transfers."""
    if not TRANSITIONS[PaymentStatus(payment.status)]:
        return  # a run was on its way when the periodic payment was cancelled
    found = lifecycle.transfers(bank, payment)
    periodic = payment.service == Service.PERIODIC
    to = _status_of_runs(payment, found[1:]) if periodic else _status_of(found)
    if to == payment.status:
        return
    if to in DONE and payment.status != PaymentStatus.IN_PROCESS and not periodic:
        lifecycle.move(bank, payment, PaymentStatus.IN_PROCESS)
    reason = next((Reason(one.reason) for one in found if one.reason), None)
    lifecycle.move(bank, payment, to, reason if to == PaymentStatus.REJECTED else None)


def _status_of(found: Sequence[CreditTransfer]) -> PaymentStatus:
    """What the transfers of a single or bulk payment make of it, once they have been tried."""
    states = {PaymentStatus(one.status) for one in found}
    alive = states - {PaymentStatus.REJECTED}
    if not alive:
        return PaymentStatus.REJECTED
    if alive & _WAITING:
        return PaymentStatus.PENDING if alive == {PaymentStatus.PENDING} else PaymentStatus.IN_PROCESS
    if len(states) > len(alive):
        return PaymentStatus.PARTLY_ACCEPTED
    return PaymentStatus.CREDITED if alive == {PaymentStatus.CREDITED} else PaymentStatus.SETTLED


def _status_of_runs(payment: Payment, runs: Sequence[CreditTransfer]) -> PaymentStatus:
    """A periodic payment stays ACCEPTED until its last run is over; SETTLED where any of them was paid."""
    if payment.due_on is not None or any(one.status in _WAITING for one in runs):
        return PaymentStatus.ACCEPTED
    paid = any(one.status in DONE for one in runs)
    return PaymentStatus.SETTLED if paid else PaymentStatus.REJECTED


def _debits(
    bank: Bank, payment: Payment, account: AccountRow, one: CreditTransfer, booked_at: datetime
) -> list[Booking]:
    """What the debtor loses: the amount, and the bank's fee for the scheme as a line of its own."""
    debit = _debit(bank, payment, account, one, booked_at)
    if not one.fee_minor:
        return [debit]
    entry = derived(bank.seed, "fee", payment.id, one.position, length=20)
    fee = Booking(
        *(account.id, debit.contra_id, entry, f"f{one.entry_id}", debit.at, debit.booked_on, debit.value_on),
        *(-one.fee_minor, account.currency, "fee", "PMNT-ICDT-CHRG", "FEE"),
    )
    return [debit, fee]


def _debit(
    bank: Bank, payment: Payment, account: AccountRow, one: CreditTransfer, booked_at: datetime
) -> Booking:
    """The line on the debtor's statement; of a reservation with the day on which it will be booked."""
    day = booked_at.astimezone(ZoneInfo(bank.profile.zone)).date().isoformat()
    creditor = AccountRef(**one.creditor)
    return Booking(
        account_id=account.id,
        contra_id=world_id(bank.id, account.currency),
        entry_id=one.entry_id or "",
        transfer_id=f"p{one.entry_id}",
        at=instant_text(bank.now),
        booked_on=day,
        value_on=day,
        amount_minor=-(one.debit_minor or 0),
        currency=account.currency,
        kind="payment",
        code=clearing.CODES[Scheme(payment.scheme)][0],
        proprietary_code=payment.scheme.upper(),
        party_name=one.creditor_name,
        party_account=creditor.iban or creditor.bban or creditor.other,
        party_bic=one.creditor_bic,
        remittance=one.remittance,
        reference=one.reference,
        reference_type=one.reference_type,
        end_to_end_id=one.end_to_end_id,
    )


def _parcel(bank: Bank, payment: Payment, one: CreditTransfer) -> Parcel:
    account = accounts.get(bank, payment.debtor_account_id or "")
    return Parcel(
        entry_id=derived(bank.seed, "credit", payment.id, one.position, length=20),
        sent_as=one.entry_id or "",
        scheme=Scheme(payment.scheme),
        money=Money(one.amount_minor, one.currency),
        creditor=AccountRef(**one.creditor),
        remittance=Remittance(
            debtor_name=account.owner_name,
            debtor_iban=account.iban,
            debtor_bic=bank.profile.bic,
            text=one.remittance,
            reference=one.reference,
            reference_type=one.reference_type,
            end_to_end_id=one.end_to_end_id,
        ),
    )


def _key(one: CreditTransfer) -> str:
    return f"{one.payment_id}/{one.position}"


def enter(bank: Bank, what: str, one: CreditTransfer, at: datetime) -> None:
    """Put on the agenda what will happen to the transfer."""
    agenda.enter(bank.work, bank.workspace_id, Due(at, bank.id, what, _key(one)))


def strike(bank: Bank, one: CreditTransfer) -> None:
    """Take off the agenda what was still to happen to the transfer."""
    for what in HAPPENINGS:
        agenda.strike(bank.work, bank.workspace_id, what, _key(one))
