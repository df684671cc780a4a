"""What a month's plan is made of: movements in the order of events, before any balance is known."""

from dataclasses import dataclass, field
from enum import IntEnum
from random import Random  # noqa: TID251  # the type only: every stream comes from kernel.ids
from typing import NamedTuple

from sandbox.kernel.ids import stream
from sandbox.population.accounts_plan import PlannedAccount
from sandbox.population.calendars import Month
from sandbox.population.economy import Life
from sandbox.population.merchants import Party


class Rule(IntEnum):
    """What becomes of a planned movement when its moment comes and the balance is known."""

    HAPPENS = 0  # as planned, whatever the balance
    SPENDS = 1  # only if the money is there: people leave things in the shop
    DEBITS = 2  # a direct debit: collected, and returned with a fee where the money is missing
    PAYS = 3  # a bill: paid if need be out of savings, else left lying
    SAVES = 4  # what lies above `minor` goes to the other account
    SETTLES = 5  # the card's bill: what is drawn on the other account, `minor` per cent of it
    INSTALMENT = 6  # interest on the loan, then a fixed sum off it
    SWEEPS = 7  # all that is there goes to the other account
    YIELDS = 8  # interest: `minor` hundredths of a per cent of the balance
    FILLS = 9  # the other account is filled up to `minor`
    FOLLOWS = 10  # only if the entry that `detail` names was written: a refund, a mistake, its correction
    CLEARS = 11  # the card's bill, paid from another bank: `minor` per cent of what is drawn on it


class Planned(NamedTuple):
    """One movement as planned, seen from `account_id`. Its id is made of `place`, its place in the month.

    `booked_on` is empty where it is booked at once. `detail` goes into the reference or the text.
    `held_minor` is what is set aside until `booked_on` where that is not `minor`; a hold whose `minor` is
    nothing expires on that day.
    """

    at: str
    place: int
    rule: Rule
    account_id: str
    other_id: str | None
    minor: int
    kind: str
    party: Party | None
    booked_on: str
    detail: str
    held_minor: int = 0


def entry_of(one: Planned) -> str:
    """The id of the entry that becomes of it, where it is one movement."""
    return f"{one.at[:4]}{one.at[5:7]}{one.place:04x}1"


@dataclass(slots=True)
class Sheet:
    """The month's plan while it is written. One stream of chance: nothing else decides what is planned."""

    life: Life
    month: Month
    rng: Random
    rise: float
    planned: list[Planned] = field(default_factory=list)

    @property
    def stamp(self) -> str:
        """The month as `202603`."""
        return f"{self.month.year}{self.month.month:02d}"

    def add(
        self,
        day: int,
        minute: int,
        account: PlannedAccount | None,
        minor: int,
        kind: str,
        party: Party | None = None,
        *,
        rule: Rule = Rule.HAPPENS,
        other: PlannedAccount | None = None,
        booked_on: str = "",
        detail: str = "",
    ) -> None:
        """Plan a movement on a day (index from 0) at a local minute; nothing where there is no account."""
        index = len(self.planned)
        if account is None:
            return
        at = self.month.moment(day, minute, index % 60)
        other_id = other.id if other else None
        self.planned.append(
            Planned(at, index, rule, account.id, other_id, minor, kind, party, booked_on, detail)
        )


def sheet_of(life: Life, month: Month) -> Sheet:
    """An empty plan for the month, with the month's own stream of chance."""
    rng = stream(life.seed, "month", life.key, month.year, month.month)
    return Sheet(life, month, rng, life.prices(month))
