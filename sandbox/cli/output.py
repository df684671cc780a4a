"""How commands speak: to people in lines, to scripts in JSON, and about faults with what to do."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import click
import orjson

from sandbox.cli import terminal
from sandbox.kernel.errors import Refusal

_JSON = "bryggen.json"
_BANKS = "bryggen.banks"
_REFUSED = 1
#: What to do about a refusal, by the name of its class: its room is not imported for this.
_HINTS = {
    "WorkspaceUnknown": "`bryggen workspace list` names them; -w chooses one; `bryggen serve` makes `demo`.",
    "WorkspaceTaken": "Choose another name (`import FILE --as NAME`), or leave it out to be given one.",
    "ArchiveMalformed": "Export it once more: `bryggen workspace export NAME FILE`; nothing was read in.",
    "ArchiveForeign": "Bring both to the same version of Bryggen, and export it again.",
    "AppUnknown": "`bryggen app list` names the apps of a workspace; -w chooses the workspace.",
    "CertificateUnknown": "`bryggen certificates list` names them; -w chooses the workspace.",
    "CsrMalformed": "`openssl req -new` writes one.",
    "CsrKeyUnfit": "Leave --csr out, and a key is made for you.",
    "OrganisationUnknown": "`bryggen directory organisations` lists them; -w chooses the workspace.",
    "EventUnknown": "`bryggen events list` names the events of a workspace; -w chooses the workspace.",
    "CallUnknown": "`bryggen logs` lists the calls that are kept; -w chooses the workspace.",
    "WebhookUnknown": "`bryggen webhooks list` names them; -w chooses the workspace.",
    "WebhooksTooMany": "`bryggen webhooks delete ID` makes room.",
    "AddressForbidden": "Private addresses need BRYGGEN_PRIVATE_NOTIFICATIONS=allow, and databases are never"
    " called: docs/events.md.",
    "ConsentUnknown": "`bryggen events list --kind consent_status` names consents; -w chooses the workspace.",
    "DeliveryUnknown": "`bryggen events list` names deliveries; -w chooses the workspace.",
    "ClockBackwards": "To go back, `bryggen workspace reset NAME`: its clock is live again afterwards.",
    "PersonUnknown": "`bryggen people list` names people; an id looks like no-17.",
    "PaymentUnknown": "`bryggen payments list` names them; -w chooses the workspace.",
    "PaymentNotOpen": "`bryggen payments show ID` says where it stands.",
    "FailureUnknown": "`bryggen failures list` names the failures there are.",
    "RuleUnknown": "`bryggen failures rules` lists the rules of a workspace; -w chooses it.",
    "ProfileInvalid": "Mend the file; `bryggen banks check FILE` looks at it alone.",
}

One = TypeVar("One")


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value:
        ctx.find_root().meta[_BANKS if param.name == "banks_dir" else _JSON] = value


def _common() -> list[click.Parameter]:
    """The options that every command and every group takes, wherever they stand."""
    return [
        click.Option(
            ["--json", "as_json"], is_flag=True, expose_value=False, callback=_remember, help="Speak JSON."
        ),
        click.Option(
            ["--banks", "banks_dir"],
            type=click.Path(exists=True, file_okay=False),
            metavar="DIR",
            expose_value=False,
            callback=_remember,
            help="A folder of more banks.",
        ),
    ]


class Command(click.Command):
    """A command that takes the common options and tells refusals as errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common()

    def invoke(self, ctx: click.Context) -> Any:
        """Run; a refusal ends it with exit code 1."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            fail(refusal.text, _HINTS.get(type(refusal).__name__, ""))


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common()

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run what was typed; to a script a slip is told in JSON, with the exit code that it always has."""
        words = list(sys.argv[1:] if args is None else args)
        if "--json" not in words:
            return super().main(words, *more, **options)
        try:
            code = super().main(words, *more, **{**options, "standalone_mode": False})
        except click.UsageError as slip:
            command = slip.ctx.command_path if slip.ctx else "bryggen"
            _fault(slip.format_message(), f"`{command} --help` says what it takes.")
            sys.exit(slip.exit_code)
        except click.Abort:
            _fault("Nothing was done.", "")
            sys.exit(_REFUSED)
        sys.exit(code if isinstance(code, int) else 0)


def as_json() -> bool:
    """Whether JSON was asked for."""
    return bool(click.get_current_context().find_root().meta.get(_JSON))


def banks_dir() -> str | None:
    """The folder of more banks, where one was named."""
    found = click.get_current_context().find_root().meta.get(_BANKS)
    return None if found is None else str(found)


def fail(text: str, hint: str = "") -> NoReturn:
    """Say what is wrong and what to do, on the error stream; exit code 1."""
    if as_json():
        _fault(text, hint)
    else:
        click.echo(f"Error: {text}", err=True)
        if hint:
            click.echo(hint, err=True)
    click.get_current_context().exit(_REFUSED)


def _fault(text: str, hint: str) -> None:
    click.echo(orjson.dumps({"error": {"text": text, "hint": hint}}), err=True)


def say(document: Any, lines: Callable[[], Iterable[str]]) -> None:
    """Print the document on one line for scripts, or the lines for people."""
    if as_json():
        click.echo(orjson.dumps(document))
        return
    for line in lines():
        click.echo(line)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows under headings, in columns as wide as they need to be, or as a terminal has room for."""
    if terminal.is_watched():
        yield from terminal.table(headings, rows)
        return
    cells = [list(headings), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(headings))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


@contextmanager
def progress(over: Sequence[One], label: str) -> Iterator[Iterable[One]]:
    """The same sequence with a progress bar on the error stream; none where nobody watches."""
    if as_json() or not sys.stderr.isatty():
        yield over
        return
    with terminal.progress(over, label) as watched:
        yield watched
