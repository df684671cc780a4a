"""The life of a payment: found, moved from status to status, its history kept."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.bank import events
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.events import EventKind
from sandbox.bank.payments.tables import PAYMENTS, TRANSFERS
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
from sandbox.bank.reasons import Reason
from sandbox.kernel.clock import instant_text, parse_instant
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
    payment = of_world(bank.work, bank.workspace_id, payment_id)
    if payment.bank_id != bank.id:
        raise PaymentUnknown(detail=payment_id)
    return payment


def of_world(work: Work, workspace_id: str, payment_id: str) -> Payment:
    """The payment of that id at whichever bank of a world, for the tester. Raises PaymentUnknown."""
    payment = PAYMENTS.get(work, workspace_id, payment_id)
    if payment is None:
        raise PaymentUnknown(detail=payment_id)
    return payment


def transfers(bank: Bank, payment: Payment) -> list[CreditTransfer]:
    """Its credit transfers in their order; of a periodic payment the pattern first, then each run."""
    key = (bank.workspace_id, payment.id)
    which = "WHERE workspace_id = ? AND payment_id = ? ORDER BY position"
    return list(bank.work.once("credit_transfer", key, lambda: TRANSFERS.select(bank.work, which, *key)))


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
    wanted = {"workspace_id": workspace_id, "bank_id": bank_id, "status": status}
    asked = {column: value for column, value in wanted.items() if value is not None}
    which = " AND ".join(f"{column} = ?" for column in asked)
    order = "ORDER BY created_at DESC, id LIMIT ? OFFSET ?"
    return PAYMENTS.select(work, f"WHERE {which} {order}", *asked.values(), limit, offset)


def of_accounts(bank: Bank, account_ids: Sequence[str], states: Collection[PaymentStatus]) -> list[Payment]:
    """The payments from those accounts that stand so, what falls due first before the rest."""
    if not account_ids:
        return []
    found = PAYMENTS.select(
        bank.work,
        f"WHERE workspace_id = ? AND bank_id = ? AND debtor_account_id IN ({_places(account_ids)})"
        f" AND status IN ({_places(states)}) ORDER BY created_at, id",
        *(bank.workspace_id, bank.id, *account_ids, *states),
    )
    return sorted(found, key=lambda one: one.due_on or bank.today)


def _places(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


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
    return PAYMENTS.select(
        bank.work,
        "WHERE workspace_id = ? AND bank_id = ? AND debtor_account_id = ? AND status = ?"
        " AND due_on IS NOT NULL ORDER BY created_at, id",
        *(bank.workspace_id, bank.id, account_id, PaymentStatus.ACCEPTED),
    )


def history(bank: Bank, payment: Payment) -> list[PaymentStep]:
    """Every status that the payment came to, in order."""
    found = bank.work.rows(
        "SELECT status, reason, at FROM payment_step WHERE workspace_id = ? AND payment_id = ?"
        " ORDER BY place",
        (bank.workspace_id, payment.id),
    )
    return [PaymentStep(status, reason, parse_instant(at)) for status, reason, at in found]


def is_open(payment: Payment) -> bool:
    """Whether it waits for a PSU's yes."""
    return payment.status in OPEN


def is_unanswered(payment: Payment) -> bool:
    """Whether it waits for a PSU's yes, or for the payer to confirm the creditor before it."""
    return payment.status in UNANSWERED


def failure(bank: Bank, payment: Payment) -> str | None:
    """The first failure that lies on any of its transfers: see `faults`."""
    return next((one.failure for one in transfers(bank, payment) if one.failure), None)


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


def waits_until(bank: Bank, payment: Payment) -> datetime | None:
    """Until when it waits for a yes, or for a further one; None where it waits for none."""
    due = agenda.about(bank.work, bank.workspace_id, payment.id) if is_unanswered(payment) else []
    return next((one.at for one in due if one.what == LAPSES), None)


def note(bank: Bank, payment: Payment) -> None:
    """Keep the step that the payment is at."""
    bank.work.later(
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


def reference_document(reference: AccountRef) -> dict[str, Any]:
    """An account reference for a row to keep."""
    return {one.name: getattr(reference, one.name) for one in fields(reference)}


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
