"""Reading the outbox: what has happened in a world, and what became of its deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from sandbox.bank.events.model import (
    Delivery,
    DeliveryState,
    DeliveryUnknown,
    Event,
    EventKind,
    EventUnknown,
)
from sandbox.kernel.db import Work
from sandbox.kernel.ids import made_at
from sandbox.workspaces.workspace import Workspace

_COUNTED = (EventKind.CONSENT_STATUS.value, EventKind.PAYMENT_STATUS.value)
#: Statuses that say it has come about. An instant payment is credited without having been settled before.
_REACHED = ("valid", "settled", "credited")


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


def firsts(work: Work) -> Mapping[tuple[str, EventKind], datetime]:
    """When each world first had a consent that was valid and a payment that was settled, by the wall's clock.

    The ids of events carry that: the worlds' own clocks may have been moved. It asks all worlds at once, for
    whoever runs the installation.
    """
    rows = work.rows(
        "SELECT workspace_id, kind, min(id) FROM event WHERE kind IN (?, ?)"
        f" AND ({' OR '.join(['payload LIKE ?'] * len(_REACHED))}) GROUP BY workspace_id, kind",
        (*_COUNTED, *(f'%"status":"{one}"%' for one in _REACHED)),
    )
    return {(world, EventKind(kind)): made_at(first) for world, kind, first in rows}


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
