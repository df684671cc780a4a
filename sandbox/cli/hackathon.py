"""`bryggen hackathon`: a world and a join code for each team; `bryggen admin`: who runs a public sandbox."""

from datetime import timedelta

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import ROLES


@click.group("hackathon", cls=output.Group)
def group() -> None:
    """Make the workspaces of a hackathon."""


@group.command("create")
@click.argument("teams", type=click.IntRange(1))
@click.option("--prefix", default="team", show_default=True, help="What each workspace's name begins with.")
@click.option("--role", type=click.Choice(ROLES), default="owner", show_default=True, help="As whom.")
@click.option("--uses", type=int, default=0, help="How many a code lets in; as many as come by default.")
@click.option("--days", type=float, default=7.0, show_default=True, help="How long a code is good for.")
@click.option("--seed", help="The same people for every team; else each has its own.")
def create(teams: int, prefix: str, role: str, uses: int, days: float, seed: str | None) -> None:
    """Make a workspace for each of TEAMS teams, and show the codes by which they come in this once."""
    from sandbox.control import shown
    from sandbox.workspaces import audit, hackathon, quotas
    from sandbox.workspaces.invitations import Terms
    from sandbox.workspaces.members import Role

    with opened() as services, services.database.writing() as work:
        quotas.allow_workspace(work, quotas.of(services.settings), count=teams)
        terms = Terms(Role(role), uses or None, timedelta(days=days))
        plan = hackathon.Plan(teams, seed, prefix, terms)
        made = [shown.team(one, services.origin) for one in hackathon.create(work, plan, audit.COMMAND)]
    rows = [(one["workspace"], one["code"], one["link"]) for one in made]
    output.say({"teams": made}, lambda: output.table(("WORKSPACE", "CODE", "LINK"), rows))


@click.group("admin", cls=output.Group)
def admin_group() -> None:
    """What whoever runs a public installation needs."""


@admin_group.command("key")
def key() -> None:
    """Make a new admin key and show it this once; the old one is refused, and its sessions end."""
    from sandbox.workspaces import admin, audit

    with opened() as services, services.database.writing() as work:
        own = bool(services.settings.admin_key)
        made = "" if own else admin.renew(work)
        if made:
            audit.note(work, audit.INSTALLATION, audit.COMMAND, "admin.key")
    if own:
        output.fail("BRYGGEN_ADMIN_KEY is set, and is the key.", "Change it there, and start again.")
    output.say({"admin_key": made}, lambda: [f"Admin key  {made}"])
