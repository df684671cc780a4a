"""Reading authorization requests: in the open, in a signed object, or by the address of a pushed one."""

from collections.abc import Mapping

from sandbox.bank.bank import Bank
from sandbox.bank.profile import SecurityProfile
from sandbox.credentials import clients, requests
from sandbox.credentials.clients import Client
from sandbox.credentials.requests import PushedRequest
from sandbox.oauth import asking, checks, client_auth, client_keys, door, errors
from sandbox.oauth.asking import AuthorizationRequest
from sandbox.oauth.profiles import algorithms_of
from sandbox.oauth.request_objects import RequestObject

#: How a pushed request notes that it was signed, and with which key its client proved possession.
_SIGNED, _KEY = "bryggen:signed", "bryggen:proof_key"


def asked(bank: Bank, client: Client, sent: Mapping[str, str]) -> AuthorizationRequest:
    """The request that a client sends by itself or through a browser. Raises an OauthRefused."""
    if "request" not in sent:
        return AuthorizationRequest(bank, client, door.intents(), dict(sent))
    found = _object(bank, client, sent["request"])
    checks.OBJECT.go_down(found, SecurityProfile(client.profile))
    # RFC 9101 6.3, FAPI 1.0 Advanced 5.2.2, item 10: what stands outside the object does not count.
    return AuthorizationRequest(bank, client, door.intents(), found.parameters(), signed=True)


def pushed(bank: Bank, client: Client, request_uri: str) -> tuple[AuthorizationRequest, PushedRequest]:
    """The request that a client has pushed before. Raises InvalidRequestUri."""
    found = requests.pushed(bank.work, bank.id, request_uri)
    # RFC 9126 7.3: it is the client's own, and RFC 9126 4: neither used nor expired.
    if found is None or found.client_id != client.client_id:
        raise errors.InvalidRequestUri("Nothing was pushed under that request_uri.")
    if found.used_at is not None:
        raise errors.InvalidRequestUri("The request_uri has been used.")
    if bank.now >= found.expires_at:
        raise errors.InvalidRequestUri("The request_uri has expired.")
    return _checked(bank, client, found.parameters), found


def kept(bank: Bank, client_id: str, parameters: Mapping[str, str]) -> AuthorizationRequest | None:
    """A request that has been checked before and kept; None where its client is gone."""
    client = clients.find(bank.work, bank.id, client_id)
    return _checked(bank, client, parameters) if client else None


def as_kept(found: AuthorizationRequest) -> dict[str, str]:
    """What is kept of a request that was pushed."""
    notes = ({_SIGNED: "yes"} if found.signed else {}) | ({_KEY: found.proof_key} if found.proof_key else {})
    return {**found.parameters, **notes}


def _checked(bank: Bank, client: Client, parameters: Mapping[str, str]) -> AuthorizationRequest:
    remembered = dict(parameters)
    signed, key = remembered.pop(_SIGNED, "") == "yes", remembered.pop(_KEY, None)
    made = AuthorizationRequest(
        bank, client, door.intents(), remembered, signed=signed, by_reference=True, proof_key=key
    )
    asking.claims_are_readable(made)
    asking.details_are_known(made)
    return made


def _object(bank: Bank, client: Client, text: str) -> RequestObject:
    in_the_app = client.profile == SecurityProfile.CIBA
    member = "backchannel_authentication_request_signing_alg" if in_the_app else "request_object_signing_alg"
    algorithms = algorithms_of(client, member)
    keys = client_keys.of(client, text)
    return RequestObject(
        *(bank, door.issuer(), client, keys, algorithms, text, {}, {}),
        lambda what, until: client_auth.is_new(bank, what, until),
    )
