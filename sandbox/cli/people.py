"""`bryggen people`: who lives in a workspace, and how they log in."""

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import option

_HEADINGS = ("ID", "NAME", "PERSONA", "USER NAME", "PASSWORD", "BANKS")


@click.group("people", cls=output.Group)
def group() -> None:
    """Find customers, with their user names and passwords."""


@group.command("list")
@option
@click.option("--bank", help="Customers of that bank.")
@click.option("--persona", help="People of that persona.")
@click.option("--name", help="A part of the name.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
def search(
    workspace: str, bank: str | None, persona: str | None, name: str | None, limit: int, offset: int
) -> None:
    """Search people by bank, persona and name."""
    from sandbox.control import shown
    from sandbox.population import directory
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        seed = workspaces.get(work, workspace).seed
        wanted = directory.Wanted(bank, persona, name)
        found, more = directory.search(seed, services.profiles, wanted, limit, offset)
        people = [shown.person(one) for one in found]
    rows = [
        (one["id"], one["name"], one["persona"], one["username"], one["password"], ", ".join(one["banks"]))
        for one in people
    ]
    output.say({"people": people, "more": more}, lambda: output.table(_HEADINGS, rows))


@group.command("show")
@click.argument("person_id")
@option
def show(person_id: str, workspace: str) -> None:
    """Show one person."""
    from sandbox.control import shown
    from sandbox.population import directory
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        seed = workspaces.get(work, workspace).seed
        document = shown.person_whole(directory.one(seed, services.profiles, person_id))
    output.say(document, lambda: output.table(("WHAT", "VALUE"), list(document.items())))
