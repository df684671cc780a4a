"""Who may come in at this door: an app into its own world, and the user of this machine."""

from urllib.parse import urlsplit

from flask import request

from sandbox.bank.bank import Bank
from sandbox.bank.profile import Profile
from sandbox.control.refusals import KeyNeeded
from sandbox.gateway import context, guard
from sandbox.gateway.services import Services
from sandbox.kernel.db import Work
from sandbox.kernel.settings import is_this_machine
from sandbox.population.directory import BankUnknown
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.apps import Caller
from sandbox.workspaces.workspace import Workspace, WorkspaceUnknown


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
    """Whoever makes or lists worlds: a key's app, or without a key the user of this machine.

    Raises KeyNeeded where the installation, or this call, comes from elsewhere; KeyUnknown.
    """
    if "X-API-Key" in request.headers or "Authorization" in request.headers:
        return guard.admit_app()
    settings = context.visit().services.settings
    names = (settings.host, urlsplit(settings.public_origin).hostname, urlsplit(request.host_url).hostname)
    # The name in the call is asked too: a foreign page that rebinds its name to us keeps that name.
    if not all(is_this_machine(name) for name in names):
        raise KeyNeeded
    return None


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
