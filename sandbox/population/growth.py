"""Growth: one household's life becomes history, bank by bank, in the order in which books are written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from sandbox.bank import ledger
from sandbox.bank.accounts import AccountKind
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Booking
from sandbox.bank.profile import Profile
from sandbox.kernel import months
from sandbox.kernel.clock import instant_text
from sandbox.population.calendars import NIGHT
from sandbox.population.economy import LIFE_BEGINS, Life
from sandbox.population.livelihoods import Livelihood, at_the_beginning
from sandbox.population.moving_in import close_accounts, open_accounts
from sandbox.population.telling import Teller, booked_at
from sandbox.population.unfolding import Done, as_planned, unfold


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A pending entry of this life: what is set aside, and what was planned, which says how it ends."""

    held_minor: int
    done: Done


class _Entry(NamedTuple):
    """One thing to write, in the order of `key`: by which verb, and the side of one account."""

    key: tuple[str, str, str]
    verb: str
    booking: Booking


class Growth:
    """One life growing up to now, in the order of events."""

    def __init__(
        self, bank: Bank, livelihood: Livelihood, profiles: Mapping[str, Profile], row_id: str
    ) -> None:
        self.bank, self.profiles, self.row_id = bank, profiles, row_id
        self.life: Life = livelihood.life
        self.plan = livelihood.plan
        self.now = instant_text(bank.now)
        self.teller = Teller(self.life, profiles)
        self.banks = {one.bank_id: replace(bank, profile=profiles[one.bank_id]) for one in self.life.accounts}
        #: What a query needs to ask for all books of this life at once.
        self.book_ids = tuple(one.id for one in self.life.accounts if one.kind is not AccountKind.MULTI)
        self.books = f"IN ({', '.join('?' * len(self.book_ids))})"

    def grow(self) -> None:
        """Write down what has happened since last time, or since lives began."""
        [(since,)] = self.bank.work.rows(
            "SELECT grown_to FROM household WHERE workspace_id = ? AND id = ?",
            (self.bank.workspace_id, self.row_id),
        )
        waiting = list(self._waiting()) if since else []
        done = self._lived(since, self._balances(waiting) if since else at_the_beginning(self.life))
        if not since:
            self._begin(done)
        else:
            self._open_later()
            self._write(done, [one.done for one in waiting if booked_at(one.done) <= self.now], {})
        close_accounts(self.banks, self.life.accounts)
        self.bank.work.put(
            "UPDATE household SET grown_to = ?, next_due = ? WHERE workspace_id = ? AND id = ?",
            (self.now, self._next_due(), self.bank.workspace_id, self.row_id),
        )

    def _waiting(self) -> Iterator[_Waiting]:
        """What is pending of this life, in its current state. Payments that apps have begun are not of it."""
        rows = self.bank.work.rows(
            f"SELECT entry_id, amount_minor FROM pending WHERE workspace_id = ? AND account_id {self.books}"
            " AND transfer_id LIKE ?",
            (self.bank.workspace_id, *self.book_ids, f"{self.life.key}%"),
        )
        for entry_id, held_minor in rows:
            place = int(entry_id[6:-1], 16)
            plan = self.plan(int(entry_id[:4]), int(entry_id[4:6]))
            yield _Waiting(held_minor, as_planned(next(it for it in plan if it.place == place)))

    def _balances(self, waiting: list[_Waiting]) -> dict[str, int]:
        """What each account has, pending entries counted as what will be booked of them."""
        rows = self.bank.work.rows(
            "SELECT account_id, booked_minor + pending_minor FROM book"
            f" WHERE workspace_id = ? AND account_id {self.books}",
            (self.bank.workspace_id, *self.book_ids),
        )
        balances = dict.fromkeys(self.book_ids, 0) | dict(rows)
        for one in waiting:
            balances[one.done.account_id] += one.done.minor - one.held_minor
        return balances

    def _lived(self, since: str, balances: dict[str, int]) -> list[Done]:
        """What happened after `since` up to now."""
        year, month = (int(since[:4]), int(since[5:7])) if since else LIFE_BEGINS
        done: list[Done] = []
        while f"{year}-{month:02d}" <= self.now[:7]:
            planned = self.plan(year, month)
            if f"{year}-{month:02d}" in (since[:7], self.now[:7]):
                planned = [one for one in planned if since < one.at <= self.now]
            done += unfold(self.life, planned, balances, self._is_written)
            year, month = year + month // 12, month % 12 + 1
        return done

    def _is_written(self, account_id: str, entry_id: str) -> bool:
        """Whether an earlier growth has written that entry."""
        key = (self.bank.workspace_id, account_id, entry_id)
        where = "WHERE workspace_id = ? AND account_id = ? AND entry_id = ?"
        sql = f"SELECT 1 FROM line {where} UNION ALL SELECT 1 FROM pending {where}"
        return bool(self.bank.work.rows(sql, key * 2))

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
        there = [one for one in self.life.accounts if one.opened_on <= self.bank.today]
        rows = self.bank.work.rows(
            f"SELECT id FROM account WHERE workspace_id = ? AND id IN ({', '.join('?' * len(there))})",
            (self.bank.workspace_id, *(one.id for one in there)),
        )
        known = {row[0] for row in rows}
        new = [one for one in there if one.id not in known]
        open_accounts(self.bank, self.life, self.profiles, new, {}, dict.fromkeys(self.banks, self.now))

    def _write(self, done: list[Done], ripe: list[Done], since: Mapping[str, str]) -> None:
        """Book, reserve, and end what was pending, each bank in the order in which its books are written."""
        entries: dict[str, list[_Entry]] = {one: [] for one in self.banks}
        reserved: dict[str, list[Booking]] = {one: [] for one in self.banks}
        bank_of = {one.id: one.bank_id for one in self.life.accounts}
        for one in ripe:
            verb = "post" if one.minor else "expire"
            booking = self.teller.tell(one, one.account_id, pending=verb == "expire")
            entries[bank_of[one.account_id]].append(
                _Entry((booked_at(one), one.at, one.entry_id), verb, booking)
            )
        for one in done:
            at, day = booked_at(one), one.booked_on or one.at[:10]
            for account_id in (one.account_id, one.other_id):
                if account_id is None:
                    continue
                bank_id = bank_of[account_id]
                if at > self.now:
                    reserved[bank_id].append(self.teller.tell(one, account_id, pending=True))
                elif one.minor and day >= since.get(bank_id, ""):
                    booking = self.teller.tell(one, account_id)
                    entries[bank_id].append(_Entry((at, one.at, one.entry_id), "book", booking))
        for bank_id, listed in entries.items():
            self._write_in_order(self.banks[bank_id], listed)
            ledger.reserve(self.banks[bank_id], reserved[bank_id])

    def _write_in_order(self, bank: Bank, entries: list[_Entry]) -> None:
        entries.sort(key=lambda one: (one.key, not one.booking.owns_transfer))
        for (verb, at), group in groupby(
            entries, key=lambda one: (one.verb, one.key[0] if one.verb == "expire" else "")
        ):
            bookings = [one.booking for one in group]
            match verb:
                case "book":
                    ledger.book(bank, bookings)
                case "post":
                    ledger.post(bank, bookings)
                case _:
                    ledger.expire(bank, bookings, at)

    def _next_due(self) -> str:
        """The first moment after now at which something is planned or a pending entry ends."""
        year, month = int(self.now[:4]), int(self.now[5:7])
        following = f"{year + month // 12}-{month % 12 + 1:02d}-01T00:00:00.000000Z"
        moments = [following]
        if f"{year}-{month:02d}" >= f"{LIFE_BEGINS[0]}-{LIFE_BEGINS[1]:02d}":
            moments += [one.at for one in self.plan(year, month) if one.at > self.now][:1]
        [(ends_on,)] = self.bank.work.rows(
            f"SELECT min(expected_on) FROM pending WHERE workspace_id = ? AND account_id {self.books}"
            " AND transfer_id LIKE ?",
            (self.bank.workspace_id, *self.book_ids, f"{self.life.key}%"),
        )
        if ends_on is not None:
            moments.append(f"{ends_on}{NIGHT}")
        return min(moments)


def _since(bank: Bank) -> str:
    """The first day of the bank's archive."""
    today, archive = bank.today, bank.profile.statements.history_months
    return months.shifted(today, -archive, on=min(today.day, 28)).isoformat()
