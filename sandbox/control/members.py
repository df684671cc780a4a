"""Members of the workspace: who belongs to the team."""

from typing import Any

from flask import Response

from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import Member, MemberList, MemberOrder
from sandbox.workspaces import members
from sandbox.workspaces.members import Role

blueprint = Blueprint("members", __name__, description="Who belongs to the team of the workspace.")


@blueprint.post("/members")
@blueprint.arguments(MemberOrder)
@blueprint.response(201, Member)
def add(order: dict[str, str]) -> dict[str, Any]:
    """Let somebody into the team."""
    world = door.own_world(writing=True)
    return shown.member(members.add(door.work(), world, order["name"], Role(order["role"])))


@blueprint.get("/members")
@blueprint.response(200, MemberList)
def every() -> dict[str, Any]:
    """List the members in the order they joined."""
    world = door.own_world()
    return {"members": [shown.member(one) for one in members.every(door.work(), world.id)]}


@blueprint.delete("/members/<member_id>")
@blueprint.response(204)
def remove(member_id: str) -> Response:
    """Let a member go; the last owner stays."""
    world = door.own_world(writing=True)
    members.remove(door.work(), world.id, member_id)
    return Response(status=204)
