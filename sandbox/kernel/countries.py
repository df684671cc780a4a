"""What is particular to a country, read from `fixtures/countries`: names, numbers, calendars, rhythm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.kernel import documents, places


@dataclass(frozen=True, slots=True)
class PhoneRange:
    """Numbers that no subscriber has: `prefix`, then `first` to `last` in so many digits."""

    prefix: str
    digits: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many numbers the range has."""
        return self.last - self.first + 1

    def number(self, index: int) -> str:
        """The number at that place, in the form +4768050000."""
        return f"{self.prefix}{self.first + index:0{self.digits}d}"

    def holds(self, phone: str) -> bool:
        """Whether the number is one of the range."""
        rest = phone.removeprefix(self.prefix)
        right = phone.startswith(self.prefix) and rest.isdigit() and len(rest) == self.digits
        return right and self.first <= int(rest) <= self.last


@dataclass(frozen=True, slots=True)
class BankDays:
    """The days on which a country's banks are closed, beyond Saturdays and Sundays.

    `also` are (month, day) every year, `after_easter` days after Easter Sunday. `subdivision` is the part of
    the country whose holidays the banks keep, where not all parts have the same.
    """

    calendar: str
    subdivision: str | None
    categories: tuple[str, ...]
    also: tuple[tuple[int, int], ...]
    after_easter: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SchemeHours:
    """When a payment scheme works. Without windows or opening it is instant, at any hour of any day.

    `currency` is the one that it carries (None: any), `amount_max_minor` the most of it at once (None: any).
    Taken by `cut_off` on a settlement day, a payment leaves with the next of the `windows`, or at once from
    `opens` on; where it is processed first, so many settlement days later. It arrives `after_days` settlement
    days after it has left. Times are local.
    """

    currency: str | None
    amount_max_minor: int | None
    cut_off: time | None
    opens: time | None
    windows: tuple[time, ...]
    processing_days: int
    after_days: int

    @property
    def instant(self) -> bool:
        """Whether it works at any hour."""
        return not self.windows and self.opens is None


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who authorises payment firms. Source of the ids: ETSI TS 119 495, annex D."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Country:
    """One country. `per_euro` scales amounts of the personas; `pay` is the rhythm of salaries and tax.

    `home` is how what a home costs beside rent and loan is paid. `habits` are how often people fetch cash in
    a month, and the share of cars that run on current. `friends` are given names of people whom people know.
    `accounts` maps a purpose to the account's name and product; `places` are (postcode, town).
    `payees_verified_from` is the day from which the law has banks verify payees (None: it has not been told).
    `id_places` and `id_cast_places` are how many people of one sex can be born on one day, among
    ordinary people and among the cast, before safe national ids run out.
    """

    id: str
    name: str
    currency: str
    foreign_currency: str
    per_euro: float
    languages: tuple[str, ...]
    faker_locale: str
    zone: str
    company_forms: tuple[str, ...]
    supervisor: Supervisor
    id_places: int
    id_cast_places: int
    phones: tuple[PhoneRange, ...]
    bank_days: BankDays
    schemes: Mapping[str, SchemeHours]
    payees_verified_from: date | None
    references: tuple[str, ...]
    pay: Mapping[str, Any]
    home: Mapping[str, Any]
    habits: Mapping[str, float]
    friends: tuple[str, ...]
    accounts: Mapping[str, tuple[str, str]]
    words: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[tuple[str, str], ...]


@cache
def country(country_id: str) -> Country:
    """The country of that ISO code, upper or lower case; KeyError where we do not know it."""
    if country_id != country_id.upper():
        return country(country_id.upper())
    path = places.fixtures() / "countries" / f"{country_id.lower()}.yaml"
    if not path.is_file():
        raise KeyError(country_id)
    return _read(path)


@cache
def known() -> tuple[str, ...]:
    """The ISO codes of the countries that we know, sorted."""
    return tuple(sorted(path.stem.upper() for path in (places.fixtures() / "countries").glob("*.yaml")))


def _read(path: Path) -> Country:
    found = documents.load(path)
    days, ids = found["bank_days"], found["id_days"]
    return Country(
        id=found["id"],
        name=found["name"],
        currency=found["currency"],
        foreign_currency=found["foreign_currency"],
        per_euro=float(found["per_euro"]),
        languages=tuple(found["languages"]),
        faker_locale=found["faker_locale"],
        zone=found["zone"],
        company_forms=tuple(found["company_forms"]),
        supervisor=Supervisor(**found["supervisor"]),
        id_places=ids["places"],
        id_cast_places=ids["cast_places"],
        phones=tuple(PhoneRange(**one) for one in found["phones"]),
        bank_days=BankDays(
            days["calendar"],
            days.get("subdivision"),
            tuple(days["categories"]),
            tuple((int(text[:2]), int(text[3:])) for text in days["also"]),
            tuple(days["after_easter"]),
        ),
        schemes={scheme: _scheme(hours) for scheme, hours in found["schemes"].items()},
        payees_verified_from=_day(found.get("payees_verified_from")),
        references=tuple(found["references"]),
        pay=found["pay"],
        home=found["home"],
        habits={habit: float(often) for habit, often in found["habits"].items()},
        friends=tuple(found["friends"]),
        accounts={purpose: (pair[0], pair[1]) for purpose, pair in found["accounts"].items()},
        words=tuple(found["words"]),
        streets=tuple(found["streets"]),
        places=tuple((pair[0], pair[1]) for pair in found["places"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _scheme(found: Mapping[str, Any]) -> SchemeHours:
    return SchemeHours(
        currency=found.get("currency"),
        amount_max_minor=found.get("amount_max_minor"),
        cut_off=_time(found.get("cut_off")),
        opens=_time(found.get("opens")),
        windows=tuple(time.fromisoformat(text) for text in found.get("windows", ())),
        processing_days=found.get("processing_days", 0),
        after_days=found.get("after_days", 0),
    )


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
