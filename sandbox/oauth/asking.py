"""Authorization requests: what a client asks for, and the checks on it, one function each.

The table `checks.REQUEST` says which check holds under which profile.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson

from sandbox.bank.bank import Bank
from sandbox.bank.profile import SecurityProfile
from sandbox.credentials.clients import Client
from sandbox.gateway.intents import Intents, Named
from sandbox.gateway.validation import SCHEMES_REFUSED
from sandbox.oauth import errors
from sandbox.oauth.profiles import RULES, Rules
from sandbox.workspaces.software import is_loopback

OPENID, OFFLINE = "openid", "offline_access"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
#: The longest that a client may send to get it back as it was.
_ECHO_MAX = 2000


@dataclass(slots=True)
class AuthorizationRequest:
    """One request on its way down the table. `parameters` are those that count.

    `signed`: they come out of a request object. `proof_key` is the thumbprint of the DPoP proof that came
    along. `proven`: the redirect URI is the client's, so that errors may go there. `backchannel`: the
    PSU is to be asked in the bank's app, without a browser.
    """

    bank: Bank
    client: Client
    intents: Intents
    parameters: Mapping[str, str]
    signed: bool = False
    by_reference: bool = False
    proof_key: str | None = None
    proven: bool = False
    backchannel: bool = False
    claims: Mapping[str, Any] = field(default_factory=dict)
    details: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rules(self) -> Rules:
        """What the client's profile takes."""
        return RULES[SecurityProfile(self.client.profile)]

    @property
    def scope(self) -> list[str]:
        """The words of the scope, each once."""
        return list(dict.fromkeys(self.parameters.get("scope", "").split()))

    @property
    def named(self) -> Named:
        """Where it may say what the PSU is asked for."""
        return Named(self.scope, self.claims, self.details)

    @property
    def is_hybrid(self) -> bool:
        """Whether an ID token is to come along with the code."""
        return "id_token" in self.parameters.get("response_type", "").split()

    @property
    def response_mode(self) -> str:
        """How the answer comes; what is not offered is answered in the profile's own way."""
        wished = self.parameters.get("response_mode", self.rules.response_modes[0])
        return wished if wished in self.rules.response_modes else self.rules.response_modes[0]


def may_ask(asked: AuthorizationRequest) -> None:
    """The bank offers the profile under which the client is registered."""
    if asked.client.profile not in asked.bank.profile.sca.authorization_server.profiles:
        raise errors.UnauthorizedClient(f"This bank does not offer the profile {asked.client.profile}.")


def comes_by_its_way(asked: AuthorizationRequest) -> None:
    """The bank asks in its app for clients of that profile, and is sent browsers by all others. CIBA 4."""
    if asked.backchannel != (asked.client.profile == SecurityProfile.CIBA):
        raise errors.UnauthorizedClient("The client's security profile asks in another way.")


def has_been_pushed(asked: AuthorizationRequest) -> None:
    """FAPI 2.0 SP 5.3.2.2, item 3: a request that was not pushed shall be rejected."""
    if not asked.by_reference:
        raise errors.InvalidRequest("The request must be pushed first, and come as request_uri.")


def has_been_pushed_if_registered_so(asked: AuthorizationRequest) -> None:
    """RFC 9126 6: a client that has registered it sends no request that was not pushed."""
    if asked.client.terms.details.get("require_pushed_authorization_requests"):
        has_been_pushed(asked)


def has_no_request_uri(asked: AuthorizationRequest) -> None:
    """RFC 9126 2.1: a pushed request must not carry request_uri. Ours is resolved; others are not fetched."""
    if "request_uri" in asked.parameters:
        raise errors.RequestUriNotSupported


def is_signed(asked: AuthorizationRequest) -> None:
    """FAPI 1.0 Advanced 5.2.2, item 1, and FAPI 2.0 MS 5.3.1: the request must be a signed request object."""
    if not asked.signed:
        raise errors.InvalidRequest("The request must come as a signed request object.")


def is_signed_if_registered_so(asked: AuthorizationRequest) -> None:
    """RFC 9101 10.5: a client that has registered require_signed_request_object sends no other request."""
    if asked.client.terms.details.get("require_signed_request_object"):
        is_signed(asked)


def redirect_uri_is_given(asked: AuthorizationRequest) -> None:
    """FAPI 2.0 SP 5.3.2.2, item 6: redirect_uri is required, also where only one is registered."""
    if not asked.parameters.get("redirect_uri"):
        raise errors.InvalidRequest("redirect_uri is missing.")


def redirect_uri_is_the_clients(asked: AuthorizationRequest) -> None:
    """RFC 9700 2.1: redirect URIs are compared letter by letter; nothing is sent to any other address."""
    if not asked.client.may_return_to(asked.parameters["redirect_uri"]):
        raise errors.InvalidRequest("redirect_uri is not one of the client's.")


def redirect_uri_is_safe(asked: AuthorizationRequest) -> None:
    """FAPI 2.0 SP 5.3.2.2, item 8: no redirect URI without TLS, but for those of the PSU's own machine."""
    uri = asked.parameters["redirect_uri"]
    try:
        parts = urlsplit(uri)
        scheme, host = parts.scheme.lower(), parts.hostname
    except ValueError:
        scheme, host = "", None
    in_the_web = scheme in ("http", "https")
    if not scheme or scheme in SCHEMES_REFUSED or "#" in uri or (in_the_web and not host):
        raise errors.InvalidRequest("redirect_uri is not an absolute address without a fragment.")
    if scheme == "http" and not is_loopback(uri):
        raise errors.InvalidRequest("redirect_uri must use https, or lead to the PSU's own machine.")
    asked.proven = True


def response_type_is_offered(asked: AuthorizationRequest) -> None:
    """RFC 6749 4.1.1: response_type is required. FAPI 2.0 SP 5.3.2.2, item 1: it is `code` alone."""
    given = asked.parameters.get("response_type")
    if given is None:
        raise errors.InvalidRequest("response_type is missing.")
    if " ".join(sorted(given.split())) not in asked.rules.response_types:
        raise errors.UnsupportedResponseType(
            f"response_type is one of: {', '.join(asked.rules.response_types)}."
        )


def response_type_is_the_clients(asked: AuthorizationRequest) -> None:
    """RFC 7591 2, response_types: a registered client has the answers that it has registered."""
    wanted = " ".join(sorted(asked.parameters["response_type"].split()))
    if not asked.client.may("response_types", wanted):
        raise errors.UnauthorizedClient("The client has not registered this response_type.")


def response_mode_is_offered(asked: AuthorizationRequest) -> None:
    """FAPI 2.0 MS 5.4.1: where JARM is required, an answer in the open is not given."""
    given = asked.parameters.get("response_mode")
    if given is not None and given not in asked.rules.response_modes:
        raise errors.InvalidRequest(f"response_mode is one of: {', '.join(asked.rules.response_modes)}.")
    # Multiple Response Types 5; JARM 2.3.1: an ID token does not travel in a query, which ends up in logs.
    if asked.is_hybrid and asked.response_mode.startswith("query"):
        raise errors.InvalidRequest("An answer with an ID token does not come in the query.")


def code_alone_comes_signed(asked: AuthorizationRequest) -> None:
    """FAPI 1.0 Advanced 5.2.2, item 2: `code id_token`, or `code` with response_mode=jwt."""
    if asked.parameters["response_type"] == "code" and not asked.response_mode.endswith("jwt"):
        raise errors.InvalidRequest("response_type=code needs response_mode=jwt.")


def state_is_given(asked: AuthorizationRequest) -> None:
    """NextGenPSD2 IG 1.3.8, 13.1: state is mandatory; it comes back to prevent forgery across sites."""
    if not asked.parameters.get("state"):
        raise errors.InvalidRequest("state is missing.")


def nonce_is_given(asked: AuthorizationRequest) -> None:
    """FAPI 1.0 Baseline 5.2.2.2 and 5.2.2.3: nonce with openid, else state."""
    wanted = "nonce" if OPENID in asked.scope else "state"
    if not asked.parameters.get(wanted):
        raise errors.InvalidRequest(f"{wanted} is missing.")


def challenge_is_s256(asked: AuthorizationRequest) -> None:
    """FAPI 2.0 SP 5.3.2.2, item 5; IG 13.1; FAPI 1.0 Advanced 5.2.2, item 18: PKCE is required, with S256."""
    challenge = asked.parameters.get("code_challenge", "")
    if asked.parameters.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise errors.InvalidRequest("code_challenge is required, with code_challenge_method=S256.")


def key_is_that_of_the_proof(asked: AuthorizationRequest) -> None:
    """RFC 9449 10.1: a dpop_jkt beside a proof must be the thumbprint of that proof's key."""
    named = asked.parameters.get("dpop_jkt")
    if named is not None and asked.proof_key not in (None, named):
        raise errors.InvalidDpopProof("dpop_jkt is not the key of the DPoP proof.")


def scope_is_known(asked: AuthorizationRequest) -> None:
    """RFC 6749 3.3: a scope that is unknown is refused rather than ignored; a PSU is asked for something."""
    if not asked.scope:
        raise errors.InvalidScope("scope is missing.")
    for word in asked.scope:
        if word not in (OPENID, OFFLINE) and not asked.intents.knows(word):
            raise errors.InvalidScope(f"The scope {word[:80]} is not known here.")


def scope_is_the_clients(asked: AuthorizationRequest) -> None:
    """RFC 7591 2, scope: a registered client asks for what it has registered, with a name or without."""
    for word in asked.scope:
        if not asked.client.may("scope", word.partition(":")[0]):
            raise errors.InvalidScope(f"The client has not registered the scope {word[:80]}.")


def claims_are_readable(asked: AuthorizationRequest) -> None:
    """OpenID Connect Core 5.5: claims is a JSON object; what we do not know in it does no harm."""
    if "claims" not in asked.parameters:
        return
    found = _json(asked.parameters["claims"])
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise errors.InvalidRequest("claims must be a JSON object of objects.")
    asked.claims = found


def details_are_known(asked: AuthorizationRequest) -> None:
    """RFC 9396 5: details of an unknown type, or not of their form, are refused."""
    if "authorization_details" not in asked.parameters:
        return
    found = _json(asked.parameters["authorization_details"])
    offered = asked.intents.detail_types if asked.bank.profile.sca.authorization_server.rich_requests else ()
    if not isinstance(found, list) or not all(
        isinstance(one, dict) and one.get("type") in offered for one in found
    ):
        known = ", ".join(offered) or "none"
        raise errors.InvalidAuthorizationDetails(f"The types that this bank takes are: {known}.")
    asked.details = found


def a_page_may_be_shown(asked: AuthorizationRequest) -> None:
    """OpenID Connect Core 3.1.2.1: prompt=none must not show a page, and every yes here is given on one."""
    if "none" in asked.parameters.get("prompt", "").split():
        raise errors.LoginRequired
    for name in ("state", "nonce"):
        if len(asked.parameters.get(name, "")) > _ECHO_MAX:
            raise errors.InvalidRequest(f"{name} is longer than {_ECHO_MAX} characters.")


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
