"""`bryggen webhooks`: addresses that hear of all that happens in a workspace."""

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import option

#: As `sandbox.bank.events.TYPES` has them, which is not imported for `--help`; a test holds them together.
TYPES = (
    *("consent.status_changed", "payment.status_changed", "payment.returned", "basket.status_changed"),
    *("authorisation.status_changed", "transaction.booked", "consent.expiring", "account.status_changed"),
)


@click.group("webhooks", cls=output.Group)
def group() -> None:
    """Register, list and delete the webhooks of a workspace."""


@group.command("create")
@click.argument("uri")
@option
@click.option(
    "--type", "types", type=click.Choice(TYPES), multiple=True, help="Of these alone; of all without."
)
def create(uri: str, workspace: str, types: tuple[str, ...]) -> None:
    """Have that address told of what happens; the secret that signs it is shown."""
    from sandbox.bank import events
    from sandbox.control import shown
    from sandbox.delivery import addresses
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.writing() as work:
        # Whoever types here sits at the machine, but the server decides again for each message.
        addresses.check(uri, private=services.settings.allows_private_notifications)
        document = shown.webhook(
            events.register(work, workspaces.get(work, workspace), uri, types), secret=True
        )
    output.say(
        document,
        lambda: [f"Webhook {document['id']} is told at {uri}.", f"Signing secret  {document['secret']}"],
    )


@group.command("list")
@option
def every(workspace: str) -> None:
    """List them, without their secrets."""
    from sandbox.bank import events
    from sandbox.control import shown
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        found = events.webhooks(work, workspaces.get(work, workspace).id)
        listed = [shown.webhook(one) for one in found]
    rows = [(one["id"], one["uri"], ", ".join(one["types"]) or "all", one["created_at"]) for one in listed]
    output.say({"webhooks": listed}, lambda: output.table(("ID", "ADDRESS", "TYPES", "SINCE"), rows))


@group.command("delete")
@click.argument("webhook_id")
@option
def delete(webhook_id: str, workspace: str) -> None:
    """Tell it nothing more."""
    from sandbox.bank import events

    with opened() as services, services.database.writing() as work:
        events.remove(work, workspace, webhook_id)
    output.say({"deleted": webhook_id}, lambda: [f"The webhook {webhook_id} is told nothing more."])
