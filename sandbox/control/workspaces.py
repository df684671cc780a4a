"""Worlds: make, list, look at, reset, fork, throw away."""

from typing import Any

from flask import Response

from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import ForkOrder, Workspace, WorkspaceList, WorkspaceOrder, WorkspaceWithApp
from sandbox.control.schemas_trust import WorkspaceStrictness
from sandbox.workspaces import apps, lifecycle
from sandbox.workspaces import workspace as workspaces

blueprint = Blueprint("workspaces", __name__, description="Worlds, each with its own people, clock and apps.")

_FIRST_APP = "first app"


@blueprint.post("/workspaces")
@blueprint.doc(security=[{}, {"appKey": []}])
@blueprint.arguments(WorkspaceOrder, required=False)
@blueprint.response(201, WorkspaceWithApp)
def create(order: dict[str, Any]) -> dict[str, Any]:
    """Make a workspace and its first app, whose key is shown this once. No key is needed on this machine."""
    door.anybody()
    work = door.work()
    work.write()
    seed = order.get("seed") or door.services().settings.default_seed
    world = workspaces.create(work, seed, name=order.get("name"), title=order.get("title", ""))
    return _with_app(world, order)


@blueprint.get("/workspaces")
@blueprint.doc(security=[{}, {"appKey": []}])
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
    world.strictness = order["strictness"]
    return shown.workspace(world)


@blueprint.delete("/workspaces/<workspace_id>")
@blueprint.response(204)
def delete(workspace_id: str) -> Response:
    """Throw the workspace away with all that is in it, its apps and keys included."""
    lifecycle.remove(door.work(), door.named_world(workspace_id, writing=True))
    return Response(status=204)


@blueprint.post("/workspaces/<workspace_id>/reset")
@blueprint.response(200, Workspace)
def reset(workspace_id: str) -> dict[str, Any]:
    """Begin again: the same people, apps and keys, nothing of what happened since, and the live clock."""
    world = door.named_world(workspace_id, writing=True)
    lifecycle.reset(door.work(), world)
    return shown.workspace(world)


@blueprint.post("/workspaces/<workspace_id>/fork")
@blueprint.arguments(ForkOrder, required=False)
@blueprint.response(201, WorkspaceWithApp)
def fork(order: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Make a second world that begins as this one is now, with an app of its own."""
    source = door.named_world(workspace_id, writing=True)
    copy = lifecycle.fork(door.work(), source, name=order.get("name"), title=order.get("title", ""))
    return _with_app(copy, order)


def _with_app(world: workspaces.Workspace, order: dict[str, Any]) -> dict[str, Any]:
    app, key = apps.create(door.work(), world, order.get("app_name", _FIRST_APP))
    return {**shown.workspace(world), "app": shown.app(app, key)}
