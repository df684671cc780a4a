"""Backchannel authentication: the client asks, the PSU answers in the bank's app, the client polls.

Source: OpenID Connect CIBA Core 1.0; FAPI-CIBA Implementer's Draft 1: poll and ping are there, push never.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Authorisation, Wish
from sandbox.bank.customers import PsuBlocked, PsuUnknown
from sandbox.bank.profile import ScaApproach
from sandbox.credentials import backchannel
from sandbox.credentials.authorizations import OauthAuthorization
from sandbox.credentials.backchannel import BackchannelRequest
from sandbox.credentials.requests import Asked
from sandbox.gateway.intents import Intent
from sandbox.kernel.clock import wall_now
from sandbox.oauth import beginning, checks, client_auth, door, errors, granting, hints, pinging, reading
from sandbox.oauth.asking import AuthorizationRequest
from sandbox.oauth.client_auth import Authenticated
from sandbox.oauth.polling import Polling
from sandbox.oauth.tables import Place

views = Blueprint("backchannel", __name__)
#: How a signed request may name a consent by its claim alone. OBIE CIBA profile: openbanking_intent_id.
_ID_TOKEN = "id_token"


@views.post("/oauth/bc-authorize")
def ask() -> Response:
    """Ask the PSU in the bank's app. Source: CIBA 7."""
    form = door.form()
    here = client_auth.authenticate(form)
    sent = {name: value for name, value in form.items() if name not in client_auth.OF_AUTHENTICATION}
    found = reading.asked(here.bank, here.client, sent)
    found.backchannel = True
    checks.REQUEST.go_down(found, here.profile, Place.BACKCHANNEL)
    found.claims = _with_bare_claims(found)
    checks.BACKCHANNEL.go_down(found, here.profile, Place.BACKCHANNEL)
    intent = found.intents.find(here.bank, here.client.app_id, found.named)
    return _acknowledged(found, intent, _begin(found, intent))


def _with_bare_claims(found: AuthorizationRequest) -> Mapping[str, Any]:
    """The claims, with those that stand in the request by themselves in the place where a standard looks."""
    bare = {
        word: {"value": found.parameters[word]} for word in found.intents.claims if word in found.parameters
    }
    if not bare:
        return found.claims
    return {**found.claims, _ID_TOKEN: {**found.claims.get(_ID_TOKEN, {}), **bare}}


def _begin(found: AuthorizationRequest, intent: Intent | None) -> Authorisation:
    bank = found.bank
    if ScaApproach.DECOUPLED not in bank.profile.sca.approaches:
        raise errors.UnauthorizedClient("This bank has no app in which its customers say yes.")
    try:
        return beginning.begin(found, intent, Wish(ScaApproach.DECOUPLED, psu_login=hints.login(found)))
    except (PsuUnknown, PsuBlocked) as error:
        raise errors.UnknownUser(detail=error.detail) from error


def _acknowledged(found: AuthorizationRequest, intent: Intent | None, started: Authorisation) -> Response:
    """The acknowledgement. Source: CIBA 7.3."""
    bank, parameters = found.bank, found.parameters
    if backchannel.is_asked(bank.work, bank.workspace_id, started.id):
        raise errors.InvalidRequest("The PSU is being asked for this already.")
    until = _until(bank.now, started, parameters.get("requested_expiry"))
    interval = bank.profile.sca.authorization_server.poll_seconds
    claims = intent.claims if intent else {}
    asked = Asked(bank.id, found.client.client_id, reading.as_kept(found), started.id, claims)
    auth_req_id = backchannel.begin(
        bank.work, bank.workspace_id, asked, parameters.get("binding_message"), interval, until
    )
    if pinging.is_wished(found.client):
        token = parameters["client_notification_token"]
        pinging.tell_later(bank, found.client, started.id, auth_req_id, token)
    left = int((until - bank.now).total_seconds())
    return jsonify(auth_req_id=auth_req_id, expires_in=left, interval=interval)


def _until(now: datetime, started: Authorisation, wished: str | None) -> datetime:
    """When the request is over: as the client wishes, but no later than the bank's own question."""
    if wished is None:
        return started.expires_at
    return min(started.expires_at, now + timedelta(seconds=int(wished)))


def redeem(
    here: Authenticated, form: Mapping[str, str], bound: Mapping[str, str]
) -> OauthAuthorization | Response:
    """What the PSU's yes has given the client; else why there is nothing yet, or never will be. CIBA 11.

    A refusal is answered, not raised, where it must stay that the client has asked.
    """
    bank, work = here.bank, here.bank.work
    work.write()
    request = backchannel.find(work, bank.id, form.get("auth_req_id", ""))
    checks.POLL.go_down(Polling(here.client, request, bound), here.profile)
    assert request is not None  # a row has seen to that
    refusal = _refusal(here, request)
    if refusal is not None:
        return errors.answer(refusal)
    asked = reading.kept(bank, request.client_id, request.parameters)
    authorisation = authorisations.of_id(bank, request.authorisation_id)
    if asked is None or not backchannel.take(work, request, bank.now):
        return errors.answer(errors.InvalidGrant("The auth_req_id has been used."))
    return granting.grant(bank, asked, authorisation, request.claims)


def _refusal(here: Authenticated, request: BackchannelRequest) -> errors.OauthRefused | None:
    """Why there are no tokens yet, or never will be; None after a yes."""
    bank = here.bank
    patient = backchannel.poll(bank.work, request, wall_now())
    authorisation = authorisations.of_id(bank, request.authorisation_id)
    if authorisations.is_finished(authorisation):
        if granting.is_yes(authorisation):
            return None
        over = bank.now >= min(request.expires_at, authorisation.expires_at)
        return errors.ExpiredToken() if over else errors.AccessDenied()
    if bank.now >= request.expires_at:
        return errors.ExpiredToken()
    return errors.AuthorizationPending() if patient else errors.SlowDown()
