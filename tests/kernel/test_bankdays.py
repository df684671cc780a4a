"""Bank days: national holidays, what banks keep beyond them, and TARGET for euro."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kernel import bankdays, countries


def test_norway_is_closed_when_euro_are_settled():
    for closed in (date(2027, 3, 25), date(2027, 5, 6), date(2027, 5, 17), date(2028, 6, 5)):
        assert not bankdays.is_bank_day("NO", closed)
        assert not bankdays.is_settlement_day("NOK", closed)
        assert bankdays.is_settlement_day("EUR", closed)


@pytest.mark.parametrize(
    ("country", "closed"),
    [
        ("NO", date(2026, 12, 24)),
        ("SE", date(2026, 6, 19)),
        ("SE", date(2026, 12, 31)),
        ("DK", date(2026, 5, 15)),
        ("DK", date(2026, 6, 5)),
        ("DK", date(2026, 12, 24)),
        ("FI", date(2026, 6, 19)),
        ("DE", date(2025, 12, 26)),
        ("DE", date(2025, 10, 3)),
        ("GB", date(2026, 4, 6)),
        ("GB", date(2026, 12, 28)),
    ],
)
def test_banks_keep_their_own_holidays(country, closed):
    assert not bankdays.is_bank_day(country, closed)


@pytest.mark.parametrize("year", range(2020, 2041))
def test_target_is_closed_as_the_european_central_bank_says(year):
    assert bankdays.target_closed_days(year) == set(holidays.financial_holidays("XECB", years=year))


def test_a_salary_comes_before_the_weekend_and_a_bill_after_it():
    sunday = date(2026, 3, 15)

    assert bankdays.on_or_before("NO", sunday) == date(2026, 3, 13)
    assert bankdays.on_or_after("NO", sunday) == date(2026, 3, 16)
    assert bankdays.last_bank_day("DK", 2026, 12) == date(2026, 12, 30)
    assert bankdays.last_bank_day("DK", 2026, 5) == date(2026, 5, 29)


@given(
    st.sampled_from(countries.known()),
    st.dates(date(2020, 1, 1), date(2045, 12, 31)),
)
def test_next_and_previous_bank_days_are_bank_days_and_meet(country, day):
    later, earlier = bankdays.next_bank_day(country, day), bankdays.previous_bank_day(country, day)

    assert earlier < day < later
    assert bankdays.is_bank_day(country, later)
    assert bankdays.is_bank_day(country, earlier)
    assert (later - earlier).days <= 8
    if bankdays.is_bank_day(country, day):
        assert bankdays.previous_bank_day(country, later) == day


@pytest.mark.parametrize(
    ("ready", "leaves"),
    [
        ("2026-03-13T08:00", "2026-03-13T09:30"),  # the next window of the day
        ("2026-03-13T15:35", "2026-03-13T15:35"),  # just in time for the last one
        ("2026-03-13T15:36", "2026-03-16T05:35"),  # too late on a Friday
        ("2026-05-16T12:00", "2026-05-18T05:35"),  # a Saturday, before a Sunday that is the national day
        ("2027-05-17T09:00", "2027-05-18T05:35"),  # the national day, a Monday
    ],
)
def test_a_norwegian_payment_leaves_with_a_window_of_nics(ready, leaves):
    oslo = ZoneInfo("Europe/Oslo")
    moment = datetime.fromisoformat(ready).replace(tzinfo=oslo)

    way = bankdays.passage("NO", "domestic", "NOK", moment)

    assert way.leaves_at.astimezone(oslo).replace(tzinfo=None) == datetime.fromisoformat(leaves)
    assert way.arrives_at == way.leaves_at


def test_on_the_norwegian_national_day_kroner_wait_while_euro_settle():
    moment = datetime(2027, 5, 17, 8, 0, tzinfo=UTC)

    assert bankdays.passage("NO", "domestic", "NOK", moment).leaves_at.date() == date(2027, 5, 18)
    assert bankdays.passage("NO", "sepa", "EUR", moment).leaves_at.date() == date(2027, 5, 17)


@pytest.mark.parametrize(
    ("scheme", "ready", "arrives"),
    [
        ("domestic", "2026-03-16T09:00", "2026-03-18T07:00"),  # Bacs: input, processing, entry
        ("domestic", "2026-03-16T22:31", "2026-03-19T07:00"),  # too late for Monday's input
        ("domestic", "2026-04-02T12:00", "2026-04-08T07:00"),  # over Easter
        ("highValue", "2026-03-16T17:40", "2026-03-16T17:40"),  # CHAPS takes it to the last minute
        ("highValue", "2026-03-16T17:41", "2026-03-17T06:00"),
        ("highValue", "2026-03-16T05:00", "2026-03-16T06:00"),
        ("highValue", "2026-08-29T12:00", "2026-09-01T06:00"),  # the summer's bank holiday
        ("domesticInstant", "2026-12-25T02:00", "2026-12-25T02:00"),
    ],
)
def test_british_schemes_keep_their_hours(scheme, ready, arrives):
    london = ZoneInfo("Europe/London")
    moment = datetime.fromisoformat(ready).replace(tzinfo=london)

    way = bankdays.passage("GB", scheme, "GBP", moment)

    assert way.leaves_at == way.arrives_at
    assert way.arrives_at.astimezone(london).replace(tzinfo=None) == datetime.fromisoformat(arrives)


def test_scotland_s_own_holiday_is_a_bank_day():
    assert bankdays.is_settlement_day("GBP", date(2026, 11, 30))


def test_an_instant_payment_leaves_on_christmas_night():
    moment = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)

    assert bankdays.passage("FI", "sepaInstant", "EUR", moment) == bankdays.Passage(moment, moment)


@pytest.mark.parametrize("country_id", countries.known())
def test_public_holidays_are_those_that_the_library_tells_in_its_own_way(country_id):
    """Its file for one country is loaded without the two hundred others."""
    rules = countries.country(country_id).bank_days
    said = {"subdiv": rules.subdivision, "categories": rules.categories, "years": range(2000, 2060)}

    assert bankdays.calendar(rules.calendar)(**said) == holidays.country_holidays(rules.calendar, **said)


@pytest.mark.parametrize("country_id", countries.known())
def test_a_country_file_is_whole(country_id):
    country = countries.country(country_id)

    assert country.id == country_id
    assert len(set(country.places)) >= 25
    assert len({postcode for postcode, _ in country.places}) == len(country.places)
    assert all(word.isascii() and word.islower() for word in country.words)
    assert country.pay["salary_days"]
    for name, product in country.accounts.values():
        assert len(name) <= 70
        assert len(product) <= 35
    with pytest.raises(KeyError):
        countries.country("XX")
