"""The directory's software: what each app is registered with at every bank, and the statement about it."""

from typing import Any

from sandbox.control import door, registering, shown_directory
from sandbox.control.operations import Blueprint
from sandbox.control.schemas_directory import Software, SoftwareChange, SoftwareStatement
from sandbox.eidas import statements
from sandbox.workspaces import apps, software
from sandbox.workspaces import workspace as workspaces

blueprint = Blueprint("software", __name__, description="The directory: what the apps are registered with.")


@blueprint.get("/apps/<app_id>/software")
@blueprint.response(200, Software)
def one(app_id: str) -> dict[str, Any]:
    """Show what the app is registered with."""
    work, world = door.work(), door.own_world()
    app = apps.get(work, world.id, app_id)
    return shown_directory.software(work, app, door.services().origin)


@blueprint.put("/apps/<app_id>/software")
@blueprint.arguments(SoftwareChange)
@blueprint.response(200, Software)
def register(order: dict[str, Any], app_id: str) -> dict[str, Any]:
    """Register the app with other redirect URIs, keys, roles or pages. It counts at once, at every bank."""
    work, services, world = door.work(), door.services(), door.own_world()
    registering.check_address(order, private=services.settings.allows_private_notifications)
    workspaces.lock(work, world.id)
    app = apps.get(work, world.id, app_id)
    registering.register(work, software.of_app(work, world.id, app.id), order)
    return shown_directory.software(work, app, services.origin)


@blueprint.post("/apps/<app_id>/software-statement")
@blueprint.response(201, SoftwareStatement)
def state(app_id: str) -> dict[str, Any]:
    """Have the directory sign what it knows of the app, for a registration at a bank."""
    world = door.own_world(writing=True)
    app = apps.get(door.work(), world.id, app_id)
    return {"software_statement": statements.issue(door.work(), world, app, door.services().origin)}
