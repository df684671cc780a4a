"""The headers of every page: nothing from elsewhere, no inline script or style, no frame, no cache."""

from flask import Response, request

from sandbox.gateway import context, visitors
from sandbox.portal import access

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_CACHED = "public, max-age=300"
#: A year, and this host alone: what else there is in its domain is not ours to decide.
_TLS_ALONE = "max-age=31536000"


def guard(response: Response) -> Response:
    """Set the headers on an answer."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cache-Control"] = _CACHED if request.endpoint == "static" else "no-store"
    # RFC 6797 7.2: the header must not be sent over a connection that is not secure.
    if access.is_public() and context.visit().services.origin.startswith("https:") and visitors.came_by_tls():
        response.headers["Strict-Transport-Security"] = _TLS_ALONE
    return response
