"""Who lives here: people found by bank, persona and name, without writing anybody down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sandbox.bank.customers import Standing
from sandbox.bank.profile import Profile
from sandbox.kernel.errors import Refusal
from sandbox.population import people
from sandbox.population.people import EPOCH, Person
from sandbox.population.personas import personas

#: How many people one search looks at: a bank of a million is not read through.
LOOKED_AT_MAX = 5000
_VARIED_MIN = 8
_CAST_LOOKED_AT = 40
_ADULT_BORN_UNTIL = date(EPOCH.year - 18, EPOCH.month, EPOCH.day)

Profiles = Mapping[str, Profile]


class BankUnknown(Refusal):
    """No bank of that id is served here."""

    text = "There is no such bank here."


class PersonUnknown(Refusal):
    """Nobody of that id lives in this workspace."""

    text = "There is no such person in this workspace."


class PersonaUnknown(Refusal):
    """There is no persona of that name."""

    text = "There is no such persona."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look for; what is None does not matter."""

    bank: str | None = None
    persona: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A person and the ids of their banks, the main one first."""

    person: Person
    banks: tuple[str, ...]


def search(
    seed: str, profiles: Profiles, wanted: Wanted, limit: int, offset: int
) -> tuple[list[Found], bool]:
    """Some of the people who fit, by number, the cast first; and whether more are known.

    Raises BankUnknown, PersonaUnknown.
    """
    if wanted.bank is not None and wanted.bank not in profiles:
        raise BankUnknown(f"There is no bank '{wanted.bank}' here; there are: {', '.join(profiles)}.")
    if wanted.persona is not None and wanted.persona not in personas():
        raise PersonaUnknown(f"There is no persona '{wanted.persona}'; there are: {', '.join(personas())}.")
    fitting = islice(_fitting(seed, profiles, wanted), offset, offset + limit + 1)
    found = list(fitting)
    return found[:limit], len(found) > limit


def one(seed: str, profiles: Profiles, person_id: str) -> Found:
    """The person of that id. Raises PersonUnknown."""
    country, _, number = person_id.partition("-")
    here = [profile for profile in profiles.values() if profile.country == country.upper()]
    if number.isdecimal() and number.isascii() and str(int(number)) == number and country.islower():
        within = any(one.customers.first <= int(number) <= one.customers.last for one in here)
        if within and (found := _found(seed, profiles, country.upper(), int(number))):
            return found
    raise PersonUnknown(detail=person_id)


def sample(seed: str, profiles: Profiles) -> list[Found]:
    """People to begin with: one for each bank, then others until eight more are there, all different.

    All are adults who can log in; no persona comes twice while there are others.
    """
    chosen: dict[str, Found] = {}
    shown: set[str] = set()
    casts = {bank: cast(seed, profiles, bank) for bank in profiles}

    def take(bank: str) -> None:
        able = [found for found in casts[bank] if found.person.id not in chosen]
        fresh = [found for found in able if found.person.persona not in shown]
        for found in (fresh or able)[:1]:
            chosen[found.person.id] = found
            shown.add(found.person.persona)

    for bank in profiles:
        if not any(bank in found.banks for found in chosen.values()):
            take(bank)
    wanted = len(chosen) + _VARIED_MIN
    for bank in list(profiles) * _VARIED_MIN:
        if len(chosen) < wanted:
            take(bank)
    return list(chosen.values())


def cast(seed: str, profiles: Profiles, bank: str) -> list[Found]:
    """The bank's first cast, as far as they are grown up and can log in."""
    return [
        found
        for found in islice(_fitting(seed, profiles, Wanted(bank)), _CAST_LOOKED_AT)
        if people.is_cast(found.person.number) and _able(found.person)
    ]


def _able(person: Person) -> bool:
    grown = person.born_on is None or person.born_on <= _ADULT_BORN_UNTIL
    return grown and person.kind == "person" and person.standing is Standing.ACTIVE


def _fitting(seed: str, profiles: Profiles, wanted: Wanted) -> Iterator[Found]:
    name = wanted.name.casefold() if wanted.name else None
    for country, number in islice(_numbers(profiles, wanted.bank), LOOKED_AT_MAX):
        found = _found(seed, profiles, country, number)
        if found is None or (wanted.bank is not None and wanted.bank not in found.banks):
            continue
        if wanted.persona is not None and found.person.persona != wanted.persona:
            continue
        if name is None or name in found.person.name.casefold() or name == found.person.username:
            yield found


def _numbers(profiles: Profiles, bank: str | None) -> Iterator[tuple[str, int]]:
    """Who may live here: bank by bank, each number once."""
    seen: dict[str, list[range]] = {}
    for profile in profiles.values():
        if bank is None or profile.id == bank:
            before = seen.setdefault(profile.country, [])
            numbers = range(profile.customers.first, profile.customers.last + 1)
            for number in islice(numbers, LOOKED_AT_MAX // (1 if bank else len(profiles))):
                if not any(number in earlier for earlier in before):
                    yield profile.country, number
            before.append(numbers)


def _found(seed: str, profiles: Profiles, country: str, number: int) -> Found | None:
    person = people.person(seed, country, number)
    banks = tuple(profile.id for profile, _ in people.banks_of(seed, person, profiles.values()))
    return Found(person, banks) if banks else None
