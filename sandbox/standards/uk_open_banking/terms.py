"""What the dialect keeps with a consent: the version it was made in, and what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.standards.uk_open_banking import walltime
from sandbox.standards.uk_open_banking.versions import BY_PATH, Version

_EXPIRATION, _FROM, _TO = "ExpirationDateTime", "TransactionFromDateTime", "TransactionToDateTime"


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a consent. `moments` are the texts as the TPP gave them, by their names."""

    version: Version
    permissions: tuple[str, ...]
    moments: Mapping[str, str]

    @classmethod
    def of_request(cls, version: Version, data: Mapping[str, Any]) -> "Terms":
        """Read what a TPP asks for."""
        moments = {name: data[name] for name in (_EXPIRATION, _FROM, _TO) if name in data}
        return cls(version, tuple(data["Permissions"]), moments)

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> "Terms":
        """Read what `kept` has written."""
        return cls(BY_PATH[kept["version"]], tuple(kept["permissions"]), kept["moments"])

    def kept(self) -> dict[str, Any]:
        """As a document, which the bank keeps and does not look into."""
        return {
            "version": self.version.path,
            "permissions": list(self.permissions),
            "moments": dict(self.moments),
        }

    @property
    def expires_at(self) -> datetime | None:
        """When the consent ends by its own terms."""
        text = self.moments.get(_EXPIRATION)
        return None if text is None else walltime.instant(text)

    @property
    def since(self) -> datetime | None:
        """Where the window of transactions begins, on the wall."""
        text = self.moments.get(_FROM)
        return None if text is None else walltime.read(text)

    @property
    def until(self) -> datetime | None:
        """Where the window of transactions ends, on the wall."""
        text = self.moments.get(_TO)
        return None if text is None else walltime.read(text)


def is_stale(now: datetime, authorised_at: datetime | None, days: int | None) -> bool:
    """Whether the PSU's last yes is longer ago than the bank likes."""
    return days is not None and authorised_at is not None and (now - authorised_at).days >= days
