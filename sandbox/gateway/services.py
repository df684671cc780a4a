"""What the composition root hands to every door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.bank.bank import People
from sandbox.bank.profile import Profile
from sandbox.gateway.journal import Journal
from sandbox.kernel.db import Database
from sandbox.kernel.settings import Settings


class Courier(Protocol):
    """Whoever carries events to TPPs: `delivery` in the product."""

    def start(self) -> None:
        """Carry what falls due, from here on, in this process."""

    def drain(self, workspace_id: str) -> int:
        """Carry what is due in that world now; how many attempts that took."""

    def close(self) -> None:
        """Carry nothing more."""


class Nobody:
    """Carries nothing: what is due stays in the outbox."""

    def start(self) -> None:
        """Nothing begins."""

    def drain(self, workspace_id: str) -> int:  # noqa: ARG002  # the form of a Courier
        """Nothing goes out."""
        return 0

    def close(self) -> None:
        """Nothing ends."""


@dataclass(frozen=True, slots=True)
class Services:
    """One running installation: its settings, database, banks, people, journal and courier."""

    settings: Settings
    database: Database
    profiles: Mapping[str, Profile]
    people: People
    journal: Journal
    courier: Courier = field(default_factory=Nobody)

    @property
    def origin(self) -> str:
        """Scheme and host under which users reach us, no slash at the end; a prefix is kept."""
        return self.settings.public_origin.rstrip("/")

    @property
    def trust_origin(self) -> str:
        """The same for what certificates name: CRL, OCSP and the authority's own certificate."""
        return (self.settings.trust_origin or self.settings.public_origin).rstrip("/")
