"""The agenda of a world: what falls due in it, and when. Time that moves takes it in order, each thing once.

It knows what is due by a word and whom it is about by an id; what the word means, the bank knows.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text, parse_instant
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.ids import derived


class AgendaItem(Base):
    """One thing that falls due. `place` keeps the order of what falls due at the same moment."""

    __tablename__ = "agenda"
    __table_args__ = (Index("ix_agenda_due", "workspace_id", "at", "place", "id"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[int]
    bank_id: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due: at which bank, what, and about whom or which."""

    at: datetime
    bank_id: str
    what: str
    subject_id: str


def enter(work: Work, workspace_id: str, due: Due) -> None:
    """Write down what falls due, and when; the same thing about the same subject is on the agenda once.

    What falls due at the same moment happens in the order in which it was entered.
    """
    at = instant_text(due.at)
    work.later(
        "INSERT INTO agenda (workspace_id, id, at, place, bank_id, what, subject_id) VALUES (?, ?, ?,"
        " (SELECT coalesce(max(place), 0) + 1 FROM agenda WHERE workspace_id = ? AND at = ?), ?, ?, ?)"
        " ON CONFLICT (workspace_id, id) DO UPDATE SET at = excluded.at, place = excluded.place",
        (
            *(workspace_id, _id(due.what, due.subject_id), at, workspace_id, at),
            *(due.bank_id, due.what, due.subject_id),
        ),
    )


def strike(work: Work, workspace_id: str, what: str, subject_id: str) -> None:
    """Take off the agenda what need not happen any more."""
    work.later("DELETE FROM agenda WHERE workspace_id = ? AND id = ?", (workspace_id, _id(what, subject_id)))


def take(work: Work, workspace_id: str, until: datetime) -> Due | None:
    """The first thing that is due by `until`, taken off the agenda; None when there is nothing left."""
    found = work.rows(
        "SELECT id, at, bank_id, what, subject_id FROM agenda WHERE workspace_id = ? AND at <= ?"
        " ORDER BY at, place, id LIMIT 1",
        (workspace_id, instant_text(until)),
    )
    if not found:
        return None
    [row] = found
    work.put("DELETE FROM agenda WHERE workspace_id = ? AND id = ?", (workspace_id, row[0]))
    return Due(parse_instant(row[1]), row[2], row[3], row[4])


def coming(work: Work, workspace_id: str, limit: int = 50) -> list[Due]:
    """What falls due next, first things first."""
    rows = work.run(
        "SELECT at, bank_id, what, subject_id FROM agenda WHERE workspace_id = ?"
        " ORDER BY at, place, id LIMIT ?",
        (workspace_id, limit),
    ).all()
    return [Due(parse_instant(row[0]), row[1], row[2], row[3]) for row in rows]


def about(work: Work, workspace_id: str, subject_id: str) -> list[Due]:
    """What falls due about a subject and its parts (`<subject>/<part>`), first things first."""
    rows = work.run(
        "SELECT at, bank_id, what, subject_id FROM agenda WHERE workspace_id = ?"
        " AND (subject_id = ? OR subject_id LIKE ?) ORDER BY at, place, id",
        (workspace_id, subject_id, f"{subject_id}/%"),
    ).all()
    return [Due(parse_instant(row[0]), row[1], row[2], row[3]) for row in rows]


def _id(what: str, subject_id: str) -> str:
    return derived("agenda", what, subject_id, length=26)
