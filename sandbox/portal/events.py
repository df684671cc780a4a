"""The events of a workspace: what happened, to whom it was told, each attempt, and telling it again."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import events
from sandbox.bank.events import EventKind, Wanted
from sandbox.delivery import attempts_of
from sandbox.portal import access, page, session

views = Blueprint("events", __name__, url_prefix="/w/<workspace_id>/events")
_PAGE = 30


@views.get("")
def every(workspace_id: str) -> Response:
    """List what happened, the newest first."""
    world = access.world(workspace_id)
    kinds = [one.value for one in EventKind]
    kind = request.args.get("kind", "")
    wanted = Wanted(EventKind(kind) if kind in kinds else None, None, request.args.get("before"))
    found, more = events.newest(access.work(), world.id, wanted, _PAGE)
    return page.show(
        "events.html",
        tab="events",
        world=world,
        events=found,
        kinds=kinds,
        kind=kind,
        older=found[-1].event.id if more else None,
    )


@views.get("/<event_id>")
def one(workspace_id: str, event_id: str) -> Response:
    """Show an event with each attempt to tell it. Raises EventUnknown."""
    world = access.world(workspace_id)
    found = events.get(access.work(), world.id, event_id)
    tried = {each.id: attempts_of(access.work(), world.id, each.id) for each in found.deliveries}
    return page.show("event.html", tab="events", world=world, told=found, tried=tried)


@views.post("/<event_id>/redeliver/<delivery_id>")
def redeliver(workspace_id: str, event_id: str, delivery_id: str) -> Response:
    """Send it once more, whatever became of it. Raises EventUnknown, DeliveryUnknown."""
    world = access.acting(workspace_id, "event.redeliver", delivery_id)
    events.get(access.work(), world.id, event_id)
    events.redeliver(access.work(), world, delivery_id)
    session.say_next("It goes out again now; its webhook-id stays the same.")
    return page.go(page.of_world(world, f"/events/{event_id}"))
