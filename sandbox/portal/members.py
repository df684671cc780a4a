"""The people of a team: who they are, how others come in, and what was done by whom."""

from datetime import timedelta

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.gateway import context
from sandbox.portal import access, numbers, page, session
from sandbox.workspaces import audit, invitations, members
from sandbox.workspaces.invitations import Terms
from sandbox.workspaces.members import Act, Role
from sandbox.workspaces.workspace import Workspace

views = Blueprint("members", __name__, url_prefix="/w/<workspace_id>")
_PAGE = 50
_DAYS = (1, 7, 30)


@views.get("/members")
def every(workspace_id: str) -> Response:
    """Show the team."""
    return _show(access.world(workspace_id))


@views.post("/members/invite")
def invite(workspace_id: str) -> Response:
    """Make a code and a link, shown this once. Raises OwnersOnly, TooOften."""
    world = access.allowed(workspace_id, Act.INVITE)
    terms = _terms()
    if terms is None:
        return _show(world, 422, fault=invitations.InvitationUnfit.text)
    access.count_invitation()
    _, code = invitations.create(access.work(), world, terms)
    access.note(world.id, "member.invite", f"as {terms.role.value}, uses: {terms.uses_max or 'any'}")
    return _show(world, code=code)


@views.post("/members/invitations/<invitation_id>/withdraw")
def withdraw(workspace_id: str, invitation_id: str) -> Response:
    """Take an invitation back. Raises OwnersOnly, InvitationUnknown."""
    world = access.allowed(workspace_id, Act.INVITE)
    invitations.withdraw(access.work(), world.id, invitation_id)
    access.note(world.id, "member.withdraw", invitation_id)
    return _back(world, "The invitation lets nobody in any more.")


@views.post("/members/<member_id>/role")
def change(workspace_id: str, member_id: str) -> Response:
    """Give a member another role. Raises OwnersOnly, MemberUnknown, LastOwner."""
    world = access.allowed(workspace_id, Act.CHANGE_MEMBERS)
    member = members.get(access.work(), world.id, member_id)
    role = Role.OWNER if request.form.get("role") == Role.OWNER else Role.MEMBER
    members.change(access.work(), member, role)
    access.note(world.id, "member.change", f"{member.name}, now {role.value}")
    return _back(world, f"{member.name} is {'an owner' if role is Role.OWNER else 'a member'} now.")


@views.post("/members/<member_id>/remove")
def remove(workspace_id: str, member_id: str) -> Response:
    """Let a member go, whose browsers are outside at once. Raises OwnersOnly, MemberUnknown, LastOwner."""
    world = access.allowed(workspace_id, Act.CHANGE_MEMBERS)
    member = members.get(access.work(), world.id, member_id)
    access.note(world.id, "member.remove", member.name)
    members.remove(access.work(), world.id, member_id)
    return _back(world, f"{member.name} is not in the team any more. Renew the keys that they have seen.")


@views.get("/audit")
def done(workspace_id: str) -> Response:
    """Show what was done to the workspace, and by whom."""
    world = access.world(workspace_id)
    found = audit.of_world(access.work(), world, _PAGE + 1, request.args.get("before"))
    more = found[_PAGE - 1].id if len(found) > _PAGE else None
    return page.show("audit.html", tab="audit", world=world, deeds=found[:_PAGE], more=more)


def _show(
    world: Workspace, status: int = 200, *, code: str | None = None, fault: str | None = None
) -> Response:
    work, owner = access.work(), access.may(world.id, Act.INVITE)
    link = invitations.link(context.visit().services.origin, code) if code else None
    return page.show(
        "members.html",
        status,
        tab="members",
        world=world,
        members=members.every(work, world.id),
        invitations=invitations.every(work, world.id) if owner else [],
        owner=owner,
        days=_DAYS,
        code=code,
        link=link,
        fault=fault,
    )


def _terms() -> Terms | None:
    """What the form asks for; None where an invitation cannot be so."""
    form = request.form
    typed, days = form.get("uses", "1").strip(), form.get("days", "7")
    uses = numbers.whole(typed, 1, invitations.USES_MAX)
    if typed and uses is None:
        return None
    if days not in map(str, _DAYS):
        return None
    role = Role.OWNER if form.get("role") == Role.OWNER else Role.MEMBER
    return Terms(role, uses, timedelta(days=int(days)))


def _back(world: Workspace, said: str) -> Response:
    session.say_next(said)
    return page.go(page.of_world(world, "/members"))
