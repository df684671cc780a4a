"""User info: who the PSU is to this client, for a token with openid. Source: OpenID Connect Core 5.3."""

from flask import Blueprint, Response, jsonify, request

from sandbox.credentials import authorizations, clients
from sandbox.eidas import bank_keys
from sandbox.eidas.certificates import CertificateRefused
from sandbox.gateway import bearer, context, guard, passport
from sandbox.gateway.bearer import TokenElsewhere, TokenMissing
from sandbox.oauth import door, errors, id_tokens
from sandbox.oauth.answering import ALGORITHM
from sandbox.oauth.asking import OPENID
from sandbox.workspaces.apps import Caller

views = Blueprint("userinfo", __name__)
_SIGNED = "application/jwt"


@views.route("/oauth/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """The claims of the PSU behind an access token: the ones of the ID token, the number first.

    Raises a TokenRefused, and on the rung `enforce` InvalidToken where the certificate is not right.
    """
    found = bearer.caller()
    if found is None:
        raise TokenMissing
    caller, use = found
    _show_papers(caller)
    if OPENID not in use.scope or use.person_id is None:
        raise TokenElsewhere("The access token says nothing of a person: it has no scope openid.")
    bank = context.for_workspace(use.workspace_id).bank
    authorization = authorizations.get(bank.work, use.workspace_id, use.authorization_id)
    # OpenID Connect Core 5.3.2: sub is always there, and the one of the ID token.
    told = {"sub": id_tokens.subject(bank, authorization), **authorization.claims}
    client = clients.find(bank.work, bank.id, use.client_id)
    if client is None or not client.terms.details.get("userinfo_signed_response_alg"):
        return jsonify(told)
    # OpenID Connect Core 5.3.2: signed, for a client that has registered it, it says by whom and for whom.
    claims = {"iss": door.issuer(), "aud": use.client_id, **told}
    return Response(bank_keys.current(bank.work, bank.id, ALGORITHM).sign(claims), mimetype=_SIGNED)


def _show_papers(caller: Caller) -> None:
    """Ask for the papers that the caller's rung demands, as the bank's own resources do."""
    context.visit().meet(caller)
    try:
        guard.look_at(passport.of(request.environ), caller, (), alone=False)
    except CertificateRefused as refusal:
        # RFC 8705 3: a protected resource answers 401 and invalid_token where the certificate is not right.
        raise errors.InvalidToken(refusal.text, detail=refusal.detail) from refusal
