"""Populate: a household moves in when somebody first looks, and its history grows as the clock moves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.bank import Bank
from sandbox.bank.customers import Standing
from sandbox.bank.profile import Profile
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Instant
from sandbox.population import arranging, people, seats
from sandbox.population.accounts_plan import accounts_of, number_of_account
from sandbox.population.economy import life_of
from sandbox.population.growth import Growth
from sandbox.population.livelihoods import Livelihood
from sandbox.population.merchants import Party, payees
from sandbox.population.people import BankRole, Person
from sandbox.workspaces import workspace as workspaces

#: A household with its plans takes some tens of kilobytes; whoever has not been looked at for long, goes.
_LIVES_KEPT = 512
_KEEPERS_KEPT = 10_000


class HouseholdRow(Base):
    """How far a household's history has grown, and when there is next something to add to it."""

    __tablename__ = "household"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    grown_to: Mapped[datetime] = mapped_column(Instant)
    next_due: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Found:
    """One person as a search finds them, with their banks, the main one first."""

    person: Person
    banks: tuple[tuple[Profile, BankRole], ...]


class Population:
    """The people of all the banks that are loaded: computed when asked for, written down when looked at."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        """`profiles` are the banks by id."""
        self.profiles = profiles
        # A turned clock comes back to a household at each of its payments, and it is the same every time.
        self._livelihood = lru_cache(maxsize=_LIVES_KEPT)(self._life)
        # People are a function, so whose account an IBAN is never changes; a payment asks for both sides.
        self._kept_by = lru_cache(maxsize=_KEEPERS_KEPT)(self._keeper)

    def by_username(self, bank: Bank, username: str) -> str | None:
        """The person id of that user name, if they bank here."""
        number = people.by_username(bank.seed, bank.profile.country, username)
        return self._here(bank, number)

    def by_national_id(self, bank: Bank, national_id: str) -> str | None:
        """The person id of that national id, if they bank here."""
        number = people.by_national_id(bank.seed, bank.profile.country, national_id)
        return self._here(bank, number)

    def first(self, bank: Bank) -> str | None:
        """The first who may say yes for themselves, in the order of numbers: no company and no child."""
        numbers = range(bank.profile.customers.first, bank.profile.customers.last + 1)
        for person in (people.person(bank.seed, bank.profile.country, number) for number in numbers):
            grown = person.born_on is not None and seats.age(person.born_on) >= seats.OF_AGE
            if grown and person.standing is Standing.ACTIVE and self._here(bank, person.number):
                return person.id
        return None

    def password(self, bank: Bank, person_id: str) -> str:
        """The password of that person, the same at every bank."""
        country, number = _parsed(person_id)
        return people.person(bank.seed, country, number).password

    def search(
        self,
        seed: str,
        *,
        bank: str | None = None,
        country: str | None = None,
        persona: str | None = None,
        name: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Found]:
        """People who fit, in the order of their numbers, without moving anybody in."""
        found: list[Found] = []
        for one in self._everybody(seed, bank, country):
            fits = (persona is None or one.person.persona == persona) and (
                name is None or name.casefold() in one.person.name.casefold()
            )
            if fits and (bank is None or any(profile.id == bank for profile, _ in one.banks)):
                found.append(one)
                if len(found) == offset + limit:
                    break
        return found[offset:]

    def _everybody(self, seed: str, bank: str | None, country: str | None) -> Iterator[Found]:
        loaded = self.profiles.values()
        countries = sorted({one.country for one in loaded if bank in (None, one.id)})
        for land in countries:
            if country is not None and land != country.upper():
                continue
            serving = [one for one in loaded if one.country == land]
            first = min(one.customers.first for one in serving)
            last = max(one.customers.last for one in serving)
            for number in range(first, last + 1):
                person = people.person(seed, land, number)
                banks = people.banks_of(seed, person, serving)
                if banks:
                    yield Found(person, tuple(banks))

    def _here(self, bank: Bank, number: int | None) -> str | None:
        return None if number is None else self._customer_of(bank.seed, bank.profile, number)

    def _customer_of(self, seed: str, profile: Profile, number: int) -> str | None:
        person = people.person(seed, profile.country, number)
        banks = people.banks_of(seed, person, self.profiles.values())
        return person.id if any(one.id == profile.id for one, _ in banks) else None

    def move_in(self, bank: Bank, person_id: str) -> None:
        """See that the person's household and its history are in the books up to `bank.now`.

        An ordinary read asks one row and is done; growing takes the write lock and asks again under it.
        """
        row_id = _row_id(bank.seed, bank.id, person_id)
        now = instant_text(bank.now)
        if _is_grown(bank, row_id, now, lock=False):
            return
        workspaces.lock(bank.work, bank.workspace_id)
        # Whoever comes second waits here until the first has committed, and then finds it done.
        bank.work.put(
            "INSERT INTO household (workspace_id, id, grown_to, next_due) VALUES (?, ?, '', '')"
            " ON CONFLICT DO NOTHING",
            (bank.workspace_id, row_id),
        )
        if _is_grown(bank, row_id, now, lock=True):
            return
        Growth(bank, self._livelihood(bank.seed, row_id), self.profiles, row_id).grow()

    def arrange(self, bank: Bank, person_id: str) -> None:
        """See that the household's standing orders and their like are written down for this month.

        Like moving in: an ordinary read asks one row, and a new month takes the write lock.
        """
        self.move_in(bank, person_id)
        row_id = _row_id(bank.seed, bank.id, person_id)
        if arranging.is_arranged(bank, row_id):
            return
        workspaces.lock(bank.work, bank.workspace_id)
        if not arranging.is_arranged(bank, row_id):
            livelihood = self._livelihood(bank.seed, row_id)
            kin = {one.id: self._kin(bank.seed, one) for one in livelihood.life.household.people}
            arranging.arrange(bank, livelihood, self.profiles, row_id, kin)

    def _kin(self, seed: str, person: Person) -> list[Party]:
        """The relatives abroad of a person, with the account on which their money comes in."""
        found = []
        for relative in people.relatives_of(seed, person):
            theirs = relative.person
            household = people.household_of(seed, theirs.country, theirs.number)
            accounts = accounts_of(seed, household, self.profiles.values())
            daily = (one for one in accounts if one.purpose == "daily" and one.holders[0][0] == theirs.id)
            for one in list(daily)[:1]:
                found.append(Party(theirs.name, one.iban, self.profiles[one.bank_id].bic))
        return found

    def _life(self, seed: str, row_id: str) -> Livelihood:
        """What the household of that row lives on; of the cast, what it does at that one bank."""
        person_id, _, bank_id = row_id.partition("@")
        household = people.household_of(seed, *_parsed(person_id))
        planned = [
            one
            for one in accounts_of(seed, household, self.profiles.values())
            if bank_id in ("", one.bank_id)
        ]
        return Livelihood(life_of(seed, household, planned, bank_id))

    def keeper(self, bank: Bank, iban: str) -> Bank | None:
        """The mock bank that keeps the account of that IBAN, its owner moved in; None where none does."""
        bank_id, person_id = self._kept_by(bank.seed, iban)
        if person_id is None:
            return None
        there = replace(bank, profile=self.profiles[bank_id])
        self.move_in(there, person_id)
        return there

    def _keeper(self, seed: str, iban: str) -> tuple[str, str | None]:
        """The bank and the customer of an account that a mock bank keeps, by their ids; else nobody."""
        for profile in self.profiles.values():
            if iban[:2] != profile.country or profile.bank_code not in iban:
                continue
            found = number_of_account(seed, profile, iban)
            if found is None or not profile.customers.first <= found[0] <= profile.customers.last:
                continue
            person_id = self._customer_of(seed, profile, found[0])
            if person_id is not None:
                return profile.id, person_id
        return "", None

    def named_outside(self, bank: Bank, iban: str) -> str | None:  # noqa: ARG002  # the form of People
        """The name on an account that no mock bank keeps: an invented merchant's; None for any other."""
        return payees(iban[:2]).get(iban)

    def grow(self, bank: Bank) -> int:
        """Let everybody who has moved in live up to `bank.now`; how many households had something to do."""
        rows = bank.work.run(
            "SELECT id FROM household WHERE workspace_id = ? AND next_due <= ? ORDER BY id",
            (bank.workspace_id, instant_text(bank.now)),
        ).all()
        grown = 0
        for (row_id,) in rows:
            person_id, _, bank_id = row_id.partition("@")
            country, _ = _parsed(person_id)
            theirs = [
                one for one in self.profiles.values() if bank_id in ("", one.id) and one.country == country
            ]
            if theirs:
                self.move_in(replace(bank, profile=theirs[0]), person_id)
                grown += 1
        return grown


def _parsed(person_id: str) -> tuple[str, int]:
    country, _, number = person_id.partition("-")
    return country.upper(), int(number)


@lru_cache(maxsize=10_000)
def _row_id(seed: str, bank_id: str, person_id: str) -> str:
    """The household in whose row a person's history is kept; the cast has one of its own at each bank.

    It is kept, since every read asks it and people are a function: the answer never changes.
    """
    country, number = _parsed(person_id)
    household_id = people.person_id(country, seats.seat(seed, country, number).first)
    return f"{household_id}@{bank_id}" if people.is_cast(number) else household_id


def _is_grown(bank: Bank, row_id: str, now: str, *, lock: bool) -> bool:
    sql = "SELECT next_due FROM household WHERE workspace_id = ? AND id = ?"
    key = (bank.workspace_id, row_id)
    if lock:
        locking = "" if bank.work.get_bind().dialect.name == "sqlite" else " FOR UPDATE"
        found = bank.work.rows(f"{sql}{locking}", key)
    else:
        found = bank.work.once("household", key, lambda: bank.work.rows(sql, key))
    return bool(found) and found[0][0] > now
