"""`bryggen agenda`: what falls due in a workspace next."""

import click

from sandbox.cli import output
from sandbox.cli.installation import at_work
from sandbox.cli.workspace import option


@click.command("agenda", cls=output.Command)
@option
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
def agenda(workspace: str, limit: int) -> None:
    """List what falls due next: payments on their day, money that leaves, arrives or comes back."""
    from sandbox.control import shown_money
    from sandbox.workspaces import agenda as agendas

    with at_work(workspace) as bank:
        coming = shown_money.dues(agendas.coming(bank.work, bank.workspace_id, limit))
    rows = [(one["at"], one["bank"], one["what"], one["about"]) for one in coming]
    output.say({"agenda": coming}, lambda: output.table(("AT", "BANK", "WHAT", "ABOUT"), rows))
