"""Worlds: make, list, look at, reset, fork, throw away."""

from typing import Any

from flask import Response

from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import ForkOrder, Workspace, WorkspaceList, WorkspaceOrder, WorkspaceWithApp
from sandbox.control.schemas_trust import WorkspaceStrictness
from sandbox.workspaces import apps, lifecycle, limits, quotas
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.members import Act, Role

blueprint = Blueprint("workspaces", __name__, description="Worlds, each with its own people, clock and apps.")

_FIRST_APP = "first app"
#: Who makes and lists worlds: an app by its key, the admin, and without a key this machine's user.
_ANY_KEY: list[dict[str, list[str]]] = [{}, {"appKey": []}, {"adminKey": []}]
_EITHER_KEY = _ANY_KEY[1:]


@blueprint.post("/workspaces")
@blueprint.doc(security=_ANY_KEY)
@blueprint.arguments(WorkspaceOrder, required=False)
@blueprint.response(201, WorkspaceWithApp)
def create(order: dict[str, Any]) -> dict[str, Any]:
    """Make a workspace and its first app, whose key is shown this once. On this machine no key is needed."""
    caller = door.anybody()
    work = door.work()
    work.write()
    own = workspaces.get(work, caller.workspace_id) if caller is not None else None
    _allow_another(own)
    seed = order.get("seed") or workspaces.new_seed(door.services().settings)
    world = workspaces.create(
        work,
        seed,
        name=order.get("name"),
        title=order.get("title", ""),
        stems_from=own.team if own is not None else None,
    )
    return _with_app(world, order, "workspace.create")


@blueprint.get("/workspaces")
@blueprint.doc(security=_ANY_KEY)
@blueprint.response(200, WorkspaceList)
def every() -> dict[str, Any]:
    """List the workspaces: all of them on this machine, and with an app key its own one."""
    caller = door.anybody()
    found = workspaces.every(door.work())
    return {
        "workspaces": [
            shown.workspace(one) for one in found if caller is None or one.id == caller.workspace_id
        ]
    }


@blueprint.get("/workspaces/<workspace_id>")
@blueprint.response(200, Workspace)
def one(workspace_id: str) -> dict[str, Any]:
    """Show the workspace of the app key."""
    return shown.workspace(door.named_world(workspace_id))


@blueprint.put("/workspaces/<workspace_id>")
@blueprint.arguments(WorkspaceStrictness)
@blueprint.response(200, Workspace)
def change(order: dict[str, str], workspace_id: str) -> dict[str, Any]:
    """Say how strict those apps are treated that have no rung of their own: `open`, `warn`, `enforce`."""
    world = door.named_world(workspace_id, writing=True)
    # Whoever raises the rung undoes what others have working.
    door.allow(world, Act.RESET)
    world.strictness = order["strictness"]
    door.note(world, "workspace.strictness", world.strictness)
    return shown.workspace(world)


@blueprint.delete("/workspaces/<workspace_id>")
@blueprint.doc(security=_EITHER_KEY)
@blueprint.response(204)
def delete(workspace_id: str) -> Response:
    """Throw the workspace away with all that is in it, its apps and keys included."""
    world = door.team_world(workspace_id, Act.DELETE)
    door.note(world, "workspace.delete", world.title)
    lifecycle.remove(door.work(), world)
    door.services().journal.forget(workspace_id)
    return Response(status=204)


@blueprint.post("/workspaces/<workspace_id>/reset")
@blueprint.doc(security=_EITHER_KEY)
@blueprint.response(200, Workspace)
def reset(workspace_id: str) -> dict[str, Any]:
    """Begin again: the same people, apps and keys, nothing of what happened since, and the live clock."""
    world = door.team_world(workspace_id, Act.RESET)
    lifecycle.reset(door.work(), world)
    door.note(world, "workspace.reset")
    return shown.workspace(world)


@blueprint.post("/workspaces/<workspace_id>/fork")
@blueprint.doc(security=_EITHER_KEY)
@blueprint.arguments(ForkOrder, required=False)
@blueprint.response(201, WorkspaceWithApp)
def fork(order: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Make a second world that begins as this one is now, with an app of its own."""
    source = door.team_world(workspace_id, Act.FORK)
    _allow_another(source)
    copy = lifecycle.fork(door.work(), source, name=order.get("name"), title=order.get("title", ""))
    return _with_app(copy, order, "workspace.fork", f"from {source.id}")


def _allow_another(source: workspaces.Workspace | None) -> None:
    """See that there is room for another world. Raises WorkspacesFull, TeamFull, TooOften."""
    door.make(limits.WORKSPACES)
    quotas.allow_workspace(door.work(), quotas.of(door.services().settings), source)


def _with_app(
    world: workspaces.Workspace, order: dict[str, Any], act: str, about: str = ""
) -> dict[str, Any]:
    """Whoever makes a world owns it, and so does its first app."""
    app, key = apps.create(door.work(), world, order.get("app_name", _FIRST_APP), Role.OWNER)
    door.note(world, act, about)
    return {**shown.workspace(world), "app": shown.app(app, key)}
