"""Snapshots: a world as it once was, kept aside under a name: a world of its own that nobody can enter.

Its id says whose it is, so it needs no table beside the worlds'; its title is its name.
"""

from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import lifecycle
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Workspace

#: How many snapshots a workspace may have: each is as large as the world itself.
SNAPSHOTS_MAX = 5


class SnapshotUnknown(Refusal):
    """There is no such snapshot of this workspace."""

    text = "There is no such snapshot of this workspace."


class SnapshotsFull(Refusal):
    """The workspace has as many snapshots as it may have."""

    text = f"A workspace has at most {SNAPSHOTS_MAX} snapshots. Delete one first."


def take(work: Work, workspace: Workspace, name: str) -> Workspace:
    """Keep the world as it is now. Raises SnapshotsFull."""
    workspaces.lock(work, workspace.id)
    if len(every(work, workspace)) >= SNAPSHOTS_MAX:
        raise SnapshotsFull
    kept = workspaces.create_aside(work, workspace, name)
    lifecycle.copy(work, workspace, kept)
    return kept


def every(work: Work, workspace: Workspace) -> list[Workspace]:
    """The snapshots of a workspace, oldest first."""
    return workspaces.set_aside(work, workspace.id)


def get(work: Work, workspace: Workspace, snapshot_id: str) -> Workspace:
    """The snapshot of that id. Raises SnapshotUnknown, also for one of another workspace."""
    for one in every(work, workspace):
        if one.id == snapshot_id:
            return one
    raise SnapshotUnknown(detail=snapshot_id)


def restore(work: Work, workspace: Workspace, snapshot: Workspace) -> None:
    """Make the world what it was then; its apps, members and snapshots stay as they are now."""
    workspaces.lock(work, workspace.id)
    lifecycle.empty(work, workspace)
    lifecycle.copy(work, snapshot, workspace)
    workspace.set_clock(snapshot.clock)
    work.flush()
    work.forget()
