"""Events: what happened, to whom it was told, and how that went."""

from typing import Any

from sandbox.bank import events
from sandbox.bank.events import EventKind, Told, Wanted
from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import Carried, Delivery, EventList, EventsQuery, EventWhole, SigningSecret
from sandbox.delivery import attempts_of
from sandbox.kernel.db import Work
from sandbox.workspaces import apps, signing

blueprint = Blueprint("events", __name__, description="What happened, and how the TPPs were told.")


@blueprint.get("/events")
@blueprint.arguments(EventsQuery, location="query")
@blueprint.response(200, EventList)
def every(query: dict[str, Any]) -> dict[str, Any]:
    """List what happened at all banks of the workspace, newest first."""
    world = door.own_world()
    kind = EventKind(query["kind"]) if "kind" in query else None
    wanted = Wanted(kind, query.get("subject_id"), query.get("before"))
    found, more = events.newest(door.work(), world.id, wanted, query["limit"])
    return {"events": [shown.event(one) for one in found], "more": more}


@blueprint.get("/events/<event_id>")
@blueprint.response(200, EventWhole)
def one(event_id: str) -> dict[str, Any]:
    """Show one event with its deliveries: each request, and each answer as far as it is kept."""
    world = door.own_world()
    return whole(door.work(), events.get(door.work(), world.id, event_id))


@blueprint.post("/events/deliver")
@blueprint.response(200, Carried)
def deliver() -> dict[str, int]:
    """Send what is due now, and answer when that is done: for tests that do not want to wait."""
    world = door.own_world()
    return {"attempts": door.services().courier.drain(world.id)}


@blueprint.post("/deliveries/<delivery_id>/redeliver")
@blueprint.response(200, Delivery)
def redeliver(delivery_id: str) -> dict[str, Any]:
    """Send a delivery once more, whatever became of it; its webhook-id stays the same."""
    world = door.own_world(writing=True)
    return shown.delivery(events.redeliver(door.work(), world, delivery_id))


@blueprint.get("/apps/<app_id>/signing-secret")
@blueprint.response(200, SigningSecret)
def secret(app_id: str) -> dict[str, str | None]:
    """Show the secret with which the app verifies what it is sent. It is made when first asked for."""
    world = door.own_world(writing=True)
    app = apps.get(door.work(), world.id, app_id)
    return {"secret": signing.secret_of(door.work(), world.id, app.id)}


def whole(work: Work, told: Told) -> dict[str, Any]:
    """An event with the log of each of its deliveries."""
    document = shown.event(told)
    for each in document["deliveries"]:
        log = attempts_of(work, told.event.workspace_id, each["id"])
        each["log"] = [shown.attempt(one) for one in log]
    return document
