"""The banks: what each one is like, what it speaks, and in what it departs from a plain one."""

from collections.abc import Mapping
from dataclasses import fields

from flask import Blueprint, abort, current_app
from werkzeug.wrappers import Response

from sandbox.bank.profile import Bookings, Profile
from sandbox.gateway import context
from sandbox.kernel.countries import country as country_of
from sandbox.portal import page, switches

views = Blueprint("banks", __name__, url_prefix="/banks")
#: What each habit in telling bookings comes to; docs/quirks.md says which real banks have it.
_QUIRKS: Mapping[str, str] = {
    "id_changes_on_booking": "A pending entry has an id that the booked one does not have.",
    "id_settles_after_days": "A new entry has a malformed id for some days, which is then replaced.",
    "ids_repeat": "Now and then two entries share one id.",
    "card_ids": "Card payments have the same id, or none.",
    "pending_day": "A pending entry carries an unusual date, or none but in a text.",
    "pending_sign_lost": "A pending debit has no minus.",
    "pending_text": "The text of a pending card payment is not that of the booked one.",
    "value_date": "The value date of a card purchase is the day on which the card’s bill falls due.",
    "card_sign_inverted": "On credit cards a purchase is positive, and the bill’s payment negative.",
    "card_checks": "Shops on the web check a card first, which leaves a transaction of −0.00.",
    "foreign_amount": "A purchase abroad has the terminal’s amount; what was billed stands in the text.",
    "payee": "The payee stands in an unusual member, or is the cardholder.",
    "remittance_form": "Texts come cut into pieces, or where a structured reference belongs.",
    "clutter": "Every text stands among words of the bank’s own system.",
}
_APPROACHES: Mapping[str, str] = {
    "redirect": "The customer is sent to the bank’s own pages and back.",
    "embedded": "Your app asks for the customer’s password and code, and passes them on.",
    "decoupled": "The customer says yes in the bank’s app, while yours waits.",
}
_TITLES: Mapping[str, str] = {
    "sca": "Strong customer authentication",
    "consents": "Consents",
    "statements": "Accounts and statements",
    "payments": "Payments",
    "payees": "Verification of payee",
    "funds": "Confirmation of funds",
    "baskets": "Signing baskets",
}


@views.get("")
def every() -> Response:
    """List the banks by country."""
    found = sorted(_profiles().values(), key=lambda one: (country_of(one.country).name, one.name))
    countries: dict[str, list[Profile]] = {}
    for one in found:
        countries.setdefault(one.country, []).append(one)
    grouped = [(country_of(code).name, code, banks) for code, banks in countries.items()]
    return page.show(
        "banks.html",
        tab="banks",
        countries=grouped,
        titles=current_app.config["TITLES"],
        quirks={one.id: len(_quirks(one)) for one in found},
    )


@views.get("/<bank_id>")
def one(bank_id: str) -> Response:
    """Explain one bank."""
    profile = _profiles().get(bank_id)
    if profile is None:
        abort(404)
    return page.show(
        "bank.html",
        tab="banks",
        bank=profile,
        country=country_of(profile.country).name,
        titles=current_app.config["TITLES"],
        approaches=[(one.value, _APPROACHES[one.value]) for one in profile.sca.approaches],
        quirks=_quirks(profile),
        groups=[
            (title, list(switches.settings(getattr(profile, name), profile.currency)))
            for name, title in _TITLES.items()
        ],
        switches=[(one, switches.of_interface(one.switches)) for one in profile.interfaces],
        base_url=f"{context.visit().services.origin}/{profile.id}",
    )


def _profiles() -> Mapping[str, Profile]:
    return context.visit().services.profiles


def _quirks(profile: Profile) -> list[tuple[str, str]]:
    """The habits of the bank that a plain one does not have: what happens, and the value of the switch."""
    plain = Bookings()
    return [
        (_QUIRKS[one.name], switches.said(getattr(profile.bookings, one.name)))
        for one in fields(Bookings)
        if getattr(profile.bookings, one.name) != getattr(plain, one.name)
    ]
