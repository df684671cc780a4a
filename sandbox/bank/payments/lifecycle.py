"""The life of a payment: found, moved from status to status, its history kept."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.bank import events
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.clearing import Reason
from sandbox.bank.events import EventKind
from sandbox.bank.payments.terms import (
    LAST_TOLD,
    OPEN,
    TOLD_AS,
    TRANSITIONS,
    UNANSWERED,
    CreditTransfer,
    Frequency,
    Payment,
    PaymentNotOpen,
    PaymentStatus,
    PaymentStep,
    PaymentUnknown,
    Roll,
    Schedule,
)
from sandbox.bank.profile import Service
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Work
from sandbox.workspaces import agenda
from sandbox.workspaces.agenda import Due

#: The word on the agenda for a payment that nobody authorises.
LAPSES = "payment_lapses"


def get(bank: Bank, app_id: str, payment_id: str) -> Payment:
    """The app's own payment. Raises PaymentUnknown, also for another TPP's."""
    payment = of_subject(bank, payment_id)
    if payment.app_id != app_id:
        raise PaymentUnknown(detail=payment_id)
    return payment


def of_subject(bank: Bank, payment_id: str) -> Payment:
    """The payment of that id whoever's it is, for those who know it already. Raises PaymentUnknown."""
    payment = bank.work.get(Payment, (bank.workspace_id, payment_id))
    if payment is None or payment.bank_id != bank.id:
        raise PaymentUnknown(detail=payment_id)
    return payment


def transfers(bank: Bank, payment: Payment) -> list[CreditTransfer]:  # noqa: ARG001  # as every verb has it
    """Its credit transfers in their order; of a periodic payment the pattern first, then each run."""
    return list(payment.transfers)


def every(
    work: Work,
    workspace_id: str,
    *,
    bank_id: str | None = None,
    status: PaymentStatus | None = None,
    limit: int = 20,
    offset: int = 0,
) -> list[Payment]:
    """The payments of a world at all its banks, newest first, for the tester."""
    wanted = select(Payment).where(Payment.workspace_id == workspace_id)
    if bank_id is not None:
        wanted = wanted.where(Payment.bank_id == bank_id)
    if status is not None:
        wanted = wanted.where(Payment.status == status)
    wanted = wanted.order_by(Payment.created_at.desc(), Payment.id).limit(limit).offset(offset)
    return list(work.scalars(wanted))


def of_accounts(bank: Bank, account_ids: Sequence[str], states: Collection[PaymentStatus]) -> list[Payment]:
    """The payments from those accounts that stand so, what falls due first before the rest."""
    wanted = select(Payment).where(
        Payment.workspace_id == bank.workspace_id,
        Payment.bank_id == bank.id,
        Payment.debtor_account_id.in_(account_ids),
        Payment.status.in_(states),
    )
    found = bank.work.scalars(wanted.order_by(Payment.created_at, Payment.id))
    return sorted(found, key=lambda one: one.due_on or bank.today)


def asked(bank: Bank, payment: Payment) -> list[CreditTransfer]:
    """The credit transfers that the TPP asked for: of a periodic payment the pattern alone."""
    found = transfers(bank, payment)
    return found[:1] if payment.service == Service.PERIODIC else found


def standing_orders(bank: Bank, account_id: str) -> list[Payment]:
    """The periodic payments that will be debited to the account again, oldest first."""
    return [one for one in _waiting(bank, account_id) if one.service == Service.PERIODIC]


def scheduled(bank: Bank, account_id: str) -> list[Payment]:
    """The single and bulk payments that will be debited to the account on a day to come, oldest first."""
    return [one for one in _waiting(bank, account_id) if one.service != Service.PERIODIC]


def _waiting(bank: Bank, account_id: str) -> list[Payment]:
    """What is authorised and waits for its day."""
    wanted = (
        select(Payment)
        .where(
            Payment.workspace_id == bank.workspace_id,
            Payment.bank_id == bank.id,
            Payment.debtor_account_id == account_id,
            Payment.status == PaymentStatus.ACCEPTED,
            Payment.due_on.is_not(None),
        )
        .order_by(Payment.created_at, Payment.id)
    )
    return list(bank.work.scalars(wanted))


def history(bank: Bank, payment: Payment) -> list[PaymentStep]:
    """Every status that the payment came to, in order."""
    wanted = (
        select(PaymentStep)
        .where(PaymentStep.workspace_id == bank.workspace_id, PaymentStep.payment_id == payment.id)
        .order_by(PaymentStep.place)
    )
    return list(bank.work.scalars(wanted))


def is_open(payment: Payment) -> bool:
    """Whether it waits for a PSU's yes."""
    return payment.status in OPEN


def is_unanswered(payment: Payment) -> bool:
    """Whether it waits for a PSU's yes, or for the payer to confirm the creditor before it."""
    return payment.status in UNANSWERED


def is_on_its_way(bank: Bank, payment: Payment) -> bool:
    """Whether money of it is reserved and has not left yet, of a periodic one that of a run."""
    if payment.service != Service.PERIODIC:
        return payment.status == PaymentStatus.IN_PROCESS
    return any(one.status == PaymentStatus.IN_PROCESS for one in transfers(bank, payment))


def move(bank: Bank, payment: Payment, to: PaymentStatus, reason: Reason | None = None) -> None:
    """Change the status where TRANSITIONS allows it, and keep the step. Raises PaymentNotOpen."""
    was = PaymentStatus(payment.status)
    if to not in TRANSITIONS[was]:
        raise PaymentNotOpen(detail=f"{payment.id}: {was} to {to}")
    if is_unanswered(payment) and to not in UNANSWERED:
        agenda.strike(bank.work, bank.workspace_id, LAPSES, payment.id)
    payment.status = to
    payment.reason = reason
    note(bank, payment)
    _tell(bank, payment, was, to)


def _tell(bank: Bank, payment: Payment, was: PaymentStatus, to: PaymentStatus) -> None:
    processing = bank.profile.payments.processing
    same = TOLD_AS[processing]
    events.record(
        bank,
        *(EventKind.PAYMENT_STATUS, payment.app_id, "payment", payment.id),
        last=not TRANSITIONS[to] or to == LAST_TOLD.get(processing),
        told=same.get(was, was) != same.get(to, to),
        status=to.value,
    )


def await_yes(bank: Bank, payment: Payment, days: int) -> None:
    """Let the payment lapse at the end of the day so many days from today, unless it is authorised before."""
    end = datetime.combine(bank.today + timedelta(days=days + 1), time(), ZoneInfo(bank.profile.zone))
    agenda.enter(bank.work, bank.workspace_id, Due(end, bank.id, LAPSES, payment.id))


def note(bank: Bank, payment: Payment) -> None:
    """Keep the step that the payment is at."""
    bank.work.put(
        "INSERT INTO payment_step (workspace_id, payment_id, place, status, reason, at) VALUES (?, ?,"
        " (SELECT count(*) FROM payment_step WHERE workspace_id = ? AND payment_id = ?), ?, ?, ?)",
        (
            *(bank.workspace_id, payment.id) * 2,
            *(payment.status, payment.reason, instant_text(bank.now)),
        ),
    )


def reference_of(document: dict[str, Any] | None) -> AccountRef | None:
    """An account reference as a row keeps it."""
    return None if document is None else AccountRef(**document)


def schedule_of(payment: Payment) -> Schedule | None:
    """When a periodic payment runs."""
    kept = payment.schedule
    if kept is None:
        return None
    return Schedule(
        start_on=date.fromisoformat(kept["start_on"]),
        end_on=date.fromisoformat(kept["end_on"]) if kept["end_on"] else None,
        frequency=Frequency(kept["frequency"]),
        roll=Roll(kept["roll"]),
        day=kept["day"],
        months=tuple(kept["months"]),
    )


def schedule_document(schedule: Schedule) -> dict[str, Any]:
    """A schedule as a row keeps it."""
    end_on = schedule.end_on.isoformat() if schedule.end_on else None
    return asdict(schedule) | {"start_on": schedule.start_on.isoformat(), "end_on": end_on}
