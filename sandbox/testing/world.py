"""One world: its people, its clock, what a PSU says, and a client of each bank in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.testing import people, visiting
from sandbox.testing.berlin_group import BerlinGroup
from sandbox.testing.calling import Caller
from sandbox.testing.failures import Failures
from sandbox.testing.people import Person
from sandbox.testing.uk_open_banking import VERSIONS, UkOpenBanking

_CONTROL = "/_sandbox"


@dataclass(frozen=True, slots=True)
class World:
    """A workspace with one app. `app_key` is what the app under test sends as X-API-Key."""

    caller: Caller
    workspace: str
    app_id: str
    app_key: str

    @property
    def origin(self) -> str:
        """Where the sandbox is reached; a bank's base URL is `{origin}/{bank}`."""
        return self.caller.origin

    def berlin_group(self, bank_id: str) -> BerlinGroup:
        """A TPP that speaks NextGenPSD2 to that bank."""
        return BerlinGroup(self.caller, bank_id)

    def uk_open_banking(self, bank_id: str, version: str = "4.0") -> UkOpenBanking:
        """A TPP that speaks UK Open Banking Read/Write of that version to that bank, as in `4.0` or `3.1.11`.

        Raises LookupError where there is no such version.
        """
        path = ".".join(version.removeprefix("v").split(".")[:2])
        if path not in VERSIONS:
            raise LookupError(f"UK Open Banking is spoken here in {' and '.join(VERSIONS)}, not in {version}")
        return UkOpenBanking(self.caller, bank_id, path)

    @property
    def failures(self) -> Failures:
        """What shall go wrong: `failures.next("internal_error")`."""
        return Failures(self.caller)

    def person(self, person_id: str) -> Person:
        """Somebody with all their accounts; `no-0` is the first Norwegian of the cast. Raises Refused."""
        return people.read(self.caller.get(f"{_CONTROL}/people/{person_id}"))

    def people(self, **wanted: str) -> list[Person]:
        """Some people, by bank, country, persona …, without their accounts. Raises Refused."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        return [people.read(one) for one in self.caller.get(f"{_CONTROL}/people?{query}")["people"]]

    @property
    def now(self) -> datetime:
        """When it is in this world."""
        return datetime.fromisoformat(self.caller.get(f"{_CONTROL}/clock")["now"])

    def freeze(self, at: datetime) -> None:
        """Go forwards to that moment, and let the clock stand still there. Raises Refused."""
        self.caller.put(f"{_CONTROL}/clock", {"mode": "frozen", "at": at.isoformat()})

    def advance(self, **span: int) -> datetime:
        """Turn the clock forwards by days=…, hours=…, months=…; what is due happens. Raises Refused."""
        return datetime.fromisoformat(self.caller.post(f"{_CONTROL}/clock/advance", span)["now"])

    def approve(self, authorisation_id: str, psu: Person) -> dict[str, Any]:
        """The PSU's yes, without a page. Raises Refused."""
        return self.caller.post(
            f"{_CONTROL}/authorisations/{authorisation_id}/approve", {"psu": psu.username}
        )

    def say_yes(self, link: str, psu: Person, accounts: Sequence[str] = ()) -> str:
        """The PSU's yes at the bank's own pages: from the app's link to where the browser is sent back.

        `accounts` are the ids of those to choose, where there is a choice. Raises PageUnexpected.
        """
        return visiting.agree(link, psu, accounts)

    def say_no(self, link: str, psu: Person) -> str:
        """The PSU's no at the bank's own pages; where the browser is sent back. Raises PageUnexpected."""
        return visiting.decline(link, psu)

    def decline(self, authorisation_id: str) -> None:
        """The PSU's no. Raises Refused."""
        self.caller.post(f"{_CONTROL}/authorisations/{authorisation_id}/decline")

    def progress(self, kind: str, mode: str, *, seconds: int = 0, reads: int = 0) -> None:
        """How the states of payments go on: `as_in_life`, `at_once`, `by_hand` … Raises Refused."""
        order = {"mode": mode, "seconds": seconds, "reads": reads}
        self.caller.put(f"{_CONTROL}/progressions/{kind}", order)

    def settle(self, payment_id: str) -> None:
        """Let a payment settle that waits for somebody's hand. Raises Refused."""
        self.caller.post(f"{_CONTROL}/payments/{payment_id}/settle")

    def give_back(self, payment_id: str, reason: str = "AC04") -> None:
        """Let the creditor's bank send a payment back, for that ISO 20022 reason. Raises Refused."""
        self.caller.post(f"{_CONTROL}/payments/{payment_id}/return", {"reason": reason})

    @property
    def signing_secret(self) -> str:
        """With what the app verifies the messages that it is sent: `whsec_…`. Raises Refused."""
        return str(self.caller.get(f"{_CONTROL}/apps/{self.app_id}/signing-secret")["secret"])

    def deliver(self) -> int:
        """Send now what is due to be told, and wait until it is done; how many attempts. Raises Refused."""
        return int(self.caller.post(f"{_CONTROL}/events/deliver")["attempts"])

    def events(self, **wanted: str) -> list[dict[str, Any]]:
        """What has happened, the newest first, with every attempt to tell the app of it. Raises Refused."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        return list(self.caller.get(f"{_CONTROL}/events?{query}")["events"])
