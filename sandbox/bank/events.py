"""Events: what happened that a TPP may want to hear of, and the outbox of what is on its way to one.

An event and its deliveries are written in the unit of work in which it happened, so that neither is ever
without the other. Source: psd2-api lean push notifications 1.0.0 for who hears of what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.bank import Bank
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_ordered_uuid
from sandbox.workspaces.workspace import Workspace


class EventUnknown(Refusal):
    """Nothing of that id has happened in this workspace."""

    text = "There is no such event in this workspace."


class DeliveryUnknown(Refusal):
    """No delivery has that id."""

    text = "There is no such delivery in this workspace."


class EventKind(StrEnum):
    """What happened."""

    CONSENT_STATUS = "consent_status"
    PAYMENT_STATUS = "payment_status"
    BASKET_STATUS = "basket_status"
    SCA_STATUS = "sca_status"
    TRANSACTION_BOOKED = "transaction_booked"
    CONSENT_EXPIRING = "consent_expiring"


class Content(StrEnum):
    """What a TPP wants to hear of a resource. Source: psd2-api 1.3.11, TPP-Notification-Content-Preferred.

    ACCOUNTS has no word there: bookings on the accounts of a consent, and that it will soon end.
    """

    SCA = "sca"
    PROCESS = "process"
    LAST = "last"
    ACCOUNTS = "accounts"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


#: Which content an event belongs to. A status that is the last one also belongs to LAST.
CONTENT_OF: Mapping[EventKind, Content] = {
    EventKind.CONSENT_STATUS: Content.PROCESS,
    EventKind.PAYMENT_STATUS: Content.PROCESS,
    EventKind.BASKET_STATUS: Content.PROCESS,
    EventKind.SCA_STATUS: Content.SCA,
    EventKind.TRANSACTION_BOOKED: Content.ACCOUNTS,
    EventKind.CONSENT_EXPIRING: Content.ACCOUNTS,
}


class Event(Base):
    """Something that happened to a resource of an app. Later events have greater ids.

    `subject` is what `subject_id` is the id of: consent, funds, payment, cancellation, basket. `payload`
    holds the words of the bank's own rooms; the standard that tells the TPP puts them into its own.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "workspace_id", "subject_id"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    at: Mapped[datetime] = mapped_column(Instant)


class Notification(Base):
    """Where an app wants to hear of one resource, of what, and in which standard's words."""

    __tablename__ = "notification"
    __table_args__ = ({"info": {"stays": True}},)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16))
    standard: Mapped[str] = mapped_column(String(40))
    uri: Mapped[str] = mapped_column(Text)
    sca: Mapped[bool]
    process: Mapped[bool]
    last: Mapped[bool]
    accounts: Mapped[bool]


class Delivery(Base):
    """An event on its way to one address. `due_at` is in the world's time; `claimed_until` in the machine's.

    Whoever sends it claims it first; a process that dies while sending lets the claim run out.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "event_id"], ["event.workspace_id", "event.id"]),
        Index(
            "ix_delivery_due",
            *("workspace_id", "due_at", "id"),
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_delivery_event", "workspace_id", "event_id"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36))
    standard: Mapped[str] = mapped_column(String(40))
    uri: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)


_EVENT_INSERT = (
    "INSERT INTO event (workspace_id, id, bank_id, app_id, kind, subject, subject_id, payload, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DELIVERY_INSERT = (
    "INSERT INTO delivery (workspace_id, id, event_id, standard, uri, state, attempts, due_at)"
    " SELECT workspace_id, ?, ?, standard, uri, ?, 0, ? FROM notification"
    " WHERE workspace_id = ? AND subject_id = ? AND app_id = ? AND "
)


def record(
    bank: Bank,
    kind: EventKind,
    app_id: str,
    subject: str,
    subject_id: str,
    *,
    last: bool = False,
    **what: Any,
) -> str:
    """Write down what happened; where the app has asked to hear of it, a delivery that is due now. Its id.

    `what` is the bank's own words, such as `status=…`; `last` says that no other status will follow for as
    long as the PSU and the bank leave things as they are.
    """
    event_id, at = new_ordered_uuid(), instant_text(bank.now)
    of = (app_id, kind.value, subject, subject_id)
    payload = orjson.dumps(what, option=orjson.OPT_SORT_KEYS).decode()
    bank.work.put(_EVENT_INSERT, (bank.workspace_id, event_id, bank.id, *of, payload, at))
    wanted = CONTENT_OF[kind].value
    made = bank.work.put(
        _DELIVERY_INSERT + (f"({wanted} OR last)" if last else wanted),
        (
            new_ordered_uuid(),
            event_id,
            DeliveryState.WAITING.value,
            at,
            bank.workspace_id,
            subject_id,
            app_id,
        ),
    )
    if made:
        bank.work.ring()
    return event_id


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a TPP wants to be told, of what, and in the words of which standard."""

    uri: str
    contents: frozenset[Content]
    standard: str


def subscribe(bank: Bank, app_id: str, subject_id: str, wish: Wish) -> None:
    """From here on, tell the app of what happens to that resource; a newer address replaces an older one."""
    bank.work.write()
    bank.work.merge(
        Notification(
            workspace_id=bank.workspace_id,
            subject_id=subject_id,
            app_id=app_id,
            standard=wish.standard,
            uri=wish.uri,
            **{one.value: one in wish.contents for one in Content},
        )
    )
    bank.work.flush()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events to show; what is None does not matter. `before` is the id of an event: older ones only."""

    kind: EventKind | None = None
    subject_id: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An event and its deliveries, the newest first."""

    event: Event
    deliveries: Sequence[Delivery] = field(default_factory=tuple)


def newest(work: Work, workspace_id: str, wanted: Wanted, limit: int) -> tuple[list[Told], bool]:
    """The latest events of a world, at all its banks, newest first; and whether there are older ones."""
    query = select(Event).where(Event.workspace_id == workspace_id)
    if wanted.kind is not None:
        query = query.where(Event.kind == wanted.kind)
    if wanted.subject_id is not None:
        query = query.where(Event.subject_id == wanted.subject_id)
    if wanted.before is not None:
        query = query.where(Event.id < wanted.before)
    found = list(work.scalars(query.order_by(Event.id.desc()).limit(limit + 1)))
    return _told(work, workspace_id, found[:limit]), len(found) > limit


def get(work: Work, workspace_id: str, event_id: str) -> Told:
    """The event of that id. Raises EventUnknown."""
    event = work.get(Event, (workspace_id, event_id))
    if event is None:
        raise EventUnknown(detail=event_id)
    return _told(work, workspace_id, [event])[0]


def _told(work: Work, workspace_id: str, found: Sequence[Event]) -> list[Told]:
    query = select(Delivery).where(
        Delivery.workspace_id == workspace_id, Delivery.event_id.in_([one.id for one in found])
    )
    by_event: dict[str, list[Delivery]] = {}
    for delivery in work.scalars(query.order_by(Delivery.id.desc())):
        by_event.setdefault(delivery.event_id, []).append(delivery)
    return [Told(one, by_event.get(one.id, ())) for one in found]


def redeliver(work: Work, workspace: Workspace, delivery_id: str) -> Delivery:
    """Send it once more, at once, whatever became of it before. Raises DeliveryUnknown."""
    work.write()
    delivery = work.get(Delivery, (workspace.id, delivery_id), with_for_update=True)
    if delivery is None:
        raise DeliveryUnknown(detail=delivery_id)
    delivery.state = DeliveryState.WAITING
    delivery.due_at = workspace.clock.now()
    work.flush()
    work.ring()
    return delivery
