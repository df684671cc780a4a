"""Workspaces: make, fork, keep, restore, reset and delete worlds, and what was done to them by hand."""

from flask import Blueprint, request
from flask import session as cookie
from werkzeug.wrappers import Response

from sandbox.gateway import context
from sandbox.portal import access, page, session
from sandbox.workspaces import apps, lifecycle, members, quotas, snapshots
from sandbox.workspaces.members import Act
from sandbox.workspaces.snapshots import SNAPSHOTS_MAX
from sandbox.workspaces.workspace import Strictness, WorkspaceNameMalformed, WorkspaceTaken

views = Blueprint("workspaces", __name__)
_NAME_MAX = 80


@views.get("/workspaces")
def every() -> Response:
    """List the workspaces that the visitor may enter."""
    return _list()


@views.post("/workspaces")
def create() -> Response:
    """Make a workspace."""
    seed = request.form.get("seed", "").strip()[:_NAME_MAX]
    try:
        made = access.new_world(request.form.get("name", "").strip() or None, seed)
    except (WorkspaceTaken, WorkspaceNameMalformed) as error:
        return _list(422, error.text)
    return page.go(page.of_world(made))


@views.get("/w/<workspace_id>")
def one(workspace_id: str) -> Response:
    """Show a workspace: what it holds, its snapshots, and what can be done with it."""
    return _show(workspace_id)


@views.post("/w/<workspace_id>/strictness")
def strictness(workspace_id: str) -> Response:
    """Say how strict apps are treated that have no rung of their own."""
    rung = request.form.get("strictness", "")
    if rung not in set(Strictness):
        return _show(workspace_id, 422, "A rung is open, warn or enforce.")
    access.acting(workspace_id, "workspace.strictness", rung, needs=Act.RESET).strictness = rung
    return _back(workspace_id, "Saved. It counts from the next call on.")


@views.post("/w/<workspace_id>/fork")
def fork(workspace_id: str) -> Response:
    """Make a second world that begins as this one is now."""
    source = access.acting(workspace_id, "workspace.fork", needs=Act.FORK)
    work = access.work()
    access.allow_another(source)
    try:
        made = lifecycle.fork(work, source, name=request.form.get("name", "").strip() or None)
    except (WorkspaceTaken, WorkspaceNameMalformed) as error:
        work.rollback()
        return _show(workspace_id, 422, error.text)
    access.note(made.id, "workspace.fork", f"from {source.id}")
    access.own_it(made)
    return page.go(page.of_world(made))


@views.post("/w/<workspace_id>/snapshots")
def keep(workspace_id: str) -> Response:
    """Keep the world as it is now. Raises SnapshotsFull."""
    name = request.form.get("name", "").strip()[:_NAME_MAX] or "snapshot"
    world = access.acting(workspace_id, "snapshot.take", name)
    snapshots.take(access.work(), world, name)
    return _back(workspace_id, f"Kept as “{name}”.")


@views.post("/w/<workspace_id>/snapshots/<snapshot_id>/restore")
def restore(workspace_id: str, snapshot_id: str) -> Response:
    """Make the world what it was then. Raises SnapshotUnknown."""
    world = access.acting(workspace_id, "snapshot.restore", snapshot_id, needs=Act.RESET)
    found = snapshots.get(access.work(), world, snapshot_id)
    name = found.title
    snapshots.restore(access.work(), world, found)
    return _back(workspace_id, f"Everything is as it was in “{name}”.")


@views.post("/w/<workspace_id>/snapshots/<snapshot_id>/delete")
def drop(workspace_id: str, snapshot_id: str) -> Response:
    """Throw a snapshot away. Raises SnapshotUnknown."""
    world = access.acting(workspace_id, "snapshot.delete", snapshot_id, needs=Act.RESET)
    lifecycle.remove(access.work(), snapshots.get(access.work(), world, snapshot_id))
    return _back(workspace_id, "The snapshot is gone.")


@views.post("/w/<workspace_id>/reset")
def reset(workspace_id: str) -> Response:
    """Begin again: the same people, apps and keys, nothing of what happened since."""
    lifecycle.reset(access.work(), access.acting(workspace_id, "workspace.reset", needs=Act.RESET))
    return _back(workspace_id, "The world begins again; apps and keys are as they were.")


@views.post("/w/<workspace_id>/delete")
def delete(workspace_id: str) -> Response:
    """Throw the workspace away with all that is in it."""
    lifecycle.remove(access.work(), access.acting(workspace_id, "workspace.delete", needs=Act.DELETE))
    context.visit().services.journal.forget(workspace_id)
    cookie.pop("world", None)
    session.say_next(f"{workspace_id} is gone.")
    return page.go("/workspaces")


def _list(status: int = 200, fault: str | None = None) -> Response:
    return page.show(
        "workspaces.html",
        status,
        tab="workspaces",
        worlds=access.worlds(),
        fault=fault,
        form=request.form,
    )


def _show(workspace_id: str, status: int = 200, fault: str | None = None) -> Response:
    world, work = access.world(workspace_id), access.work()
    allowed = quotas.of(context.visit().services.settings)
    return page.show(
        "workspace.html",
        status,
        tab="workspace",
        world=world,
        fault=fault,
        apps=len(apps.every(work, world.id)),
        apps_max=allowed.apps,
        members=members.every(work, world.id),
        snapshots=snapshots.every(work, world),
        snapshots_max=SNAPSHOTS_MAX,
        rungs=page.RUNGS,
    )


def _back(workspace_id: str, said: str) -> Response:
    session.say_next(said)
    return page.go(f"/w/{workspace_id}")
