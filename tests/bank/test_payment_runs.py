"""Periodic payments: on which days they run, and what becomes of each run."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.bank import payments
from sandbox.bank.payments import Frequency, PaymentStatus, Roll, Schedule, runs
from sandbox.bank.profile import NoFunds, Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.kernel import bankdays
from sandbox.workspaces import agenda
from tests.bank import factories as a
from tests.bank import paying as p

ACCEPTED, SETTLED, REJECTED = PaymentStatus.ACCEPTED, PaymentStatus.SETTLED, PaymentStatus.REJECTED
PENDING, CANCELLED = PaymentStatus.PENDING, PaymentStatus.CANCELLED
TODAY = a.NOON.date()


class Calendar:
    """All that the days of a schedule need to know of a bank: which day it is."""

    def __init__(self, today):
        self.today = today


def days_of(schedule, count=12, *, currency="NOK", today=None):
    """The first days on which the schedule is carried out, each seen on the one before."""
    day = (today or schedule.start_on) - timedelta(days=1)
    found = []
    bank = Calendar(day + timedelta(days=1))
    while len(found) < count:
        day = runs.next_day(bank, schedule, currency, day)
        if day is None:
            break
        bank.today = day
        found.append(day)
    return found


def monthly(start_on, **other):
    return Schedule(start_on, other.pop("frequency", Frequency.MONTHLY), **other)


def planned(schedule, count):
    """The planned days themselves, bank day or not."""
    found = [runs.first(schedule)]
    for day in runs._planned(schedule):
        if day != found[0]:
            found.append(day)
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (monthly(date(2027, 10, 31)), ["10-31", "11-30", "12-31", "01-31", "02-29", "03-31"]),
        (monthly(date(2026, 12, 31)), ["12-31", "01-31", "02-28", "03-31", "04-30", "05-31"]),
        (monthly(date(2026, 12, 29)), ["12-29", "01-29", "02-28", "03-29"]),
        (monthly(date(2027, 12, 29)), ["12-29", "01-29", "02-29", "03-29"]),
        (monthly(date(2026, 3, 20), day=5), ["04-05", "05-05"]),
        (monthly(date(2026, 3, 20), day=31), ["03-31", "04-30"]),
        (monthly(date(2026, 8, 31), frequency=Frequency.QUARTERLY), ["08-31", "11-30", "02-28", "05-31"]),
        (monthly(date(2026, 8, 31), frequency=Frequency.SEMI_ANNUAL), ["08-31", "02-28", "08-31"]),
        (monthly(date(2028, 2, 29), frequency=Frequency.ANNUAL), ["02-29", "02-28", "02-28"]),
        (monthly(date(2026, 1, 31), frequency=Frequency.EVERY_TWO_MONTHS), ["01-31", "03-31", "05-31"]),
        (
            monthly(date(2026, 1, 15), frequency=Frequency.MONTHLY_VARIABLE, months=(2, 6, 12)),
            ["02-15", "06-15", "12-15", "02-15"],
        ),
        (Schedule(date(2026, 12, 30), Frequency.WEEKLY), ["12-30", "01-06", "01-13"]),
        (Schedule(date(2026, 12, 30), Frequency.EVERY_TWO_WEEKS), ["12-30", "01-13", "01-27"]),
        (Schedule(date(2028, 2, 28), Frequency.DAILY), ["02-28", "02-29", "03-01"]),
    ],
)
def test_the_days_are_planned_by_the_calendar_month_ends_and_leap_years_included(schedule, expected):
    assert [f"{day:%m-%d}" for day in planned(schedule, len(expected))] == expected


@pytest.mark.parametrize(
    ("roll", "expected"),
    [
        # 1 August 2026 is a Saturday, 1 November a Sunday; 1 May 2027 is a holiday on a Saturday.
        (Roll.FOLLOWING, ["2026-08-03", "2026-11-02", "2027-05-03"]),
        (Roll.PRECEDING, ["2026-07-31", "2026-10-30", "2027-04-30"]),
    ],
)
def test_a_run_on_no_bank_day_rolls_as_it_was_agreed(roll, expected):
    every = days_of(monthly(date(2026, 7, 1), roll=roll), 12)

    assert [f"{day}" for day in every if day.day not in (1,)][:2] == expected[:2]
    assert expected[2] in {f"{day}" for day in every}


def test_the_national_day_stops_krone_but_not_euro():
    of_may = Schedule(date(2027, 5, 17), Frequency.DAILY)

    assert days_of(of_may, 1, currency="NOK") == [date(2027, 5, 18)]
    assert days_of(of_may, 1, currency="EUR") == [date(2027, 5, 17)]


def test_over_a_weekend_a_daily_payment_runs_once_and_not_three_times():
    friday = date(2026, 3, 20)

    following = days_of(Schedule(friday, Frequency.DAILY), 3)
    preceding = days_of(Schedule(friday, Frequency.DAILY, roll=Roll.PRECEDING), 3)

    assert following == preceding == [friday, date(2026, 3, 23), date(2026, 3, 24)]


def test_nothing_rolls_into_the_past():
    saturday = date(2026, 3, 21)

    assert days_of(Schedule(saturday, Frequency.WEEKLY, roll=Roll.PRECEDING), 2) == [
        date(2026, 3, 23),
        date(2026, 3, 27),
    ]


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(date(2026, 4, 1), Frequency.MONTHLY, end_on=date(2026, 3, 31)),
        Schedule(date(2026, 3, 20), Frequency.MONTHLY, end_on=date(2026, 4, 1), day=10),
        Schedule(date(2026, 3, 20), Frequency.MONTHLY_VARIABLE),
    ],
)
def test_a_schedule_that_never_comes_to_a_day_is_refused(bank, schedule):
    with pytest.raises(payments.ExecutionDateInvalid):
        payments.initiate(bank, "app-1", p.an_order(service=Service.PERIODIC, schedule=schedule))


# Against an oracle: written from the words of the standard, day by day, without any arithmetic of months.

STEPS = {
    Frequency.MONTHLY: 1,
    Frequency.EVERY_TWO_MONTHS: 2,
    Frequency.QUARTERLY: 3,
    Frequency.SEMI_ANNUAL: 6,
    Frequency.ANNUAL: 12,
}
SPANS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.EVERY_TWO_WEEKS: 14}


def is_planned(schedule, day):
    """Whether that one day is one of the schedule's."""
    if day < schedule.start_on or (schedule.end_on and day > schedule.end_on):
        return False
    if schedule.frequency in SPANS:
        return (day - schedule.start_on).days % SPANS[schedule.frequency] == 0
    wanted = schedule.day or schedule.start_on.day
    last = monthrange(day.year, day.month)[1]
    if day.day != min(wanted, last):
        return False
    if schedule.frequency == Frequency.MONTHLY_VARIABLE:
        return day.month in schedule.months
    since = (day.year - schedule.start_on.year) * 12 + day.month - schedule.start_on.month
    return since % STEPS[schedule.frequency] == 0


def oracle(schedule, currency, today, horizon):
    """Every day on which a run is carried out, from today to the horizon."""
    found = set()
    for ahead in range(-20, horizon + 20):
        day = today + timedelta(days=ahead)
        if not is_planned(schedule, day):
            continue
        step = 1 if schedule.roll is Roll.FOLLOWING else -1
        rolled = day
        while not bankdays.is_settlement_day(currency, rolled):
            rolled += timedelta(days=step)
        if rolled < today and schedule.roll is Roll.PRECEDING:
            rolled = day
            while not bankdays.is_settlement_day(currency, rolled):
                rolled += timedelta(days=1)
        found.add(rolled)
    return sorted(day for day in found if today <= day <= today + timedelta(days=horizon))


schedules = st.builds(
    Schedule,
    start_on=st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    frequency=st.sampled_from(Frequency),
    end_on=st.none() | st.dates(date(2026, 6, 1), date(2031, 1, 1)),
    roll=st.sampled_from(Roll),
    day=st.none() | st.integers(1, 31),
    months=st.lists(st.integers(1, 12), min_size=1, max_size=5, unique=True).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(schedule=schedules, currency=st.sampled_from(["NOK", "EUR", "SEK"]), late=st.integers(0, 40))
def test_the_days_are_those_of_the_calendar_looked_at_day_by_day(schedule, currency, late):
    today, horizon = schedule.start_on + timedelta(days=late), 400
    expected = oracle(schedule, currency, today, horizon)

    found = days_of(schedule, len(expected) + 1, currency=currency, today=today)

    assert [day for day in found if day <= today + timedelta(days=horizon)] == expected


# What becomes of the runs


def standing(bank, minor=1_000, **other):
    """A standing order of Kari's, with her yes."""
    schedule = other.pop("schedule", Schedule(TODAY, Frequency.MONTHLY))
    return p.paid(bank, p.an_instruction(minor), service=Service.PERIODIC, schedule=schedule, **other)


def test_a_standing_order_runs_on_and_on_and_stays_accepted(bank):
    payment = standing(bank)

    summer = p.later(bank, days=95)

    assert (payment.status, payment.due_on) == (ACCEPTED, date(2026, 7, 16))
    assert [one.due_on for one in payments.transfers(bank, payment)[1:]] == [
        *(date(2026, 3, 16), date(2026, 4, 16), date(2026, 5, 18), date(2026, 6, 16)),
    ]
    assert p.booked(summer, "liv-1") == p.START_MINOR + 4_000


def test_a_standing_order_is_over_after_its_last_run(bank):
    payment = standing(bank, schedule=Schedule(TODAY, Frequency.WEEKLY, end_on=date(2026, 3, 30)))

    p.later(bank, days=60)

    assert p.statuses(bank, payment) == [PaymentStatus.RECEIVED, ACCEPTED, SETTLED]
    assert p.booked(bank, "liv-1") == p.START_MINOR + 3_000
    assert agenda.coming(bank.work, "test") == []


def test_a_standing_order_of_which_no_run_could_be_paid_is_rejected_in_the_end(bank):
    once = Schedule(TODAY, Frequency.WEEKLY, end_on=TODAY)

    payment = standing(bank, p.START_MINOR + 1, schedule=once)

    assert (payment.status, payment.reason) == (REJECTED, Reason.INSUFFICIENT_FUNDS)


def test_a_yes_after_the_last_day_is_a_yes_to_nothing(bank):
    once = Schedule(TODAY, Frequency.WEEKLY, end_on=TODAY)
    payment = p.initiated(bank, service=Service.PERIODIC, schedule=once)

    payments.agree(p.later(bank, days=1), payment, a.KARI)

    assert (payment.status, payment.reason) == (REJECTED, Reason.DATE_INVALID)


def test_a_run_without_funds_is_rejected_and_the_next_one_runs(bank):
    payment = standing(bank, 60_000, schedule=Schedule(TODAY, Frequency.WEEKLY))
    p.later(bank, days=8)
    assert p.of_transfers(bank, payment)[1:] == [
        (SETTLED, None),
        (REJECTED, Reason.INSUFFICIENT_FUNDS),
    ]
    p.paid(
        *(bank, p.an_instruction(50_000, to=p.KARIS)),
        by=a.OLA,
        debtor=p.OLAS,
        scheme=Scheme.DOMESTIC_INSTANT,
    )

    p.later(bank, days=15)

    assert p.of_transfers(bank, payment)[3] == (SETTLED, None)
    assert payment.status == ACCEPTED


def test_a_run_may_wait_for_funds_without_holding_up_the_next(bank):
    rules = replace(bank.profile.payments, no_funds=NoFunds.WAIT)
    patient = replace(bank, profile=replace(bank.profile, payments=rules))
    payment = standing(patient, p.START_MINOR + 1, schedule=Schedule(TODAY, Frequency.DAILY))

    wednesday = p.later(patient, days=2)
    assert [status for status, _ in p.of_transfers(bank, payment)] == [ACCEPTED, PENDING, PENDING, PENDING]
    p.later(wednesday, days=1)

    assert p.of_transfers(bank, payment)[1:] == [
        (REJECTED, Reason.INSUFFICIENT_FUNDS),
        *[(PENDING, None)] * 3,
    ]


def test_a_cancelled_standing_order_lets_the_run_go_that_is_on_its_way(bank):
    payment = standing(bank)
    assert payment.status == ACCEPTED

    payments.cancel(bank, payment)
    p.later(bank, days=90)

    assert p.of_transfers(bank, payment) == [(CANCELLED, Reason.CUSTOMER_REQUEST), (SETTLED, None)]
    assert p.booked(bank, "liv-1") == p.START_MINOR + 1_000


def test_a_cancelled_standing_order_pays_no_run_that_waits_for_funds(bank):
    rules = replace(bank.profile.payments, no_funds=NoFunds.WAIT)
    patient = replace(bank, profile=replace(bank.profile, payments=rules))
    payment = standing(patient, p.START_MINOR + 1)

    payments.cancel(patient, payment)

    assert p.of_transfers(bank, payment)[1] == (CANCELLED, Reason.CUSTOMER_REQUEST)
    assert agenda.coming(bank.work, "test") == []


def test_the_instant_runs_of_a_standing_order_are_paid_in_the_morning_of_their_day(bank):
    payment = standing(
        bank, scheme=Scheme.DOMESTIC_INSTANT, schedule=Schedule(date(2026, 3, 18), Frequency.DAILY)
    )

    p.later(bank, at=a.NOON.replace(day=18, hour=5, minute=0))

    assert p.of_transfers(bank, payment)[1] == (PaymentStatus.CREDITED, None)
