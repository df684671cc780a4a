"""Discovery: what an issuer offers, and its public keys. Source: RFC 8414, OpenID Connect Discovery."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.bank.profile import SecurityProfile
from sandbox.credentials.clients import AuthMethod
from sandbox.eidas import bank_keys
from sandbox.gateway import context
from sandbox.kernel import jose
from sandbox.oauth import asking, checks, door, id_tokens, token
from sandbox.oauth.asking import OFFLINE, OPENID
from sandbox.oauth.profiles import RULES
from sandbox.oauth.tables import Place

views = Blueprint("discovery", __name__)
_CACHED = "public, max-age=300"


@views.get("/.well-known/oauth-authorization-server")
@views.get("/.well-known/openid-configuration")
def metadata() -> Response:
    """The issuer's metadata, the same in both forms. FAPI 2.0 SP 5.3.2.1, item 1."""
    response = jsonify(_metadata())
    response.headers["Cache-Control"] = _CACHED
    return response


@views.get("/oauth/jwks")
def keys() -> Response:
    """The public keys of the issuer: those in use, and those before them."""
    response = jsonify(keys=bank_keys.published(door.work(), context.profile().id))
    response.headers["Cache-Control"] = _CACHED
    return response


def _metadata() -> dict[str, Any]:
    issuer, server, intents = door.issuer(), context.profile().sca.authorization_server, door.intents()
    rules = [RULES[one] for one in server.profiles]
    methods = _each(one.auth_methods for one in rules)
    algorithms = _each(one.algorithms for one in rules)
    modes = _each(one.response_modes for one in rules)
    found: dict[str, Any] = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth/par",
        "registration_endpoint": f"{issuer}/oauth/register",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "scopes_supported": [OPENID, OFFLINE, *intents.scopes],
        "response_types_supported": _each(one.response_types for one in rules),
        "response_modes_supported": modes,
        "grant_types_supported": _grants(server.profiles),
        "code_challenge_methods_supported": ["S256"],
        "require_pushed_authorization_requests": all(_pushes(one) for one in server.profiles),
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [bank_keys.PS256],
        "userinfo_signing_alg_values_supported": [bank_keys.PS256],
        "acr_values_supported": [id_tokens.SCA, id_tokens.CA],
        "claims_parameter_supported": True,
        "claims_supported": ["sub", "acr", "auth_time", *intents.claims],
        "request_parameter_supported": True,
        # RFC 9126 5: what was pushed is taken whatever this says, and what lies elsewhere is never fetched.
        "request_uri_parameter_supported": False,
        "request_object_signing_alg_values_supported": algorithms,
        "authorization_signing_alg_values_supported": [bank_keys.PS256],
        "dpop_signing_alg_values_supported": list(jose.FAPI_ALGORITHMS),
        "tls_client_certificate_bound_access_tokens": True,
        "introspection_signing_alg_values_supported": [bank_keys.PS256],
    }
    for endpoint in ("token", "revocation", "introspection"):
        found[f"{endpoint}_endpoint_auth_methods_supported"] = methods
        if AuthMethod.PRIVATE_KEY_JWT in methods:
            found[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = algorithms
    if SecurityProfile.CIBA in server.profiles:
        found |= _backchannel(issuer, algorithms)
    if server.rich_requests and intents.detail_types:
        found["authorization_details_types_supported"] = list(intents.detail_types)
    return found


def _backchannel(issuer: str, algorithms: list[str]) -> dict[str, Any]:
    """What the bank says of asking in its app. Source: CIBA 4; FAPI-CIBA 5.2.2: poll and ping, never push."""
    return {
        "backchannel_authentication_endpoint": f"{issuer}/oauth/bc-authorize",
        "backchannel_token_delivery_modes_supported": ["poll", "ping"],
        "backchannel_authentication_request_signing_alg_values_supported": algorithms,
        "backchannel_user_code_parameter_supported": False,
    }


def _pushes(profile: SecurityProfile) -> bool:
    """Whether every request under that profile has to be pushed."""
    return checks.REQUEST.holds(asking.has_been_pushed, profile, Place.DIRECT)


def _grants(profiles: Sequence[SecurityProfile]) -> list[str]:
    """The grants of the token endpoint that some client of the bank's may use."""
    return [one for one in token.GRANTS if one != token.BACKCHANNEL or SecurityProfile.CIBA in profiles]


def _each(several: Any) -> list[str]:
    """The words of several lists, each once, in their order."""
    return list(dict.fromkeys(str(one) for some in several for one in some))
