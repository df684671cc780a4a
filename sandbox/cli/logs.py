"""`bryggen logs`: the calls to the banks, as they come or as they came, and each one whole."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import orjson

from sandbox.cli import output, terminal
from sandbox.cli.installation import opened
from sandbox.cli.workspace import option

if TYPE_CHECKING:
    from sandbox.gateway.journal import Note, Wanted
    from sandbox.gateway.services import Services

_SECONDS_BETWEEN_LOOKS = 0.5
_TIMES = "%H:%M:%S"
_SHOWN_OF_BODY = 4000


@click.group("logs", cls=output.Group, invoke_without_command=True)
@option
@click.option("--follow", "-f", is_flag=True, help="Go on, and show each call as it comes, until Ctrl+C.")
@click.option("--bank", help="Calls to that bank.")
@click.option("--app", help="Calls of that app, by its id.")
@click.option("--method", help="GET, POST …")
@click.option("--path", help="A part of the path.")
@click.option("--status", help="A status or a class of them: 404, 4xx.")
@click.option("--refusal", help="Calls refused for that reason, such as ConsentExpired.")
@click.option("--failure", help="Calls in which that failure was made.")
@click.option("--text", help="Stands anywhere in the call.")
@click.option("--all", "everything", is_flag=True, help="Calls to the sandbox's own doors, too.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
def group(*, workspace: str, follow: bool, limit: int, **terms: Any) -> None:
    """List the calls to the banks, oldest first; `logs show TRACE` shows one whole."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from marshmallow import ValidationError

    from sandbox.control.schemas_calls import CallsQuery
    from sandbox.gateway.journal import Wanted

    try:
        found = CallsQuery().load({name: value for name, value in terms.items() if value})
    except ValidationError as error:
        raise click.UsageError(f"{error}") from error
    found.pop("limit")
    with opened() as services:
        _list(services, workspace, Wanted(**found), limit, follow)


def _list(services: "Services", workspace: str, wanted: "Wanted", limit: int, follow: bool) -> None:
    from sandbox.workspaces import workspace as workspaces

    with services.database.reading() as work:
        world = workspaces.get(work, workspace)
        name, born = world.id, world.created_at
    place = services.journal.place(name)
    found, more = services.journal.newest(name, born, wanted, limit)
    if output.as_json() and not follow:
        from sandbox.control import shown_calls

        output.say({"calls": [shown_calls.line(one) for one in reversed(found)], "more": more}, list)
        return
    for note in reversed(found):
        _say(note)
    if follow:
        _follow(services, name, born, wanted, place)


def _follow(services: "Services", workspace: str, born: datetime, wanted: "Wanted", place: int) -> None:
    """Look again and again, until the user has seen enough."""
    try:
        while True:
            for at, note in services.journal.after(workspace, born, wanted, place):
                place = at
                _say(note)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        click.echo("", err=True)


def _say(note: "Note") -> None:
    """One call on one line."""
    from sandbox.control import shown_calls

    if output.as_json():
        click.echo(orjson.dumps(shown_calls.line(note)))
        return
    said = shown_calls.line(note)
    why = f"  {note.refusal}" if note.refusal else ""
    made = f"  made to fail: {note.failure}" if note.failure else ""
    when, took = f"{note.at:{_TIMES}}", f"{note.milliseconds:.0f} ms"
    status = terminal.status(note.status)
    click.echo(f"{when}  {note.trace}  {status}  {took:>7}  {note.method:6} {said['path']}{why}{made}")


@group.command("show")
@click.argument("trace")
@option
def show(trace: str, workspace: str) -> None:
    """Show one call whole: both sides, the checks, what should be signed, what it changed."""
    from sandbox.control import shown_calls

    with opened() as services:
        document = shown_calls.whole(note_of(services, workspace, trace))
    output.say(document, lambda: _lines(document))


@group.command("as")
@click.argument("tool", type=click.Choice(("curl", "python", "pytest")))
@click.argument("trace")
@option
def written(tool: str, trace: str, workspace: str) -> None:
    """Write a call down for curl, Python's httpx, or pytest; secrets come from the environment."""
    from sandbox.gateway import exchange_code

    with opened() as services:
        text = exchange_code.written(note_of(services, workspace, trace), services.origin, tool)
    output.say({"trace": trace, "tool": tool, "text": text}, lambda: [text.rstrip()])


def note_of(services: "Services", workspace: str, trace: str) -> "Note":
    """The call of that trace. Raises WorkspaceUnknown, CallUnknown."""
    from sandbox.workspaces import workspace as workspaces

    with services.database.reading() as work:
        world = workspaces.get(work, workspace)
        return services.journal.get(world.id, world.created_at, trace)


def _lines(call: dict[str, Any]) -> list[str]:
    query = f"?{call['query']}" if call["query"] else ""
    lines = [
        f"{call['method']} {call['path']}{query}",
        f"{terminal.status(call['status'])} in {call['milliseconds']:.0f} ms at {call['at']}",
    ]
    lines += [
        f"{name}: {call[key]}" for name, key in (("Refused", "refusal"), ("Detail", "detail")) if call[key]
    ]
    if call["failure"]:
        lines.append(f"Made to fail: {call['failure']}")
    lines += ["", "Checks"]
    for one in call["checks"]:
        reason = f": {one['reason']}" if one["reason"] else ""
        lines.append(f"  {terminal.word(one['outcome'], 8)}  {one['name']}{reason}  ({one['source']})")
    for one in call["changes"]:
        lines.append(f"Changed: {one['did']} {one['rows']} in {one['table']}")
    if call["signature_base"]:
        lines += ["", "To be signed", call["signature_base"]]
    for title, side in (("Asked", call["request"]), ("Answered", call["answer"])):
        if side:
            lines += ["", title, *(f"  {name}: {value}" for name, value in side["headers"])]
            lines += [f"  ({side['withheld']})"] if "withheld" in side else []
            lines += ["", *_body(side["body"])] if side.get("body") else []
    return lines


def _body(text: str) -> Iterable[str]:
    if terminal.is_watched() and len(text) <= _SHOWN_OF_BODY:
        return terminal.json(text)
    return (text[:_SHOWN_OF_BODY],)
