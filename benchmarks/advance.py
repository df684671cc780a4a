"""What it costs to turn the clock: so many customers who have moved in live on for so many months, on SQLite.

Each has a standing order, so that payments fall due as well. The figures should grow with customers and with
months, and with nothing else: what one customer costs for one month, beside each, stays the same. Processor
seconds of this process, so that neighbours do not count for much.
"""

import itertools
import sys
import time  # the benchmark measures the machine, not a workspace
from datetime import UTC, datetime
from pathlib import Path

from sandbox import app as composition
from sandbox.bank import accounts, payments, timeline
from sandbox.bank.accounts import Account, AccountKind, AccountRef, AccountStatus, Role
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Frequency, Instruction, PaymentOrder, Schedule
from sandbox.bank.profile import Scheme, Service
from sandbox.control.clock import advanced
from sandbox.gateway.services import Services
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.db import Work
from sandbox.kernel.money import Money
from sandbox.kernel.settings import Settings
from sandbox.workspaces import workspace as workspaces

STILL = Clock(ClockMode.FROZEN, 0.0, datetime(2026, 3, 16, 9, 0, tzinfo=UTC))
BANK = "fjordbanken"
CUSTOMERS, MONTHS = (25, 50, 100), (3, 6, 12)
AIM_SECONDS = 10


def bank_of(services: Services, work: Work, world: str, clock: Clock) -> Bank:
    """The bank at work in that world at that time."""
    return Bank(services.profiles[BANK], work, world, "bergen", clock, services.people, services.profiles)


def begin(services: Services, world: str, customers: int) -> None:
    """Ordinary people move in, and each agrees to a standing order."""
    with services.database.writing() as work:
        workspaces.create(work, "bergen", name=world, clock=STILL)
        bank = bank_of(services, work, world, STILL)
        found = 0
        for number in itertools.count(100):
            person_id = f"no-{number}"
            bank.people.move_in(bank, person_id)
            own = [one for one in accounts.of_customer(bank, person_id) if _is_own(bank, one, person_id)]
            if own:
                _standing_order(bank, own[0], person_id)
                found += 1
            if found == customers:
                return


def _is_own(bank: Bank, account: Account, person_id: str) -> bool:
    held = accounts.holders(bank, account.id) == [(person_id, Role.OWNER)]
    plain = (account.kind, account.status, account.currency) == (
        *(AccountKind.CURRENT, AccountStatus.ENABLED, bank.profile.currency),
    )
    return held and plain


def _standing_order(bank: Bank, account: Account, person_id: str) -> None:
    order = PaymentOrder(
        *(Service.PERIODIC, Scheme.DOMESTIC, "domestic"),
        (Instruction(Money(10_000, "NOK"), "Somebody", AccountRef(iban=account.iban)),),
        debtor=AccountRef(iban=account.iban),
        schedule=Schedule(bank.today, Frequency.MONTHLY),
    )
    payments.agree(bank, payments.initiate(bank, "app", order), person_id)


def seconds(services: Services, customers: int, months: int) -> float:
    """What a step of so many months costs."""
    world = f"c{customers}-m{months}"
    begin(services, world, customers)
    began = time.process_time()
    with services.database.writing() as work:
        timeline.live_on(bank_of(services, work, world, advanced(STILL, {"months": months})))
    return time.process_time() - began


def main(folder: str) -> None:
    """Print the table."""
    services = composition.open_services(Settings(data_dir=Path(folder), journal=False))
    print(f"{'clock ahead, CPU s':20}" + "".join(f"{months:>9} months" for months in MONTHS))
    each: dict[tuple[int, int], float] = {}
    for customers in CUSTOMERS:
        took = [seconds(services, customers, months) for months in MONTHS]
        each |= {
            (customers, months): one / customers / months for months, one in zip(MONTHS, took, strict=True)
        }
        aim = f"   (aim {AIM_SECONDS} s)" if customers == CUSTOMERS[-1] else ""
        print(f"{customers:>10} customers" + "".join(f"{one:16.2f}" for one in took) + aim)
    print("ms for each customer and month")
    for customers in CUSTOMERS:
        print(
            f"{customers:>10} customers" + "".join(f"{each[customers, one] * 1000:16.1f}" for one in MONTHS)
        )


if __name__ == "__main__":
    main(sys.argv[1])
