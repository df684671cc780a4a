"""Invitations into a workspace, and the worlds of a whole hackathon at once."""

from datetime import timedelta
from typing import Any

from flask import Response

from sandbox.control import door, shown
from sandbox.control.operations import Blueprint
from sandbox.control.schemas_access import (
    Hackathon,
    HackathonOrder,
    InvitationList,
    InvitationOrder,
    InvitationWithCode,
)
from sandbox.workspaces import hackathon, invitations, limits, quotas
from sandbox.workspaces.hackathon import Plan
from sandbox.workspaces.invitations import Terms
from sandbox.workspaces.members import Act, Role

blueprint = Blueprint("invitations", __name__, description="Ways into a workspace, for people.")
_EITHER_KEY: list[dict[str, list[str]]] = [{"appKey": []}, {"adminKey": []}]


@blueprint.post("/workspaces/<workspace_id>/invitations")
@blueprint.doc(security=_EITHER_KEY)
@blueprint.arguments(InvitationOrder, required=False)
@blueprint.response(201, InvitationWithCode)
def invite(order: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Invite somebody into the workspace. The code and the link are shown this once."""
    world = door.team_world(workspace_id, Act.INVITE)
    door.make(limits.INVITATIONS)
    terms = _terms({**InvitationOrder().load({}), **order})
    made, code = invitations.create(door.work(), world, terms)
    door.note(world, "member.invite", shown.terms(terms))
    return shown.invitation(made, code, door.services().origin)


@blueprint.get("/workspaces/<workspace_id>/invitations")
@blueprint.doc(security=_EITHER_KEY)
@blueprint.response(200, InvitationList)
def every(workspace_id: str) -> dict[str, Any]:
    """List the invitations, newest first; their codes are not kept."""
    world = door.team_world(workspace_id, Act.INVITE, writing=False)
    return {"invitations": [shown.invitation(one) for one in invitations.every(door.work(), world.id)]}


@blueprint.delete("/workspaces/<workspace_id>/invitations/<invitation_id>")
@blueprint.doc(security=_EITHER_KEY)
@blueprint.response(204)
def withdraw(workspace_id: str, invitation_id: str) -> Response:
    """Take an invitation back; whoever has come in by it stays."""
    world = door.team_world(workspace_id, Act.INVITE)
    invitations.withdraw(door.work(), world.id, invitation_id)
    door.note(world, "member.withdraw", invitation_id)
    return Response(status=204)


@blueprint.post("/hackathon")
@blueprint.doc(security=[{}, {"adminKey": []}])
@blueprint.arguments(HackathonOrder)
@blueprint.response(201, Hackathon)
def create(order: dict[str, Any]) -> dict[str, Any]:
    """Make a workspace for each team, with a code by which it comes in. On this machine no key is needed."""
    who = door.operator()
    work, settings = door.work(), door.services().settings
    work.write()
    quotas.allow_workspace(work, quotas.of(settings), count=order["teams"])
    plan = Plan(order["teams"], order.get("seed"), order["prefix"], _terms(order))
    made = hackathon.create(work, plan, who)
    return {"teams": [shown.team(one, door.services().origin) for one in made]}


def _terms(order: dict[str, Any]) -> Terms:
    return Terms(Role(order["role"]), order["uses_max"], timedelta(seconds=order["lasts_seconds"]))
