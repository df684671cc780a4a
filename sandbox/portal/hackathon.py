"""A hackathon: a workspace and a join code for each team, to be printed, and how far each team has come."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import events
from sandbox.bank.events import EventKind
from sandbox.gateway import context
from sandbox.portal import access, numbers, page
from sandbox.workspaces import hackathon, invitations, members, quotas
from sandbox.workspaces.audit import INSTALLATION
from sandbox.workspaces.hackathon import PREFIX, TEAMS_MAX, Plan
from sandbox.workspaces.invitations import Terms
from sandbox.workspaces.members import Role
from sandbox.workspaces.quotas import WorkspacesFull

views = Blueprint("hackathon", __name__, url_prefix="/hackathon")
_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,29}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a team has come: when it did each thing for the first time, by the wall's clock."""

    workspace_id: str
    people: int
    called_at: datetime | None
    consented_at: datetime | None
    paid_at: datetime | None

    @property
    def milestones(self) -> tuple[tuple[str, datetime | None], ...]:
        """Each with its name."""
        return (
            ("First call", self.called_at),
            ("First consent", self.consented_at),
            ("First payment", self.paid_at),
        )


@views.get("")
def board() -> Response:
    """Show every team and how far it has come. Raises AdminsOnly."""
    access.require_admin()
    return _board()


@views.post("")
def make() -> Response:
    """Make the teams' workspaces, and show the codes this once. Raises AdminsOnly."""
    access.require_admin()
    form, settings = request.form, context.visit().services.settings
    prefix = form.get("prefix", "").strip().lower() or PREFIX
    teams = numbers.whole(form.get("teams", ""), 1, TEAMS_MAX)
    if teams is None or not _PREFIX.fullmatch(prefix):
        return _board(422, f"From 1 to {TEAMS_MAX} teams; a name has small letters, digits and hyphens.")
    work = access.work()
    work.write()
    try:
        quotas.allow_workspace(work, quotas.of(settings), count=teams)
    except WorkspacesFull as error:
        return _board(422, error.text)
    role = Role.MEMBER if form.get("role") == Role.MEMBER else Role.OWNER
    terms = Terms(role, None, timedelta(days=7))
    plan = Plan(teams, form.get("seed", "").strip()[:80] or None, prefix, terms)
    made = hackathon.create(work, plan, access.known().actor(INSTALLATION))
    origin = context.visit().services.origin
    links = {one.code: invitations.link(origin, one.code) for one in made}
    return page.show("codes.html", tab="hackathon", teams=made, links=links)


def _reached(teams: Sequence[Progress]) -> list[tuple[str, int]]:
    """How many teams have come to each of the milestones."""
    columns = zip(*(one.milestones for one in teams), strict=True)
    return [(column[0][0], sum(at is not None for _, at in column)) for column in columns]


def _board(status: int = 200, fault: str | None = None) -> Response:
    work = access.work()
    called = context.visit().services.journal.first_calls()
    firsts = events.firsts(work)
    teams = [
        Progress(
            one.id,
            len(members.every(work, one.id)),
            called.get(one.id),
            firsts.get((one.id, EventKind.CONSENT_STATUS)),
            firsts.get((one.id, EventKind.PAYMENT_STATUS)),
        )
        for one in access.worlds()
    ]
    return page.show(
        "hackathon.html",
        status,
        tab="hackathon",
        teams=teams,
        reached=_reached(teams),
        fault=fault,
        form=request.form,
        limit=TEAMS_MAX,
        prefix=PREFIX,
    )
