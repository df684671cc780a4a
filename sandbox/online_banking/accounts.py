"""Choose accounts, or read which ones it is about: several for a consent, one to pay from."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank.authorisations import SubjectKind
from sandbox.online_banking import asks, page, session, shown
from sandbox.online_banking.steps import Asked, Step, ask_at

views = Blueprint("accounts", __name__)
#: What is debited to one account.
_PAYING = (SubjectKind.PAYMENT, SubjectKind.MANDATE)


@views.get("/authorisations/<token>/accounts")
def offer(token: str) -> Response:
    """Show the accounts, to be chosen where the choice is the PSU's."""
    asked = ask_at(token)
    asked.must_be_past(Step.ACCOUNTS)
    return _offer(asked)


@views.post("/authorisations/<token>/accounts")
def choose(token: str) -> Response:
    """Remember which accounts it shall be."""
    asked = ask_at(token)
    asked.must_be_past(Step.ACCOUNTS)
    subject = asked.subject
    going = [one.id for one in subject.offered(asked.bank, asked.person_id)]
    if subject.is_choice_of_psu(asked.bank):
        ticked = set(request.form.getlist("account"))
        going = [one for one in going if one in ticked]
    kind = asks.kind_of(subject)
    if not going or (kind in _PAYING and len(going) > 1):
        return _offer(asked, 422, page.language().say(f"choose_none_{kind}"))
    session.choose_accounts(asked.authorisation.id, going)
    return asked.go_on()


def _offer(asked: Asked, status: int = 200, fault: str | None = None) -> Response:
    subject = asked.subject
    offered = shown.offered(asked.bank, subject, asked.person_id, page.language())
    before = session.chosen_accounts(asked.authorisation.id)
    ticked = set(before or ()) if before is not None or fault else set(shown.likely(subject, offered))
    choosing = subject.is_choice_of_psu(asked.bank)
    return asked.show(Step.ACCOUNTS, status, offered=offered, choosing=choosing, ticked=ticked, fault=fault)
