"""What somebody at a terminal sees: columns that fold, JSON that can be read, bars that move.

`rich` draws it, and is loaded here alone, once it is known that somebody looks: scripts and pipes get plain
lines, and start sooner.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

One = TypeVar("One")

_COLOURS = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}
_WORDS = {"ok": "green", "passed": "green", "warn": "yellow", "let_pass": "yellow"}
_WORDS |= {"fail": "red", "failed": "red"}


def is_watched() -> bool:
    """Whether what is printed goes to a terminal."""
    return sys.stdout.isatty()


def status(code: int) -> str:
    """An HTTP status in the colour of its class; click takes the colour out where nobody looks."""
    return _painted(str(code), _COLOURS.get(code // 100))


def word(said: str, width: int = 0) -> str:
    """How something went, in the colour of that."""
    return _painted(said.ljust(width), _WORDS.get(said))


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows under headings; where the terminal is too narrow, prose folds before ids and names of users do."""
    from rich.table import Table
    from rich.text import Text

    cells = [[str(cell) for cell in row] for row in rows]
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, heading in enumerate(headings):
        prose = any(" " in row[place] for row in cells)
        drawn.add_column(heading, overflow="fold", no_wrap=not prose)
    for row in cells:
        drawn.add_row(*map(Text, row))
    return _lines(drawn)


def json(text: str) -> Iterator[str]:
    """A body over lines and in colours where it is JSON; else as it is."""
    from rich.json import JSON

    try:
        return _lines(JSON(text, ensure_ascii=False))
    except ValueError:
        return iter((text,))


@contextmanager
def progress(over: Sequence[One], label: str) -> Iterator[Iterable[One]]:
    """The same sequence under a bar on the error stream, which goes when it is done."""
    from rich.progress import Progress

    with Progress(console=_console(stderr=True), transient=True) as bar:
        yield bar.track(over, description=label)


def _painted(text: str, colour: str | None) -> str:
    # https://no-color.org: set to anything but nothing. rich knows it, click does not.
    return text if os.environ.get("NO_COLOR") else click.style(text, fg=colour)


def _lines(drawn: "RenderableType") -> Iterator[str]:
    console = _console()
    with console.capture() as caught:
        console.print(drawn)
    return (line.rstrip() for line in caught.get().splitlines())


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)
