"""`bryggen listen`: what happens in a workspace, sent to an address of one's own machine as it happens."""

import base64
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
import orjson

from sandbox.cli import output
from sandbox.cli.events import outcome
from sandbox.cli.installation import opened
from sandbox.cli.webhooks import TYPES
from sandbox.cli.workspace import option

if TYPE_CHECKING:
    from sandbox.bank.events import Event
    from sandbox.delivery.addresses import Address
    from sandbox.gateway.services import Services

_SECONDS_BETWEEN_LOOKS = 0.5
_EVENTS_AT_ONCE = 100


@click.command("listen", cls=output.Command)
@option
@click.option("--forward", "uri", required=True, metavar="URL", help="Such as http://localhost:3000/hooks.")
@click.option(
    "--type", "types", type=click.Choice(TYPES), multiple=True, help="Of these alone; of all without."
)
@click.option("--secret", help="What signs the messages, whsec_…; one is made and shown by default.")
@click.option("--limit", type=click.IntRange(1), help="End after so many messages.")
def listen(workspace: str, uri: str, types: tuple[str, ...], secret: str | None, limit: int | None) -> None:
    """Forward what happens from here on, signed in the form of Standard Webhooks, and show each answer.

    Nothing is registered, and nothing is tried again: `bryggen webhooks create` does both.
    """
    from sandbox.bank import events
    from sandbox.delivery import addresses
    from sandbox.workspaces import workspace as workspaces

    address, key = addresses.read(uri), secret or events.new_webhook_secret()
    try:
        base64.b64decode(key.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise click.BadParameter("whsec_ and base64 are expected.", param_hint="--secret") from error
    with opened() as services:
        with services.database.reading() as work:
            workspaces.get(work, workspace)
        _say(
            {"listening": workspace, "forward": uri, "secret": key},
            f"What happens in {workspace} goes to {uri}. Ctrl-C ends it.\nSigning secret  {key}",
        )
        try:
            for number, event in enumerate(_happening(services, workspace, types), 1):
                _say(*_forwarded(event, address, uri, key))
                if number == limit:
                    return
        except KeyboardInterrupt:
            return


def _happening(services: "Services", workspace_id: str, types: tuple[str, ...]) -> "Iterator[Event]":
    """Every event from here on, in the order in which they happened."""
    from sandbox.bank import events
    from sandbox.bank.events import TYPES as NAMES

    seen = {one.id for one in _latest(services, workspace_id, None)}
    pause = threading.Event()
    while True:
        for event in _latest(services, workspace_id, seen):
            seen.add(event.id)
            if not types or NAMES[events.EventKind(event.kind)] in types:
                yield event
        pause.wait(_SECONDS_BETWEEN_LOOKS)


def _latest(services: "Services", workspace_id: str, seen: set[str] | None) -> "list[Event]":
    """The events since the last look, oldest first; at the first look a few that have been."""
    from sandbox.bank import events

    found: list[Event] = []
    with services.database.reading() as work:
        before: str | None = None
        while True:
            told, more = events.newest(work, workspace_id, events.Wanted(before=before), _EVENTS_AT_ONCE)
            fresh = [one.event for one in told if one.event.id not in (seen or ())]
            found += fresh
            if not more or len(fresh) < len(told) or seen is None:
                break
            before = told[-1].event.id
        work.expunge_all()
    return found[::-1]


def _forwarded(event: "Event", address: "Address", uri: str, secret: str) -> tuple[dict[str, Any], str]:
    """What became of one message, for scripts and for people."""
    from sandbox.delivery import addresses, sending, signing, webhooks
    from sandbox.kernel.clock import wall_now

    told = webhooks.body(event)
    body = orjson.dumps(told)
    message_id = f"ev_{event.workspace_id}_{event.id}"
    headers = {"Content-Type": "application/json", "Connection": "close"}
    headers |= signing.headers(secret, message_id, wall_now(), body)
    try:
        # Whoever types the address sits at the machine that calls it.
        numbers = addresses.numbers(address, private=True)
        answer = sending.post(address, numbers, headers, body)
    except OSError as error:
        answer = sending.Answer(error=f"the name cannot be resolved: {error}")
    document: dict[str, Any] = {
        "message_id": message_id,
        "message": told,
        "forward": uri,
        "status": answer.status,
        "error": answer.error,
        "milliseconds": answer.milliseconds,
    }
    status = f"{outcome(told['data'])} {told['data']['subject_id']}".strip()
    got = answer.status if answer.status is not None else answer.error
    return (
        document,
        f"{told['timestamp'][:19]}  {told['type']}  {status}  ->  {got}  ({answer.milliseconds:g} ms)",
    )


def _say(document: dict[str, Any], text: str) -> None:
    output.say(document, text.splitlines)
