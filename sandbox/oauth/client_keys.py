"""The public keys of a client: those it was registered with, or those at the address that it gave."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.credentials.clients import Client
from sandbox.delivery import fetching
from sandbox.delivery.fetching import KeysUnreachable
from sandbox.gateway import context
from sandbox.kernel import jose
from sandbox.oauth import door, errors
from sandbox.workspaces.software import SoftwareUnknown

Keys = Sequence[Mapping[str, Any]]


def of(client: Client, signed: str = "") -> Keys:
    """The keys, as members of a JWK set. `signed` is what one of them has signed, where that is at hand.

    Raises InvalidClient where there are no keys at the client's address.
    """
    terms = client.terms
    if terms.jwks is not None:
        keys = terms.jwks.get("keys", [])
        return [one for one in keys if isinstance(one, Mapping)] if isinstance(keys, list) else []
    if terms.jwks_uri is None:
        return ()
    try:
        return at(terms.jwks_uri, signed)
    except (KeysUnreachable, SoftwareUnknown) as refusal:
        raise errors.InvalidClient(refusal.text, detail=refusal.detail) from refusal


def at(uri: str, signed: str = "") -> Keys:
    """The keys at an address: in the directory's own key store, or elsewhere.

    Raises KeysUnreachable, SoftwareUnknown.
    """
    services = context.visit().services
    private = services.settings.allows_private_notifications
    return fetching.keys_at(door.work(), services.origin, uri, _kid(signed), private=private)


def _kid(signed: str) -> object:
    try:
        return jose.peek(signed).header.get("kid")
    except jose.Unreadable:
        return None
