"""The directory's organisations: the firms behind the apps of the workspace."""

from typing import Any

from flask import Response

from sandbox.control import door, registering, shown_directory
from sandbox.control.operations import Blueprint
from sandbox.control.schemas_directory import (
    Organisation,
    OrganisationChange,
    OrganisationList,
    OrganisationOrder,
)
from sandbox.workspaces import organisations, software

blueprint = Blueprint("organisations", __name__, description="The directory: the firms behind the apps.")


@blueprint.post("/organisations")
@blueprint.arguments(OrganisationOrder)
@blueprint.response(201, Organisation)
def create(order: dict[str, Any]) -> dict[str, Any]:
    """Take an organisation into the directory. Nobody has to approve it, and it counts at once."""
    world = door.own_world(writing=True)
    made = organisations.create(door.work(), world, registering.particulars(order))
    return shown_directory.organisation(door.work(), made)


@blueprint.get("/organisations")
@blueprint.response(200, OrganisationList)
def every() -> dict[str, Any]:
    """List the organisations, oldest first. Each app came with one."""
    work, world = door.work(), door.own_world()
    found = organisations.every(work, world.id)
    return {"organisations": [shown_directory.organisation(work, one) for one in found]}


@blueprint.get("/organisations/<organisation_id>")
@blueprint.response(200, Organisation)
def one(organisation_id: str) -> dict[str, Any]:
    """Show one organisation."""
    work, world = door.work(), door.own_world()
    return shown_directory.organisation(work, organisations.get(work, world.id, organisation_id))


@blueprint.put("/organisations/<organisation_id>")
@blueprint.arguments(OrganisationChange)
@blueprint.response(200, Organisation)
def change(order: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    """Say something else of an organisation. A role that it loses is lost by its software too."""
    world = door.own_world(writing=True)
    work = door.work()
    found = organisations.get(work, world.id, organisation_id)
    wanted = registering.particulars(order, organisations.particulars_of(found))
    software.change_organisation(work, found, wanted)
    return shown_directory.organisation(work, found)


@blueprint.delete("/organisations/<organisation_id>")
@blueprint.response(204)
def delete(organisation_id: str) -> Response:
    """Take an organisation out of the directory that stands behind no app."""
    world = door.own_world(writing=True)
    software.delete_organisation(door.work(), organisations.get(door.work(), world.id, organisation_id))
    return Response(status=204)
