"""Settling: reserved money leaves the debtor, arrives at the creditor, and sometimes comes back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.bank import accounts, clearing, ledger
from sandbox.bank.accounts import Account, AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.clearing import Parcel, Reason, Remittance
from sandbox.bank.ledger import Booking, world_id
from sandbox.bank.payments import costs, lifecycle
from sandbox.bank.payments.terms import CreditTransfer, Payment, PaymentNotOpen, PaymentStatus
from sandbox.bank.profile import Scheme, Service
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
_DONE = frozenset({PaymentStatus.SETTLED, PaymentStatus.CREDITED})


def reserve(bank: Bank, payment: Payment, account: Account, one: CreditTransfer) -> None:
    """Set the amount aside, and plan when it leaves. ACCEPTED or PENDING before, IN_PROCESS after."""
    way = clearing.passage(bank, Scheme(payment.scheme), one.currency, bank.now)
    one.status = PaymentStatus.IN_PROCESS
    progression = progressions.of(bank.work, bank.workspace_id, ProgressionKind.PAYMENT)
    leaves_at, one.arrives_at = way.leaves_at, way.arrives_at
    if progression.delay is not None:
        leaves_at = one.arrives_at = bank.now + progression.delay
    ledger.reserve(bank, [_debit(bank, payment, account, one, leaves_at)])
    bank.work.flush()
    if progression.mode in (ProgressionMode.BY_HAND, ProgressionMode.AFTER_READS):
        return
    if leaves_at <= bank.now:
        settle(bank, payment, one)
    else:
        _enter(bank, "transfer_leaves", one, leaves_at)


def settle(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """Book what was reserved, with its fee, and send it to the creditor's bank.

    IN_PROCESS before; CREDITED after where the scheme is instant, else SETTLED. Raises PaymentNotOpen.
    """
    if one.status != PaymentStatus.IN_PROCESS:
        raise PaymentNotOpen(detail=f"{payment.id}/{one.position} is {one.status}")
    agenda.strike(bank.work, bank.workspace_id, "transfer_leaves", _key(one))
    account = accounts.get(bank, payment.debtor_account_id or "")
    bank.people.move_in(bank, accounts.holders(bank, account.id)[0].person_id)
    ledger.post(bank, [_debit(bank, payment, account, one, bank.now)])
    _charge(bank, payment, account, one)
    instant = clearing.is_instant(bank, Scheme(payment.scheme))
    one.status = PaymentStatus.CREDITED if instant else PaymentStatus.SETTLED
    if one.arrives_at is None or one.arrives_at <= bank.now:
        arrive(bank, payment, one)
    else:
        _enter(bank, "transfer_arrives", one, one.arrives_at)
    bank.work.flush()


def arrive(bank: Bank, payment: Payment, one: CreditTransfer) -> None:
    """The creditor's bank has the money: it credits it, or will send it back."""
    reason = clearing.deliver(bank, _parcel(bank, payment, one))
    one.arrives_at = bank.now
    if reason is not None:
        one.return_reason = reason
        day = bank.today
        for _ in range(_RETURN_DAYS):
            day = bankdays.next_settlement_day(one.currency, day)
        _enter(bank, "transfer_returns", one, datetime.combine(day, bank.now.timetz()))
    bank.work.flush()


def give_back(bank: Bank, payment: Payment, one: CreditTransfer, reason: Reason) -> None:
    """The money comes back to the debtor days later: a return, or a recall of what was credited.

    Source: ISO 20022 pacs.004; the payment's own status stays. Raises PaymentNotOpen.
    """
    if one.status not in _DONE or one.returned_at is not None or one.debit_minor is None:
        raise PaymentNotOpen(detail=f"{payment.id}/{one.position} is {one.status}")
    if one.return_reason is None:
        entry = derived(bank.seed, "recall", payment.id, one.position, length=20)
        clearing.take_back(bank, _parcel(bank, payment, one), entry)
    account = accounts.get(bank, payment.debtor_account_id or "")
    bank.people.move_in(bank, accounts.holders(bank, account.id)[0].person_id)
    debit = _debit(bank, payment, account, one, bank.now)
    entry = derived(bank.seed, "return", payment.id, one.position, length=20)
    back = debit._replace(
        entry_id=entry,
        transfer_id=f"r{entry}",
        amount_minor=one.debit_minor,
        kind="return",
        code=clearing.RETURN_CODES[1],
        remittance=f"{reason.value} {one.remittance or one.reference or ''}".strip(),
        reference=None,
        reference_type=None,
    )
    ledger.book(bank, [back])
    one.returned_at, one.return_reason = bank.now, reason
    bank.work.flush()


def reject(bank: Bank, one: CreditTransfer, reason: Reason) -> None:
    """Nothing of it is carried out."""
    one.status, one.reason = PaymentStatus.REJECTED, reason
    bank.work.flush()


def take_back(bank: Bank, payment: Payment, one: CreditTransfer, to: PaymentStatus, reason: Reason) -> None:
    """Let go of what is reserved; REJECTED or CANCELLED after."""
    if one.status == PaymentStatus.IN_PROCESS:
        agenda.strike(bank.work, bank.workspace_id, "transfer_leaves", _key(one))
        account = accounts.get(bank, payment.debtor_account_id or "")
        ledger.void(bank, [_debit(bank, payment, account, one, bank.now)])
    one.status, one.reason = to, reason
    bank.work.flush()


def follow(bank: Bank, payment: Payment) -> None:
    """Bring the payment's status in step with its transfers; a periodic one waits for its next run."""
    if payment.service == Service.PERIODIC:
        bank.work.flush()
        return
    found = lifecycle.transfers(bank, payment)
    states = {PaymentStatus(one.status) for one in found}
    alive = states - {PaymentStatus.REJECTED}
    if not alive:
        to = PaymentStatus.REJECTED
    elif waiting := alive & {PaymentStatus.PENDING, PaymentStatus.IN_PROCESS}:
        to = PaymentStatus.IN_PROCESS if PaymentStatus.IN_PROCESS in waiting else PaymentStatus.PENDING
    elif len(states) > len(alive):
        to = PaymentStatus.PARTLY_ACCEPTED
    else:
        to = PaymentStatus.CREDITED if alive == {PaymentStatus.CREDITED} else PaymentStatus.SETTLED
    if to == payment.status:
        bank.work.flush()
        return
    if payment.status == PaymentStatus.ACCEPTED and to in _DONE:
        lifecycle.move(bank, payment, PaymentStatus.IN_PROCESS)
    reason = next((Reason(one.reason) for one in found if one.reason), None)
    lifecycle.move(bank, payment, to, reason if to == PaymentStatus.REJECTED else None)


def _charge(bank: Bank, payment: Payment, account: Account, one: CreditTransfer) -> None:
    """The bank's fee for the scheme, as a line of its own."""
    fee_minor = costs.fee_minor(bank, payment)
    if not fee_minor:
        return
    entry = derived(bank.seed, "fee", payment.id, one.position, length=20)
    debit = _debit(bank, payment, account, one, bank.now)
    fee = Booking(
        *(account.id, debit.contra_id, entry, f"f{entry}", debit.at, debit.booked_on, debit.value_on),
        *(-fee_minor, account.currency, "fee", "PMNT-ICDT-CHRG", "FEE"),
    )
    ledger.book(bank, [fee])


def _debit(
    bank: Bank, payment: Payment, account: Account, one: CreditTransfer, booked_at: datetime
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


def _enter(bank: Bank, what: str, one: CreditTransfer, at: datetime) -> None:
    agenda.enter(bank.work, bank.workspace_id, Due(at, bank.id, what, _key(one)), bank.now)
