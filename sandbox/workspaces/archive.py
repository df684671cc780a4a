"""A world in one file: written out with every row, and read in elsewhere, by another kind of database too.

The file is gzip over lines of JSON: a heading, then for each table its columns and its rows as the database
keeps them, then how many rows there were and the SHA-256 of all lines before. Ids are kept, so that what was
answered before stays true. Whoever reads one trusts nothing in it.
"""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, String, Table

from sandbox.kernel.clock import instant_text, parse_instant, wall_now
from sandbox.kernel.db import Base, Day, Document, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import lifecycle
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Workspace, WorkspaceTaken

FORMAT, VERSION = "bryggen.workspace", 1
_LINE_BYTES_MAX = 8 * 1024 * 1024
_BYTES_MAX = 4 * 1024**3
_ROWS_AT_ONCE = 500
_WORLD = "workspace"
#: Texts that stand for something else, and how each is read.
_FORMS: Mapping[type, Callable[[str], object]] = {
    Instant: parse_instant,
    Day: date.fromisoformat,
    Document: orjson.loads,
}


class ArchiveMalformed(Refusal):
    """The file is no world, or not a whole one; nothing of it was read in."""

    text = "This file is not a whole workspace."


class ArchiveForeign(Refusal):
    """The file is of another version of the tables or of the format."""

    text = "This file was written by another version."


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file says of itself: which world, by which tables, and whose root signed its certificates."""

    workspace: str
    revision: str
    root: str | None
    written_at: str


def write(work: Work, world: Workspace, to: Path, revision: str, root: str | None) -> int:
    """Write the world to a file, as it is at this moment; how many rows. `revision` is that of the tables."""
    digest, rows = hashlib.sha256(), 0
    heading = {
        "format": FORMAT,
        "version": VERSION,
        "workspace": world.id,
        "revision": revision,
        "root": root,
    }
    # gzip would keep the name of the file and of the machine's hour; the heading says what counts.
    with to.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as out:
        for line in _lines(work, world.id, {**heading, "written_at": instant_text(wall_now())}):
            rows += isinstance(line, list)
            text = orjson.dumps(line) + b"\n"
            digest.update(text)
            out.write(text)
        out.write(orjson.dumps({"rows": rows, "sha256": digest.hexdigest()}) + b"\n")
    return rows


def _lines(work: Work, workspace_id: str, heading: dict[str, Any]) -> Iterator[Any]:
    yield heading
    for table in _tables():
        columns = _columns(table)
        key = "id" if table.name == _WORLD else "workspace_id"
        order = ", ".join(column.name for column in table.primary_key)
        names = ", ".join(f'"{column.name}"' for column in columns)
        yield {"table": table.name, "columns": [column.name for column in columns]}
        found = work.rows(
            f'SELECT {names} FROM "{table.name}" WHERE {key} = ? ORDER BY {order}', (workspace_id,)
        )
        booleans = [place for place, column in enumerate(columns) if isinstance(column.type, Boolean)]
        for row in found:
            values = list(row)
            for place in booleans:
                values[place] = None if values[place] is None else bool(values[place])
            yield values


def heading(file: Path) -> Heading:
    """What the file says of itself. Raises ArchiveMalformed, ArchiveForeign."""
    return _heading(next(_read(file), None))


def read(
    work: Work, file: Path, revision: str, name: str | None = None, without: Collection[str] = ()
) -> tuple[Workspace, int]:
    """Read a world in, under its own name or another; how many rows. All of it or nothing.

    Under another name it is a copy: what is on its way to somebody outside stays behind, or would come twice.
    Nor do the tables `without` come in. Raises ArchiveMalformed, ArchiveForeign, WorkspaceTaken,
    WorkspaceNameMalformed.
    """
    lines = _read(file)
    told = _heading(next(lines, None))
    if told.revision != revision:
        known = f"Its tables are those of revision {told.revision}; here are those of {revision}."
        raise ArchiveForeign(f"{ArchiveForeign.text} {known}")
    chosen = workspaces.checked_name(name or told.workspace)
    if work.get(Workspace, chosen) is not None:
        raise WorkspaceTaken(detail=chosen)
    try:
        rows = _Reading(work, chosen, {*without, *_staying(copy=chosen != told.workspace)}).take(lines)
    except work.get_bind().dialect.loaded_dbapi.Error as error:
        # A key that leads nowhere, or stands there twice.
        raise ArchiveMalformed(
            f"{ArchiveMalformed.text} Its rows do not fit together.", detail=f"{error}"
        ) from error
    return workspaces.get(work, chosen), rows


class _Reading:
    """Rows on their way in, a table at a time, in the order in which they need one another."""

    def __init__(self, work: Work, workspace_id: str, without: Collection[str]) -> None:
        self._work, self._workspace_id, self._without = work, workspace_id, without
        self._expected = [table.name for table in _tables()]
        self._by_name = {table.name: table for table in _tables()}
        self._rows = 0

    def take(self, lines: Iterator[Any]) -> int:
        """Write all rows; how many. The end of the file has been checked by then."""
        waiting: list[tuple[Any, ...]] = []
        table: Table | None = None
        for line in lines:
            if isinstance(line, dict) or len(waiting) >= _ROWS_AT_ONCE:
                self._write(table, waiting)
                waiting = []
            if isinstance(line, dict):
                table = self._next(line)
            elif table is None:
                raise ArchiveMalformed(detail="a row before any table")
            else:
                waiting.append(self._row(table, line))
        self._write(table, waiting)
        if self._expected:
            raise ArchiveMalformed(
                f"{ArchiveMalformed.text} Tables are missing: {', '.join(self._expected)}."
            )
        return self._rows

    def _next(self, line: dict[str, Any]) -> Table:
        wanted = self._expected.pop(0) if self._expected else None
        if wanted is None or line.get("table") != wanted:
            raise ArchiveMalformed(detail=f"{line.get('table')!r} instead of {wanted}")
        table = self._by_name[wanted]
        if line.get("columns") != [column.name for column in _columns(table)]:
            raise ArchiveMalformed(detail=f"other columns of {wanted}")
        return table

    def _row(self, table: Table, line: Any) -> tuple[Any, ...]:
        columns = _columns(table)
        if not isinstance(line, list) or len(line) != len(columns):
            raise ArchiveMalformed(detail=f"a row of {table.name} has not its columns")
        for column, value in zip(columns, line, strict=True):
            if not _fits(column, value):
                raise ArchiveMalformed(
                    f"{ArchiveMalformed.text} A value does not fit {table.name}.{column.name}."
                )
        return (self._workspace_id, *line)

    def _write(self, table: Table | None, rows: Sequence[tuple[Any, ...]]) -> None:
        if table is None or table.name in self._without:
            return
        if table.name == _WORLD and len(rows) != 1:
            raise ArchiveMalformed(detail=f"{len(rows)} worlds")
        key = "id" if table.name == _WORLD else "workspace_id"
        names = ", ".join(f'"{name}"' for name in (key, *(column.name for column in _columns(table))))
        marks = ", ".join("?" * (len(_columns(table)) + 1))
        self._work.run_many(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(rows))
        self._rows += len(rows)


def _read(file: Path) -> Iterator[Any]:
    """The lines of a file but the last, which must say that they are whole. Raises ArchiveMalformed."""
    digest, rows, size, last = hashlib.sha256(), 0, 0, b""
    try:
        with gzip.open(file, "rb") as opened:
            while line := opened.readline(_LINE_BYTES_MAX):
                size += len(line)
                if size > _BYTES_MAX or len(line) >= _LINE_BYTES_MAX:
                    raise ArchiveMalformed(detail="a line or the whole is too long")
                if last:
                    digest.update(last)
                    told = orjson.loads(last)
                    if not isinstance(told, list | dict):
                        raise ArchiveMalformed(detail="neither a row nor a table")
                    rows += isinstance(told, list)
                    yield told
                last = line
        end = orjson.loads(last)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise ArchiveMalformed(detail=f"{error}") from error
    if end != {"rows": rows, "sha256": digest.hexdigest()}:
        raise ArchiveMalformed(f"{ArchiveMalformed.text} It breaks off, or was changed.")


def _heading(line: Any) -> Heading:
    if not isinstance(line, dict) or line.get("format") != FORMAT:
        raise ArchiveMalformed(detail="no heading")
    if line.get("version") != VERSION:
        raise ArchiveForeign(
            f"{ArchiveForeign.text} Its format is {line.get('version')}; here it is {VERSION}."
        )
    found = [line.get(name) for name in ("workspace", "revision", "written_at")]
    root = line.get("root")
    if not all(isinstance(one, str) for one in found) or not isinstance(root, str | None):
        raise ArchiveMalformed(detail="the heading is not whole")
    return Heading(str(found[0]), str(found[1]), root, str(found[2]))


def _tables() -> list[Table]:
    """The world itself, then whatever is of it, parents first.

    What is marked `stays_here` opens a door of this installation: whoever was let in is a stranger elsewhere.
    """
    taken = [table for table in lifecycle.of_worlds() if not table.info.get("stays_here")]
    return [Base.metadata.tables[_WORLD], *taken]


def _columns(table: Table) -> list[Column[Any]]:
    """Its columns but the one that names the world: the file has that once."""
    key = "id" if table.name == _WORLD else "workspace_id"
    return [column for column in table.columns if column.name != key]


def _staying(*, copy: bool) -> set[str]:
    return {table.name for table in lifecycle.of_worlds() if table.info.get("stays")} if copy else set()


def _fits(column: Column[Any], value: Any) -> bool:
    """Whether a value can stand in a column, by its kind and length."""
    if value is None:
        return bool(column.nullable)
    kind: Any = getattr(column.type, "impl", column.type)
    if isinstance(kind, Boolean):
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if isinstance(kind, Integer):
        return isinstance(value, int) and abs(value) < 1 << (63 if isinstance(kind, BigInteger) else 31)
    if isinstance(kind, Float):
        return isinstance(value, int | float)
    assert isinstance(kind, String)
    whole = isinstance(value, str) and "\0" not in value and len(value) <= (kind.length or len(value))
    return whole and _reads(column, value)


def _reads(column: Column[Any], text: str) -> bool:
    """Whether the text is the moment, day or document that the column holds."""
    try:
        for kind, read in _FORMS.items():
            if isinstance(column.type, kind):
                read(text)
    except ValueError:
        return False
    return True
