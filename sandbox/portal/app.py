"""The Flask app of the portal, mounted at `/_portal`; its start page is also what a browser gets at `/`."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NamedTuple

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from sandbox.bank.consents import ConsentUnknown
from sandbox.bank.events import DeliveryUnknown, EventUnknown
from sandbox.bank.payments import PaymentUnknown
from sandbox.gateway import context, forms, sealing
from sandbox.gateway.forms import FormStale
from sandbox.gateway.hooks import Door
from sandbox.gateway.journal import CallUnknown
from sandbox.gateway.openapi import Documents
from sandbox.gateway.samples import Samples
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal
from sandbox.population.directory import BankUnknown, PersonUnknown
from sandbox.portal import (
    access,
    apps,
    banks,
    calls,
    clock,
    door,
    events,
    failures,
    first,
    hackathon,
    headers,
    members,
    page,
    people,
    reading,
    reference,
    start,
    workspaces,
)
from sandbox.portal.access import AdminsOnly, Outside
from sandbox.portal.session import PortalCookie
from sandbox.workspaces import passes
from sandbox.workspaces.apps import AppUnknown
from sandbox.workspaces.failure_rules import RuleUnknown
from sandbox.workspaces.invitations import InvitationUnknown
from sandbox.workspaces.limits import TooOften
from sandbox.workspaces.members import MemberUnknown, OwnersOnly
from sandbox.workspaces.snapshots import SnapshotUnknown
from sandbox.workspaces.workspace import WorkspaceUnknown

_NOT_FOUND = (
    *(WorkspaceUnknown, SnapshotUnknown, EventUnknown, CallUnknown, ConsentUnknown, AppUnknown),
    *(PersonUnknown, BankUnknown, RuleUnknown, InvitationUnknown, MemberUnknown),
    *(DeliveryUnknown, PaymentUnknown),
)
_NOT_YOURS = (OwnersOnly, AdminsOnly)


class Section(NamedTuple):
    """An entry of the menu. `of_world`: its path stands below that of the workspace.

    `of_admin`: it is for whoever runs the installation.
    """

    tab: str
    title: str
    path: str
    of_world: bool = True
    of_admin: bool = False


_SECTIONS = (
    Section("start", "Start", "/", of_world=False),
    Section("banks", "Banks", "/banks", of_world=False),
    Section("workspaces", "Workspaces", "/workspaces", of_world=False),
    Section("hackathon", "Hackathon", "/hackathon", of_world=False, of_admin=True),
    Section("workspace", "Overview", ""),
    Section("people", "People", "/people"),
    Section("apps", "Apps", "/apps"),
    Section("clock", "Clock", "/clock"),
    Section("failures", "Failures", "/failures"),
    Section("events", "Events", "/events"),
    Section("calls", "Calls", "/calls"),
    Section("members", "Members", "/members"),
    Section("audit", "Audit", "/audit"),
    Section("reference", "API reference", "/reference", of_world=False),
    Section("docs", "Docs", "/docs/", of_world=False),
)

#: What stands in an address beside what a form is about.
_NOT_ABOUT = {"workspace_id", "secret"}


def create_app(
    services: Services, samples: Mapping[str, Samples], titles: Mapping[str, str], documents: Documents
) -> Door:
    """Open the portal. `samples` and `titles` are those of each standard, by its id."""
    made = Door(__name__, services)
    made.secret_key = sealing.secret(services.settings)
    made.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    made.config.update(SECTIONS=_SECTIONS, SAMPLES=samples, TITLES=titles, DOCUMENTS=documents)
    made.permanent_session_lifetime = passes.LASTS
    made.session_interface = PortalCookie(services)
    made.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for one in (page.money, page.day, page.moment, page.words, page.phrase, page.country, page.bank_name):
        made.jinja_env.filters[one.__name__] = one
    made.jinja_env.filters["laid_out"] = page.laid_out
    made.before_request(_leave_no_note)
    made.before_request(access.check)
    made.before_request(forms.check)
    made.after_request(headers.guard)
    rooms = (
        start,
        first,
        banks,
        workspaces,
        people,
        apps,
        clock,
        failures,
        events,
        calls,
        reading,
        reference,
    )
    for room in (*rooms, door, members, hackathon):
        made.register_blueprint(room.views)
    for endpoint, view in made.view_functions.items():
        made.view_functions[endpoint] = _noted(endpoint, view)
    made.register_error_handler(Outside, lambda error: door.show(403, text=error.text))
    made.register_error_handler(
        FormStale, lambda error: _problem("That form is out of date", error.text, 400)
    )
    made.register_error_handler(Refusal, _refused)
    made.register_error_handler(HTTPException, _not_served)
    made.register_error_handler(Exception, _failed)
    return made


def _leave_no_note() -> None:
    """Whoever looks at pages makes no calls to banks: the journal is of those, and the audit of deeds."""
    context.visit().unnoted = True


def _noted(endpoint: str, view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, whose forms are written into the audit where it does not say in better words what it did."""

    @wraps(view)
    def noting(**named: str) -> Any:
        answer = view(**named)
        if request.method == "POST" and answer.status_code < 400:
            about = " ".join(value for name, value in named.items() if name not in _NOT_ABOUT)
            access.note_unsaid(endpoint, about)
        return answer

    return noting


def _refused(error: Refusal) -> Response:
    """The sandbox says no and can explain."""
    if isinstance(error, _NOT_FOUND):
        return _problem("Nothing is here", error.text, 404)
    if isinstance(error, _NOT_YOURS):
        return _problem("That is not yours to do", error.text, 403)
    if isinstance(error, TooOften):
        answer = _problem("A little slower", error.text, 429)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    return _problem("That did not work", error.text, 409)


def _not_served(error: HTTPException) -> Response:
    """Say the framework's own refusals as a page."""
    if error.response is not None or error.code is None:
        return error.get_response()
    if error.code == 404:
        return _problem("Nothing is here", "The address leads to no page of the portal.", 404)
    answer = _problem("That did not work", error.name, error.code)
    answer.headers.extend({key: value for key, value in error.get_headers() if key == "Allow"})
    return answer


def _failed(error: Exception) -> Response:
    """Say that the fault is ours; what it was is in the log."""
    current_app.logger.error("a bug answered %s %s", request.method, request.path, exc_info=error)
    return _problem(
        "Something broke", "This is a fault of ours; the log says more. Nothing was changed.", 500
    )


def _problem(title: str, text: str, status: int) -> Response:
    return page.show("problem.html", status, title=title, text=text)
