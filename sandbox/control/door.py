"""Who may come in at this door: an app into its own world, and the user of this machine."""

from flask import request

from sandbox.bank.bank import Bank
from sandbox.bank.profile import Profile
from sandbox.control.refusals import AdminKeyUnknown, KeyNeeded
from sandbox.gateway import context, guard, visitors
from sandbox.gateway.services import Services
from sandbox.kernel.db import Work
from sandbox.population.directory import BankUnknown
from sandbox.workspaces import admin, apps, audit, limits, members
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.apps import Caller
from sandbox.workspaces.audit import Actor, ActorKind
from sandbox.workspaces.limits import Limit, TooOften
from sandbox.workspaces.members import Act, Role
from sandbox.workspaces.workspace import Workspace, WorkspaceUnknown

#: The header in which the admin key is shown.
ADMIN_KEY = "X-Admin-Key"


def work() -> Work:
    """The unit of work of this request."""
    return context.visit().unit_of_work()


def own_world(*, writing: bool = False) -> Workspace:
    """The workspace of the key that the call carries. Raises KeyMissing, KeyUnknown.

    With `writing`, it is held until the answer, so that nobody else changes it meanwhile.
    """
    caller = guard.admit_app()
    if writing:
        workspaces.lock(work(), caller.workspace_id)
    return workspaces.get(work(), caller.workspace_id)


def own_app_id() -> str:
    """The app of the key that the call carries, once its world is known."""
    found = context.visit().app_id
    assert found is not None  # `own_world` has met it
    return found


def published_world(workspace_id: str) -> Workspace:
    """The workspace of that id for anybody who asks what its authority publishes. Raises WorkspaceUnknown."""
    world = workspaces.get(work(), workspace_id)
    context.visit().workspace_id = world.id
    return world


def named_world(workspace_id: str, *, writing: bool = False) -> Workspace:
    """The workspace of that id, which must be the key's own: another one is unknown."""
    world = own_world(writing=writing)
    if world.id != workspace_id:
        raise WorkspaceUnknown(f"Your app key opens no workspace '{workspace_id}'.", detail=workspace_id)
    return world


def anybody() -> Caller | None:
    """Whoever makes or lists worlds: a key's app; without one the user of this machine, or the admin.

    Raises KeyNeeded where the installation, or this call, comes from elsewhere; KeyUnknown, AdminKeyUnknown.
    """
    if _shows_app_key():
        return guard.admit_app()
    if not is_admin() and not visitors.is_user_of_this_machine():
        raise KeyNeeded
    return None


def is_admin() -> bool:
    """Whether the call shows the admin key. Raises AdminKeyUnknown, TooOften.

    A wrong one is remembered although it is refused, so that nobody tries them all.
    """
    key = request.headers.get(ADMIN_KEY)
    if key is None:
        return False
    given, where = services().settings.admin_key, visitors.address()
    with services().database.writing() as counting:
        seconds = limits.count(counting, limits.ADMITTING, where)
        right = not seconds and admin.is_right(counting, given, key)
        if right:
            limits.uncount(counting, limits.ADMITTING, where)
    if seconds:
        raise TooOften(seconds, detail=f"admin keys from {where}")
    if not right:
        raise AdminKeyUnknown
    return True


def team_world(workspace_id: str, act: Act, *, writing: bool = True) -> Workspace:
    """The workspace of that id, for what concerns it as a whole: by a key of its own, or the admin's.

    Where strangers reach us a key does what the member may who made it. Raises OwnersOnly, WorkspaceUnknown.
    """
    if not _shows_app_key() and is_admin():
        if writing:
            workspaces.lock(work(), workspace_id)
        return published_world(workspace_id)
    world = named_world(workspace_id, writing=writing)
    allow(world, act)
    return world


def allow(world: Workspace, act: Act) -> None:
    """See that the key's app may do that to its world. Raises OwnersOnly."""
    members.allow(own_role(world), act)


def operator() -> Actor:
    """Whoever runs the installation: its one user, or the admin. An app's key is not enough.

    Raises KeyNeeded, AdminKeyUnknown, TooOften.
    """
    if not is_admin() and not visitors.is_user_of_this_machine():
        raise KeyNeeded("This is for whoever runs the installation: show the admin key in X-Admin-Key.")
    return Actor(ActorKind.ADMIN if ADMIN_KEY in request.headers else ActorKind.MACHINE)


def own_role(world: Workspace) -> Role:
    """What the caller may do in that world; whoever runs the installation may do everything."""
    app_id = context.visit().app_id
    if app_id is None or visitors.are_alone():
        return Role.OWNER
    return Role(apps.get(work(), world.id, app_id).role)


def note(world: Workspace, act: str, about: str = "") -> None:
    """Write into the audit what this call does to that world."""
    audit.note(work(), world.id, _actor(), act, about)


def make(limit: Limit) -> None:
    """Count what this call makes, where strangers reach us. Raises TooOften."""
    if services().settings.public:
        limits.take(work(), limit, visitors.address())


def _actor() -> Actor:
    here = context.visit()
    if here.app_id is not None and here.workspace_id is not None:
        return Actor(ActorKind.APP, here.app_id, apps.get(work(), here.workspace_id, here.app_id).name)
    return Actor(ActorKind.ADMIN if ADMIN_KEY in request.headers else ActorKind.MACHINE)


def _shows_app_key() -> bool:
    return "X-API-Key" in request.headers or "Authorization" in request.headers


def bank_in(world: Workspace, profile: Profile) -> Bank:
    """A bank at work in that world."""
    return context.bank_at(world.id, world.seed, world.clock, profile)


def any_bank_in(world: Workspace) -> Bank:
    """One of the banks at work in that world, for what concerns them all."""
    return bank_in(world, next(iter(services().profiles.values())))


def profile_of(bank_id: str) -> Profile:
    """The bank of that id. Raises BankUnknown."""
    profiles = services().profiles
    if bank_id not in profiles:
        raise BankUnknown(f"There is no bank '{bank_id}' here; there are: {', '.join(profiles)}.")
    return profiles[bank_id]


def services() -> Services:
    """The installation at hand."""
    return context.visit().services
