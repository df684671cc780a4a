"""Who lives in a country: every person follows from (seed, country, number) alone."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import import_module
from random import Random  # noqa: TID251  # the type; chance comes from kernel.ids.stream

from sandbox.bank.customers import Standing
from sandbox.bank.profile import Profile
from sandbox.kernel.countries import Country
from sandbox.kernel.countries import country as country_of
from sandbox.kernel.ids import number_of, stream
from sandbox.population import national_ids, seats
from sandbox.population.personas import Kin, personas
from sandbox.population.seats import EPOCH, is_cast

__all__ = [
    "EPOCH",
    "BankRole",
    "Household",
    "Person",
    "Relative",
    "banks_of",
    "by_national_id",
    "by_username",
    "household_of",
    "is_cast",
    "number_from",
    "person",
    "person_id",
    "relatives_of",
]

_SECOND_BANK_PERCENT = 25
_SHARED_NAME_PERCENT = 60
_USERNAME = re.compile(r"[a-z]+\.[a-z]+\.(0|[1-9][0-9]{0,8})")
_LONGEST_SLUG = 24
_SPELT = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u", "ß": "ss", "đ": "d", "ð": "d"}
)


class BankRole(StrEnum):
    """What a bank is to a person: the bank of daily life, or one that they also use."""

    MAIN = "main"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Person:
    """One person or company. `id` is `<country>-<number>`; `country` is upper case, as ISO writes it.

    `member` is the person's role in the persona's household; `sca_methods` how many of a bank's ways to
    receive a code they have (None: all). A company has no `sex`, `born_on` or `national_id`, and its name
    stands in `name` alone.
    """

    id: str
    country: str
    number: int
    kind: str
    given_name: str
    family_name: str
    name: str
    sex: str | None
    born_on: date | None
    username: str
    password: str
    national_id: str | None
    email: str
    phone: str
    street: str
    postcode: str
    town: str
    language: str
    persona: str
    member: str
    standing: Standing
    sca_methods: int | None


@dataclass(frozen=True, slots=True)
class Household:
    """People whose history is written together. `id` is the person id of its first number (`no-8`)."""

    id: str
    country: str
    persona: str
    cast: bool
    people: tuple[Person, ...]

    def member(self, role: str) -> Person:
        """The person with that role; KeyError where nobody has it."""
        for one in self.people:
            if one.member == role:
                return one
        raise KeyError(role)


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody's relative in another country, and what they are to them."""

    relation: str
    person: Person


def person_id(country: str, number: int) -> str:
    """`NO, 17` as `no-17`."""
    return f"{country.lower()}-{number}"


def number_from(person_id: str) -> tuple[str, int]:
    """`no-17` as `NO, 17`. Raises ValueError where it is no person id."""
    country, _, number = person_id.partition("-")
    return country.upper(), int(number)


def person(seed: str, country: str, number: int) -> Person:
    """The person of that number."""
    land = country_of(country)
    seat = seats.seat(seed, land.id, number)
    chance = stream(seed, "person", land.id, number)
    home = stream(seed, "home", land.id, number if seat.persona.with_company else seat.first)
    home_family = home.choice(_names(land.faker_locale)[2])
    kin = seat.member.kin.get(land.id) if is_cast(number) else None
    around = [one for one in land.places if kin is None or one[1] == kin.town]
    street, (postcode, town) = f"{home.choice(land.streets)} {home.randint(1, 88)}", home.choice(around)
    company = seat.member.kind == "company"
    if company:
        given, family = "", ""
        trade = chance.choice(land.words).capitalize()
        name = f"{trade} & {home_family} {chance.choice(land.company_forms)}"
        username = f"{_slug(trade)}.{_slug(home_family)}.{number}"
    else:
        given, family = _name(seat, land, chance, home_family, number)
        if kin is not None:
            given, family = _kin_s_name(seed, seat, kin, number)
        name = f"{given} {family}"
        username = f"{_slug(given.split()[0])}.{_slug(family.split()[-1])}.{number}"
    has_id = seat.slot is not None and not company
    return Person(
        id=person_id(land.id, number),
        country=land.id,
        number=number,
        kind=seat.member.kind,
        given_name=given,
        family_name=family,
        name=name,
        sex=None if company else seat.sex,
        born_on=None if company else seat.born_on,
        username=username,
        password=f"{chance.choice(land.words)}-{chance.randint(1000, 9999)}",
        national_id=_national_id(seat, land.id) if has_id else None,
        email=f"{username}@example.com",
        phone=_phone(land, chance),
        street=street,
        postcode=postcode,
        town=town,
        language=land.languages[0],
        persona=seat.persona.id,
        member=seat.member.role,
        standing=seat.member.standing,
        sca_methods=seat.member.sca_methods,
    )


def household_of(seed: str, country: str, number: int) -> Household:
    """The household in which the person of that number lives."""
    land = country_of(country)
    seat = seats.seat(seed, land.id, number)
    numbers = range(seat.first, seat.first + seat.size)
    return Household(
        id=person_id(land.id, seat.first),
        country=land.id,
        persona=seat.persona.id,
        cast=is_cast(number),
        people=tuple(person(seed, land.id, one) for one in numbers),
    )


def by_username(seed: str, country: str, username: str) -> int | None:
    """The number of the person with that user name, or None. Computed, not looked up."""
    match = _USERNAME.fullmatch(username.strip().lower())
    if match is None:
        return None
    number = int(match[1])
    return number if person(seed, country, number).username == match[0] else None


def by_national_id(seed: str, country: str, national_id: str) -> int | None:
    """The number of the person with that national id, or None. Computed, not looked up."""
    text = national_ids.plain(country.upper(), national_id)
    slot = national_ids.slot_of(country.upper(), text)
    number = seats.number_at(seed, country.upper(), slot) if slot else None
    if number is None or person(seed, country, number).national_id != text:
        return None
    return number


def relatives_of(seed: str, one: Person) -> list[Relative]:
    """The relatives of one of the cast who live in another country; nobody else's are known."""
    block, place = _block(one.number), one.number % seats.CAST_EVERY
    found = []
    for relation, *ends in _kinships():
        if (one.country, place) in ends:
            there = ends[1 - ends.index((one.country, place))]
            found.append(Relative(relation, person(seed, there[0], block + there[1])))
    return found


@cache
def _kinships() -> tuple[tuple[str, tuple[str, int], tuple[str, int]], ...]:
    """Who is whose relative: what they are to each other, and the country and place in the cast of both."""
    return tuple(
        (kin.relation, (lives_in, _place(persona.id) + at), (kin.country, _place(kin.persona)))
        for persona in personas().values()
        for at, member in enumerate(persona.members)
        for lives_in, kin in member.kin.items()
    )


def _place(persona: str) -> int:
    """The first number of that persona in the cast."""
    return 2 * (personas()[persona].cast or 0)


def _block(number: int) -> int:
    """The thousand to which a number belongs."""
    return number - number % seats.CAST_EVERY


def banks_of(seed: str, person: Person, profiles: Iterable[Profile]) -> list[tuple[Profile, BankRole]]:
    """The banks of a person, the main one first.

    One of the cast has a whole life at every bank of the country whose customers include them, so each of
    those is a main bank; anybody else has one main bank, and a second one with a chance of a quarter.
    A bank that has a household's first number as its customer has the whole household.
    """
    first = seats.seat(seed, person.country, person.number).first
    serving = sorted(
        (one for one in profiles if one.country == person.country and _serves(one, first)),
        key=lambda one: one.id,
    )
    if not serving:
        return []
    at = (first // 2) % len(serving)
    if is_cast(person.number):
        return [(one, BankRole.MAIN) for one in serving[at:] + serving[:at]]
    found = [(serving[at], BankRole.MAIN)]
    chance = number_of(seed, "second bank", person.id)
    if len(serving) > 1 and chance % 100 < _SECOND_BANK_PERCENT and person.kind == "person":
        further = 1 + chance // 100 % (len(serving) - 1)
        found.append((serving[(at + further) % len(serving)], BankRole.SECOND))
    return found


def _serves(profile: Profile, number: int) -> bool:
    return profile.customers.first <= number <= profile.customers.last


def _name(seat: seats.Seat, land: Country, chance: Random, home_family: str, number: int) -> tuple[str, str]:
    fixed = seat.member.names.get(land.id)
    female, male, families = _names(land.faker_locale)
    given = chance.choice(female if seat.sex == "female" else male)
    own_family = chance.choice(families)
    shares = chance.randrange(100) < _SHARED_NAME_PERCENT or seats.age(seat.born_on) < seats.OF_AGE
    if fixed:
        return fixed.given, fixed.family
    if number == seat.first or (shares and not seat.persona.with_company):
        return given, home_family
    return given, own_family


def _kin_s_name(seed: str, seat: seats.Seat, kin: Kin, number: int) -> tuple[str, str]:
    """A given name of the country that the family comes from, and its family name."""
    female, male, _ = _names(country_of(kin.country).faker_locale)
    chance = stream(seed, "kin", kin.country, number)
    given = chance.choice(female if seat.sex == "female" else male)
    return given, person(seed, kin.country, _block(number) + _place(kin.persona)).family_name


@cache
def _names(locale: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Female and male given names, and family names, of Faker's list for the locale, in a fixed order."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    lists = (provider.first_names_female, provider.first_names_male, provider.last_names)
    female, male, families = (tuple(sorted(set(names))) for names in lists)
    return female, male, families


def _slug(name: str) -> str:
    spelt = unicodedata.normalize("NFKD", name.lower().translate(_SPELT))
    return re.sub(r"[^a-z]", "", spelt)[:_LONGEST_SLUG] or "x"


def _national_id(seat: seats.Seat, country: str) -> str | None:
    return national_ids.national_id(country, seat.slot, seat.member.id_series) if seat.slot else None


def _phone(land: Country, chance: Random) -> str:
    at = chance.randrange(sum(one.size for one in land.phones))
    for one in land.phones:
        if at < one.size:
            return one.number(at)
        at -= one.size
    raise AssertionError("a place beyond the last range")
