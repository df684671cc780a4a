"""The workspace: one team's world, and the first column of every key."""

import re
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import Clock, ClockMode, wall_now
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import derived, new_id
from sandbox.kernel.settings import Settings

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
#: What the id of a world begins with that is set aside: no name can, so no key and no address leads there.
_ASIDE = "~"


class Strictness(StrEnum):
    """How much of production's trust is asked of an app: one ladder for certificates, signatures and tokens.

    OPEN: an app key is enough. WARN: faults are written into the journal, and nothing is refused for them.
    ENFORCE: as in production.
    """

    OPEN = "open"
    WARN = "warn"
    ENFORCE = "enforce"


class WorkspaceUnknown(Refusal):
    """There is no workspace of that name."""

    text = "There is no such workspace."


class WorkspaceTaken(Refusal):
    """A workspace of that name exists already."""

    text = "A workspace of that name exists already."


class WorkspaceNameMalformed(Refusal):
    """The name cannot stand in a key or a URL."""

    text = "A workspace's name has 2 to 40 characters: small letters, digits and hyphens, a letter first."


class Workspace(Base):
    """One world. `seed` decides who lives in it; the clock columns decide when it is.

    `strictness` is for the apps that have none of their own. `stems_from` is the first world of the team that
    made this one, or None where this is the first.
    """

    __tablename__ = "workspace"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    seed: Mapped[str] = mapped_column(String(80))
    clock_mode: Mapped[str] = mapped_column(String(8))
    clock_offset_seconds: Mapped[float] = mapped_column(Float)
    clock_frozen_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    strictness: Mapped[str] = mapped_column(
        String(8), default=Strictness.OPEN.value, server_default=Strictness.OPEN.value
    )
    stems_from: Mapped[str | None] = mapped_column(String(40))

    @property
    def team(self) -> str:
        """The first world of the team whose world this is: what counts together against a quota."""
        return self.stems_from or self.id

    @property
    def clock(self) -> Clock:
        """The time of this world."""
        return Clock(ClockMode(self.clock_mode), self.clock_offset_seconds, self.clock_frozen_at)

    def set_clock(self, clock: Clock) -> None:
        """Keep this time from here on."""
        self.clock_mode = clock.mode.value
        self.clock_offset_seconds = clock.offset_seconds
        self.clock_frozen_at = clock.frozen_at


def new_seed(settings: Settings) -> str:
    """The seed of a world that is made without one.

    It decides what the customers' passwords are: where strangers come, no team may know those of another.
    """
    return new_id(16) if settings.public else settings.default_seed


def create(
    work: Work,
    seed: str,
    *,
    name: str | None = None,
    title: str = "",
    clock: Clock | None = None,
    stems_from: str | None = None,
) -> Workspace:
    """Make a world. Nobody lives in it in writing until somebody looks.

    `stems_from` is the `team` of the world from which it was asked for.
    Raises WorkspaceNameMalformed, WorkspaceTaken.
    """
    chosen = checked_name(name or f"team-{new_id(8)}")
    if work.get(Workspace, chosen) is not None:
        raise WorkspaceTaken(detail=chosen)
    workspace = Workspace(id=chosen, title=title or chosen, seed=seed, created_at=wall_now())
    workspace.stems_from = stems_from
    workspace.set_clock(clock or Clock())
    work.add(workspace)
    work.flush()
    return workspace


def create_aside(work: Work, source: Workspace, title: str) -> Workspace:
    """Make a world beside another one, with its seed and its time, that nobody can enter."""
    kept = Workspace(
        id=f"{_beside(source.id)}{new_id(10)}",
        title=title,
        seed=source.seed,
        created_at=wall_now(),
        strictness=source.strictness,
        stems_from=source.team,
    )
    kept.set_clock(source.clock)
    work.add(kept)
    work.flush()
    return kept


def set_aside(work: Work, workspace_id: str) -> list[Workspace]:
    """The worlds that are set aside beside that one, oldest first."""
    wanted = select(Workspace).where(Workspace.id.startswith(_beside(workspace_id)))
    return list(work.scalars(wanted.order_by(Workspace.created_at, Workspace.id)))


def is_aside(workspace_id: str) -> bool:
    """Whether that is the id of a world that nobody can enter."""
    return workspace_id.startswith(_ASIDE)


def _beside(workspace_id: str) -> str:
    """How the ids of the worlds begin that are set aside beside that one, however long its own is."""
    return f"{_ASIDE}{derived('set aside', workspace_id, length=20)}{_ASIDE}"


def checked_name(name: str) -> str:
    """The name, if a world can have it. Raises WorkspaceNameMalformed."""
    if not _NAME.fullmatch(name):
        raise WorkspaceNameMalformed(detail=repr(name))
    return name


def get(work: Work, workspace_id: str) -> Workspace:
    """The workspace of that name. Raises WorkspaceUnknown."""
    workspace = work.get(Workspace, workspace_id)
    if workspace is None:
        raise WorkspaceUnknown(detail=workspace_id)
    return workspace


def lock(work: Work, workspace_id: str) -> None:
    """Take the lock under which time and money move in this world, until the end of the unit of work.

    It comes before the lock of any other row of the world, so that nobody waits in a circle. SQLite has one
    writer anyway. On PostgreSQL rows that refer to the workspace may still be written.

    Raises WorkspaceUnknown where somebody has thrown the world away while we waited.
    """
    work.write()
    if workspace_id in work.held:
        return
    work.flush()
    embedded = work.get_bind().dialect.name == "sqlite"
    held = "" if embedded else " FOR NO KEY UPDATE"
    if not work.rows(f"SELECT id FROM workspace WHERE id = ?{held}", (workspace_id,)):
        raise WorkspaceUnknown(detail=workspace_id)
    if not embedded:
        # Whoever held it while we waited may have changed what we have read before.
        work.forget()
    work.held |= {workspace_id}


def every(work: Work) -> list[Workspace]:
    """All workspaces of this installation, by name; not those that are set aside."""
    shown = select(Workspace).where(Workspace.id.not_like(f"{_ASIDE}%"))
    return list(work.scalars(shown.order_by(Workspace.id)))
