"""The bank app: what waits for the PSU's yes where the TPP and the PSU's phone go separate ways."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import authorisations, customers
from sandbox.bank.authorisations import Authorisation
from sandbox.bank.bank import Bank
from sandbox.credentials import backchannel
from sandbox.gateway import context, entering
from sandbox.online_banking import asks, door, page, session, shown

views = Blueprint("app", __name__)
_TITLE, _LEAD, _PATH = "app_sign_in", "app_lead", "/app"


@views.get("/app")
def waiting() -> Response:
    """What waits for whoever is signed in; else, who is there."""
    here = door.signed_in()
    if here is None:
        return door.ask(_TITLE, _LEAD)
    bank, person_id = here
    words = page.language()
    cards = []
    for one in authorisations.waiting_for(bank, person_id):
        subject = authorisations.subject_of(bank, one)
        offered = shown.offered(bank, subject, person_id, words)
        cards.append(
            {
                "id": one.id,
                "message": backchannel.message_of(bank.work, bank.workspace_id, one.id),
                "ask": asks.ask(bank, subject, words, known=True),
                "offered": offered,
                "choosing": subject.is_choice_of_psu(bank),
                "ticked": shown.likely(subject, offered),
                "signed": asks.has_signed(bank, subject, person_id),
            }
        )
    return door.show("app.html", "app", bank, person_id, waiting=cards)


@views.get("/enter/<token>")
def enter(token: str) -> Response:
    """Sign in by a word of the portal, without typing. Raises WordUnfit, WorkspaceUnknown, PsuUnknown."""
    word = entering.read(context.profile().id, token)
    bank = context.for_workspace(word.workspace_id).bank
    bank.people.move_in(bank, word.person_id)
    customers.get(bank, word.person_id)
    session.sign_in(word.workspace_id, word.person_id)
    return page.go(_PATH)


@views.post("/app")
def sign_in() -> Response:
    """Sign in to the bank app."""
    return door.sign_in(_TITLE, _LEAD, _PATH)


@views.post("/app/<authorisation_id>/approve")
def approve(authorisation_id: str) -> Response:
    """The tap that says yes."""
    here = door.signed_in()
    found = _find(here, authorisation_id)
    if here is None or found is None:
        return page.go(_PATH)
    bank, person_id = here
    subject = authorisations.subject_of(bank, found)
    picked = request.form.getlist("account") if subject.is_choice_of_psu(bank) else None
    if picked == []:
        door.say_next(f"choose_none_{asks.kind_of(subject)}", fault=True)
        return page.go(_PATH)
    authorisations.approve(bank, found, person_id, picked)
    _say_how_it_ended(bank, found)
    return page.go(_PATH)


@views.post("/app/<authorisation_id>/decline")
def decline(authorisation_id: str) -> Response:
    """The tap that says no."""
    here = door.signed_in()
    found = _find(here, authorisation_id)
    if here is not None and found is not None:
        authorisations.decline(here[0], found)
        _say_how_it_ended(here[0], found)
    return page.go(_PATH)


@views.post("/sign-out")
def sign_out() -> Response:
    """Leave the online bank."""
    session.sign_out()
    return page.go(_PATH)


def _say_how_it_ended(bank: Bank, authorisation: Authorisation) -> None:
    subject = authorisations.subject_of(bank, authorisation)
    ending = asks.ending(bank, authorisation)
    fault = ending == "refused"
    door.say_next(f"notice_{ending}_{asks.kind_of(subject)}", asks.app_name(bank, subject), fault=fault)


def _find(here: tuple[Bank, str] | None, authorisation_id: str) -> Authorisation | None:
    """The authorisation of that id, if it waits for whoever is signed in."""
    if here is None:
        return None
    return next((one for one in authorisations.waiting_for(*here) if one.id == authorisation_id), None)
