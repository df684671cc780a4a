"""Forms of our own pages: each carries a token of the browser that it was given to, and no NUL."""

from flask import abort, request, session

from sandbox.gateway.hooks import NUL
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_secret, same

_FIELD = "csrf_token"


class FormStale(Refusal):
    """The form does not carry the token that this browser was given."""

    text = "This form was not given out to this browser, or its session has ended. Load the page again."


def token() -> str:
    """The token that every form of this browser carries."""
    if "csrf" not in session:
        renew_token()
    return str(session["csrf"])


def renew_token() -> None:
    """Give this browser another token, where it becomes somebody: the old one may be known elsewhere."""
    session["csrf"] = new_secret()


def check() -> None:
    """Refuse a form that this browser was not given, or that has NUL in a field. Raises FormStale."""
    if request.method != "POST":
        return
    if not same(request.form.get(_FIELD, ""), str(session.get("csrf") or "-")):
        raise FormStale(detail=request.path)
    if any("\0" in value for value in request.form.values()):
        abort(400, NUL)
