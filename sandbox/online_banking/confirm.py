"""Choose how the one-time code comes, enter it, and so say yes."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Outcome
from sandbox.online_banking import page, session, shown
from sandbox.online_banking.steps import Asked, Step, ask_at

views = Blueprint("confirm", __name__)


@views.get("/authorisations/<token>/method")
def offer_methods(token: str) -> Response:
    """Show the ways in which a code can come."""
    asked = ask_at(token)
    asked.must_be_past(Step.METHOD)
    return asked.show(Step.METHOD, methods=authorisations.methods(asked.bank, asked.authorisation))


@views.post("/authorisations/<token>/method")
def choose_method(token: str) -> Response:
    """Send the code by the chosen method."""
    asked = ask_at(token)
    asked.must_be_past(Step.METHOD)
    authorisations.choose_method(asked.bank, asked.authorisation, request.form.get("method", ""))
    return asked.go_on()


@views.get("/authorisations/<token>/code")
def ask_code(token: str) -> Response:
    """Show once more what it is about, and ask for the code."""
    asked = ask_at(token)
    asked.must_be_past(Step.CODE)
    return _ask_code(asked)


@views.post("/authorisations/<token>/code")
def confirm(token: str) -> Response:
    """Take the yes; the last wrong code ends the authorisation."""
    asked = ask_at(token)
    asked.must_be_past(Step.CODE)
    code = "".join(request.form.get("code", "").split()) or None
    chosen = session.chosen_accounts(asked.authorisation.id)
    if authorisations.confirm(asked.bank, asked.authorisation, code, chosen) == Outcome.WRONG:
        words = page.language()
        left = words.count("attempts_left", asked.authorisation.code_attempts_left)
        return _ask_code(asked, 422, f"{words.say('wrong_code')} {left}")
    return asked.finish()


def _ask_code(asked: Asked, status: int = 200, fault: str | None = None) -> Response:
    bank, authorisation = asked.bank, asked.authorisation
    chosen = session.chosen_accounts(authorisation.id) or []
    offered = shown.offered(bank, asked.subject, asked.person_id, page.language())
    method = next(
        (
            one.name
            for one in authorisations.methods(bank, authorisation)
            if one.id == authorisation.method_id
        ),
        None,
    )
    code = authorisations.code_for_testing(bank, authorisation) if method else None
    going = [one for one in offered if one.id in chosen]
    return asked.show(Step.CODE, status, going=going, method=method, code=code, fault=fault)
