"""The public keys of a client: those that it was registered with."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.credentials.clients import Client


def of(client: Client) -> Sequence[Mapping[str, Any]]:
    """The keys, as members of a JWK set."""
    keys = (client.terms.jwks or {}).get("keys", [])
    return [one for one in keys if isinstance(one, Mapping)] if isinstance(keys, list) else []
