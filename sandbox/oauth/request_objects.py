"""Request objects: an authorization request that its client has signed. Source: RFC 9101.

The table `checks.OBJECT` says which check holds under which profile.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.bank.bank import Bank
from sandbox.credentials.clients import Client
from sandbox.kernel import jose
from sandbox.kernel.clock import moments
from sandbox.oauth import dates, errors

#: FAPI 2.0 MS 5.3.1 and FAPI 1.0 Advanced 5.2.2: nbf is not older, and exp not further from it, than an hour.
_LIFE_SECONDS_MAX = 3600
_NOT_PARAMETERS = {"iss", "aud", "exp", "nbf", "iat", "jti"}


@dataclass(slots=True)
class RequestObject:
    """One request object. `claims` are trusted from the first row of the table on.

    `noted` notes a `jti`, and says whether it came for the first time.
    """

    bank: Bank
    issuer: str
    client: Client
    keys: Sequence[Mapping[str, Any]]
    algorithms: Sequence[str]
    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    noted: Callable[[str, float], bool] = lambda _, __: False

    def parameters(self) -> dict[str, str]:
        """The claims as the parameters that they stand for; JSON ones as text. What is null is not there."""
        return {
            name: value if isinstance(value, str) else orjson.dumps(value).decode()
            for name, value in self.claims.items()
            if name not in _NOT_PARAMETERS and value is not None
        }


def is_signed_by_the_client(found: RequestObject) -> None:
    """FAPI 2.0 SP 5.4.1: PS256, ES256 or EdDSA by a key of the client; never none, never RS256."""
    try:
        signed = jose.read(found.text, found.keys, found.algorithms)
    except jose.Unreadable as error:
        raise errors.InvalidRequestObject(
            "The signature of the request object is not right.", detail=str(error)
        ) from error
    found.header, found.claims = signed.header, signed.claims


def is_typed(found: RequestObject) -> None:
    """FAPI 2.0 MS 5.3.1: typ oauth-authz-req+jwt is accepted; RFC 9101 10.8: another sort of token is not."""
    typ = str(found.header.get("typ", "JWT")).lower()
    if typ.removeprefix("application/") not in ("oauth-authz-req+jwt", "jwt"):
        raise errors.InvalidRequestObject("typ must be oauth-authz-req+jwt.")


def is_from_the_client(found: RequestObject) -> None:
    """RFC 9101 5 and 6.3: client_id inside and outside are the same; iss is the client."""
    own = found.client.client_id
    if any(found.claims.get(name, own) != own for name in ("client_id", "iss")):
        raise errors.InvalidRequestObject("iss and client_id must be the client that sends it.")


def is_for_this_issuer(found: RequestObject) -> None:
    """FAPI 2.0 MS 5.3.1: aud is the issuer, or an array that contains it."""
    aud = found.claims.get("aud")
    if found.issuer not in (aud if isinstance(aud, list) else [aud]):
        raise errors.InvalidRequestObject(f"aud must be {found.issuer}.")


def has_not_expired(found: RequestObject) -> None:
    """RFC 9101 10.2: a request object is not used outside the time for which it was made."""
    dates.check(found.claims, found.bank.now, errors.InvalidRequestObject)


def lives_an_hour_at_most(found: RequestObject) -> None:
    """FAPI 2.0 MS 5.3.1; FAPI 1.0 Advanced 5.2.2, items 13 and 17: nbf and exp, no more than an hour."""
    nbf, exp = (dates.seconds(found.claims, name) for name in ("nbf", "exp"))
    if nbf is None or exp is None:
        raise errors.InvalidRequestObject("nbf and exp are required.")
    old = all(at.timestamp() - nbf > _LIFE_SECONDS_MAX for at in moments(found.bank.now))
    if old or exp - nbf > _LIFE_SECONDS_MAX:
        raise errors.InvalidRequestObject("nbf is more than an hour old, or exp more than an hour after it.")


def says_all_of_itself(found: RequestObject) -> None:
    """OpenID CIBA 7.1.1: iss, aud, exp, iat, nbf and jti are required in a signed request."""
    missing = [one for one in ("iss", "aud", "exp", "iat", "nbf", "jti") if one not in found.claims]
    if missing:
        raise errors.InvalidRequestObject(f"Missing in the request object: {', '.join(missing)}.")


def is_new(found: RequestObject) -> None:
    """OpenID CIBA 7.1.1: jti is a unique identifier of the request; it is good once."""
    jti, until = found.claims["jti"], dates.seconds(found.claims, "exp") or 0.0
    if not isinstance(jti, str) or not found.noted(f"request {found.client.client_id} {jti}", until):
        raise errors.InvalidRequestObject("This request object has been used before.")


def holds_no_request(found: RequestObject) -> None:
    """RFC 9101 4: request and request_uri must not stand in a request object."""
    if not {"request", "request_uri"}.isdisjoint(found.claims):
        raise errors.InvalidRequestObject("A request object holds no other one.")
