"""What the app knows, in words of its own: the same for every bank and standard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Account:
    """An account with its balance."""

    id: str
    name: str
    currency: str
    balance: Decimal


@dataclass(frozen=True)
class Entry:
    """Something that was booked: negative where money left. `mcc` says what kind of shop it was, if any."""

    id: str
    booked_on: date
    amount: Decimal
    currency: str
    text: str
    mcc: str | None


@dataclass(frozen=True)
class Asked:
    """A consent that waits for the user: where to send them, and what to remember until they are back."""

    send_to: str
    remember: Mapping[str, str]


class Refused(Exception):
    """A bank says no. `lost`: the consent is over, and only the user can give another one."""

    def __init__(self, text: str, *, lost: bool = False) -> None:
        """Keep what the bank has said."""
        super().__init__(text)
        self.lost = lost


class Speaker(Protocol):
    """What each standard does for the app."""

    def ask(self, come_back: str, state: str) -> Asked:
        """Ask for a consent; the user is to come back with that state."""

    def confirm(self, remembered: Mapping[str, str], came_with: Mapping[str, str]) -> Mapping[str, str]:
        """The user is back: what the connection needs from here on. Raises Refused where they said no."""

    def accounts(self, connection: Mapping[str, str]) -> Iterator[Account]:
        """The accounts that the user has shown. Raises Refused."""

    def entries(self, connection: Mapping[str, str], account: Account, since: date) -> Iterator[Entry]:
        """What was booked since a day. Raises Refused."""

    def end(self, connection: Mapping[str, str]) -> None:
        """The user wants the app to see nothing more. Raises Refused."""
