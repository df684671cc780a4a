"""The authorization endpoint: the PSU is sent to the bank's pages, and back from there to the client."""

from collections.abc import Mapping

from flask import Blueprint, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Wish
from sandbox.bank.bank import Bank
from sandbox.bank.profile import ScaApproach, SecurityProfile
from sandbox.credentials import requests
from sandbox.credentials.clients import Client
from sandbox.credentials.requests import Asked
from sandbox.gateway import context
from sandbox.gateway.intents import Intent
from sandbox.kernel.errors import Refusal
from sandbox.oauth import answering, beginning, checks, door, errors, page, reading
from sandbox.oauth.asking import AuthorizationRequest
from sandbox.oauth.errors import OauthRefused
from sandbox.oauth.tables import Place
from sandbox.workspaces import workspace as workspaces

views = Blueprint("authorize", __name__)


@views.route("/oauth/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    """Ask the PSU. Source: RFC 6749 4.1.1; OpenID Connect Core 3.1.2.1 for the POST."""
    try:
        sent = door.each_once(request.args if request.method == "GET" else request.form)
        bank, client = _client(sent)
        found, pushed = _read(bank, client, sent)
    except OauthRefused as refusal:
        # RFC 6749 4.1.2.1: nothing is sent to an address before it is known to be the client's.
        return page.refused(refusal)
    try:
        profile = SecurityProfile(client.profile)
        checks.REQUEST.go_down(found, profile, Place.DIRECT)
        intent = found.intents.find(bank, client.app_id, found.named)
        return _send_to_bank(found, intent, pushed)
    except Refusal as refusal:
        said = refusal if isinstance(refusal, OauthRefused) else errors.of_bank(refusal)
        context.visit().refusal = said
        bank.work.rollback()
        return answering.refuse(answering.way(found), said) if found.proven else page.refused(said)


def _client(sent: Mapping[str, str]) -> tuple[Bank, Client]:
    known = door.client_at(sent["client_id"]) if "client_id" in sent else None
    if known is None:
        raise errors.InvalidClient("client_id names no client of this bank.")
    return known


def _read(bank: Bank, client: Client, sent: Mapping[str, str]) -> tuple[AuthorizationRequest, str | None]:
    """The request, and the hash of what was pushed for it."""
    if requests.is_pushed(sent.get("request_uri", "")):
        found, pushed = reading.pushed(bank, client, sent["request_uri"])
        return found, pushed.hash
    return reading.asked(bank, client, sent), None


def _send_to_bank(found: AuthorizationRequest, intent: Intent | None, pushed: str | None) -> Response:
    """Start the authorisation, or go on with the one that the client has started, and send the PSU there."""
    bank, client = found.bank, found.client
    if ScaApproach.REDIRECT not in bank.profile.sca.approaches:
        raise errors.InvalidRequest("This bank has no pages for its customers to say yes on.")
    onward = found.parameters["redirect_uri"]
    # The pages come before any lock of ours: a world's row is the first that is locked.
    started = beginning.begin(found, intent, Wish(ScaApproach.REDIRECT, onward=onward))
    workspaces.lock(bank.work, bank.workspace_id)
    asked = Asked(
        bank.id,
        client.client_id,
        reading.as_kept(found),
        started.id,
        intent.claims if intent else {},
        pushed,
    )
    back = f"{door.issuer()}/oauth/continue/{requests.wait(bank.work, bank.workspace_id, asked)}"
    if authorisations.is_finished(started):
        # The yes was given at once: there is nothing to see on the bank's pages.
        return redirect(back, 303)
    linked = authorisations.link_again(
        bank, started, Wish(redirect_ok=back, redirect_nok=back, onward=onward)
    )
    return redirect(f"{door.issuer()}/online-banking/authorisations/{linked.link_token}", 303)
