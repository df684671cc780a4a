"""Identify and authenticate: who the PSU is, and their password."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import authorisations, customers
from sandbox.bank.authorisations import Outcome
from sandbox.bank.customers import PsuBlocked, PsuUnknown
from sandbox.online_banking import page, session
from sandbox.online_banking.steps import Asked, Step, ask_at

views = Blueprint("login", __name__)
_UNPROCESSABLE = 422


@views.get("/authorisations/<token>")
def landing(token: str) -> Response:
    """Say what the TPP asks, and ask who is there."""
    asked = ask_at(token)
    again = asked.waiting_for == Step.PASSWORD and "again" in request.args
    if asked.waiting_for != Step.IDENTIFY and not again:
        return asked.go_on()
    return asked.show(Step.IDENTIFY, login="")


@views.post("/authorisations/<token>")
def identify(token: str) -> Response:
    """Take the user name or national id."""
    asked = ask_at(token)
    login = request.form.get("login", "").strip()
    say = page.language().say
    try:
        authorisations.identify(asked.bank, asked.authorisation, login)
    except PsuUnknown:
        return asked.show(Step.IDENTIFY, _UNPROCESSABLE, login=login, fault=say("unknown_psu"))
    except PsuBlocked:
        return asked.show(Step.IDENTIFY, _UNPROCESSABLE, login=login, fault=say("blocked_psu"))
    return asked.go_on()


@views.get("/authorisations/<token>/password")
def password(token: str) -> Response:
    """Ask for the password."""
    asked = ask_at(token)
    return _ask_password(asked) if asked.waiting_for == Step.PASSWORD else asked.go_on()


@views.post("/authorisations/<token>/password")
def authenticate(token: str) -> Response:
    """Try the password; the last wrong one ends the authorisation."""
    asked = ask_at(token)
    given = request.form.get("password", "")
    match authorisations.authenticate(asked.bank, asked.authorisation, given):
        case Outcome.WRONG:
            words = page.language()
            left = words.count("attempts_left", asked.authorisation.password_attempts_left)
            return _ask_password(asked, _UNPROCESSABLE, f"{words.say('wrong_password')} {left}")
        case Outcome.FAILED:
            return asked.finish()
        case Outcome.RIGHT:
            session.sign_in_for(asked.authorisation.id, asked.authorisation.person_id or "")
            return asked.go_on()


@views.post("/authorisations/<token>/decline")
def decline(token: str) -> Response:
    """The PSU says no, at whatever step."""
    asked = ask_at(token)
    authorisations.decline(asked.bank, asked.authorisation)
    return asked.finish()


def _ask_password(asked: Asked, status: int = 200, fault: str | None = None) -> Response:
    username = customers.get(asked.bank, asked.authorisation.person_id or "").username
    named = asked.subject.person_id(asked.bank) is not None
    return asked.show(Step.PASSWORD, status, login=username, named=named, fault=fault)
