"""What falls due in the workspace next."""

from typing import Any

from sandbox.control import door, shown_money
from sandbox.control.operations import Blueprint
from sandbox.control.schemas_money import Agenda, AgendaQuery
from sandbox.workspaces import agenda

blueprint = Blueprint("agenda", __name__, description="What falls due in the workspace.")


@blueprint.get("/agenda")
@blueprint.arguments(AgendaQuery, location="query")
@blueprint.response(200, Agenda)
def coming(query: dict[str, int]) -> dict[str, Any]:
    """List what falls due next at all banks. What people earn and spend is not on it: they just live."""
    world = door.own_world()
    return {"agenda": shown_money.dues(agenda.coming(door.work(), world.id, query["limit"]))}
