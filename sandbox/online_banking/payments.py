"""The page of payments that are planned or under way, each with a way to take it back."""

from flask import Blueprint
from werkzeug.wrappers import Response

from sandbox.bank import payments
from sandbox.bank.authorisations import PaymentSubject
from sandbox.online_banking import asks, door, orders, page

views = Blueprint("payments", __name__)
_TITLE, _LEAD, _PATH = "payments_sign_in", "payments_lead", "/payments"


@views.get("/payments")
def under_way() -> Response:
    """What is planned and under way; else, who is there."""
    here = door.signed_in()
    if here is None:
        return door.ask(_TITLE, _LEAD)
    bank, person_id = here
    words = page.language()
    cards = [
        {
            "id": one.id,
            "service": one.service,
            "headline": orders.headline(bank, one, words),
            "state": orders.state(one, words),
            "rows": orders.rows(bank, one, words, known=True),
            "app_name": asks.app_name(bank, PaymentSubject(one)),
            "cancellable": payments.is_cancellable(bank, one),
        }
        for one in payments.under_way(bank, person_id)
    ]
    return door.show("payments.html", "payments", bank, person_id, cards=cards)


@views.post("/payments")
def sign_in() -> Response:
    """Sign in to see the payments."""
    return door.sign_in(_TITLE, _LEAD, _PATH)


@views.post("/payments/<payment_id>/cancel")
def cancel(payment_id: str) -> Response:
    """Take a payment back, at once; the TPP reads it in the status. Raises CancellationInvalid."""
    here = door.signed_in()
    if here is not None:
        bank, person_id = here
        for one in payments.under_way(bank, person_id):
            if one.id == payment_id:
                payments.cancel(bank, one)
                door.say_next("notice_yes_cancellation", asks.app_name(bank, PaymentSubject(one)))
    return page.go(_PATH)
