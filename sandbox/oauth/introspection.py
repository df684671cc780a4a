"""Introspection: what a token is good for, as JSON or signed. Source: RFC 7662, RFC 9701."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.bank.profile import SecurityProfile
from sandbox.credentials import authorizations, tokens
from sandbox.credentials.tokens import Token
from sandbox.eidas import bank_keys
from sandbox.oauth import client_auth, door, errors, id_tokens
from sandbox.oauth.answering import ALGORITHM
from sandbox.oauth.client_auth import Authenticated

views = Blueprint("introspection", __name__)
_SIGNED = "application/token-introspection+jwt"


@views.post("/oauth/introspect")
def introspect() -> Response:
    """Say whether a token is active, and what it is good for."""
    form = door.form()
    here = client_auth.authenticate(form)
    if "token" not in form:
        raise errors.InvalidRequest("token is missing.")
    found = _described(here, tokens.find(here.bank.work, form["token"]))
    signed = _SIGNED in request.accept_mimetypes.values()
    # FAPI 2.0 MS 5.5.1: under message signing the answer is signed in any case.
    if not signed and here.profile is not SecurityProfile.FAPI2_MESSAGE_SIGNING:
        return jsonify(found)
    claims = {
        "iss": door.issuer(),
        "aud": here.client.client_id,
        "iat": int(here.bank.now.timestamp()),
        "token_introspection": found,
    }
    # RFC 9701 5: typ is token-introspection+jwt, so that nobody takes it for an access token.
    key = bank_keys.current(here.bank.work, here.bank.id, ALGORITHM)
    return Response(key.sign(claims, typ="token-introspection+jwt"), mimetype=_SIGNED)


def _described(here: Authenticated, token: Token | None) -> dict[str, Any]:
    """The token as its own client may know it. RFC 7662 2.2: to anybody else it is not active."""
    if token is None or token.workspace_id != here.client.workspace_id:
        return {"active": False}
    authorization = authorizations.get(here.bank.work, token.workspace_id, token.authorization_id)
    own = (authorization.client_id, authorization.bank_id) == (here.client.client_id, here.bank.id)
    if not own or not tokens.is_good(token, authorization, here.bank.now):
        return {"active": False}
    found: dict[str, Any] = {
        "active": True,
        "iss": door.issuer(),
        "client_id": authorization.client_id,
        "scope": " ".join(token.scope),
        "iat": int(token.created_at.timestamp()),
    }
    if token.kind == tokens.ACCESS:
        found["token_type"] = "DPoP" if "jkt" in token.binding else "Bearer"
    if token.expires_at is not None:
        found["exp"] = int(token.expires_at.timestamp())
    if authorization.person_id is not None:
        found["sub"] = id_tokens.subject(here.bank, authorization)
    if token.binding:
        found["cnf"] = token.binding
    return found
