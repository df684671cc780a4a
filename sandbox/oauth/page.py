"""The one page of this door: a PSU has come with a request that cannot be answered to whoever sent it."""

from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, render_template, request

from sandbox.gateway import context
from sandbox.kernel import documents
from sandbox.oauth import door
from sandbox.oauth.errors import OauthRefused

_WORDS = Path(__file__).parent / "words.yaml"


def refused(refusal: OauthRefused) -> Response:
    """Tell the PSU that it does not go on here, and the client's developer why."""
    context.visit().refusal = refusal
    context.visit().unit_of_work().rollback()
    return _show(refusal.error, refusal.text)


def broken() -> Response:
    """Tell the PSU that the fault is ours."""
    return _show("server_error", "The request could not be served. This is a fault of ours.", 500)


def _show(error: str, text: str, status: int = 400) -> Response:
    spoken = [one for one in (*context.profile().languages, "en") if one in _words()]
    language = request.accept_languages.best_match(spoken, default=spoken[0]) or "en"
    body = render_template(
        "refused.html",
        bank=context.profile(),
        language=language,
        words=_words()[language],
        look=f"{door.issuer()}/online-banking",
        error=error,
        text=text,
    )
    return Response(body, status, mimetype="text/html")


@cache
def _words() -> Any:
    """The texts of the page by language."""
    return documents.load(_WORDS)
