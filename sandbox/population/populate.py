"""Populate: a household moves in when somebody first looks, and its history grows as the clock moves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank import ledger
from sandbox.bank.accounts import AccountKind
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Booking, world_id
from sandbox.bank.profile import Profile
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Instant
from sandbox.population import people, seats
from sandbox.population.accounts_plan import accounts_of
from sandbox.population.calendars import NIGHT
from sandbox.population.economy import LIFE_BEGINS, Life, life_of
from sandbox.population.livelihoods import at_the_beginning, plan_month
from sandbox.population.moving_in import close_accounts, open_accounts
from sandbox.population.people import BankRole, Person
from sandbox.population.telling import Teller, booked_at
from sandbox.population.unfolding import Done, unfold


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

    def by_username(self, bank: Bank, username: str) -> str | None:
        """The person id of that user name, if they bank here."""
        number = people.by_username(bank.seed, bank.profile.country, username)
        return self._here(bank, number)

    def by_national_id(self, bank: Bank, national_id: str) -> str | None:
        """The person id of that national id, if they bank here."""
        number = people.by_national_id(bank.seed, bank.profile.country, national_id)
        return self._here(bank, number)

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
        if number is None:
            return None
        person = people.person(bank.seed, bank.profile.country, number)
        banks = people.banks_of(bank.seed, person, self.profiles.values())
        return person.id if any(profile.id == bank.id for profile, _ in banks) else None

    def move_in(self, bank: Bank, person_id: str) -> None:
        """See that the person's household and its history are in the books up to `bank.now`.

        An ordinary read asks one row and is done; growing takes the write lock and asks again under it.
        """
        country, number = _parsed(person_id)
        household_id, cast = (
            people.person_id(country, _first(bank.seed, country, number)),
            people.is_cast(number),
        )
        row_id = f"{household_id}@{bank.id}" if cast else household_id
        now = instant_text(bank.now)
        if _is_grown(bank, row_id, now, lock=False):
            return
        bank.work.write()
        # Whoever comes second waits here until the first has committed, and then finds it done.
        bank.work.run(
            "INSERT INTO household (workspace_id, id, grown_to, next_due) VALUES (?, ?, '', '')"
            " ON CONFLICT DO NOTHING",
            (bank.workspace_id, row_id),
        )
        if _is_grown(bank, row_id, now, lock=True):
            return
        household = people.household_of(bank.seed, country, number)
        planned = accounts_of(bank.seed, household, self.profiles.values())
        if cast:
            planned = [one for one in planned if one.bank_id == bank.id]
        life = life_of(bank.seed, household, planned, bank.id if cast else "")
        _Growth(bank, life, self.profiles, row_id).grow()


def _parsed(person_id: str) -> tuple[str, int]:
    country, _, number = person_id.partition("-")
    return country.upper(), int(number)


def _first(seed: str, country: str, number: int) -> int:
    return seats.seat(seed, country, number).first


def _is_grown(bank: Bank, row_id: str, now: str, *, lock: bool) -> bool:
    sql = "SELECT next_due FROM household WHERE workspace_id = ? AND id = ?"
    if lock and bank.work.get_bind().dialect.name != "sqlite":
        sql += " FOR UPDATE"
    row = bank.work.run(sql, (bank.workspace_id, row_id)).first()
    return row is not None and row[0] > now


class _Growth:
    """One life growing up to now, in the order of events."""

    def __init__(self, bank: Bank, life: Life, profiles: Mapping[str, Profile], row_id: str) -> None:
        self.bank, self.life, self.profiles, self.row_id = bank, life, profiles, row_id
        self.now = instant_text(bank.now)
        self.teller = Teller(life, profiles)
        self.banks = {one.bank_id: replace(bank, profile=profiles[one.bank_id]) for one in life.accounts}

    def grow(self) -> None:
        """Write down what has happened since last time, or since lives began."""
        row = self.bank.work.run(
            "SELECT grown_to FROM household WHERE workspace_id = ? AND id = ?",
            (self.bank.workspace_id, self.row_id),
        ).one()
        balances = self._balances(first=not row[0])
        done = self._lived(row[0], balances)
        if not row[0]:
            self._begin(done)
        else:
            self._open_later()
            self._write(done, self._ripe(), {})
        close_accounts(self.bank, self.life.accounts)
        self.bank.work.run(
            "UPDATE household SET grown_to = ?, next_due = ? WHERE workspace_id = ? AND id = ?",
            (self.now, self._next_due(), self.bank.workspace_id, self.row_id),
        )

    def _balances(self, *, first: bool) -> dict[str, int]:
        """What each account has, pending entries included."""
        balances = at_the_beginning(self.life)
        if not first:
            for account_id in balances:
                row = self.bank.work.run(
                    "SELECT booked_minor + pending_minor FROM book WHERE workspace_id = ? AND account_id = ?",
                    (self.bank.workspace_id, account_id),
                ).first()
                balances[account_id] = row[0] if row else 0
        return balances

    def _lived(self, since: str, balances: dict[str, int]) -> list[Done]:
        """What happened after `since` up to now."""
        year, month = (int(since[:4]), int(since[5:7])) if since else LIFE_BEGINS
        done: list[Done] = []
        while f"{year}-{month:02d}" <= self.now[:7]:
            planned = plan_month(self.life, year, month)
            if f"{year}-{month:02d}" in (since[:7], self.now[:7]):
                planned = [one for one in planned if since < one.at <= self.now]
            done += unfold(self.life, planned, balances)
            year, month = year + month // 12, month % 12 + 1
        return done

    def _begin(self, done: list[Done]) -> None:
        """Open every account with what was there before the bank's archive begins, and write the rest."""
        since = {bank_id: _since(at) for bank_id, at in self.banks.items()}
        openings = at_the_beginning(self.life)
        bank_of = {one.id: one.bank_id for one in self.life.accounts}
        for one in done:
            day = one.booked_on or one.at[:10]
            if day < since[bank_of[one.account_id]]:
                openings[one.account_id] += one.minor
            if one.other_id and day < since[bank_of[one.other_id]]:
                openings[one.other_id] -= one.minor
        there = [one for one in self.life.accounts if one.opened_on <= self.bank.today]
        opened_at = {bank_id: f"{day}T00:00:00.000000Z" for bank_id, day in since.items()}
        open_accounts(self.bank, self.life, self.profiles, there, openings, opened_at)
        self._write(done, [], since)

    def _open_later(self) -> None:
        known = {
            row[0]
            for one in self.life.accounts
            for row in self.bank.work.run(
                "SELECT id FROM account WHERE workspace_id = ? AND id = ?",
                (self.bank.workspace_id, one.id),
            )
        }
        new = [one for one in self.life.accounts if one.opened_on <= self.bank.today and one.id not in known]
        open_accounts(self.bank, self.life, self.profiles, new, {}, dict.fromkeys(self.banks, self.now))

    def _ripe(self) -> list[tuple[str, Booking]]:
        """Entries that were pending and whose night has come."""
        found = []
        for one in self.life.accounts:
            if one.kind is AccountKind.MULTI:
                continue
            for row in ledger.pending(self.bank, one.id):
                fields = dict(zip(ledger.LINE_FIELDS, row, strict=True))
                fields.pop("seq")
                fields.pop("balance_minor")
                ours = fields["transfer_id"] if "transfer_id" in fields else self._transfer_of(one.id, row[1])
                at = fields["booked_on"] + NIGHT
                if at <= self.now and ours.startswith(self.life.key):
                    contra = world_id(one.bank_id, one.currency)
                    booking = Booking(account_id=one.id, contra_id=contra, **{**fields, "transfer_id": ours})
                    found.append((at, booking))
        return found

    def _transfer_of(self, account_id: str, entry_id: str) -> str:
        return str(
            self.bank.work.run(
                "SELECT transfer_id FROM pending WHERE workspace_id = ? AND account_id = ? AND entry_id = ?",
                (self.bank.workspace_id, account_id, entry_id),
            ).scalar_one()
        )

    def _write(self, done: list[Done], ripe: list[tuple[str, Booking]], since: Mapping[str, str]) -> None:
        """Book, reserve and post, each bank in the order in which its books are written."""
        booked: dict[str, list[tuple[tuple[str, str, str], bool, Booking]]] = {one: [] for one in self.banks}
        reserved: dict[str, list[Booking]] = {one: [] for one in self.banks}
        bank_of = {one.id: one.bank_id for one in self.life.accounts}
        for at, booking in ripe:
            key = (at, booking.at, booking.entry_id)
            booked[bank_of[booking.account_id]].append((key, True, booking))
        for one in done:
            at, day = booked_at(one), one.booked_on or one.at[:10]
            key = (at, one.at, one.entry_id)
            for account_id in (one.account_id, one.other_id):
                if account_id is None:
                    continue
                bank_id = bank_of[account_id]
                if at > self.now:
                    reserved[bank_id].append(self.teller.tell(one, account_id))
                elif day >= since.get(bank_id, ""):
                    booked[bank_id].append((key, False, self.teller.tell(one, account_id)))
        for bank_id, entries in booked.items():
            entries.sort(key=_order)
            for was_pending, group in groupby(entries, key=lambda entry: entry[1]):
                verb = ledger.post if was_pending else ledger.book
                verb(self.banks[bank_id], [entry[2] for entry in group])
            ledger.reserve(self.banks[bank_id], reserved[bank_id])

    def _next_due(self) -> str:
        """The first moment after now at which something is planned or a pending entry is booked."""
        year, month = int(self.now[:4]), int(self.now[5:7])
        following = f"{year + month // 12}-{month % 12 + 1:02d}-01T00:00:00.000000Z"
        moments = [following]
        if f"{year}-{month:02d}" >= f"{LIFE_BEGINS[0]}-{LIFE_BEGINS[1]:02d}":
            moments += [one.at for one in plan_month(self.life, year, month) if one.at > self.now][:1]
        for one in self.life.accounts:
            if one.kind is not AccountKind.MULTI:
                moments += [
                    at for row in ledger.pending(self.bank, one.id) if (at := row[2] + NIGHT) > self.now
                ]
        return min(moments)


def _order(entry: tuple[tuple[str, str, str], bool, Booking]) -> tuple[tuple[str, str, str], bool]:
    return entry[0], not entry[2].owns_transfer


def _since(bank: Bank) -> str:
    """The first day of the bank's archive."""
    today, months = bank.today, bank.profile.statements.history_months
    before = today.year * 12 + today.month - 1 - months
    return date(before // 12, before % 12 + 1, min(today.day, 28)).isoformat()
