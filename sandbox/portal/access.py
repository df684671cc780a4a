"""Who may come in, and what they may do: this machine's user everything; elsewhere the admin and members."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import g, request, session

from sandbox.gateway import context, forms, visitors
from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import admin, agenda, audit, limits, members, passes, quotas
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.audit import INSTALLATION, Actor, ActorKind
from sandbox.workspaces.members import Act, Member, Role
from sandbox.workspaces.workspace import Workspace, WorkspaceUnknown

#: What a stranger may ask for.
_OPEN = {"static", "door.ask", "door.join", "door.admit"}
_ADMIN, _PASSES = "admin", "passes"
#: How many teams one browser is a member of: a cookie has four kilobytes.
_PASSES_MAX = 8


class Outside(Refusal):
    """Whoever asks is nobody here: only the door is shown."""

    text = "This sandbox is reached from elsewhere, and its portal is for the user of its own machine."


class AdminsOnly(Refusal):
    """Only whoever runs the installation may do that."""

    text = "Only whoever runs this sandbox may do that."


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever looks at the portal. `admin` owns every workspace; others have a role in their own ones."""

    name: str
    admin: bool = False
    actors: Mapping[str, Actor] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    is_local: bool = False

    def role(self, workspace_id: str) -> Role | None:
        """What the visitor is in that workspace; None where it is none of theirs."""
        return Role.OWNER if self.admin else self.roles.get(workspace_id)

    def actor(self, workspace_id: str) -> Actor:
        """As whom the visitor stands in the audit of that workspace."""
        if self.admin:
            return Actor(ActorKind.MACHINE if self.is_local else ActorKind.ADMIN)
        return self.actors.get(workspace_id) or next(iter(self.actors.values()))


def work() -> Work:
    """The unit of work of this request."""
    return context.visit().unit_of_work()


def is_public() -> bool:
    """Whether others than the user of this machine may come in."""
    return context.visit().services.settings.public


def check() -> None:
    """See who comes. Raises Outside."""
    if request.endpoint == "static":
        return
    if is_public() and request.method == "POST" and visitors.is_foreign():
        raise Outside("This form was sent by a page that is not of this sandbox.")
    g.bryggen_visitor = _known() if is_public() else _user_of_this_machine()
    if visitor() is None and request.endpoint not in _OPEN:
        raise Outside("Come in with the code or the link that you were given." if is_public() else None)


def visitor() -> Visitor | None:
    """Who comes; None is a stranger."""
    return cast(Visitor | None, g.get("bryggen_visitor"))


def known() -> Visitor:
    """Who has been let in. Raises Outside."""
    found = visitor()
    if found is None:
        raise Outside
    return found


def require_admin() -> None:
    """Let whoever runs the installation pass. Raises AdminsOnly."""
    if not known().admin:
        raise AdminsOnly


def worlds() -> list[Workspace]:
    """The workspaces that the visitor may enter, by name."""
    return [one for one in workspaces.every(work()) if known().role(one.id) is not None]


def world(workspace_id: str, *, writing: bool = False) -> Workspace:
    """The workspace of that name, in which everything that was due has happened. Raises WorkspaceUnknown.

    Another team's is as unknown as one that is not there. With `writing`, it is held until the answer, so
    that nobody else changes it meanwhile.
    """
    here = context.visit()
    if known().role(workspace_id) is None or workspaces.is_aside(workspace_id):
        raise WorkspaceUnknown(detail=workspace_id)
    found = workspaces.get(work(), workspace_id)
    here.workspace_id = found.id
    coming = agenda.coming(work(), found.id, 1)
    some_bank = next(iter(here.services.profiles.values()))
    bank = context.bank_at(found.id, found.seed, found.clock, some_bank)
    context.catch_up(bank, coming[0].at if coming else None)
    if writing:
        workspaces.lock(work(), workspace_id)
    return workspaces.get(work(), workspace_id)


def role(workspace_id: str) -> Role:
    """What the visitor is in a workspace that they may enter. Raises WorkspaceUnknown."""
    found = known().role(workspace_id)
    if found is None:
        raise WorkspaceUnknown(detail=workspace_id)
    return found


def may(workspace_id: str, act: Act) -> bool:
    """Whether the visitor may do that to the workspace."""
    return act in members.MAY[role(workspace_id)]


def allowed(workspace_id: str, act: Act) -> Workspace:
    """The workspace, held, for somebody who may do that to it. Raises WorkspaceUnknown, OwnersOnly."""
    members.allow(role(workspace_id), act)
    return world(workspace_id, writing=True)


def acting(workspace_id: str, act: str, about: str = "", *, needs: Act = Act.USE) -> Workspace:
    """The workspace, held, for an act that goes into its audit.

    `needs` is what the visitor's role must allow. Raises WorkspaceUnknown, OwnersOnly.
    """
    found = allowed(workspace_id, needs)
    note(found.id, act, about)
    return found


def note(workspace_id: str, act: str, about: str = "") -> None:
    """Write into the audit what the visitor does, in the unit of work in which it is done."""
    audit.note(work(), workspace_id, known().actor(workspace_id), act, about)
    g.bryggen_noted = True


def note_unsaid(act: str, about: str) -> None:
    """Write down a form that has changed a workspace, where its page has not said so in better words."""
    here = context.visit()
    if here.workspace_id and here.work is not None and here.work.writing and "bryggen_noted" not in g:
        note(here.workspace_id, act, about)


def new_world(name: str | None = None, seed: str = "", title: str = "") -> Workspace:
    """Make a workspace; a member's counts as their team's, and is their own.

    Raises WorkspaceTaken, WorkspaceNameMalformed, WorkspacesFull, TeamFull, TooOften.
    """
    who, settings = known(), context.visit().services.settings
    work().write()
    own = None if who.admin else workspaces.get(work(), next(iter(who.roles)))
    _count(limits.WORKSPACES)
    quotas.allow_workspace(work(), quotas.of(settings), own)
    made = workspaces.create(
        work(),
        seed or workspaces.new_seed(settings),
        name=name,
        title=title,
        stems_from=own.team if own is not None else None,
    )
    note(made.id, "workspace.create")
    own_it(made)
    return made


def own_it(made: Workspace) -> None:
    """Whoever has made a workspace owns it; whoever runs the installation owns all of them anyway."""
    if not known().admin:
        enter(members.add(work(), made, known().name, Role.OWNER))


def allow_another(source: Workspace) -> None:
    """See that there is room for a copy of that workspace. Raises WorkspacesFull, TeamFull, TooOften."""
    _count(limits.WORKSPACES)
    quotas.allow_workspace(work(), quotas.of(context.visit().services.settings), source)


def allow_app(found: Workspace) -> Role:
    """See that there is room for another app, and say what its key may do. Raises AppsFull, TooOften."""
    _count(limits.APPS)
    quotas.allow_app(work(), quotas.of(context.visit().services.settings), found.id)
    return role(found.id)


def enter(member: Member) -> None:
    """Remember in this browser that this is a member, and let the others of its team see them."""
    held = {**session.get(_PASSES, {}), member.workspace_id: passes.issue(work(), member)}
    session[_PASSES] = dict(list(held.items())[-_PASSES_MAX:])
    session.permanent = True
    if visitor() is None:
        forms.renew_token()
    g.bryggen_visitor = _with(visitor(), member)


def enter_as_admin() -> None:
    """Remember in this browser that the admin key was right."""
    held = admin.hash_of(work(), context.visit().services.settings.admin_key)
    assert held is not None  # it was right
    session[_ADMIN] = passes.issue_to_admin(work(), held)
    session.permanent = True
    forms.renew_token()
    g.bryggen_visitor = Visitor("admin", admin=True)
    audit.note(work(), INSTALLATION, Actor(ActorKind.ADMIN), "admin.enter", visitors.address())


def leave() -> None:
    """Forget who was here, and end their passes."""
    work().write()
    for token in session.get(_PASSES, {}).values():
        passes.give_back(work(), str(token))
    if _ADMIN in session:
        passes.give_back_admin_s(work(), str(session[_ADMIN]))
    session.clear()


def count_invitation() -> None:
    """Count an invitation that is being made. Raises TooOften."""
    _count(limits.INVITATIONS)


def _count(limit: limits.Limit) -> None:
    if is_public():
        limits.take(work(), limit, visitors.address())


def _user_of_this_machine() -> Visitor | None:
    return Visitor("you", admin=True, is_local=True) if visitors.is_user_of_this_machine() else None


def _known() -> Visitor | None:
    """Whoever shows a pass: each request asks whether it is still good."""
    held = session.get(_ADMIN)
    given = context.visit().services.settings.admin_key
    if held and passes.is_admin_s(work(), str(held), admin.hash_of(work(), given)):
        return Visitor("admin", admin=True)
    found: Visitor | None = None
    for token in session.get(_PASSES, {}).values():
        member = passes.member_of(work(), str(token))
        found = found if member is None else _with(found, member)
    return found


def _with(found: Visitor | None, member: Member) -> Visitor:
    """The visitor, who is that member too."""
    if found is not None and found.admin:
        return found
    actor = Actor(ActorKind.MEMBER, member.id, member.name)
    return Visitor(
        found.name if found is not None else member.name,
        actors={**(found.actors if found is not None else {}), member.workspace_id: actor},
        roles={**(found.roles if found is not None else {}), member.workspace_id: Role(member.role)},
    )
