"""The page of granted consents, each with a way to take it back."""

from zoneinfo import ZoneInfo

from flask import Blueprint
from werkzeug.wrappers import Response

from sandbox.bank import consents
from sandbox.bank.authorisations import ConsentSubject
from sandbox.bank.consents import ConsentStatus
from sandbox.online_banking import asks, door, page, shown

views = Blueprint("consents", __name__)
_TITLE, _LEAD, _PATH = "consents_sign_in", "consents_lead", "/consents"


@views.get("/consents")
def given() -> Response:
    """The consents that are good now; else, who is there."""
    here = door.signed_in()
    if here is None:
        return door.ask(_TITLE, _LEAD)
    bank, person_id = here
    words = page.language()
    zone = ZoneInfo(bank.profile.zone)
    cards = [
        {
            "id": one.id,
            "app_name": asks.app_name(bank, ConsentSubject(one)),
            "rows": asks.consent_rows(bank, one, words),
            "accounts": [shown.shown(bank, found.account, words) for found in consents.granted(bank, one)],
            "since": words.say("since", date=words.day(one.authorised_at.astimezone(zone).date())),
        }
        for one in consents.of_psu(bank, person_id)
        if one.status == ConsentStatus.VALID and one.authorised_at is not None
    ]
    return door.show("consents.html", "consents", bank, person_id, given=cards)


@views.post("/consents")
def sign_in() -> Response:
    """Sign in to see the consents."""
    return door.sign_in(_TITLE, _LEAD, _PATH)


@views.post("/consents/<consent_id>/revoke")
def revoke(consent_id: str) -> Response:
    """Take a consent back, at once."""
    here = door.signed_in()
    if here is not None:
        bank, person_id = here
        for one in consents.of_psu(bank, person_id):
            if one.id == consent_id and one.status == ConsentStatus.VALID:
                consents.revoke(bank, one)
                door.say_next("revoked", asks.app_name(bank, ConsentSubject(one)))
    return page.go(_PATH)
