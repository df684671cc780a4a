"""Members of the workspace: who belongs to the team."""

from typing import Any

from flask import Response

from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import Member, MemberList, MemberOrder
from sandbox.control.schemas_access import MemberChange
from sandbox.workspaces import members
from sandbox.workspaces.members import Act, Role

blueprint = Blueprint("members", __name__, description="Who belongs to the team of the workspace.")


@blueprint.post("/members")
@blueprint.arguments(MemberOrder)
@blueprint.response(201, Member)
def add(order: dict[str, str]) -> dict[str, Any]:
    """Let somebody into the team."""
    world = door.own_world(writing=True)
    door.allow(world, Act.CHANGE_MEMBERS)
    added = members.add(door.work(), world, order["name"], Role(order["role"]))
    door.note(world, "member.add", f"{added.name}, as {added.role}")
    return shown.member(added)


@blueprint.get("/members")
@blueprint.response(200, MemberList)
def every() -> dict[str, Any]:
    """List the members in the order they joined."""
    world = door.own_world()
    return {"members": [shown.member(one) for one in members.every(door.work(), world.id)]}


@blueprint.put("/members/<member_id>")
@blueprint.arguments(MemberChange)
@blueprint.response(200, Member)
def change(order: dict[str, str], member_id: str) -> dict[str, Any]:
    """Give a member another role; the last owner stays one."""
    world = door.own_world(writing=True)
    door.allow(world, Act.CHANGE_MEMBERS)
    member = members.get(door.work(), world.id, member_id)
    members.change(door.work(), member, Role(order["role"]))
    door.note(world, "member.change", f"{member.name}, now {member.role}")
    return shown.member(member)


@blueprint.delete("/members/<member_id>")
@blueprint.response(204)
def remove(member_id: str) -> Response:
    """Let a member go; the last owner stays."""
    world = door.own_world(writing=True)
    door.allow(world, Act.CHANGE_MEMBERS)
    member = members.get(door.work(), world.id, member_id)
    door.note(world, "member.remove", member.name)
    members.remove(door.work(), world.id, member_id)
    return Response(status=204)
