"""Months as people live them: which days banks and shops are open, and moments as sortable text."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sandbox.kernel import bankdays
from sandbox.kernel.countries import country

#: When a bank books in the night what shops have sent: UTC, before anybody is awake.
NIGHT = "T04:30:00.000000Z"
_SUNDAY = 6


class Day(NamedTuple):
    """One day: its ISO text, its weekday, whether banks and shops are open, and the bank day after it."""

    iso: str
    weekday: int
    is_bank_day: bool
    is_holiday: bool
    next_bank_day: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one country. `offset` is how many minutes local time is ahead of UTC, day by day."""

    country: str
    year: int
    month: int
    days: tuple[Day, ...]
    offsets: tuple[int, ...]

    def moment(self, index: int, minute: int, second: int = 0) -> str:
        """The instant of a local minute of a day (index from 0), between 03:00 and 23:59, as text."""
        minute = max(minute, 180) - self.offsets[index]
        return f"{self.days[index].iso}T{_MINUTES[minute]}:{second:02d}.000000Z"

    def bank_day_from(self, day: int | str) -> int:
        """Index of that day of the month, or of the next bank day, without leaving the month."""
        wanted = len(self.days) if day == "last" else int(day)
        later = [i for i, one in enumerate(self.days) if one.is_bank_day and i + 1 >= wanted]
        return later[0] if later else self.bank_day_until("last")

    def bank_day_until(self, day: int | str) -> int:
        """Index of that day of the month, or of the bank day before, without leaving the month."""
        wanted = len(self.days) if day == "last" else int(day)
        earlier = [i for i, one in enumerate(self.days) if one.is_bank_day and i + 1 <= wanted]
        return earlier[-1] if earlier else self.bank_day_from(1)


_MINUTES = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(24 * 60)]


@cache
def month(country_id: str, year: int, number: int) -> Month:
    """That month in that country."""
    zone = ZoneInfo(country(country_id).zone)
    one, days, offsets = date(year, number, 1), [], []
    while one.month == number:
        holiday = one.weekday() == _SUNDAY or one in bankdays.closed_days(country_id, year)
        following = bankdays.next_bank_day(country_id, one).isoformat()
        days.append(
            Day(one.isoformat(), one.weekday(), bankdays.is_bank_day(country_id, one), holiday, following)
        )
        ahead = datetime(year, number, one.day, 12, tzinfo=zone).utcoffset() or timedelta()
        offsets.append(int(ahead.total_seconds()) // 60)
        one += timedelta(days=1)
    return Month(country_id, year, number, tuple(days), tuple(offsets))


@cache
def shop_weights(
    country_id: str, year: int, number: int, week: tuple[float, ...], sundays: bool
) -> tuple[float, ...]:
    """How likely a purchase falls on each day of the month, summed up day by day."""
    total, summed = 0.0, []
    for one in month(country_id, year, number).days:
        total += 0.0 if one.is_holiday and not sundays else week[one.weekday]
        summed.append(total)
    return tuple(summed)
