"""The Python client, requests_oauth2client with jwskate: it shares no code with the sandbox."""

import json
import time
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from jwskate import Jwk, Jwt
from requests_oauth2client import (
    BackChannelAuthenticationPollingJob,
    ClientSecretBasic,
    ClientSecretPost,
    OAuth2Client,
    PrivateKeyJwt,
    PublicApp,
)

from tests.clients.order import REDIRECT, Got, Order


def run(order: Order, agree: Callable[[str | None], str | None]) -> Got:
    """Go the whole way. `agree` is the PSU: from a link to where it leads; for None, in the app."""
    session = requests.Session()
    session.verify, session.trust_env = order.papers.root, False
    session.cert = (order.papers.certificate, order.papers.key)
    key = _jwk(order)
    client = OAuth2Client.from_discovery_endpoint(
        issuer=order.issuer,
        auth=_authentication(order, key),
        session=session,
        redirect_uri=REDIRECT,
        id_token_signed_response_alg="PS256",
        dpop_bound_access_tokens=order.dpop,
        # The library does not read it from the metadata.
        backchannel_authentication_endpoint=f"{order.issuer}/oauth/bc-authorize",
        testing=True,
    )
    way = _by_backchannel if order.ciba else _by_redirect
    tokens = way(client, order, key, agree)
    claims: dict[str, Any] = {}
    if tokens.id_token is not None:
        claims = dict(tokens.id_token.claims)
    answer = session.get(order.resource, headers=order.headers, auth=tokens, timeout=30)
    refreshed: dict[str, Any] = {}
    if tokens.refresh_token:
        refreshed = client.refresh_token(tokens).as_dict()
    return Got(tokens.as_dict(), claims, answer.status_code, answer.json(), refreshed)


def _jwk(order: Order) -> Jwk | None:
    if order.key is None:
        return None
    pem = order.key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Jwk.from_pem(pem, kid=order.key.kid, alg=order.key.algorithm, use="sig")


def _authentication(order: Order, key: Jwk | None) -> Any:
    if order.method == "client_secret_basic":
        return ClientSecretBasic(order.client_id, order.secret)
    if order.method == "client_secret_post":
        return ClientSecretPost(order.client_id, order.secret)
    if order.method == "private_key_jwt":
        # FAPI 2.0: the audience of an assertion is the issuer.
        return PrivateKeyJwt(order.client_id, key, aud=order.issuer)
    # Over mutual TLS the id alone is sent; who it is the connection says.
    return PublicApp(order.client_id)


def _by_redirect(client: OAuth2Client, order: Order, key: Jwk | None, agree: Any) -> Any:
    sent = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in order.sent.items()
    }
    if order.jarm:
        sent["response_mode"] = "jwt"
    asked = client.authorization_request(scope=order.scope, **sent)
    outgoing = asked
    if order.jar:
        outgoing = client.authorization_request(scope=order.scope, **sent, **_dates(order))
        asked = outgoing
        outgoing = outgoing.sign(key, alg=order.key.algorithm)
    if order.par:
        outgoing = client.pushed_authorization_request(_with_args(outgoing))
    back = agree(str(outgoing.uri))
    if order.jarm:
        back = _opened(client, order, back)
    # The library validates no ID token beside a token that is bound by DPoP: its own constructor fails.
    return client.authorization_code(asked.validate_callback(back), validate=not order.dpop)


def _with_args(outgoing: Any) -> Any:
    """A signed request in the form in which the library pushes one: 1.8 forgets that it has no `args`."""
    if hasattr(type(outgoing), "args"):
        return outgoing
    return SimpleNamespace(args=dict(outgoing.furl.args), dpop_key=None)


def _opened(client: OAuth2Client, order: Order, back: str) -> str:
    """An answer by JARM, verified, as the answer in the open that it stands for."""
    [text] = parse_qs(urlsplit(back).query)["response"]
    answer = Jwt(text)
    answer.verify_signature(client.authorization_server_jwks, alg="PS256")
    assert answer.claims["aud"] == order.client_id
    assert answer.claims["iss"] == order.issuer
    said = {name: value for name, value in answer.claims.items() if name not in ("aud", "exp")}
    return str(requests.Request("GET", REDIRECT, params=said).prepare().url)


def _dates(order: Order) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": order.client_id, "aud": order.issuer, "nbf": now, "iat": now, "exp": now + 300}


def _by_backchannel(client: OAuth2Client, order: Order, key: Jwk | None, agree: Any) -> Any:
    begun = client.backchannel_authentication_request(
        **order.ciba, **_dates(order), jti=str(uuid.uuid4()), private_jwk=key, alg=order.key.algorithm
    )
    agree(None)
    return BackChannelAuthenticationPollingJob(client, begun)()
