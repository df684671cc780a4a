"""A bank at work: its profile, one unit of work, the time it is, and the people of its country."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from sandbox.bank.profile import Profile
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.db import Work


class People(Protocol):
    """Whoever knows the people: `population` in the product. It moves somebody in when first asked for."""

    def by_username(self, bank: "Bank", username: str) -> str | None:
        """The person id of that user name at this bank, or None."""

    def by_national_id(self, bank: "Bank", national_id: str) -> str | None:
        """The person id of that national id at this bank, or None."""

    def first(self, bank: "Bank") -> str | None:
        """The person id of the first grown customer who may use the online bank; None where nobody may."""

    def password(self, bank: "Bank", person_id: str) -> str:
        """The password of that person, the same at every bank."""

    def move_in(self, bank: "Bank", person_id: str) -> None:
        """See that the customer, their accounts and their history are in the books up to `bank.now`.

        It takes the write lock only where something is missing.
        """

    def arrange(self, bank: "Bank", person_id: str) -> None:
        """See that what the customer has arranged is written down for the month of `bank.now`.

        Standing orders, mandates, beneficiaries, bills to come. It takes the write lock where it is missing.
        """

    def keeper(self, bank: "Bank", iban: str) -> "Bank | None":
        """The mock bank that keeps the account of that IBAN, its owner moved in; None where none does."""

    def named_outside(self, bank: "Bank", iban: str) -> str | None:
        """The name on an account that no mock bank keeps; None where nobody knows it."""

    def grow(self, bank: "Bank") -> int:
        """Let everybody who has moved in live up to `bank.now`; how many households had something to do."""


@dataclass(slots=True)
class Luck:
    """What goes wrong on purpose in the call at hand, which is `call`: its method and path within the bank.

    `named` is the failure that the caller wants, `seconds` how long it takes; `rules` says that this world
    has rules, which may choose one. `made` are the failures that were made so far, by name. Accounts are told
    as they were `stale_days` ago.
    """

    call: str = ""
    app_id: str | None = None
    named: str | None = None
    seconds: float | None = None
    rules: bool = False
    made: tuple[str, ...] = ()
    stale_days: int = 0


@dataclass(frozen=True, slots=True)
class Bank:
    """One bank in one world during one unit of work. `clock` stands still for as long as that lasts.

    `neighbours` are the profiles of all the mock banks of this installation, by id. `luck` is of the call at
    hand: see `faults`.
    """

    profile: Profile
    work: Work
    workspace_id: str
    seed: str
    clock: Clock
    people: People
    neighbours: Mapping[str, Profile] = field(default_factory=dict)
    luck: Luck = field(default_factory=Luck)

    @property
    def id(self) -> str:
        """The bank's id: the first segment of its URLs."""
        return self.profile.id

    @property
    def now(self) -> datetime:
        """The moment it is, aware UTC."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The calendar day it is where the bank is."""
        return self.clock.today(self.profile.zone)

    def neighbour(self, bank_id: str) -> "Bank":
        """Another bank of the same world, in the same unit of work; KeyError where there is none."""
        return self if bank_id == self.id else replace(self, profile=self.neighbours[bank_id])

    def at(self, moment: datetime) -> "Bank":
        """The same bank at that moment, while time is caught up with."""
        return replace(self, clock=Clock(ClockMode.FROZEN, 0.0, moment))
