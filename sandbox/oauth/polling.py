"""Polling: a client comes for the tokens of a PSU's answer in the app; the checks, one function each.

The table `checks.POLL` says which check holds under which profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bank.profile import SecurityProfile
from sandbox.credentials.backchannel import BackchannelRequest
from sandbox.credentials.clients import Client
from sandbox.oauth import errors


@dataclass(frozen=True, slots=True)
class Polling:
    """One question for tokens. `request` is None where no such auth_req_id is known."""

    client: Client
    request: BackchannelRequest | None
    binding: Mapping[str, str]


def may_poll(polling: Polling) -> None:
    """OpenID CIBA 11: a client that is not registered for poll or ping must not use this grant."""
    if polling.client.profile != SecurityProfile.CIBA:
        raise errors.UnauthorizedClient("The client's security profile does not allow this grant.")


def request_is_the_clients(polling: Polling) -> None:
    """OpenID CIBA 11: the auth_req_id must be valid, and issued to the client that has authenticated."""
    if polling.request is None or polling.request.client_id != polling.client.client_id:
        raise errors.InvalidGrant("The auth_req_id is not known.")


def request_is_unused(polling: Polling) -> None:
    """OpenID CIBA 11: an auth_req_id whose tokens have been given is good for nothing more."""
    if polling.request is not None and polling.request.used_at is not None:
        raise errors.InvalidGrant("The auth_req_id has been used.")
