"""Months are counted by the calendar, and end where they end."""

from datetime import date

import pytest

from sandbox.kernel import months


@pytest.mark.parametrize(
    ("day", "by", "on", "is_"),
    [
        (date(2026, 1, 31), 1, None, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, None, date(2024, 2, 29)),
        (date(2026, 11, 25), 2, None, date(2027, 1, 25)),
        (date(2026, 11, 25), -24, None, date(2024, 11, 25)),
        (date(2026, 1, 15), -1, None, date(2025, 12, 15)),
        (date(2026, 3, 31), 0, None, date(2026, 3, 31)),
        (date(2026, 1, 15), 1, 31, date(2026, 2, 28)),
        (date(2026, 1, 31), 12, 1, date(2027, 1, 1)),
    ],
)
def test_the_same_day_of_another_month_is_its_last_where_it_has_no_such_day(day, by, on, is_):
    assert months.shifted(day, by, on) == is_
