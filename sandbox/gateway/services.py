"""What the composition root hands to every door."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bank.bank import People
from sandbox.bank.profile import Profile
from sandbox.gateway.journal import Journal
from sandbox.kernel.db import Database
from sandbox.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """One running installation: its settings, database, banks, people and journal."""

    settings: Settings
    database: Database
    profiles: Mapping[str, Profile]
    people: People
    journal: Journal

    @property
    def origin(self) -> str:
        """Scheme and host under which users reach us, no slash at the end; a prefix is kept."""
        return self.settings.public_origin.rstrip("/")
