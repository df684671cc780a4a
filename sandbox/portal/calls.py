"""The inspector: the calls of a workspace as they come, each one whole, and the same once more."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.gateway import context, exchange_code, replaying
from sandbox.gateway.dispatcher import DOORS
from sandbox.gateway.journal import Journal, Wanted
from sandbox.gateway.replaying import Again
from sandbox.portal import access, page, session
from sandbox.workspaces import apps
from sandbox.workspaces.workspace import Workspace

views = Blueprint("calls", __name__, url_prefix="/w/<workspace_id>/calls")
_PAGE = 30
_TERMS = ("bank", "path", "refusal", "failure", "text")
_STATUSES = ("2xx", "3xx", "4xx", "5xx")


@views.get("")
def every(workspace_id: str) -> Response:
    """List the calls to banks, the newest first; with `part`, what follows by itself alone."""
    world, journal = _looked_at(workspace_id)
    terms: dict[str, Any] = {name: request.args[name] for name in _TERMS if request.args.get(name)}
    if request.args.get("status") in _STATUSES:
        terms["status"] = request.args["status"]
    before = request.args.get("before")
    found, more = journal.newest(world.id, world.created_at, Wanted(**terms, before=before), _PAGE)
    part = "part" in request.args
    return page.show(
        "calls_part.html" if part else "calls.html",
        tab="calls",
        world=world,
        calls=found,
        terms=terms,
        statuses=_STATUSES,
        banks=list(context.visit().services.profiles.values()),
        follow=None if before else f"?{urlencode({**terms, 'part': '1'})}",
        older=f"?{urlencode({**terms, 'before': found[-1].trace})}" if more else None,
    )


@views.get("/<trace>")
def one(workspace_id: str, trace: str) -> Response:
    """Show a call whole. Raises CallUnknown."""
    world, journal = _looked_at(workspace_id)
    note = journal.get(world.id, world.created_at, trace)
    origin = context.visit().services.origin
    code = {tool: exchange_code.written(note, origin, tool) for tool in exchange_code.TOOLS if note.whole}
    key = session.kept_key(note.app_id or "")
    return page.show(
        "call.html", tab="calls", world=world, call=note, whole=note.whole, code=code, has_key=bool(key)
    )


@views.post("/<trace>/replay")
def replay(workspace_id: str, trace: str) -> Response:
    """Make the call again, with the key and the token that are given. Raises CallUnknown, KeyUnknown."""
    world, journal = access.acting(workspace_id, "call.replay", trace), context.visit().services.journal
    note = journal.get(world.id, world.created_at, trace)
    again = _again(request.form, world, session.kept_key(note.app_id or ""))
    # The new call must not wait for the world that this one holds.
    access.work().commit()
    made = replaying.replay(request.environ[DOORS], note, again)
    session.say_next("The call was made again: this is the new one.")
    return page.go(page.of_world(world, f"/calls/{made}"))


def _again(form: Mapping[str, str], world: Workspace, kept: str | None) -> Again:
    """With the key that was typed, or with that which this browser was there to see made."""
    key = form.get("app_key", "").strip() or kept or ""
    caller = apps.caller(access.work(), key)
    token = form.get("token", "").strip()
    app_id = caller.app_id if caller.workspace_id == world.id else ""
    return Again(app_id, key, f"Bearer {token}" if token else None)


def _looked_at(workspace_id: str) -> tuple[Workspace, Journal]:
    """The world, and the journal."""
    return access.world(workspace_id), context.visit().services.journal
