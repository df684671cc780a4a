"""Months: the same day of another one, as banks, archives and clocks count them."""

from calendar import monthrange
from datetime import date


def shifted(day: date, months: int, on: int | None = None) -> date:
    """The same day of the month that is so many later, or earlier where `months` is negative.

    `on` names another day of it. A month that has no such day has its last one instead.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(on or day.day, monthrange(year, month0 + 1)[1]))
