"""`bryggen seed`: write people and their history down before somebody looks at them."""

import click

from sandbox.cli import output
from sandbox.cli.installation import bank_in, opened
from sandbox.cli.workspace import option


@click.command("seed", cls=output.Command)
@click.argument("bank")
@click.option("--people", "number", type=click.IntRange(1, 100_000), default=10, show_default=True)
@option
def seed(bank: str, number: int, workspace: str) -> None:
    """Move the first people of a BANK in, with accounts and history; each is kept as soon as it is done."""
    from sandbox.population import directory
    from sandbox.workspaces import workspace as workspaces

    with opened() as services:
        with services.database.reading() as work:
            seed_of_world = workspaces.get(work, workspace).seed
        found, _ = directory.search(seed_of_world, services.profiles, directory.Wanted(bank), number, 0)
        with output.progress(found, f"Moving people in at {bank}") as people:
            for one in people:
                with services.database.writing() as work:
                    at_work = bank_in(services, work, workspaces.get(work, workspace), bank)
                    services.people.move_in(at_work, one.person.id)
    output.say(
        {"workspace": workspace, "bank": bank, "people": [one.person.id for one in found]},
        lambda: [f"{len(found)} people of {bank} are written down in {workspace}."],
    )
