"""The people of a world, as a test sees them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Account:
    """One account of somebody. `iban` is None for a card; `kind` is current, savings, card …"""

    id: str
    bank: str
    kind: str
    name: str
    currency: str
    iban: str | None
    bban: str | None
    status: str
    role: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who lives in the world: how they log in, where they bank, what they have."""

    id: str
    name: str
    country: str
    persona: str
    username: str
    password: str
    banks: tuple[str, ...]
    accounts: tuple[Account, ...] = ()

    def account(self, bank_id: str, kind: str = "current", currency: str | None = None) -> Account:
        """The first account of that kind at that bank. Raises LookupError."""
        for one in self.accounts:
            if (one.bank, one.kind) == (bank_id, kind) and currency in (None, one.currency):
                return one
        raise LookupError(f"{self.id} has no {kind} account at {bank_id}")


def read(found: dict[str, Any]) -> Person:
    """A person out of what `/_sandbox/people` tells."""
    accounts = tuple(Account(**one) for one in found.get("accounts", ()))
    names = ("id", "name", "country", "persona", "username", "password")
    said = {name: found[name] for name in names}
    return Person(**said, banks=tuple(found["banks"]), accounts=accounts)
