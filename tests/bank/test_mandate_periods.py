"""The days that a periodic limit counts together, against an oracle that counts them one by one.

The oracle knows no months by number: it walks from day to day and asks each whether a period begins on it.
"""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.bank.mandates import Alignment, Period, PeriodicLimit, PeriodKind
from sandbox.bank.mandates.periods import has_calendar, period_of

DAY = timedelta(days=1)
STARTS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
LATER = st.integers(0, 800)
ALIGNED = st.sampled_from(
    [
        (kind, alignment)
        for kind in PeriodKind
        for alignment in Alignment
        if alignment is Alignment.START or has_calendar(kind)
    ]
)
#: How many months lie between the beginnings of two periods that months are counted in.
MONTHS = {PeriodKind.MONTH: 1, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}

#: The oracle walks from day to day, and the machine may have other things to do.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def begins_by_calendar(kind, day):
    """Whether the calendar begins such a period on that day."""
    match kind:
        case PeriodKind.DAY:
            return True
        case PeriodKind.WEEK:
            return day.strftime("%A") == "Monday"
        case PeriodKind.MONTH:
            return day.day == 1
        case PeriodKind.HALF_YEAR:
            return (day.day, day.month) in ((1, 1), (1, 7))
        case PeriodKind.YEAR:
            return (day.day, day.month) == (1, 1)


def begins_since(kind, start, day):
    """Whether a period that is counted from `start` begins on that day, which is not before it."""
    if kind in (PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.FORTNIGHT):
        length = {PeriodKind.DAY: 1, PeriodKind.WEEK: 7, PeriodKind.FORTNIGHT: 14}[kind]
        return (day.toordinal() - start.toordinal()) % length == 0
    apart = 12 * (day.year - start.year) + day.month - start.month
    last_of_month = monthrange(day.year, day.month)[1]
    return apart % MONTHS[kind] == 0 and day.day == min(start.day, last_of_month)


def begins(limit, start, day):
    if limit.alignment is Alignment.START:
        return begins_since(limit.kind, start, day)
    return begins_by_calendar(limit.kind, day)


def counted(limit, start, day):
    """The period of that day, found by walking; its limit as a share of the whole days, rounded down."""
    first = day
    while first > start and not begins(limit, start, first):
        first -= DAY
    last = day
    while not begins(limit, start, last + DAY):
        last += DAY
    whole = first
    while not begins(limit, start, whole):
        whole -= DAY
    share = Fraction((last - first).days + 1, (last - whole).days + 1)
    minor = Fraction(limit.minor) * share
    return Period(first, last, minor.numerator // minor.denominator)


@patient
@given(ALIGNED, STARTS, LATER, st.integers(1, 10**9))
def test_a_period_is_what_the_oracle_counts_day_by_day(kind, start, later, minor):
    limit, day = PeriodicLimit(*kind, minor), start + later * DAY

    assert period_of(limit, start, day) == counted(limit, start, day)


@patient
@given(ALIGNED, STARTS, LATER)
def test_periods_follow_one_another_without_a_gap(kind, start, later):
    limit = PeriodicLimit(*kind, 1000)
    here = period_of(limit, start, start + later * DAY)

    after = period_of(limit, start, here.last + DAY)

    assert here.first <= start + later * DAY <= here.last
    assert after.first == here.last + DAY
    assert after.minor == limit.minor, "only the first is pro-rated"


@patient
@given(ALIGNED, STARTS, st.integers(1, 10**9))
def test_the_first_period_never_gives_more_than_its_share(kind, start, minor):
    first = period_of(PeriodicLimit(*kind, minor), start, start)

    assert first.first == start
    assert 0 <= first.minor <= minor
    if kind[1] is Alignment.START:
        assert first.minor == minor


@pytest.mark.parametrize(
    ("kind", "alignment", "minor", "start", "expected"),
    [
        ("month", "calendar", 30_000, "2021-06-06", [("2021-06-06", "2021-06-30", 25_000),
            ("2021-07-01", "2021-07-31", 30_000), ("2021-08-01", "2021-08-31", 30_000)]),
        ("month", "start", 50_000, "2021-06-05", [("2021-06-05", "2021-07-04", 50_000),
            ("2021-07-05", "2021-08-04", 50_000), ("2021-08-05", "2021-09-04", 50_000)]),
        ("year", "calendar", 50_000, "2021-06-06", [("2021-06-06", "2021-12-31", 28_630),
            ("2022-01-01", "2022-12-31", 50_000), ("2023-01-01", "2023-12-31", 50_000)]),
        ("year", "start", 50_000, "2021-06-05", [("2021-06-05", "2022-06-04", 50_000),
            ("2022-06-05", "2023-06-04", 50_000), ("2023-06-05", "2024-06-04", 50_000)]),
    ],
)  # fmt: skip
def test_the_examples_of_the_standard(kind, alignment, minor, start, expected):
    """Read/Write 4.0, domestic-vrp-consents, Examples of Periodic Limits; two of its days are mended."""
    limit = PeriodicLimit(PeriodKind(kind), Alignment(alignment), minor)
    start = date.fromisoformat(start)

    found, day = [], start
    for _ in expected:
        period = period_of(limit, start, day)
        found.append((period.first.isoformat(), period.last.isoformat(), period.minor))
        day = period.last + DAY

    assert found == expected


def test_what_began_on_the_31st_is_on_the_31st_again_after_february():
    limit, start = PeriodicLimit(PeriodKind.MONTH, Alignment.START, 100), date(2024, 1, 31)

    firsts, day = [], start
    for _ in range(4):
        firsts.append(period_of(limit, start, day).first.isoformat())
        day = period_of(limit, start, day).last + DAY

    assert firsts == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]


def test_no_calendar_has_fortnights():
    assert [kind for kind in PeriodKind if not has_calendar(kind)] == [PeriodKind.FORTNIGHT]
