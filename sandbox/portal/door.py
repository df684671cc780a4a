"""The door of a sandbox that strangers reach: a code leads into a team, the admin key to everything."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.gateway import context, visitors
from sandbox.portal import access, page, session
from sandbox.workspaces import admin, audit, invitations, limits
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.audit import Actor, ActorKind
from sandbox.workspaces.invitations import Invitation, Standing
from sandbox.workspaces.limits import Limit, TooOften

views = Blueprint("door", __name__)
_NAME_MAX = 120
_FAULTS = {
    None: "No team has that code. Look for a typing error.",
    Standing.EXPIRED: invitations.InvitationClosed.text,
    Standing.USED_UP: invitations.InvitationClosed.text,
}


@views.get("/join/<secret>")
def ask(secret: str) -> Response:
    """Show the door with the code filled in: who only looks at a link, such as a chat, has not joined."""
    return show(code=secret)


@views.post("/join")
def join() -> Response:
    """Let whoever has a code into its team."""
    code, name = request.form.get("code", ""), " ".join(request.form.get("name", "").split())[:_NAME_MAX]
    if not name:
        return show(422, code=code, fault="Say who you are, so that your team knows.")
    # Whoever types a code from a strip of paper may leave blanks for its hyphens.
    written = invitations.read(code) or invitations.read("-".join(code.split()))
    late = _count(limits.JOINING)
    if late is not None:
        return show(429, code=code, name=name, fault=late)
    found = invitations.find(access.work(), written)
    standing = found.standing if found is not None else None
    if found is None or standing is not Standing.OPEN:
        return show(422, code=code, name=name, fault=_FAULTS[standing])
    limits.uncount(access.work(), limits.JOINING, visitors.address())
    return _let_in(found, name)


@views.post("/admin")
def admit() -> Response:
    """Take the admin key."""
    late = _count(limits.ADMITTING)
    if late is not None:
        return show(429, fault=late)
    given = context.visit().services.settings.admin_key
    if not admin.is_right(access.work(), given, request.form.get("key", "").strip()):
        return show(422, fault="That is not the admin key.")
    limits.uncount(access.work(), limits.ADMITTING, visitors.address())
    access.enter_as_admin()
    return page.go("/hackathon")


@views.post("/leave")
def leave() -> Response:
    """Forget who was here."""
    access.leave()
    return page.go("/")


def show(
    status: int = 200, *, code: str = "", name: str = "", fault: str | None = None, text: str = ""
) -> Response:
    """The door: all that a stranger sees. `code` and `name` are what was typed."""
    return page.show(
        "door.html", status, code=code, name=name, fault=fault, text=text, public=access.is_public()
    )


def _let_in(invitation: Invitation, name: str) -> Response:
    work = access.work()
    world = workspaces.get(work, invitation.workspace_id)
    workspaces.lock(work, world.id)
    member = invitations.accept(work, world, invitation, name)
    audit.note(
        work, world.id, Actor(ActorKind.MEMBER, member.id, member.name), "member.join", f"as {member.role}"
    )
    access.enter(member)
    page.stay_in(world)
    session.say_next(f"You are in {world.id} now, {member.name}. Pick a bank, and make your first call.")
    return page.go("/")


def _count(limit: Limit) -> str | None:
    """Count a try; why it is not looked at, where there were too many. It is kept whatever comes of it."""
    access.work().write()
    seconds = limits.count(access.work(), limit, visitors.address())
    return TooOften(seconds).text if seconds else None
