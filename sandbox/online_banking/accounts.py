"""Choose accounts, or read which ones the TPP has asked for."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import consents
from sandbox.online_banking import asks, page, session
from sandbox.online_banking.steps import Asked, Step, ask_at

views = Blueprint("accounts", __name__)


@views.get("/authorisations/<token>/accounts")
def offer(token: str) -> Response:
    """Show the accounts, to be ticked where the choice is the PSU's."""
    asked = ask_at(token)
    asked.must_be_past(Step.ACCOUNTS)
    return _offer(asked)


@views.post("/authorisations/<token>/accounts")
def choose(token: str) -> Response:
    """Remember which accounts it shall be."""
    asked = ask_at(token)
    asked.must_be_past(Step.ACCOUNTS)
    offered = [one.id for one in consents.offered(asked.bank, asked.consent, asked.person_id)]
    if consents.is_choice_of_psu(asked.consent):
        ticked = set(request.form.getlist("account"))
        offered = [one for one in offered if one in ticked]
    if not offered:
        return _offer(asked, 422, page.language().say("choose_none"))
    session.choose_accounts(asked.authorisation.id, offered)
    return asked.go_on()


def _offer(asked: Asked, status: int = 200, fault: str | None = None) -> Response:
    offered = asks.offered(asked.bank, asked.consent, asked.person_id, page.language())
    choosing = consents.is_choice_of_psu(asked.consent)
    before = session.chosen_accounts(asked.authorisation.id)
    ticked = {one.id for one in offered} if before is None and not fault else set(before or ())
    return asked.show(Step.ACCOUNTS, status, offered=offered, choosing=choosing, ticked=ticked, fault=fault)
