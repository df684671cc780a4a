"""What the dialect keeps with a payment consent: its version, its sort, and the bodies to the letter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.standards.uk_open_banking.payment_kinds import BY_WORD, Kind
from sandbox.standards.uk_open_banking.versions import BY_PATH, Version


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """The terms of a payment consent. `data` and `risk` are as the TPP gave them.

    `rate` is what the bank has answered to a wish for a rate of exchange.
    """

    version: Version
    kind: Kind
    data: Mapping[str, Any]
    risk: Mapping[str, Any]
    rate: Mapping[str, str] | None = None

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> "PaymentTerms":
        """Read what `kept` has written."""
        return cls(BY_PATH[kept["version"]], BY_WORD[kept["kind"]], kept["data"], kept["risk"], kept["rate"])

    def kept(self) -> dict[str, Any]:
        """As a document, which the bank keeps and does not look into."""
        return {
            "version": self.version.path,
            "kind": self.kind.word,
            "data": dict(self.data),
            "risk": dict(self.risk),
            "rate": None if self.rate is None else dict(self.rate),
        }

    def differing(self, initiation: Any, risk: Any) -> str | None:
        """The first place in which a payment is not what its consent was for."""
        places = [
            *differing(self.data["Initiation"], initiation, "Data.Initiation"),
            *differing(self.risk, risk, "Risk"),
        ]
        return next(iter(places), None)


def differing(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    """Each place in which two bodies are not the same, member by member."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for key in dict.fromkeys([*ours, *theirs]):
            if key in ours and key in theirs:
                yield from differing(ours[key], theirs[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif ours != theirs:
        yield path
