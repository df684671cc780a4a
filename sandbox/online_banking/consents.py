"""The page of granted consents, each with a way to take it back."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint
from werkzeug.wrappers import Response

from sandbox.bank import accounts, consents, funds, mandates
from sandbox.bank.authorisations import ConsentSubject, FundsConsentSubject, MandateSubject
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Consent, ConsentStatus
from sandbox.bank.funds import FundsConsent
from sandbox.bank.mandates import PaymentMandate
from sandbox.online_banking import asks, door, grants, limits, page, shown
from sandbox.online_banking.rows import Line, Row
from sandbox.online_banking.shown import Shown

views = Blueprint("consents", __name__)
_TITLE, _LEAD, _PATH = "consents_sign_in", "consents_lead", "/consents"


@views.get("/consents")
def given() -> Response:
    """The consents that are good now; else, who is there."""
    here = door.signed_in()
    if here is None:
        return door.ask(_TITLE, _LEAD)
    cards = [*_to_read(*here), *_to_ask(*here), *_to_pay(*here)]
    return door.show("consents.html", "consents", *here, given=cards, answers=_answers(*here))


def _to_read(bank: Bank, person_id: str) -> Iterator[dict[str, Any]]:
    """Who may read accounts."""
    words = page.language()
    for one in consents.of_psu(bank, person_id):
        if one.status == ConsentStatus.VALID:
            accessible = [shown.shown(bank, found.account, words) for found in consents.granted(bank, one)]
            name = asks.app_name(bank, ConsentSubject(one))
            yield _card(bank, one, name, grants.rows(bank, one, words), accessible)


def _to_ask(bank: Bank, person_id: str) -> Iterator[dict[str, Any]]:
    """Who may ask whether money is there."""
    words = page.language()
    for one in funds.of_psu(bank, person_id):
        if one.status == ConsentStatus.VALID and one.account_id is not None:
            asked_about = [shown.shown(bank, accounts.get(bank, one.account_id), words)]
            name = asks.app_name(bank, FundsConsentSubject(one))
            yield _card(bank, one, name, grants.funds_rows(one, words), asked_about)


def _to_pay(bank: Bank, person_id: str) -> Iterator[dict[str, Any]]:
    """Who may pay, and how much of it they have."""
    words = page.language()
    for one in mandates.of_psu(bank, person_id):
        if one.status == ConsentStatus.VALID and one.account_id is not None:
            debited = [shown.shown(bank, accounts.get(bank, one.account_id), words)]
            name = asks.app_name(bank, MandateSubject(one))
            yield _card(bank, one, name, limits.used_rows(bank, one, words), debited)


def _answers(bank: Bank, person_id: str) -> list[Line]:
    """Who has asked whether money was there, and what the bank said. Source: PSD2, Article 65(5)."""
    words = page.language()
    found = []
    for one in funds.answers(bank, person_id):
        day = words.day(one.at.astimezone(ZoneInfo(bank.profile.zone)).date())
        amount = words.amount(one.amount_minor, one.currency)
        said = "answer_yes" if one.available else "answer_no"
        found.append(Line(one.tpp_name or one.app_id, words.say(said, date=day, amount=amount)))
    return found


def _card(
    bank: Bank,
    one: Consent | FundsConsent | PaymentMandate,
    name: str,
    rows: Sequence[Row],
    concerned: Sequence[Shown],
) -> dict[str, Any]:
    since = (one.authorised_at or bank.now).astimezone(ZoneInfo(bank.profile.zone)).date()
    words = page.language()
    return {
        "id": one.id,
        "app_name": name,
        "rows": rows,
        "accounts": concerned,
        "since": words.say("since", date=words.day(since)),
    }


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
        for asking in funds.of_psu(bank, person_id):
            if asking.id == consent_id and asking.status == ConsentStatus.VALID:
                funds.revoke(bank, asking)
                door.say_next("revoked_funds", asks.app_name(bank, FundsConsentSubject(asking)))
        for paying in mandates.of_psu(bank, person_id):
            if paying.id == consent_id and paying.status == ConsentStatus.VALID:
                mandates.revoke(bank, paying)
                door.say_next("revoked_mandate", asks.app_name(bank, MandateSubject(paying)))
    return page.go(_PATH)
