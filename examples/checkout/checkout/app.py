"""The pages: a cart, the buyer's bank, the way back, and the order; and the address where banks tell us."""

import secrets
import sqlite3
from decimal import Decimal

from flask import Flask, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from checkout import webhooks
from checkout.bank import Bank, Order, Refused
from checkout.settings import BANKS, CURRENCY, PRODUCTS, Settings, from_environment
from checkout.store import Store

_PIECES_MAX = 99
#: What the buyer reads. Nothing is sent before the money is on its way for good.
ADVICE = {
    "waiting": "Your bank waits for your yes.",
    "on its way": "Thank you! The money is on its way, and your parcel will follow it.",
    "paid": "Thank you! It is paid, and your parcel is on its way.",
    "failed": "Your bank has not paid. Nothing was taken from your account: choose another, or try again.",
    "came back": "The money came back. Your bank returns it to your account by itself: there is nothing to "
    "refund, and your parcel waits until you pay again.",
}


def create_app(settings: Settings | None = None) -> Flask:
    """The shop. Settings come from the environment where none are given."""
    app = Flask(__name__)
    chosen = settings or from_environment()
    app.secret_key = chosen.session_key
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.extensions["checkout"] = (chosen, Store(chosen.database))
    app.before_request(_know_the_buyer)
    app.add_url_rule("/", "shop", shop)
    app.add_url_rule("/cart/<product_id>", "put", put, methods=["POST"])
    app.add_url_rule("/pay/<bank_id>", "pay", pay, methods=["POST"])
    app.add_url_rule("/orders/<order_id>/back", "back", back)
    app.add_url_rule("/orders/<order_id>", "order", order)
    app.add_url_rule("/banks/<order_id>", "told", told, methods=["POST"])
    return app


def shop() -> str:
    """What there is, and what is in the cart."""
    cart = {PRODUCTS[one]: number for one, number in session.get("cart", {}).items()}
    return render_template(
        "shop.html",
        products=PRODUCTS.values(),
        cart=cart,
        total=_total(),
        banks=BANKS.values(),
        currency=CURRENCY,
        note=session.pop("note", ""),
        form_token=session["form_token"],
    )


def put(product_id: str) -> Response:
    """Put one more into the cart."""
    if product_id not in PRODUCTS:
        abort(404)
    cart = session.get("cart", {})
    session["cart"] = {**cart, product_id: min(cart.get(product_id, 0) + 1, _PIECES_MAX)}
    return redirect(url_for("shop"), 303)


def pay(bank_id: str) -> Response:
    """Initiate the payment, and send the buyer to their bank."""
    if bank_id not in BANKS or not _total():
        abort(404)
    order_id, account = secrets.token_hex(8), request.form.get("account", "").replace(" ", "")
    wanted = Order(order_id, _total(), account if BANKS[bank_id].wants_account else "")
    _store().add(order_id, session["buyer"], bank_id, str(wanted.total))
    try:
        come_back = url_for("back", order_id=order_id, _external=True)
        tell = url_for("told", order_id=order_id, _external=True)
        begun = _bank(bank_id).initiate(wanted, come_back, tell)
    except Refused as refused:
        session["note"] = f"{BANKS[bank_id].name}: {refused}"
        return redirect(url_for("shop"), 303)
    _store().pays_by(order_id, begun.id, begun.authorisation)
    return redirect(begun.send_to, 303)


def back(order_id: str) -> Response:
    """The buyer comes back from their bank. What counts is what the bank says, not that they came."""
    found = _own(order_id)
    try:
        if "code" in request.args:
            _bank(found["bank"]).confirm(found["authorisation"], request.args["code"])
        _look(order_id)
    except Refused as refused:
        session["note"] = str(refused)
    if _own(order_id)["state"] in ("on its way", "paid"):
        session["cart"] = {}
    return redirect(url_for("order", order_id=order_id), 303)


def order(order_id: str) -> str:
    """How an order stands."""
    found = _own(order_id)
    bank = BANKS[found["bank"]].name
    return render_template(
        "order.html", order=found, bank=bank, advice=ADVICE[found["state"]], currency=CURRENCY
    )


def told(order_id: str) -> tuple[str, int]:
    """A bank tells us that a payment has moved. We believe the signature, and ask where it stands now.

    Messages may overtake one another; the status that is asked for is the latest.
    """
    try:
        message_id = webhooks.verify(request.headers, request.get_data(), _settings().webhook_secret)
    except webhooks.Forged as forged:
        current_app.logger.warning("a message about %s was refused: %s", order_id, forged)
        return "", 401
    try:
        _look(order_id)
    except Refused:
        return "", 503  # it is sent again
    current_app.logger.info("%s %s", message_id, "is new" if _store().is_new(message_id) else "came again")
    return "", 204


def _look(order_id: str) -> None:
    """Ask the bank where the payment of an order stands. Raises Refused."""
    found = _store().get(order_id)
    if found is not None and found["payment"]:
        _store().move(order_id, _bank(found["bank"]).state(found["payment"]))


def _own(order_id: str) -> sqlite3.Row:
    found = _store().get(order_id)
    if found is None or found["buyer"] != session["buyer"]:
        abort(404)
    return found


def _total() -> Decimal:
    return sum((PRODUCTS[one].price * number for one, number in session.get("cart", {}).items()), Decimal(0))


def _know_the_buyer() -> None:
    """Each browser is a buyer; a form that another site sends is refused. Banks sign instead."""
    session.setdefault("buyer", secrets.token_urlsafe(16))
    session.setdefault("form_token", secrets.token_urlsafe(16))
    sent = request.form.get("form_token", "")
    if request.method == "POST" and request.endpoint != "told" and sent != session["form_token"]:
        abort(400, "This form is too old. Go back, and load the page again.")


def _settings() -> Settings:
    return current_app.extensions["checkout"][0]


def _store() -> Store:
    return current_app.extensions["checkout"][1]


def _bank(bank_id: str) -> Bank:
    return Bank(_settings(), bank_id, request.remote_addr or "127.0.0.1")
