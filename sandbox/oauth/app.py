"""The one Flask app of the authorization servers of all banks."""

from collections.abc import Mapping

from flask import Response, jsonify, request

from sandbox.gateway import refusals as corridor
from sandbox.gateway.bearer import TokenRefused
from sandbox.gateway.faults import CallFailed
from sandbox.gateway.hooks import Door
from sandbox.gateway.intents import Intents
from sandbox.gateway.noting import Keeps
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal
from sandbox.oauth import (
    authorize,
    backchannel,
    discovery,
    door,
    errors,
    introspection,
    page,
    pushing,
    registration,
    returning,
    revocation,
    token,
    userinfo,
)
from sandbox.oauth.errors import OauthRefused

_ROOMS = (
    discovery,
    authorize,
    returning,
    pushing,
    backchannel,
    token,
    userinfo,
    revocation,
    introspection,
    registration,
)
#: Where a PSU's browser comes; everybody else is a client.
_FOR_BROWSERS = {"authorize.authorize", "returning.go_on"}


def create_app(services: Services, intents: Mapping[str, Intents]) -> Door:
    """Open the door of the banks' authorization servers; `intents` are the standards', by their id."""
    made = Door(__name__, services, keeps=Keeps.CREDENTIALS, static_folder=None)
    made.extensions[door.INTENTS] = intents
    for room in _ROOMS:
        made.register_blueprint(room.views)
    made.after_request(_complete)
    corridor.register(made, _refused, _failed)
    made.url_map.strict_slashes = False
    return made


def _refused(refusal: Refusal) -> Response:
    """Say a refusal in the words of OAuth: on a page where somebody looks at it, else as JSON."""
    said = refusal if isinstance(refusal, OauthRefused) else errors.of_bank(refusal)
    if request.endpoint in _FOR_BROWSERS:
        return page.refused(said)
    if isinstance(refusal, TokenRefused):
        return errors.of_token(refusal)
    answer = errors.answer(said)
    failed = refusal.status if isinstance(refusal, CallFailed) else answer.status_code
    answer.status_code = _STATUS.get(type(refusal), failed)
    return answer


def _failed(text: str) -> Response:
    """Say that the fault is ours."""
    if request.endpoint in _FOR_BROWSERS:
        return page.broken()
    answer = jsonify(error="server_error", error_description=text)
    answer.status_code = 500
    return answer


#: What the corridor refuses before a view is reached.
_STATUS: Mapping[type[Refusal], int] = {
    corridor.PathUnknown: 404,
    corridor.MethodUnsupported: 405,
    corridor.BodyTooLarge: 413,
    corridor.ContentTypeUnsupported: 415,
}


def _complete(response: Response) -> Response:
    """The headers of every answer."""
    # RFC 6749 5.1: nothing that holds a code or a token is kept by anybody on the way.
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint in _FOR_BROWSERS:
        # FAPI 2.0 SP 5.2.3: browsers are told to come by TLS only; and no other site's script gets at this
        # endpoint: there is no CORS header here, nor anywhere else in this door.
        if door.issuer().startswith("https:"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers.setdefault("Content-Security-Policy", page.POLICY)
        response.headers["X-Frame-Options"] = "DENY"
    return response
