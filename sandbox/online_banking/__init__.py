"""The PSU's pages: log in, choose accounts, confirm, back to the TPP; and the online bank beside them."""

from collections.abc import Mapping

from flask import Response as Answer
from flask import current_app, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from sandbox.bank.authorisations import AuthorisationFinished, LinkUnknown, StepOutOfOrder
from sandbox.bank.payments import AlreadySigned, CancellationInvalid, DebtorUnknown, PaymentNotOpen
from sandbox.gateway import context, forms, sealing
from sandbox.gateway.faults import CallFailed
from sandbox.gateway.forms import FormStale
from sandbox.gateway.hooks import Door
from sandbox.gateway.noting import Keeps
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal
from sandbox.online_banking import (
    accounts,
    app,
    colours,
    confirm,
    consents,
    headers,
    login,
    page,
    payments,
)
from sandbox.online_banking.session import BankCookie
from sandbox.online_banking.steps import NotHere
from sandbox.workspaces.workspace import WorkspaceUnknown

#: Why the bank says no at this door, by the key of the page's texts.
_SAID: Mapping[type[Refusal], str] = {
    AlreadySigned: "signed",
    DebtorUnknown: "not_debtor",
    PaymentNotOpen: "not_open",
    CancellationInvalid: "too_late",
}
_CACHED = "public, max-age=300"


def create_app(services: Services) -> Door:
    """Open the door through which the banks' customers come."""
    made = Door(__name__, services, keeps=Keeps.PAGES)
    made.secret_key = sealing.secret(services.settings)
    made.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    made.session_interface = BankCookie(services)
    made.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    made.before_request(forms.check)
    made.after_request(headers.guard)
    for room in (login, accounts, confirm, app, consents, payments):
        made.register_blueprint(room.views)
    made.add_url_rule("/look.css", "look", _look)
    made.add_url_rule("/icon.svg", "icon", _icon)
    made.register_error_handler(NotHere, lambda error: error.answer)
    made.register_error_handler(FormStale, lambda _: page.problem("csrf", 400))
    made.register_error_handler(LinkUnknown, lambda _: page.problem("unknown", 404))
    made.register_error_handler(WorkspaceUnknown, lambda _: page.problem("unknown", 404))
    made.register_error_handler(AuthorisationFinished, _elsewhere)
    made.register_error_handler(StepOutOfOrder, _elsewhere)
    made.register_error_handler(Refusal, _refused)
    made.register_error_handler(HTTPException, _not_served)
    made.register_error_handler(Exception, _failed)
    return made


def _look() -> Answer:
    """The bank's colours as custom properties."""
    sheet = render_template("look.css", look=colours.palette(context.profile().look))
    return Answer(sheet, mimetype="text/css", headers={"Cache-Control": _CACHED})


def _icon() -> Answer:
    """The bank's mark in its colours."""
    picture = render_template("icon.svg", look=colours.palette(context.profile().look))
    return Answer(picture, mimetype="image/svg+xml", headers={"Cache-Control": _CACHED})


def _elsewhere(error: Refusal) -> Response:
    """The authorisation has moved on meanwhile: its link leads to where it is now."""
    token = (request.view_args or {}).get("token")
    return page.go(f"/authorisations/{token}") if token else page.problem("refused", 409, text=error.text)


def _refused(error: Refusal) -> Response:
    """The bank says no and can explain: in the PSU's language where it is said often."""
    if isinstance(error, CallFailed):
        return page.problem("refused", error.status, text=error.text)
    key = _SAID.get(type(error))
    return page.problem(key, 409) if key else page.problem("refused", 409, text=error.text)


def _not_served(error: HTTPException) -> Response:
    """Say the framework's own refusals as a page."""
    if error.response is not None or error.code is None:
        return error.get_response()
    if error.code == 404:
        return page.problem("missing", 404)
    answer = page.problem("refused", error.code, text=error.name)
    answer.headers.extend({key: value for key, value in error.get_headers() if key == "Allow"})
    return answer


def _failed(error: Exception) -> Response:
    """Say that the fault is ours; what it was is in the log."""
    current_app.logger.exception("a bug answered %s %s", request.method, request.path, exc_info=error)
    return page.problem("bug", 500)
