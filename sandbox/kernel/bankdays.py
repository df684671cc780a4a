"""Bank days: on which days a country's banks, and a currency's settlement, are open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
from holidays.registry import COUNTRIES

from sandbox.kernel import months
from sandbox.kernel.countries import SchemeHours, country, known

_DAY = timedelta(days=1)
_SATURDAY = 5


def easter(year: int) -> date:
    """Easter Sunday. Source: the anonymous Gregorian computus."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + week - 7 * ((a + 11 * h + 22 * week) // 451) + 114, 31)
    return date(year, month, day + 1)


@cache
def closed_days(country_id: str, year: int) -> frozenset[date]:
    """The days of the year, weekends apart, on which the country's banks are closed."""
    rules = country(country_id).bank_days
    told = calendar(rules.calendar)
    closed = set(told(subdiv=rules.subdivision, years=year, categories=rules.categories))
    closed |= {date(year, month, day) for month, day in rules.also}
    closed |= {easter(year) + timedelta(days=after) for after in rules.after_easter}
    if country(country_id).currency == "EUR":
        closed |= target_closed_days(year)
    return frozenset(day for day in closed if day.year == year)


@cache
def calendar(code: str) -> Callable[..., Mapping[date, str]]:
    """What tells the public holidays of that country. KeyError where the library does not know it.

    Asked in its own way, the library imports all its two hundred countries, and they take 9 MB for good. So
    the file of this one is loaded by itself; for everybody else in the process the library is as it was.
    """
    files = {one: (file, name) for file, (name, *codes) in COUNTRIES.items() for one in codes}
    file, name = files[code]
    path = Path(holidays.__file__).parent / "countries" / f"{file}.py"
    spec = spec_from_file_location(f"{__name__}_{file}", path)
    assert spec is not None  # a path that ends so always has one
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    told: Callable[..., Mapping[date, str]] = getattr(module, name)
    return told


@cache
def target_closed_days(year: int) -> frozenset[date]:
    """The days of the year, weekends apart, on which euro are not settled. Source: ECB, TARGET calendar."""
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)}
    return frozenset(fixed | {easter(year) - 2 * _DAY, easter(year) + _DAY})


def is_bank_day(country_id: str, day: date) -> bool:
    """Whether the country's banks are open on that day."""
    return day.weekday() < _SATURDAY and day not in closed_days(country_id.upper(), day.year)


def is_settlement_day(currency: str, day: date) -> bool:
    """Whether payments in the currency reach another bank on that day; an unknown one follows TARGET."""
    if currency in _settled_in():
        return is_bank_day(_settled_in()[currency], day)
    return day.weekday() < _SATURDAY and day not in target_closed_days(day.year)


@cache
def _settled_in() -> Mapping[str, str]:
    """A currency is settled where its central bank is. Euro follows TARGET, wherever the customer lives."""
    return {currency: one for one in known() if (currency := country(one).currency) != "EUR"}


def on_or_after(country_id: str, day: date) -> date:
    """That day, or the next bank day where it is none: how bills roll."""
    while not is_bank_day(country_id, day):
        day += _DAY
    return day


def on_or_before(country_id: str, day: date) -> date:
    """That day, or the bank day before where it is none: how salaries roll."""
    while not is_bank_day(country_id, day):
        day -= _DAY
    return day


def next_bank_day(country_id: str, day: date) -> date:
    """The first bank day after that day."""
    return on_or_after(country_id, day + _DAY)


def previous_bank_day(country_id: str, day: date) -> date:
    """The last bank day before that day."""
    return on_or_before(country_id, day - _DAY)


def last_bank_day(country_id: str, year: int, month: int) -> date:
    """The last bank day of the month."""
    return previous_bank_day(country_id, months.shifted(date(year, month, 1), 1))


def next_settlement_day(currency: str, day: date) -> date:
    """The first settlement day of the currency after that day."""
    day += _DAY
    while not is_settlement_day(currency, day):
        day += _DAY
    return day


def previous_settlement_day(currency: str, day: date) -> date:
    """The last settlement day of the currency before that day."""
    day -= _DAY
    while not is_settlement_day(currency, day):
        day -= _DAY
    return day


@dataclass(frozen=True, slots=True)
class Passage:
    """A payment's way: when it leaves the debtor's bank, and when it is at the creditor's."""

    leaves_at: datetime
    arrives_at: datetime


def passage(country_id: str, scheme: str, currency: str, moment: datetime) -> Passage:
    """The way of a payment that is ready at `moment`: at once, or by the hours of its scheme.

    What is ready after the cut-off, or on a day on which the currency is not settled, waits for the next
    settlement day. KeyError where the country has no such scheme.
    """
    land = country(country_id)
    hours = land.schemes[scheme]
    if hours.instant:
        return Passage(moment, moment)
    zone = ZoneInfo(land.zone)
    local = moment.astimezone(zone)
    day = local.date()
    in_time = hours.cut_off is None or local.time() <= hours.cut_off
    if not (in_time and is_settlement_day(currency, day)):
        day = next_settlement_day(currency, day)
    for _ in range(hours.processing_days):
        day = next_settlement_day(currency, day)
    ready = local.time() if day == local.date() else time()
    leaves = _from(hours, ready)
    if leaves is None:
        day, leaves = next_settlement_day(currency, day), hours.windows[0]
    arrival = day
    for _ in range(hours.after_days):
        arrival = next_settlement_day(currency, arrival)
    return Passage(*(datetime.combine(one, leaves, zone).astimezone(UTC) for one in (day, arrival)))


def cut_off(country_id: str, scheme: str, currency: str, moment: datetime) -> datetime | None:
    """Until when a payment goes with the settlement day at hand; None where the scheme never closes.

    On a settlement day it is that day's, also once it has passed; on any other, the next one's.
    """
    land = country(country_id)
    hours, zone = land.schemes[scheme], ZoneInfo(land.zone)
    if hours.instant or hours.cut_off is None:
        return None
    day = moment.astimezone(zone).date()
    if not is_settlement_day(currency, day):
        day = next_settlement_day(currency, day)
    return datetime.combine(day, hours.cut_off, zone).astimezone(UTC)


def _from(hours: SchemeHours, ready: time) -> time | None:
    """The first time of a day, from `ready` on, at which the scheme moves money; None where there is none."""
    if hours.opens is not None:
        return max(hours.opens, ready)
    return next((one for one in hours.windows if one >= ready), None)
