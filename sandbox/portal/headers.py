"""The headers of every page: nothing from elsewhere, no inline script or style, no frame, no cache."""

from flask import Response, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
_CACHED = "public, max-age=300"


def guard(response: Response) -> Response:
    """Set the headers on an answer."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cache-Control"] = _CACHED if request.endpoint == "static" else "no-store"
    return response
