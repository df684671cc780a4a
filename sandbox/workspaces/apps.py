"""Apps: the programs of a team, each a TPP to every bank, known by a key that is shown once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import Clock, ClockMode, parse_instant
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import hashed, new_id, new_secret, same
from sandbox.workspaces import software
from sandbox.workspaces.members import Act, Role, allow
from sandbox.workspaces.workspace import Strictness, Workspace

#: In `App.yes_by`: the first customer of whichever bank is asked.
FIRST = "first"


class AppUnknown(Refusal):
    """There is no such app in this workspace."""

    text = "There is no such app in this workspace."


class KeyMissing(Refusal):
    """The call carries no app key."""

    text = "The call carries no app key. Send the header X-API-Key with the key of your app."


class KeyUnknown(Refusal):
    """The key belongs to no app."""

    text = "The app key is not known here. It may have been revoked, or its workspace deleted."


class App(Base):
    """A TPP's program. Its key is `bk_<workspace>_<app>_<secret>`: so a look-up needs one workspace only.

    `strictness` is None where that of the workspace holds. `yes_by` says yes at once to what it asks a PSU
    for: the login of one, or FIRST; None where it has to wait for a yes as in life. `role`: its key does at
    the sandbox's own door what a member of that role may do, so that nobody gains by making an app.
    """

    __tablename__ = "app"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    key_hash: Mapped[str] = mapped_column(String(44))
    created_at: Mapped[datetime] = mapped_column(Instant)
    strictness: Mapped[str | None] = mapped_column(String(8))
    yes_by: Mapped[str | None] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(8), default=Role.MEMBER.value, server_default=Role.OWNER.value)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and from which world: what the guard learns from credentials.

    `due_at` is when something next falls due in that world; `strictness` the app's own or the workspace's;
    `failing` says that the world has rules of failure.
    """

    workspace_id: str
    seed: str
    clock: Clock
    app_id: str
    app_name: str
    due_at: datetime | None = None
    strictness: Strictness = Strictness.OPEN
    failing: bool = False


def create(work: Work, workspace: Workspace, name: str, role: Role = Role.MEMBER) -> tuple[App, str]:
    """Register an app; the second value is its key, which is not kept and cannot be shown again.

    It stands in the directory from now on, with an organisation of its own.
    """
    app = App(
        workspace_id=workspace.id,
        id=new_id(8),
        name=name,
        created_at=workspace.clock.now(),
        role=role.value,
    )
    key = _issue(app)
    work.add(app)
    work.flush()
    software.create(work, workspace, app.id, name)
    return app, key


def renew(app: App, role: Role = Role.OWNER) -> str:
    """Give the app a new key; the old one is refused from now on.

    `role` is of whoever is shown the key. Raises OwnersOnly where the key would do more than they may.
    """
    if Role(app.role) is Role.OWNER:
        allow(role, Act.CHANGE_MEMBERS)
    return _issue(app)


def get(work: Work, workspace_id: str, app_id: str) -> App:
    """The app of that id. Raises AppUnknown."""
    app = work.get(App, (workspace_id, app_id))
    if app is None:
        raise AppUnknown(detail=f"{workspace_id}/{app_id}")
    return app


def yes_by(work: Work, workspace_id: str, app_id: str) -> str | None:
    """Who says yes at once to what the app asks for; None where nobody does, or the app is gone."""
    found = work.rows("SELECT yes_by FROM app WHERE workspace_id = ? AND id = ?", (workspace_id, app_id))
    return found[0][0] if found else None


def every(work: Work, workspace_id: str) -> list[App]:
    """The apps of a workspace, oldest first."""
    return list(
        work.scalars(select(App).where(App.workspace_id == workspace_id).order_by(App.created_at, App.id))
    )


def delete(work: Work, app: App) -> None:
    """Forget the app; its key is refused from now on, and the directory does not know it any more."""
    software.delete(work, app.workspace_id, app.id)
    work.delete(app)
    work.flush()


#: Every request asks this, so it goes straight to the driver.
_CALLER = (
    "SELECT w.seed, w.clock_mode, w.clock_offset_seconds, w.clock_frozen_at, a.name, a.key_hash,"
    " (SELECT min(g.at) FROM agenda g WHERE g.workspace_id = w.id), coalesce(a.strictness, w.strictness),"
    " EXISTS (SELECT 1 FROM failure_rule r WHERE r.workspace_id = w.id)"
    " FROM workspace w JOIN app a ON a.workspace_id = w.id WHERE w.id = ? AND a.id = ?"
)


def caller(work: Work, key: str | None) -> Caller:
    """Whose key this is. Raises KeyMissing, KeyUnknown."""
    if not key:
        raise KeyMissing
    parts = key.split("_", 3)
    if len(parts) != 4 or parts[0] != "bk":
        raise KeyUnknown(detail="not of the form bk_<workspace>_<app>_<secret>")
    _, workspace_id, app_id, _ = parts
    found = work.rows(_CALLER, (workspace_id, app_id))
    if not found or not same(found[0][5], hashed(key)):
        raise KeyUnknown(detail=f"workspace {workspace_id}, app {app_id}")
    return _as_caller(workspace_id, app_id, found[0])


def caller_of(work: Work, workspace_id: str, app_id: str) -> Caller | None:
    """The app as a caller that has proven itself in another way; None where it is gone."""
    found = work.rows(_CALLER, (workspace_id, app_id))
    return _as_caller(workspace_id, app_id, found[0]) if found else None


def _as_caller(workspace_id: str, app_id: str, row: tuple[Any, ...]) -> Caller:
    seed, mode, offset_seconds, frozen_at, app_name, _, due_at, strictness, failing = row
    clock = Clock(ClockMode(mode), offset_seconds, parse_instant(frozen_at) if frozen_at else None)
    due = parse_instant(due_at) if due_at else None
    return Caller(workspace_id, seed, clock, app_id, app_name, due, Strictness(strictness), bool(failing))


def _issue(app: App) -> str:
    key = f"bk_{app.workspace_id}_{app.id}_{new_secret()}"
    app.key_hash = hashed(key)
    return key
