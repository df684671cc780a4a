"""How states go on in the workspace: as in life, at once, later, by hand, or when they are read."""

from typing import Any

from sandbox.control import door, shown_money
from sandbox.control import schemas_money as schemas
from sandbox.control.operations import Blueprint
from sandbox.workspaces import progressions
from sandbox.workspaces.progressions import Progression, ProgressionKind, ProgressionMode

blueprint = Blueprint("progressions", __name__, description="How states go on in the workspace.")

_ONE_KIND = f"<any({','.join(ProgressionKind)}):kind>"


@blueprint.get("/progressions")
@blueprint.response(200, schemas.ProgressionList)
def every() -> dict[str, Any]:
    """Say for each kind how its states go on."""
    world = door.own_world()
    return {
        "progressions": [
            shown_money.progression(kind, progressions.of(door.work(), world.id, kind))
            for kind in ProgressionKind
        ]
    }


@blueprint.get(f"/progressions/{_ONE_KIND}")
@blueprint.response(200, schemas.Progression)
def one(kind: str) -> dict[str, Any]:
    """Say how states of that kind go on."""
    wanted = ProgressionKind(kind)
    return shown_money.progression(wanted, progressions.of(door.work(), door.own_world().id, wanted))


@blueprint.put(f"/progressions/{_ONE_KIND}")
@blueprint.arguments(schemas.ProgressionOrder)
@blueprint.response(200, schemas.Progression)
def choose(order: dict[str, Any], kind: str) -> dict[str, Any]:
    """Let states of that kind go on so from here on; what has been planned before stays planned."""
    world, wanted = door.own_world(writing=True), ProgressionKind(kind)
    choice = Progression(ProgressionMode(order["mode"]), order["seconds"], order["reads"])
    progressions.choose(door.work(), world.id, wanted, choice)
    return shown_money.progression(wanted, choice)
