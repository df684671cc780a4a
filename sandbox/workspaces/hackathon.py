"""A hackathon: a world for each team at once, and a code by which the team comes in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_id
from sandbox.workspaces import audit, invitations
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.audit import Actor
from sandbox.workspaces.invitations import Invitation, Terms
from sandbox.workspaces.members import Role
from sandbox.workspaces.workspace import Workspace

PREFIX = "team"
TEAMS_MAX = 200
_SEED_LETTERS = 16
#: The world is the team's own, and as many come in as have the code.
OPEN = Terms(role=Role.OWNER, uses_max=None)


class TeamsUnfit(Refusal):
    """So many teams at once are not made."""

    text = f"A hackathon is made for 1 to {TEAMS_MAX} teams at once; make it again for more."


@dataclass(frozen=True, slots=True)
class Team:
    """A team's world, and its way in. The code cannot be shown again."""

    workspace: Workspace
    invitation: Invitation
    code: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How many teams, how their worlds are called, who lives there, and whom a code lets in.

    Without a `seed` each team has people of its own, whose passwords no other team can know.
    """

    teams: int
    seed: str | None = None
    prefix: str = PREFIX
    terms: Terms = OPEN


def create(work: Work, plan: Plan, who: Actor) -> Sequence[Team]:
    """Make the worlds `<prefix>-01`, `<prefix>-02`, …; numbers that are taken are passed over.

    Raises TeamsUnfit, WorkspaceNameMalformed, InvitationUnfit.
    """
    if not 1 <= plan.teams <= TEAMS_MAX:
        raise TeamsUnfit
    taken = {one.id for one in workspaces.every(work)}
    made: list[Team] = []
    number = 0
    while len(made) < plan.teams:
        number += 1
        name = f"{plan.prefix}-{number:02d}"
        if name not in taken:
            made.append(_team(work, plan, name, who))
    return made


def _team(work: Work, plan: Plan, name: str, who: Actor) -> Team:
    world = workspaces.create(
        work, plan.seed or new_id(_SEED_LETTERS), name=name, title=f"Team {name.rpartition('-')[2]}"
    )
    invitation, code = invitations.create(work, world, plan.terms)
    audit.note(work, world.id, who, "workspace.create", "for a hackathon")
    return Team(world, invitation, code)
