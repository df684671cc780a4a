"""Revocation: a client gives a token back. Source: RFC 7009."""

from flask import Blueprint, Response

from sandbox.credentials import authorizations, tokens
from sandbox.oauth import client_auth, door, errors

views = Blueprint("revocation", __name__)


@views.post("/oauth/revoke")
def revoke() -> Response:
    """Refuse the token from here on; with a refresh token, all that came of the same yes.

    RFC 7009 2.2: what is not known is as good as revoked, so the answer is the same.
    """
    form = door.form()
    here = client_auth.authenticate(form)
    if "token" not in form:
        raise errors.InvalidRequest("token is missing.")
    work = here.bank.work
    work.write()
    token = tokens.find(work, form["token"])
    if token is None or token.workspace_id != here.client.workspace_id:
        return Response(status=200)
    authorization = authorizations.get(work, token.workspace_id, token.authorization_id)
    # RFC 7009 2.1: a client may revoke its own tokens only.
    if (authorization.client_id, authorization.bank_id) == (here.client.client_id, here.bank.id):
        if token.kind == tokens.REFRESH:
            authorizations.revoke(work, authorization, here.bank.now)
        else:
            tokens.revoke(work, token, here.bank.now)
    return Response(status=200)
