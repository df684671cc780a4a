"""What a TPP does in any dialect: it calls one bank, and follows the bank's links."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.testing.calling import Caller, taken
from sandbox.testing.told import Begun


@dataclass(frozen=True, slots=True)
class Tpp(ABC):
    """One bank. Every method raises Refused where the bank says no, with the bank's own words in it."""

    caller: Caller
    bank_id: str

    @abstractmethod
    def _base(self) -> str:
        """The path below which the paths of this dialect begin."""

    @abstractmethod
    def _headers(self, consent: Begun | None) -> dict[str, str]:
        """What goes with every call."""

    def call(
        self,
        method: str,
        href: str,
        body: Any = None,
        consent: Begun | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Follow a link of the bank's, or a path of the standard; the answer as it comes."""
        return taken(self.send(method, href, body, consent, headers))

    def send(
        self,
        method: str,
        href: str,
        body: Any = None,
        consent: Begun | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The same, for a test that wants the refusal as an answer."""
        within = href if href.startswith(self.caller.origin) else f"{self._base()}{href}"
        return self.caller.send(method, within, body, {**self._headers(consent), **(headers or {})})
