"""Runs: the days on which a periodic payment is carried out, month ends and bank days considered."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice

from sandbox.bank.bank import Bank
from sandbox.bank.payments.terms import Frequency, Roll, Schedule
from sandbox.kernel import bankdays, months

_DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.EVERY_TWO_WEEKS: 14}
_MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.EVERY_TWO_MONTHS: 2,
    Frequency.QUARTERLY: 3,
    Frequency.SEMI_ANNUAL: 6,
    Frequency.ANNUAL: 12,
    Frequency.MONTHLY_VARIABLE: 1,
}
#: No row of days without settlement is as long as this.
_LONGEST_ROLL = timedelta(days=14)
#: No schedule pauses for longer than a year; what has not come by then never comes.
_MONTHS_LOOKED_AT = 14


def first(schedule: Schedule) -> date | None:
    """The first planned day, before it is rolled to a bank day; None where the end comes before it."""
    return next(_planned(schedule), None)


def planned(schedule: Schedule, which: int) -> date | None:
    """The first, second, … planned day, before it is rolled to a bank day; None where there are fewer."""
    return next(islice(_planned(schedule), which - 1, None), None)


def next_day(bank: Bank, schedule: Schedule, currency: str, after: date) -> date | None:
    """The first day after `after` on which a run is carried out; None where there is none any more.

    Runs that roll to one and the same day are one run: nobody pays three times on a Monday.
    """
    for one in _planned(schedule):
        if one < after - _LONGEST_ROLL:
            continue
        day = rolled(bank, schedule, currency, one)
        if day > after:
            return day
    return None


def rolled(bank: Bank, schedule: Schedule, currency: str, day: date) -> date:
    """The day on which the run that is planned for `day` is carried out.

    Source: psd2-api 1.3.11, executionRule.
    """
    if bankdays.is_settlement_day(currency, day):
        return day
    if schedule.roll is Roll.FOLLOWING:
        return bankdays.next_settlement_day(currency, day)
    before = bankdays.previous_settlement_day(currency, day)
    # Nothing is carried out in the past: what would roll to before today follows instead.
    return before if before >= bank.today else bankdays.next_settlement_day(currency, day)


def _planned(schedule: Schedule) -> Iterator[date]:
    days = _by_days(schedule) if schedule.frequency in _DAYS else _by_months(schedule)
    for day in days:
        if schedule.end_on is not None and day > schedule.end_on:
            return
        yield day


def _by_days(schedule: Schedule) -> Iterator[date]:
    step = timedelta(days=_DAYS[schedule.frequency])
    day = schedule.start_on
    while True:
        yield day
        day += step


def _by_months(schedule: Schedule) -> Iterator[date]:
    """The same day of each month in question, or the month's last where it has no such day."""
    begin, step = schedule.start_on, _MONTHS[schedule.frequency]
    wanted = schedule.day or begin.day
    fruitless = 0
    for later in count(0, step):
        day = months.shifted(begin, later, on=wanted)
        chosen = schedule.frequency != Frequency.MONTHLY_VARIABLE or day.month in schedule.months
        if chosen and day >= begin:
            fruitless = 0
            yield day
        else:
            fruitless += 1
            if fruitless > _MONTHS_LOOKED_AT:
                return
