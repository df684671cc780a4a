"""The Flask app of the portal, mounted at `/_portal`; its start page is also what a browser gets at `/`."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from sandbox.bank.consents import ConsentUnknown
from sandbox.bank.events import EventUnknown
from sandbox.gateway import context, sealing
from sandbox.gateway.hooks import Door
from sandbox.gateway.openapi import Documents
from sandbox.gateway.samples import Samples
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal
from sandbox.population.directory import BankUnknown, PersonUnknown
from sandbox.portal import (
    access,
    apps,
    banks,
    clock,
    events,
    failures,
    first,
    headers,
    page,
    people,
    reading,
    reference,
    session,
    start,
    workspaces,
)
from sandbox.portal.access import Outside
from sandbox.portal.session import FormStale, PortalCookie
from sandbox.workspaces.apps import AppUnknown
from sandbox.workspaces.failure_rules import RuleUnknown
from sandbox.workspaces.snapshots import SnapshotUnknown
from sandbox.workspaces.workspace import WorkspaceUnknown

_NOT_FOUND = (
    *(WorkspaceUnknown, SnapshotUnknown, EventUnknown, ConsentUnknown, AppUnknown),
    *(PersonUnknown, BankUnknown, RuleUnknown),
)


class Section(NamedTuple):
    """An entry of the menu. `of_world`: its path stands below that of the workspace."""

    tab: str
    title: str
    path: str
    of_world: bool = True


_SECTIONS = (
    Section("start", "Start", "/", of_world=False),
    Section("banks", "Banks", "/banks", of_world=False),
    Section("workspaces", "Workspaces", "/workspaces", of_world=False),
    Section("workspace", "Overview", ""),
    Section("people", "People", "/people"),
    Section("apps", "Apps", "/apps"),
    Section("clock", "Clock", "/clock"),
    Section("failures", "Failures", "/failures"),
    Section("events", "Events", "/events"),
    Section("reference", "API reference", "/reference", of_world=False),
    Section("docs", "Docs", "/docs/", of_world=False),
)


def create_app(
    services: Services, samples: Mapping[str, Samples], titles: Mapping[str, str], documents: Documents
) -> Door:
    """Open the portal. `samples` and `titles` are those of each standard, by its id."""
    made = Door(__name__, services)
    made.secret_key = sealing.secret(services.settings)
    made.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    made.config.update(SECTIONS=_SECTIONS, SAMPLES=samples, TITLES=titles, DOCUMENTS=documents)
    made.session_interface = PortalCookie(services)
    made.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    made.jinja_env.filters.update(
        money=page.money, day=page.day, moment=page.moment, words=page.words, country=page.country
    )
    made.before_request(_leave_no_note)
    made.before_request(access.check)
    made.before_request(session.check_form)
    made.after_request(headers.guard)
    rooms = (start, first, banks, workspaces, people, apps, clock, failures, events, reading, reference)
    for room in rooms:
        made.register_blueprint(room.views)
    made.register_error_handler(Outside, lambda error: page.show("door.html", 403, text=error.text))
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


def _refused(error: Refusal) -> Response:
    """The sandbox says no and can explain."""
    if isinstance(error, _NOT_FOUND):
        return _problem("Nothing is here", error.text, 404)
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
