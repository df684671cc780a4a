"""Pushed authorization requests: a client sends its request ahead, and proves who it is. RFC 9126."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify

from sandbox.credentials import requests
from sandbox.oauth import binding, checks, client_auth, door, errors, reading
from sandbox.oauth.profiles import PUSHED_SECONDS
from sandbox.oauth.tables import Place

views = Blueprint("pushing", __name__)


@views.post("/oauth/par")
def push() -> Response:
    """Take a request ahead.

    FAPI 2.0 SP 5.3.2.2, item 4: only from a client that has authenticated.
    """
    form = door.form()
    here = client_auth.authenticate(form)
    # RFC 9126 2.1: request_uri must not be given, not even outside a request object.
    if "request_uri" in form:
        raise errors.InvalidRequest("request_uri cannot be pushed.")
    proof_key = binding.proof_key(here.bank)
    sent = {name: value for name, value in form.items() if name not in client_auth.OF_AUTHENTICATION}
    found = reading.asked(here.bank, here.client, sent)
    found.proof_key = proof_key
    checks.REQUEST.go_down(found, here.profile, Place.PUSHED)
    here.bank.work.write()
    # FAPI 2.0 SP 5.3.2.2, item 12: expires_in is less than 600 seconds.
    request_uri = requests.push(
        here.bank.work,
        requests.Owner(here.client.workspace_id, here.client.app_id, here.bank.id, here.client.client_id),
        reading.as_kept(found),
        here.bank.now + timedelta(seconds=PUSHED_SECONDS),
    )
    answer = jsonify(request_uri=request_uri, expires_in=PUSHED_SECONDS)
    answer.status_code = 201
    return answer
