"""The answer to an authorization request, on its way through the PSU's browser.

Source: RFC 6749 4.1.2, RFC 9207, OAuth 2.0 Multiple Response Types, Form Post Response Mode, JARM.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from sandbox.bank.bank import Bank
from sandbox.eidas import bank_keys
from sandbox.oauth import door, page
from sandbox.oauth.asking import AuthorizationRequest
from sandbox.oauth.errors import OauthRefused

#: JARM 2.1: the answer is good for ten minutes at most.
_JARM_LIFE = timedelta(minutes=10)
#: For clients whose profile says nothing else. FAPI clients get PS256, which all of them know.
ALGORITHM = bank_keys.PS256


@dataclass(frozen=True, slots=True)
class Way:
    """Where the answer goes, and how."""

    bank: Bank
    issuer: str
    client_id: str
    redirect_uri: str
    response_mode: str
    state: str | None


def way(asked: AuthorizationRequest) -> Way:
    """The way of the answer to a request whose redirect URI is known to be the client's."""
    to, state, mode = asked.parameters["redirect_uri"], asked.parameters.get("state"), asked.response_mode
    if mode == "jwt":
        # JARM 2.3.4: `jwt` is the default of the response type, signed.
        mode = "fragment.jwt" if asked.is_hybrid else "query.jwt"
    return Way(asked.bank, door.issuer(), asked.client.client_id, to, mode, state)


def say(way: Way, answer: Mapping[str, str]) -> Response:
    """Send the browser back to the client with that answer.

    FAPI 2.0 SP 5.3.2.2, items 10 and 11: by 303, never by 307, so that no browser posts a password on.
    """
    said = {**answer, **({"state": way.state} if way.state else {})}
    mode = way.response_mode
    if mode.endswith("jwt"):
        # FAPI 2.0 MS 5.4.1: with JARM, iss stands inside the token and nowhere else.
        said, mode = {"response": _signed(way, said)}, mode.removesuffix(".jwt")
    else:
        # RFC 9207 2: iss in every answer, errors too, against mix-up.
        said["iss"] = way.issuer
    if mode == "form_post":
        return page.post(way.redirect_uri, said)
    return redirect(_with(way.redirect_uri, said, mode), 303)


def refuse(way: Way, refusal: OauthRefused) -> Response:
    """Send the browser back with an error. Source: RFC 6749 4.1.2.1."""
    return say(way, {"error": refusal.error, "error_description": refusal.description})


def _signed(way: Way, said: Mapping[str, str]) -> str:
    claims: dict[str, Any] = {
        **said,
        "iss": way.issuer,
        "aud": way.client_id,
        "exp": int((way.bank.now + _JARM_LIFE).timestamp()),
    }
    return bank_keys.current(way.bank.work, way.bank.id, ALGORITHM).sign(claims)


def _with(uri: str, said: Mapping[str, str], mode: str) -> str:
    """The address with the answer in its query or fragment; the query of the client's own stays as it is."""
    parts, more = urlsplit(uri), urlencode(said)
    if mode == "fragment":
        return urlunsplit(parts._replace(fragment=more))
    return urlunsplit(parts._replace(query=f"{parts.query}&{more}" if parts.query else more))
