"""How often something may be tried, or made, in a while: counted in the database, so that all workers agree.

Flask-Limiter counts in Redis, memcached or MongoDB, or in each process for itself; an installation has none
of the former, and the last lets everybody try as many times as there are workers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text, parse_instant, wall_now
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.errors import Refusal


class TooOften(Refusal):
    """It was tried or made too often; `seconds` say when it may be again."""

    text = "That was too often. Try again in a while."

    def __init__(self, seconds: int = 1, *, detail: str | None = None) -> None:
        self.seconds = seconds
        super().__init__(f"That was too often. Try again in {_spoken(seconds)}.", detail=detail)


class Tally(Base):
    """How often somebody did something since a window began. It belongs to the installation."""

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_ends_at", "ends_at"),)

    what: Mapped[str] = mapped_column(String(24), primary_key=True)
    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of something in a window, which begins with the first."""

    what: str
    most: int
    window: timedelta


#: An address that tries codes may belong to a whole hackathon: only wrong ones are counted.
JOINING = Limit("join", 40, timedelta(minutes=10))
ADMITTING = Limit("admin", 10, timedelta(minutes=10))
WORKSPACES = Limit("workspaces", 30, timedelta(hours=1))
APPS = Limit("apps", 120, timedelta(hours=1))
INVITATIONS = Limit("invitations", 60, timedelta(hours=1))


def count(work: Work, limit: Limit, who: str) -> int:
    """Count one more, and say for how many seconds no more are allowed: 0 where this one is.

    The row is held until the unit of work ends, so that two who try at once are two.
    """
    now = wall_now()
    moment = instant_text(now)
    [(found, ends_at)] = work.rows(
        "INSERT INTO tally (what, who, count, ends_at) VALUES (?, ?, 1, ?)"
        " ON CONFLICT (what, who) DO UPDATE SET"
        " count = CASE WHEN tally.ends_at <= ? THEN 1 ELSE tally.count + 1 END,"
        " ends_at = CASE WHEN tally.ends_at <= ? THEN excluded.ends_at ELSE tally.ends_at END"
        " RETURNING count, ends_at",
        (limit.what, who, instant_text(now + limit.window), moment, moment),
    )
    _sweep(work, moment)
    if found <= limit.most:
        return 0
    return max(1, round((parse_instant(ends_at) - now).total_seconds()))


def uncount(work: Work, limit: Limit, who: str) -> None:
    """Take the last one back: it was right."""
    work.put("UPDATE tally SET count = count - 1 WHERE what = ? AND who = ?", (limit.what, who))


def take(work: Work, limit: Limit, who: str) -> None:
    """Count one more of what is being made. Raises TooOften, and then nothing was made or counted."""
    seconds = count(work, limit, who)
    if seconds:
        raise TooOften(seconds, detail=f"{limit.what} by {who}")


def _sweep(work: Work, moment: str) -> None:
    """Forget whoever has not been here for long, but wait for nobody: they might wait for us."""
    skip = "" if work.get_bind().dialect.name == "sqlite" else " FOR UPDATE SKIP LOCKED"
    old = f"SELECT what, who FROM tally WHERE ends_at <= ?{skip}"
    work.put(f"DELETE FROM tally WHERE (what, who) IN ({old})", (moment,))


def _spoken(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} second{'s' * (seconds != 1)}"
    minutes = -(-seconds // 60)
    return f"{minutes} minute{'s' * (minutes != 1)}"
