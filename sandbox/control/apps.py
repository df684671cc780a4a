"""Apps of the workspace: register, list, forget, and give a new key."""

from typing import Any

from flask import Response

from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import App, AppList, AppOrder, AppWithKey, YesOrder
from sandbox.control.schemas_trust import AppStrictness
from sandbox.workspaces import apps, limits, quotas

blueprint = Blueprint("apps", __name__, description="The apps of the workspace, each a TPP to every bank.")


@blueprint.post("/apps")
@blueprint.arguments(AppOrder)
@blueprint.response(201, AppWithKey)
def create(order: dict[str, str]) -> dict[str, Any]:
    """Register an app; its key is shown this once."""
    world = door.own_world(writing=True)
    door.make(limits.APPS)
    quotas.allow_app(door.work(), quotas.of(door.services().settings), world.id)
    app, key = apps.create(door.work(), world, order["name"], door.own_role(world))
    door.note(world, "app.create", app.name)
    return shown.app(app, key)


@blueprint.get("/apps")
@blueprint.response(200, AppList)
def every() -> dict[str, Any]:
    """List the apps, oldest first."""
    world = door.own_world()
    return {"apps": [shown.app(one) for one in apps.every(door.work(), world.id)]}


@blueprint.get("/apps/<app_id>")
@blueprint.response(200, App)
def one(app_id: str) -> dict[str, Any]:
    """Show one app."""
    return shown.app(apps.get(door.work(), door.own_world().id, app_id))


@blueprint.put("/apps/<app_id>")
@blueprint.arguments(AppStrictness)
@blueprint.response(200, App)
def change(order: dict[str, str | None], app_id: str) -> dict[str, Any]:
    """Say how strict the app is treated: `open`, `warn`, `enforce`, or null for as its workspace says."""
    world = door.own_world(writing=True)
    app = apps.get(door.work(), world.id, app_id)
    app.strictness = order["strictness"]
    return shown.app(app)


@blueprint.delete("/apps/<app_id>")
@blueprint.response(204)
def delete(app_id: str) -> Response:
    """Forget the app; its key is refused from now on."""
    world = door.own_world(writing=True)
    app = apps.get(door.work(), world.id, app_id)
    door.note(world, "app.delete", app.name)
    apps.delete(door.work(), app)
    return Response(status=204)


@blueprint.post("/apps/<app_id>/key")
@blueprint.response(200, AppWithKey)
def renew(app_id: str) -> dict[str, Any]:
    """Give the app a new key, shown this once; the old one is refused from now on."""
    world = door.own_world(writing=True)
    app = apps.get(door.work(), world.id, app_id)
    key = apps.renew(app, door.own_role(world))
    door.note(world, "app.key", app.name)
    return shown.app(app, key)


@blueprint.put("/apps/<app_id>/yes")
@blueprint.arguments(YesOrder)
@blueprint.response(200, App)
def say_yes_at_once(order: dict[str, str], app_id: str) -> dict[str, Any]:
    """Have a PSU say yes at once to whatever the app asks for, from here on, so that no browser is needed."""
    world = door.own_world(writing=True)
    app = apps.get(door.work(), world.id, app_id)
    app.yes_by = order["psu"]
    return shown.app(app)


@blueprint.delete("/apps/<app_id>/yes")
@blueprint.response(200, App)
def wait_for_the_yes(app_id: str) -> dict[str, Any]:
    """Have the app wait for the PSU's yes, as in life."""
    world = door.own_world(writing=True)
    app = apps.get(door.work(), world.id, app_id)
    app.yes_by = None
    return shown.app(app)
