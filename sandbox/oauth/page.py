"""The pages of this door: a request that cannot be answered to whoever sent it; an answer that is posted."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, render_template, request

from sandbox.gateway import context
from sandbox.kernel import documents
from sandbox.oauth import door
from sandbox.oauth.errors import OauthRefused

_WORDS = Path(__file__).parent / "words.yaml"
#: No script, no form and no frame: a page that only says something.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'none'"
)
_POSTING = "document.forms[0].submit()"
_HASH = base64.b64encode(hashlib.sha256(_POSTING.encode()).digest()).decode()
#: The one script that posts the answer. No form-action: some browsers hold it against wherever the client
#: sends the PSU on, too.
_POSTING_POLICY = (
    f"default-src 'none'; script-src 'sha256-{_HASH}'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def refused(refusal: OauthRefused) -> Response:
    """Tell the PSU that it does not go on here, and the client's developer why."""
    context.visit().refusal = refusal
    context.visit().unit_of_work().rollback()
    return _show(refusal.error, refusal.text)


def broken() -> Response:
    """Tell the PSU that the fault is ours."""
    return _show("server_error", "The request could not be served. This is a fault of ours.", 500)


def post(uri: str, said: Mapping[str, str]) -> Response:
    """Have the browser post an answer to the client. Source: OAuth 2.0 Form Post Response Mode 2.

    Without scripts the PSU presses the one button that there is.
    """
    answer = Response(_page("posting.html", uri=uri, said=said, script=_POSTING), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POSTING_POLICY
    return answer


def _show(error: str, text: str, status: int = 400) -> Response:
    return Response(_page("refused.html", error=error, text=text), status, mimetype="text/html")


def _page(template: str, **said: object) -> str:
    spoken = [one for one in (*context.profile().languages, "en") if one in _words()]
    language = request.accept_languages.best_match(spoken, default=spoken[0]) or "en"
    return render_template(
        template,
        bank=context.profile(),
        language=language,
        words=_words()[language],
        look=f"{door.issuer()}/online-banking",
        **said,
    )


@cache
def _words() -> Any:
    """The texts of the page by language."""
    return documents.load(_WORDS)
