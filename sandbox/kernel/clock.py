"""Time: the one room that reads the wall clock, and the clock that each workspace carries."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sandbox.kernel.errors import Refusal


class ClockBackwards(Refusal):
    """A workspace's clock moves forwards only; what has happened has happened."""

    text = "The clock of a workspace moves forwards only."


class ClockMode(StrEnum):
    """How a workspace's clock relates to the wall clock."""

    LIVE = "live"
    OFFSET = "offset"
    FROZEN = "frozen"


def wall_now() -> datetime:
    """The machine's time, aware UTC, whole microseconds."""
    return datetime.now(UTC)


@cache
def zones() -> frozenset[str]:
    """Every time zone that there is; the library walks through its folders for it each time."""
    return frozenset(available_timezones())


def instant_text(moment: datetime) -> str:
    """An instant as sortable text, `2026-11-24T05:30:00.000000Z`: the form in which rows keep it."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def parse_instant(text: str) -> datetime:
    """Read ISO 8601 with a zone (or `Z`) as aware UTC. Raises ValueError without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; write it like 2026-11-24T05:30:00Z")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """A workspace's time. Live follows the wall, offset is ahead of it, frozen stands until it is moved."""

    mode: ClockMode = ClockMode.LIVE
    offset_seconds: float = 0.0
    frozen_at: datetime | None = None

    def now(self) -> datetime:
        """The moment it is in this workspace, aware UTC."""
        if self.frozen_at is not None:
            return self.frozen_at
        return wall_now() + timedelta(seconds=self.offset_seconds)

    def today(self, zone: str = "UTC") -> date:
        """The calendar day it is in this workspace, in a bank's time zone."""
        return self.now().astimezone(ZoneInfo(zone)).date()

    def at(self, moment: datetime) -> "Clock":
        """The same clock moved forwards to `moment`. Raises ClockBackwards."""
        now = self.now()
        if moment < now:
            raise ClockBackwards(detail=f"{instant_text(now)} to {instant_text(moment)}")
        if self.mode is ClockMode.FROZEN:
            return Clock(ClockMode.FROZEN, 0.0, moment)
        ahead = (moment - wall_now()).total_seconds()
        return Clock(ClockMode.OFFSET, ahead, None)

    def frozen(self) -> "Clock":
        """The same clock, stopped at this moment."""
        return Clock(ClockMode.FROZEN, 0.0, self.now())

    def running(self) -> "Clock":
        """The same clock, going on from this moment at the pace of the wall."""
        if self.mode is not ClockMode.FROZEN:
            return self
        return Clock(ClockMode.OFFSET, (self.now() - wall_now()).total_seconds(), None)


def moments(now: datetime) -> tuple[datetime, datetime]:
    """The two times by which a date that a *client* has set may be right: the world's, and the wall's.

    A client library lives in the time of its own machine and cannot be told another; a test that knows the
    world's clock may date by that. Decision 7 says what this is used for, and that nothing of ours is.
    """
    return now, wall_now()
