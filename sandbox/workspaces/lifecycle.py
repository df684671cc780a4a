"""Reset, fork and delete: whole worlds at once, table by table, in the order of their keys."""

from sqlalchemy import Table, delete, insert, literal, select

from sandbox.kernel.db import Base, Work
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Workspace

#: What a team brings along; everything else in a world came from using it.
_OF_THE_TEAM = {
    *("workspace", "app", "member", "organisation", "signing_secret", "software"),
    *("trust_authority", "trust_certificate", "oauth_client"),
    *("invitation", "member_session", "webhook"),
}


def of_worlds() -> list[Table]:
    """Every table of which each world has rows of its own, parents first; others are the installation's.

    What is marked `outlives` tells of worlds that are gone, too, and is the installation's.
    """
    return [
        table
        for table in Base.metadata.sorted_tables
        if "workspace_id" in table.c and not table.info.get("outlives")
    ]


def _contents() -> list[Table]:
    """Every table that holds what happened in a world, parents first."""
    return [table for table in of_worlds() if table.name not in _OF_THE_TEAM]


def reset(work: Work, workspace: Workspace) -> None:
    """Begin again: same seed, same people, same apps and keys; nothing that happened since. Live clock."""
    empty(work, workspace)
    workspace.set_clock(type(workspace.clock)())
    work.flush()


def fork(work: Work, source: Workspace, name: str | None = None, title: str = "") -> Workspace:
    """A second world that begins as this one is now. Apps are not copied: keys are shown once.

    Nor is what is on its way to somebody outside (a table marked `stays`): it was asked for in this world,
    and would come twice. Raises WorkspaceNameMalformed, WorkspaceTaken.
    """
    made = workspaces.create(
        *(work, source.seed),
        name=name,
        title=title or f"{source.title} (fork)",
        clock=source.clock,
        stems_from=source.team,
    )
    made.strictness = source.strictness
    copy(work, source, made)
    return made


def copy(work: Work, source: Workspace, into: Workspace) -> None:
    """Write all that has happened in a world into another one, which is empty."""
    for table in _contents():
        if table.info.get("stays"):
            continue
        columns = [column for column in table.c if column.name != "workspace_id"]
        rows = select(literal(into.id), *columns).where(table.c.workspace_id == source.id)
        work.execute(insert(table).from_select(["workspace_id", *(column.name for column in columns)], rows))


def empty(work: Work, workspace: Workspace) -> None:
    """Forget all that has happened in a world."""
    for table in reversed(_contents()):
        work.execute(delete(table).where(table.c.workspace_id == workspace.id))


def remove(work: Work, workspace: Workspace) -> None:
    """Throw the world away, with all that is in it and the snapshots of it."""
    for kept in workspaces.set_aside(work, workspace.id):
        remove(work, kept)
    for table in reversed(of_worlds()):
        work.execute(delete(table).where(table.c.workspace_id == workspace.id))
    work.delete(workspace)
    work.flush()
