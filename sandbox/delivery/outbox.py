"""The outbox from its other end: what is due, who sends it, and what became of it.

A delivery is claimed, sent, and settled in three steps, and nothing is locked while it is sent. The claim is
a lease: whoever dies while sending loses it to the next one, who sends the same message again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from sandbox.bank import events
from sandbox.bank.events import WORDS, DeliveryState, Event, webhook_secret
from sandbox.delivery.log import Attempt
from sandbox.delivery.sending import Answer
from sandbox.kernel.clock import Clock, ClockMode, instant_text, parse_instant, wall_now
from sandbox.kernel.db import Database, Work
from sandbox.workspaces import signing
from sandbox.workspaces.workspace import Workspace

#: How long after each attempt that failed the next one comes, in the world's time; then it is given up.
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 2 * 60, 10 * 60, 60 * 60, 6 * 60 * 60))
#: How long a claim holds, in the machine's time: longer than any call takes.
CLAIM = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is this process's to send. `secret` is None where its app or webhook is gone."""

    workspace_id: str
    delivery_id: str
    attempt: int
    standard: str
    path: str
    uri: str
    event: Event
    secret: str | None

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a receiver knows a repetition. It names its world."""
        return f"ev_{self.workspace_id}_{self.delivery_id}"


_WAITING = """
    SELECT w.id, w.clock_mode, w.clock_offset_seconds, w.clock_frozen_at, d.due_at
    FROM (SELECT workspace_id, min(due_at) AS due_at FROM delivery WHERE state = 'waiting'
          AND (claimed_until IS NULL OR claimed_until <= ?) GROUP BY workspace_id) d
    JOIN workspace w ON w.id = d.workspace_id
"""
_CLAIM = """
    UPDATE delivery SET attempts = attempts + 1, claimed_until = ?
    WHERE workspace_id = ? AND id = (
        SELECT id FROM delivery WHERE workspace_id = ? AND state = 'waiting' AND due_at <= ?
        AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY due_at, id LIMIT 1 {lock}
    ) RETURNING id, attempts, standard, path, uri, event_id
"""
_SETTLE = """
    UPDATE delivery SET state = ?, due_at = ?, claimed_until = NULL
    WHERE workspace_id = ? AND id = ? AND attempts = ?
"""


def worlds_with_work(database: Database) -> list[str]:
    """The workspaces in which something is due now, each by its own clock."""
    with database.reading() as work:
        rows = work.run(_WAITING, (instant_text(wall_now()),)).all()
    return [row[0] for row in rows if parse_instant(row[4]) <= _clock(*row[1:4]).now()]


def _clock(mode: str, offset_seconds: float, frozen_at: str | None) -> Clock:
    return Clock(ClockMode(mode), offset_seconds, None if frozen_at is None else parse_instant(frozen_at))


def claim(database: Database, workspace_id: str) -> Claim | None:
    """Take the delivery that has waited longest; None where nothing is due, or others are at it."""
    with database.writing() as work:
        world = work.get(Workspace, workspace_id)
        if world is None:
            return None
        # SQLite has one writer at a time; on PostgreSQL another process may be taking the first one.
        sql = _CLAIM.format(lock="" if database.is_sqlite else "FOR UPDATE SKIP LOCKED")
        wall, now = wall_now(), instant_text(world.clock.now())
        until = instant_text(wall + CLAIM)
        row = work.run(sql, (until, workspace_id, workspace_id, now, instant_text(wall))).first()
        return None if row is None else _claimed(work, workspace_id, row)


def _claimed(work: Work, workspace_id: str, row: Row[*tuple[Any, ...]]) -> Claim:
    delivery_id, attempt, standard, path, uri, event_id = row
    event = work.get_one(Event, (workspace_id, event_id))
    secret = (
        webhook_secret(work, workspace_id, path)
        if standard == WORDS
        else signing.secret_of(work, workspace_id, event.app_id)
    )
    work.expunge(event)
    return Claim(workspace_id, delivery_id, attempt, standard, path, uri, event, secret)


def settle(
    database: Database, claim: Claim, request: Mapping[str, Any], answer: Answer, *, final: bool = False
) -> None:
    """Keep what became of an attempt: delivered, to be tried again, or given up. Nothing in a world reset.

    `final`: after this answer nobody tries again.
    """
    with database.writing() as work:
        world = work.get(Workspace, claim.workspace_id)
        if world is None:
            return
        now = world.clock.now()
        state, due_at = _next(claim, answer, now, final=final)
        values = (state.value, instant_text(due_at), claim.workspace_id, claim.delivery_id, claim.attempt)
        if not work.run(_SETTLE, values).rowcount:
            return
        if state is DeliveryState.DELIVERED:
            events.delivered(work, claim.event)
        work.add(
            Attempt(
                workspace_id=claim.workspace_id,
                delivery_id=claim.delivery_id,
                number=claim.attempt,
                at=now,
                request=dict(request),
                answer=asdict(answer),
            )
        )


def drop(database: Database, claim: Claim) -> None:
    """It is no news to the app, by what it wants to hear or by the standard's rules: it is not sent.

    What was tried before is kept with its log, and tried no more.
    """
    with database.writing() as work:
        if claim.attempt == 1:
            sql = "DELETE FROM delivery WHERE workspace_id = ? AND id = ? AND attempts = ?"
            work.run(sql, (claim.workspace_id, claim.delivery_id, claim.attempt))
    if claim.attempt > 1:
        settle(database, claim, {}, Answer(error="the app wants to hear of it no more"), final=True)


def _next(claim: Claim, answer: Answer, now: datetime, *, final: bool) -> tuple[DeliveryState, datetime]:
    if answer.accepted:
        return DeliveryState.DELIVERED, now
    if final or claim.secret is None or claim.attempt > len(BACK_OFF):
        return DeliveryState.GIVEN_UP, now
    return DeliveryState.WAITING, now + BACK_OFF[claim.attempt - 1]
