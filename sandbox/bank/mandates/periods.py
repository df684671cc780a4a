"""Periods: on which days a limit counts together, and how much of it there is in the first of them.

Dates go in, dates and minor units come out; nothing here knows a bank or a clock.
Source: UK Open Banking Read/Write 4.0, OBDomesticVRPControlParameters and its examples of periodic limits.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sandbox.kernel import months

_MONTHS_OF_A_YEAR = 12


class PeriodKind(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Alignment(StrEnum):
    """Where periods begin: each time so long after the start, or as the calendar has them."""

    START = "start"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class PeriodicLimit:
    """The most that is paid in each such period, in minor units."""

    kind: PeriodKind
    alignment: Alignment
    minor: int


@dataclass(frozen=True, slots=True)
class Period:
    """The days that count together, both ends included, and what may be paid on them in all."""

    first: date
    last: date
    minor: int


_DAYS = {PeriodKind.DAY: 1, PeriodKind.WEEK: 7, PeriodKind.FORTNIGHT: 14}
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}


def has_calendar(kind: PeriodKind) -> bool:
    """Whether the calendar says where such periods begin: of a fortnight it does not."""
    return kind is not PeriodKind.FORTNIGHT


def period_of(limit: PeriodicLimit, start: date, day: date) -> Period:
    """The period that `day` belongs to, of a limit that counts from `start` on; `day` is not before it.

    The calendar's period that is running at the start is shorter, and its limit is pro-rated to the days that
    are left, the start included. It is rounded down: the PSU never gives more than the share.
    """
    if limit.alignment is Alignment.START:
        return Period(*_since(limit.kind, start, day), limit.minor)
    first, last = _in_calendar(limit.kind, day)
    if first >= start:
        return Period(first, last, limit.minor)
    left, whole = (last - start).days + 1, (last - first).days + 1
    return Period(start, last, limit.minor * left // whole)


def _since(kind: PeriodKind, start: date, day: date) -> tuple[date, date]:
    if kind in _DAYS:
        length = timedelta(days=_DAYS[kind])
        first = start + (day - start) // length * length
        return first, first + length - timedelta(days=1)
    step = _MONTHS[kind]
    # Counted from the start each time: what began on a 31st is on the 31st again after February.
    past = (day.year - start.year) * _MONTHS_OF_A_YEAR + day.month - start.month
    past -= past % step
    if months.shifted(start, past) > day:
        past -= step
    return months.shifted(start, past), months.shifted(start, past + step) - timedelta(days=1)


def _in_calendar(kind: PeriodKind, day: date) -> tuple[date, date]:
    """Source: ISO 8601: a week begins on a Monday."""
    if kind is PeriodKind.DAY:
        return day, day
    if kind is PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    step = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // step * step + 1, 1)
    return first, months.shifted(first, step) - timedelta(days=1)
