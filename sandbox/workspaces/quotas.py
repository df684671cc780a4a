"""Quotas: how many worlds and apps a public installation has room for, and how far a clock goes at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.settings import Settings
from sandbox.workspaces.workspace import Workspace


class WorkspacesFull(Refusal):
    """The installation has as many workspaces as its operator allows."""

    text = "This installation has no room for another workspace."


class TeamFull(Refusal):
    """The team has as many workspaces as the operator allows each."""

    text = "Your team has no room for another workspace."


class AppsFull(Refusal):
    """The workspace has as many apps as the operator allows each."""

    text = "This workspace has no room for another app."


class StepTooLong(Refusal):
    """The clock is turned further at once than the operator allows: whoever else writes waits meanwhile."""

    text = "This installation turns a clock no further at once."


@dataclass(frozen=True, slots=True)
class Quotas:
    """How many there may be; 0 is as many as there are."""

    workspaces: int = 0
    per_team: int = 0
    apps: int = 0
    step_days: int = 0


def of(settings: Settings) -> Quotas:
    """The quotas of an installation: none where its user is alone with it."""
    if not settings.public:
        return Quotas()
    return Quotas(
        *(settings.workspaces_max, settings.team_workspaces_max, settings.workspace_apps_max),
        settings.clock_step_days_max,
    )


def allow_workspace(work: Work, quotas: Quotas, source: Workspace | None = None, count: int = 1) -> None:
    """See that there is room for `count` more worlds, asked for from the world of a team, or by nobody's.

    Two who ask at the same moment on PostgreSQL may both get the last one: no lock spans worlds.
    Raises WorkspacesFull, TeamFull.
    """
    if quotas.workspaces:
        [(there,)] = work.rows("SELECT count(*) FROM workspace WHERE substr(id, 1, 1) <> '~'", ())
        if there + count > quotas.workspaces:
            raise WorkspacesFull(f"{WorkspacesFull.text} It has {there} of {quotas.workspaces}.")
    if source is not None and quotas.per_team:
        [(own,)] = work.rows(
            "SELECT count(*) FROM workspace WHERE id = ? OR stems_from = ?", (source.team, source.team)
        )
        if own + count > quotas.per_team:
            raise TeamFull(
                f"{TeamFull.text} It has {own} of {quotas.per_team}; delete one that is done with."
            )


def allow_app(work: Work, quotas: Quotas, workspace_id: str) -> None:
    """See that there is room for another app; the lock of the workspace is held. Raises AppsFull."""
    if not quotas.apps:
        return
    [(there,)] = work.rows("SELECT count(*) FROM app WHERE workspace_id = ?", (workspace_id,))
    if there >= quotas.apps:
        raise AppsFull(f"{AppsFull.text} It has {there} of {quotas.apps}; delete one that is done with.")


def allow_step(quotas: Quotas, now: datetime, moment: datetime) -> None:
    """See that a clock may be turned so far at once. Raises StepTooLong.

    All that falls due on the way is written in one unit of work, and SQLite has one writer: decades of one
    team would have the payments of all others wait until they fail.
    """
    if quotas.step_days and moment - now > timedelta(days=quotas.step_days):
        raise StepTooLong(f"{StepTooLong.text} It goes {quotas.step_days} days; go on from there.")
