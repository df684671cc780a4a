"""A bank at work: its profile, one unit of work, the time it is, and the people of its country."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sandbox.bank.profile import Profile
from sandbox.kernel.clock import Clock
from sandbox.kernel.db import Work


class People(Protocol):
    """Whoever knows the people: `population` in the product. It moves somebody in when first asked for."""

    def by_username(self, bank: "Bank", username: str) -> str | None:
        """The person id of that user name at this bank, or None."""

    def by_national_id(self, bank: "Bank", national_id: str) -> str | None:
        """The person id of that national id at this bank, or None."""

    def password(self, bank: "Bank", person_id: str) -> str:
        """The password of that person, the same at every bank."""

    def move_in(self, bank: "Bank", person_id: str) -> None:
        """See that the customer, their accounts and their history are in the books up to `bank.now`.

        It takes the write lock only where something is missing.
        """


@dataclass(frozen=True, slots=True)
class Bank:
    """One bank in one world during one unit of work. `clock` stands still for as long as that lasts."""

    profile: Profile
    work: Work
    workspace_id: str
    seed: str
    clock: Clock
    people: People

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
