"""The pages: connect a bank, come back from it, and see what was spent on what."""

import secrets
import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from flask import Flask, Response, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from budget.berlin_group import BerlinGroup
from budget.model import Refused, Speaker
from budget.settings import BANKS, Settings, from_environment
from budget.store import Connection, Store, money
from budget.uk_open_banking import UkOpenBanking

_HISTORY = timedelta(days=89)  # what banks give without asking the user again


def create_app(settings: Settings | None = None) -> Flask:
    """The app. Settings come from the environment where none are given."""
    app = Flask(__name__)
    chosen = settings or from_environment()
    app.secret_key = chosen.session_key
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.extensions["budget"] = (chosen, Store(chosen.database))
    app.before_request(_know_the_user)
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/connect/<bank_id>", "connect", connect, methods=["POST"])
    app.add_url_rule("/back", "back", back)
    app.add_url_rule("/refresh", "refresh", refresh, methods=["POST"])
    app.add_url_rule("/disconnect/<int:connection>", "disconnect", disconnect, methods=["POST"])
    app.add_template_filter(_amount, "amount")
    return app


def home() -> str:
    """Accounts, and the spending of a month by category."""
    store = _store()
    months = store.months(_user())
    month = request.args.get("month", months[0] if months else "")
    entries = store.entries(_user(), month)
    return render_template(
        "home.html",
        banks=BANKS,
        connections=store.connections(_user()),
        accounts=store.accounts(_user()),
        months=months,
        month=month,
        spending=_spending(entries),
        entries=entries[:50],
        note=session.pop("note", ""),
        form_token=session["form_token"],
    )


def connect(bank_id: str) -> AnyResponse:
    """Ask the bank for a consent, and send the user there."""
    if bank_id not in BANKS:
        abort(404)
    state = secrets.token_urlsafe(24)
    try:
        asked = _speaker(bank_id).ask(url_for("back", _external=True), state)
    except Refused as refused:
        return _home(f"{BANKS[bank_id].name}: {refused}")
    _store().wait(_user(), bank_id, state, asked.remember)
    return redirect(asked.send_to, 303)


def back() -> AnyResponse:
    """The user comes back from the bank, with a yes or a no."""
    # The state ties the answer to this very browser: nobody can have somebody else connect their account.
    waiting = _store().waiting(_user(), request.args.get("state", ""))
    if waiting is None:
        return _home("That link is not yours, or was used before. Please connect the bank again.")
    bank = BANKS[waiting.bank]
    try:
        opens = _speaker(bank.id).confirm(waiting.opens, request.args)
    except Refused as refused:
        _store().forget(_user(), waiting.id)
        return _home(f"{bank.name}: {refused}")
    for one in _store().connections(_user()):
        if one.bank == bank.id and one.note:
            _store().forget(_user(), one.id)  # this one takes its place
    _store().keep(waiting.id, opens)
    _fetch(Connection(waiting.id, bank.id, opens, ""))
    return _home(f"{bank.name} is connected.")


def refresh() -> AnyResponse:
    """Fetch everything anew."""
    for one in _store().connections(_user()):
        _fetch(one)
    return _home("")


def disconnect(connection: int) -> AnyResponse:
    """End the consent at the bank, and forget all that came by it, whatever the bank says."""
    for one in _store().connections(_user()):
        if one.id == connection:
            try:
                _speaker(one.bank).end(one.opens)
            except Refused as refused:
                current_app.logger.info("the consent at %s could not be ended: %s", one.bank, refused)
            _store().forget(_user(), one.id)
    return _home("")


def _fetch(connection: Connection) -> None:
    """Read accounts and entries; where the consent is over, say so instead of failing."""
    speaker, store = _speaker(connection.bank), _store()
    try:
        for account in list(speaker.accounts(connection.opens)):
            # The bank's today, which in a sandbox may be another day than ours.
            since = _today() - _HISTORY
            store.replace(connection.id, account, speaker.entries(connection.opens, account, since))
        store.note(connection.id, "")
    except Refused as refused:
        store.note(connection.id, "Access has ended: connect it again." if refused.lost else str(refused))


def _spending(entries: list[sqlite3.Row]) -> list[tuple[str, list[tuple[str, Decimal, int]]]]:
    """By currency: each category with what was spent on it, and its share of the greatest in percent."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in entries:
        amount = money(one["amount"])
        if amount < 0:
            sums[one["currency"]][one["category"]] -= amount
    told = []
    for currency, categories in sorted(sums.items()):
        greatest = max(categories.values())
        ordered = sorted(categories.items(), key=lambda pair: -pair[1])
        told.append((currency, [(name, spent, int(100 * spent / greatest)) for name, spent in ordered]))
    return told


def _speaker(bank_id: str) -> Speaker:
    """Whoever speaks that bank's standard."""
    settings, user_ip = _settings(), request.remote_addr or "127.0.0.1"
    url = f"{settings.origin}/{bank_id}"
    if BANKS[bank_id].standard == "uk_open_banking":
        return UkOpenBanking(url, settings.client_id, settings.app_key, user_ip)
    return BerlinGroup(url, settings.app_key, user_ip)


def _know_the_user() -> Response | None:
    """Each browser is a user of its own; a form that another site sends is refused."""
    session.setdefault("user", secrets.token_urlsafe(16))
    session.setdefault("form_token", secrets.token_urlsafe(16))
    sent = request.form.get("form_token", "")
    if request.method == "POST" and not secrets.compare_digest(sent, session["form_token"]):
        abort(400, "This form is too old. Go back, and load the page again.")
    return None


def _home(note: str) -> AnyResponse:
    session["note"] = note
    return redirect(url_for("home"), 303)


def _user() -> str:
    return str(session["user"])


def _settings() -> Settings:
    return current_app.extensions["budget"][0]


def _store() -> Store:
    return current_app.extensions["budget"][1]


def _today() -> date:
    return date.today()


def _amount(text: str | Decimal) -> str:
    """12345.5 as 12 345.50, with spaces that do not break."""
    return f"{Decimal(text):,.2f}".replace(",", "\N{NO-BREAK SPACE}")
