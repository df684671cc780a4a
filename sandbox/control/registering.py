"""What an order about the directory changes: taken from the door, or from the command line."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.delivery import fetching
from sandbox.kernel.db import Work
from sandbox.workspaces import organisations, software
from sandbox.workspaces.organisations import Particulars, PspRole
from sandbox.workspaces.software import Registered, Software

#: The addresses of pages about an app.
PAGES = ("client_uri", "logo_uri", "policy_uri", "tos_uri")


def particulars(order: Mapping[str, Any], before: Particulars | None = None) -> Particulars:
    """What the directory shall say of an organisation; what the order leaves out is as before."""
    given = {name: value for name, value in order.items() if name != "roles"}
    if "roles" in order:
        given["roles"] = tuple(PspRole(role) for role in order["roles"])
    if before is None:
        return Particulars(**given)
    if "country" in order and order["country"] != before.country:
        # Whoever moves to another country is authorised there, by somebody else.
        before = replace(before, supervisor=None, supervisor_id=None)
    return replace(before, **given)


def check_address(order: Mapping[str, Any], *, private: bool) -> None:
    """See that the keys may be fetched where the order says, before any lock: a name may have to be resolved.

    `private`: see `fetching`. Raises AddressMalformed, AddressForbidden, KeysUnreachable.
    """
    if order.get("jwks_uri"):
        fetching.check_address(order["jwks_uri"], private=private)


def register(work: Work, found: Software, order: Mapping[str, Any]) -> None:
    """Register software as the order says; what it leaves out stays. Raises as `software.register` does."""
    if "organisation_id" in order:
        software.move(work, found, organisations.get(work, found.workspace_id, order["organisation_id"]))
    wanted = _without_other_keys(software.registered(found), order)
    given = {
        name: order[name] for name in ("redirect_uris", "jwks", "jwks_uri", "description") if name in order
    }
    if "roles" in order:
        given["roles"] = tuple(PspRole(role) for role in order["roles"])
    pages = {**wanted.pages, **{name: order[name] for name in PAGES if name in order}}
    kept = {name: address for name, address in pages.items() if address}
    software.register(work, found, replace(wanted, **given, pages=kept))


def _without_other_keys(wanted: Registered, order: Mapping[str, Any]) -> Registered:
    """Whoever gives keys in the one form takes those of the other form back."""
    if order.get("jwks") is not None:
        return replace(wanted, jwks_uri=None)
    return replace(wanted, jwks=None) if order.get("jwks_uri") is not None else wanted
