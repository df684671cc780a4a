"""Who may come in: the user of this machine without a login."""

from flask import request

from sandbox.gateway import context, visitors
from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import agenda, audit, members
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.audit import Actor, ActorKind
from sandbox.workspaces.members import Act, Role
from sandbox.workspaces.workspace import Workspace, WorkspaceUnknown


class Outside(Refusal):
    """Whoever asks is nobody here: only the door is shown."""

    text = "This sandbox is reached from elsewhere, and its portal is for the user of its own machine."


def work() -> Work:
    """The unit of work of this request."""
    return context.visit().unit_of_work()


def check() -> None:
    """Let the user of this machine in. Raises Outside."""
    if request.endpoint != "static" and not visitors.is_user_of_this_machine():
        raise Outside


def worlds() -> list[Workspace]:
    """The workspaces that the visitor may enter, by name."""
    return workspaces.every(work())


def world(workspace_id: str, *, writing: bool = False) -> Workspace:
    """The workspace of that name, in which everything that was due has happened. Raises WorkspaceUnknown.

    With `writing`, it is held until the answer, so that nobody else changes it meanwhile.
    """
    if workspaces.is_aside(workspace_id):
        raise WorkspaceUnknown(detail=workspace_id)
    here = context.visit()
    found = workspaces.get(work(), workspace_id)
    here.workspace_id = found.id
    coming = agenda.coming(work(), found.id, 1)
    some_bank = next(iter(here.services.profiles.values()))
    bank = context.bank_at(found.id, found.seed, found.clock, some_bank)
    context.catch_up(bank, coming[0].at if coming else None)
    if writing:
        workspaces.lock(work(), workspace_id)
    return workspaces.get(work(), workspace_id)


def acting(workspace_id: str, act: str, about: str = "", *, needs: Act = Act.USE) -> Workspace:
    """The workspace, held, for an act that goes into its audit.

    `needs` is what the visitor's role must allow. Raises WorkspaceUnknown, OwnersOnly.
    """
    # The user of this machine owns every workspace on it.
    members.allow(Role.OWNER, needs)
    found = world(workspace_id, writing=True)
    note(found.id, act, about)
    return found


def note(workspace_id: str, act: str, about: str = "") -> None:
    """Write into the audit what the visitor does, in the same unit of work."""
    audit.note(work(), workspace_id, Actor(ActorKind.MACHINE), act, about)
