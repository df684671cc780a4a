"""The door: in which world a request is, who the issuer is, and what a client has sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app, request
from werkzeug.datastructures import MultiDict

from sandbox.bank.bank import Bank
from sandbox.credentials import clients
from sandbox.credentials.clients import Client
from sandbox.gateway import context
from sandbox.gateway.intents import Intent, Intents, Named
from sandbox.kernel.db import Work
from sandbox.oauth import errors
from sandbox.workspaces.organisations import PspRole
from sandbox.workspaces.workspace import WorkspaceUnknown

#: Where the composition root has left every standard's way of naming what is asked for, by the standard's id.
INTENTS = "bryggen-intents"


@dataclass(frozen=True, slots=True)
class Several:
    """The ways of all standards that a bank speaks; the first that finds something named has it."""

    each: Sequence[Intents]

    @property
    def scopes(self) -> Sequence[str]:
        """The services of all."""
        return list(dict.fromkeys(word for one in self.each for word in one.scopes))

    @property
    def roles(self) -> Mapping[str, PspRole]:
        """The roles of all."""
        return {word: role for one in self.each for word, role in one.roles.items()}

    @property
    def claims(self) -> Sequence[str]:
        """The claims of all."""
        return list(dict.fromkeys(word for one in self.each for word in one.claims))

    @property
    def refresh_claim(self) -> str | None:
        """The first of theirs that there is."""
        return next(filter(None, (one.refresh_claim for one in self.each)), None)

    @property
    def detail_types(self) -> Sequence[str]:
        """The types of all."""
        return list(dict.fromkeys(word for one in self.each for word in one.detail_types))

    def knows(self, word: str) -> bool:
        """Whether one of them knows it."""
        return any(one.knows(word) for one in self.each)

    def find(self, bank: Bank, app_id: str, named: Named) -> Intent | None:
        """What one of them finds. Raises IntentUnknown."""
        return next((found for one in self.each if (found := one.find(bank, app_id, named))), None)


def issuer() -> str:
    """The issuer identifier of the bank whose door was opened."""
    return f"{context.visit().services.origin}/{context.profile().id}"


def endpoint() -> str:
    """The public address of the request at hand, without its query."""
    return issuer() + request.path


def work() -> Work:
    """The unit of work of this request."""
    return context.visit().unit_of_work()


def intents() -> Intents:
    """How requests to this bank name what the PSU is asked for."""
    of_standards = cast(Mapping[str, Intents], current_app.extensions[INTENTS])
    spoken = dict.fromkeys(one.standard for one in context.profile().interfaces)
    return Several([of_standards[one] for one in spoken])


def client_at(client_id: str) -> tuple[Bank, Client] | None:
    """The client of that id, and the bank at work in its world; None where there is no such client."""
    try:
        bank = context.for_workspace(client_id.partition(".")[0]).bank
    except WorkspaceUnknown:
        return None
    found = clients.find(bank.work, bank.id, client_id)
    if found is not None:
        context.visit().app_id = found.app_id
    return (bank, found) if found else None


def each_once(sent: "MultiDict[str, str]") -> dict[str, str]:
    """The parameters. RFC 6749 3.1: none may come twice, and an empty one is none. Raises InvalidRequest."""
    for name, values in sent.lists():
        if len(values) > 1:
            raise errors.InvalidRequest(f"{name[:40]} is given more than once.")
        if "\x00" in values[0]:
            raise errors.InvalidRequest("NUL is in no parameter.")
    return {name: value for name, value in sent.items() if value}


def form() -> dict[str, str]:
    """The form of a client's own call. Raises InvalidRequest, also where something stands in the query.

    RFC 6749 2.3.1 and 3.2: parameters stand in the body; a secret in an address ends up in logs.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        raise errors.InvalidRequest("Send application/x-www-form-urlencoded.")
    if request.args:
        raise errors.InvalidRequest("Parameters stand in the body, not in the address.")
    return each_once(request.form)
