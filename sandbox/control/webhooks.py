"""Webhooks of the team: one address for all that happens in the workspace, in the sandbox's own words."""

from typing import Any

from flask import Response

from sandbox.bank import events
from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import WebhookList, WebhookOrder, WebhookWithSecret
from sandbox.delivery import addresses

blueprint = Blueprint("webhooks", __name__, description="What tells a team of everything, at one address.")


@blueprint.post("/webhooks")
@blueprint.arguments(WebhookOrder)
@blueprint.response(201, WebhookWithSecret)
def register(order: dict[str, Any]) -> dict[str, Any]:
    """Register an address; the answer has the secret that signs what it is sent."""
    world = door.own_world(writing=True)
    addresses.check(order["uri"], private=door.services().settings.allows_private_notifications)
    return shown.webhook(events.register(door.work(), world, order["uri"], order["types"]), secret=True)


@blueprint.get("/webhooks")
@blueprint.response(200, WebhookList)
def every() -> dict[str, Any]:
    """List them, without their secrets."""
    found = events.webhooks(door.work(), door.own_world().id)
    return {"webhooks": [shown.webhook(one) for one in found]}


@blueprint.delete("/webhooks/<webhook_id>")
@blueprint.response(204)
def remove(webhook_id: str) -> Response:
    """Tell it nothing more; what waits to be told is given up."""
    events.remove(door.work(), door.own_world(writing=True).id, webhook_id)
    return Response(status=204)
