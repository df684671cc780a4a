"""The headers of every page: nothing from elsewhere, no frame, no cache, no referrer."""

import re
from urllib.parse import urlsplit

from flask import Response, g, request

from sandbox.gateway.validation import SCHEMES_REFUSED

_SOURCE = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*")


def allow_return_to(*addresses: str | None) -> None:
    """Let the forms of this page lead to these addresses in the end.

    Chromium holds every redirect after a form against form-action, so the way back to the TPP must be named.
    """
    g.form_targets = [source for source in map(source_of, addresses) if source]


def guard(response: Response) -> Response:
    """Set the headers on an answer."""
    targets = " ".join(["'self'", *dict.fromkeys(g.get("form_targets", []))])
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {targets}"
    )
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint not in {"static", "look", "icon"}:
        response.headers["Cache-Control"] = "no-store"
    return response


def source_of(address: str | None) -> str | None:
    """`https://tpp.example/back?x=1` as `https://tpp.example`; an app's own scheme as `budgetbuddy:`.

    None where a browser must not be sent there.
    """
    parts = urlsplit(address or "")
    if parts.scheme in ("http", "https"):
        source = f"{parts.scheme}://{parts.netloc}"
        return source if _SOURCE.fullmatch(source) else None
    leads = _SCHEME.fullmatch(parts.scheme) and parts.scheme not in SCHEMES_REFUSED
    return f"{parts.scheme}:" if leads else None
