"""Failures on demand: what shall go wrong in a world, for the next call or until it is over."""

from dataclasses import dataclass

from sandbox.testing.calling import Caller

_FAILURES, _RULES = "/_sandbox/failures", "/_sandbox/failures/rules"


@dataclass(frozen=True, slots=True)
class Failures:
    """The catalogue of one world (docs/failures.md), and what of it is switched on."""

    caller: Caller

    def names(self, **wanted: str) -> list[str]:
        """What can go wrong, by area, standard …. Raises Refused."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        return [one["name"] for one in self.caller.get(f"{_FAILURES}?{query}")["failures"]]

    def next(
        self, name: str, *, bank: str | None = None, operation: str | None = None, times: int = 1
    ) -> str:
        """Let the next call (or `times` of them) that it can befall fail so; the id of the rule.

        `operation` is a pattern such as `GET */accounts*`. Raises Refused, also for an unknown name.
        """
        return self._add(name, bank, operation, {"count": times})

    def always(self, name: str, *, bank: str | None = None, operation: str | None = None) -> str:
        """The same for every call, until `clear`. Raises Refused."""
        return self._add(name, bank, operation, {})

    def sometimes(self, name: str, probability: float, seed: str, *, bank: str | None = None) -> str:
        """The same for some calls, by chance: the same seed has the same chances. Raises Refused."""
        return self._add(name, bank, None, {"probability": probability, "seed": seed})

    def clear(self) -> None:
        """Nothing goes wrong any more. Raises Refused."""
        for one in self.caller.get(_RULES)["rules"]:
            self.caller.delete(f"{_RULES}/{one['id']}")

    def _add(self, name: str, bank: str | None, operation: str | None, terms: dict[str, object]) -> str:
        wanted = {"failure": name, "bank": bank, "operation": operation, **terms}
        order = {key: value for key, value in wanted.items() if value is not None}
        return str(self.caller.post(_RULES, order)["id"])
