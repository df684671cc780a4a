"""Intents: how an authorization request names what the PSU is asked for. Only its standard can read that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.bank.authorisations import AnySubject
from sandbox.bank.bank import Bank
from sandbox.kernel.errors import Refusal
from sandbox.workspaces.organisations import PspRole


class IntentUnknown(Refusal):
    """The authorization request names a consent or a payment that this app does not have here."""

    text = "The request names nothing that this client has asked this bank for."


@dataclass(frozen=True, slots=True)
class Named:
    """Where a request may name it: the words of `scope`, the `claims` parameter, `authorization_details`."""

    scope: Sequence[str]
    claims: Mapping[str, Any] = field(default_factory=dict)
    details: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """What the PSU is asked for. `claims` are what an ID token has to echo of it."""

    subject: AnySubject
    claims: Mapping[str, Any] = field(default_factory=dict)


class Intents(Protocol):
    """One standard's way."""

    @property
    def scopes(self) -> Sequence[str]:
        """The words of a scope that name a service and nothing in particular."""

    @property
    def roles(self) -> Mapping[str, PspRole]:
        """The role without which a service is not to be had, by the service's word."""

    @property
    def claims(self) -> Sequence[str]:
        """The claims by which a request may name something."""

    @property
    def refresh_claim(self) -> str | None:
        """The claim of an ID token that says until when the refresh token is good, if it has one."""

    @property
    def detail_types(self) -> Sequence[str]:
        """The types of authorization_details that the standard knows."""

    def knows(self, word: str) -> bool:
        """Whether that word of a scope is one of this standard's, in its form."""

    def find(self, bank: Bank, app_id: str, named: Named) -> Intent | None:
        """What is named; None where nothing is. Raises IntentUnknown, also for another TPP's."""
