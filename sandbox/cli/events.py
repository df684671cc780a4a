"""`bryggen events`: what happened, to whom it was told, and telling it again."""

from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import option

_KINDS = (
    *("consent_status", "payment_status", "payment_returned", "basket_status", "sca_status"),
    *("transaction_booked", "account_status", "consent_expiring"),
)


@click.group("events", cls=output.Group)
def group() -> None:
    """Look at events and their deliveries, and send them again."""


@group.command("list")
@option
@click.option("--kind", type=click.Choice(_KINDS), help="Events of that kind.")
@click.option("--subject", help="Events of that consent or payment.")
@click.option("--before", help="The id of an event: older ones only.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
def every(workspace: str, kind: str | None, subject: str | None, before: str | None, limit: int) -> None:
    """List what happened, newest first."""
    from sandbox.bank import events
    from sandbox.control import shown
    from sandbox.workspaces import workspace as workspaces

    wanted = events.Wanted(events.EventKind(kind) if kind else None, subject, before)
    with opened() as services, services.database.reading() as work:
        world = workspaces.get(work, workspace)
        found, more = events.newest(work, world.id, wanted, limit)
        listed = [shown.event(one) for one in found]
    rows = [_row(one) for one in listed]
    headings = ("AT", "BANK", "KIND", "STATUS", "SUBJECT", "DELIVERY", "STATE (ATTEMPTS)")
    output.say({"events": listed, "more": more}, lambda: output.table(headings, rows))


def _row(event: dict[str, Any]) -> tuple[str, ...]:
    """An event on one line, with its latest delivery."""
    told = ("", "not asked for")
    for delivery in event["deliveries"][:1]:
        told = (delivery["id"], f"{delivery['state']} ({delivery['attempts']})")
    return (event["at"], event["bank"], event["kind"], outcome(event["what"]), event["subject_id"], *told)


def outcome(what: Mapping[str, Any]) -> str:
    """The word of an event that says most: the status that came, or why money came back."""
    return str(what.get("status") or what.get("reason") or "")


@group.command("show")
@click.argument("event_id")
@option
def show(event_id: str, workspace: str) -> None:
    """Show one event with every request and answer."""
    from sandbox.bank import events
    from sandbox.control.events import whole

    with opened() as services, services.database.reading() as work:
        document = whole(work, events.get(work, workspace, event_id))
    lines = [f"{document['at']}  {document['bank']}  {document['kind']}  {document['what']}"]
    for each in document["deliveries"]:
        lines.append(f"  {each['id']}  {each['state']}  {each['uri']}")
        lines += [
            f"    {one['number']}. {one['at']}  {one['answer']['status'] or one['answer']['error']}"
            for one in each["log"]
        ]
    output.say(document, lambda: lines)


@group.command("redeliver")
@click.argument("delivery_id")
@option
def redeliver(delivery_id: str, workspace: str) -> None:
    """Send a delivery once more, whatever became of it; a running server does so within a second."""
    from sandbox.bank import events
    from sandbox.control import shown
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.writing() as work:
        again = events.redeliver(work, workspaces.get(work, workspace), delivery_id)
        document = shown.delivery(again)
    output.say(document, lambda: [f"{document['id']} goes to {document['uri']} once more."])
