"""The way back: the PSU has answered on the bank's pages, and the client gets its code or the no."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Authorisation, ScaStatus
from sandbox.bank.bank import Bank
from sandbox.credentials import codes, requests
from sandbox.credentials.authorizations import OauthAuthorization
from sandbox.credentials.codes import Binding
from sandbox.credentials.requests import PendingRequest
from sandbox.gateway import context
from sandbox.oauth import answering, errors, granting, id_tokens, page, reading
from sandbox.oauth.asking import AuthorizationRequest
from sandbox.oauth.profiles import CODE_SECONDS
from sandbox.workspaces.workspace import WorkspaceUnknown

views = Blueprint("returning", __name__)


@views.get("/oauth/continue/<secret>")
def go_on(secret: str) -> Response:
    """Take the PSU's answer to the client. It is given once, to the browser that comes back first."""
    found = _found(secret)
    if found is None:
        return page.refused(errors.InvalidRequest("This link is not known. Begin again in the app."))
    bank, waiting = found
    authorisation = authorisations.of_id(bank, waiting.authorisation_id)
    if authorisation.status == ScaStatus.UNCONFIRMED:
        # Coming back here is what the code of IG 7.6 proves elsewhere.
        code = authorisations.confirmation_code(bank, authorisation)
        authorisations.confirm_with_code(bank, authorisation, code)
    if not authorisations.is_finished(authorisation):
        return page.refused(errors.InvalidRequest("The bank still waits for the answer of its customer."))
    asked = reading.kept(bank, waiting.client_id, waiting.parameters)
    if asked is None:
        return page.refused(errors.InvalidClient("The client is gone."))
    context.visit().app_id = asked.client.app_id
    claims = dict(waiting.claims)
    if not requests.answer(bank.work, waiting, bank.now):
        return page.refused(
            errors.InvalidRequest("The answer has been given before. Begin again in the app.")
        )
    way = answering.way(asked)
    if not granting.is_yes(authorisation):
        return answering.refuse(way, errors.AccessDenied())
    return answering.say(way, _given(bank, asked, authorisation, claims))


def _found(secret: str) -> tuple[Bank, PendingRequest] | None:
    workspace_id = requests.workspace_of(secret)
    if workspace_id is None:
        return None
    try:
        bank = context.for_workspace(workspace_id).bank
    except WorkspaceUnknown:
        return None
    bank.work.write()
    waiting = requests.waiting(bank.work, bank.id, secret)
    return (bank, waiting) if waiting else None


def _given(
    bank: Bank, asked: AuthorizationRequest, authorisation: Authorisation, claims: Mapping[str, Any]
) -> dict[str, str]:
    """What the yes is worth to the client: a code, and an ID token where it asked for one at once."""
    authorization = granting.grant(bank, asked, authorisation, claims)
    code = _code(bank, asked, authorization)
    if "id_token" not in asked.parameters["response_type"].split():
        return {"code": code}
    detached = id_tokens.Detached(code, asked.parameters.get("state"))
    nonce = asked.parameters.get("nonce")
    return {"code": code, "id_token": id_tokens.write(bank, authorization, nonce, detached)}


def _code(bank: Bank, asked: AuthorizationRequest, authorization: OauthAuthorization) -> str:
    parameters = asked.parameters
    binding = Binding(
        parameters["redirect_uri"],
        parameters.get("code_challenge"),
        # FAPI 2.0 SP 5.3.2.1, item 12: by dpop_jkt, or by the proof that came with the pushed request.
        parameters.get("dpop_jkt") or asked.proof_key,
        parameters.get("nonce"),
    )
    # FAPI 2.0 SP 5.3.2.1, item 11: a code lives for 60 seconds at most.
    return codes.issue(bank.work, authorization, binding, bank.now + timedelta(seconds=CODE_SECONDS))
