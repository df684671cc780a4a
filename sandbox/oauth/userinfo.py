"""User info: who the PSU is to this client, for a token with openid. Source: OpenID Connect Core 5.3."""

from flask import Blueprint, Response, jsonify

from sandbox.credentials import authorizations
from sandbox.gateway import bearer, context
from sandbox.gateway.bearer import TokenElsewhere, TokenMissing
from sandbox.oauth import id_tokens
from sandbox.oauth.asking import OPENID

views = Blueprint("userinfo", __name__)


@views.route("/oauth/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """The claims of the PSU behind an access token: the ones of the ID token, the number first.

    Raises a TokenRefused.
    """
    found = bearer.caller()
    if found is None:
        raise TokenMissing
    _, use = found
    if OPENID not in use.scope or use.person_id is None:
        raise TokenElsewhere("The access token says nothing of a person: it has no scope openid.")
    bank = context.for_workspace(use.workspace_id).bank
    authorization = authorizations.get(bank.work, use.workspace_id, use.authorization_id)
    # OpenID Connect Core 5.3.2: sub is always there, and the one of the ID token.
    return jsonify(sub=id_tokens.subject(bank, authorization), **authorization.claims)
