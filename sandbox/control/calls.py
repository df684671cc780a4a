"""The inspector: every call to a bank, looked for, shown whole, written down, and made again."""

from typing import Any

from flask import Response, request

from sandbox.control import door, shown_calls, streaming
from sandbox.control.operations import Blueprint
from sandbox.control.schemas_calls import CallList, CallsQuery, CallWhole, ReplayOrder, StreamQuery
from sandbox.control.streaming import Watch
from sandbox.gateway import context, exchange_code, guard, replaying
from sandbox.gateway.dispatcher import DOORS
from sandbox.gateway.journal import Journal, Note, Wanted
from sandbox.gateway.replaying import Again
from sandbox.kernel.clock import parse_instant
from sandbox.workspaces.workspace import Workspace

blueprint = Blueprint("calls", __name__, description="Every call to a bank: the inspector.")


@blueprint.get("/calls")
@blueprint.arguments(CallsQuery, location="query")
@blueprint.response(200, CallList)
def every(query: dict[str, Any]) -> dict[str, Any]:
    """List the calls of the workspace, newest first, whatever app has made them."""
    world, journal = _looked_at()
    found, more = journal.newest(world.id, world.created_at, wanted(query), query["limit"])
    return {"calls": [shown_calls.line(one) for one in found], "more": more}


@blueprint.get("/calls/stream")
@blueprint.arguments(StreamQuery, location="query")
@blueprint.response(200, content_type="text/event-stream", schema={"type": "string"})
def stream(query: dict[str, Any]) -> Response:
    """Tell of calls as they come, as server-sent events; `Last-Event-ID` goes on after that call."""
    world, journal = _looked_at()
    last = request.headers.get("Last-Event-ID")
    watch = Watch(world.id, world.created_at, wanted(query), journal.place(world.id, last))
    streaming.seats.take(watch.workspace_id, door.services().settings.threads)
    answer = Response(streaming.told(journal, watch), mimetype="text/event-stream")
    answer.call_on_close(lambda: streaming.seats.leave(watch.workspace_id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/calls/<trace>")
@blueprint.response(200, CallWhole)
def one(trace: str) -> dict[str, Any]:
    """Show a call whole: both sides, the checks, what should be signed, and what changed in the bank."""
    return shown_calls.whole(_found(trace))


@blueprint.get("/calls/<trace>/as/<any(curl, python, pytest):tool>")
@blueprint.response(200, content_type="text/plain", schema={"type": "string"})
def written(trace: str, tool: str) -> Response:
    """Write a call down for curl, Python's httpx, or pytest. Secrets are read from the environment."""
    text = exchange_code.written(_found(trace), door.services().origin, tool)
    return Response(text, mimetype="text/plain")


@blueprint.post("/calls/<trace>/replay")
@blueprint.arguments(ReplayOrder, required=False)
@blueprint.response(200, CallWhole)
def replay(order: dict[str, Any], trace: str) -> dict[str, Any]:
    """Make a call again with the key of this one, which must be of the same app; the new call."""
    world, journal = _looked_at()
    note = journal.get(world.id, world.created_at, trace)
    again = Again(door.own_app_id(), guard.given_key(), order.get("authorization"), order["keep_ids"])
    # The new call must not wait for what this one has read.
    door.work().rollback()
    made = replaying.replay(request.environ[DOORS], note, again)
    return shown_calls.whole(journal.get(world.id, world.created_at, made))


def wanted(query: dict[str, Any]) -> Wanted:
    """What a query asks for."""
    terms = {name: value for name, value in query.items() if name != "limit"}
    if "since" in terms:
        terms["since"] = parse_instant(terms["since"])
    return Wanted(**terms)


def _found(trace: str) -> Note:
    world, journal = _looked_at()
    return journal.get(world.id, world.created_at, trace)


def _looked_at() -> tuple[Workspace, Journal]:
    """The caller's world, and the journal; whoever looks at calls adds none by it."""
    context.visit().unnoted = True
    return door.own_world(), door.services().journal
