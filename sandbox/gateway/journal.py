"""The journal: a note of every call, in a store of its own, so that a read of the bank stays a read.

Notes are written in batches by one thread; a crash may lose the last second of them and nothing else.
"""

import atexit
import os
import threading
from collections.abc import Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Database, Document, Instant

_BATCH = 500
_SECONDS_BETWEEN_BATCHES = 0.25

_metadata = MetaData()
_table = Table(
    "journal",
    _metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("workspace_id", String(40), index=True),
    Column("app_id", String(16)),
    Column("bank_id", String(40)),
    Column("at", Instant, nullable=False),
    Column("method", String(8), nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("milliseconds", Float, nullable=False),
    Column("request_id", String(64)),
    Column("refusal", String(60)),
    Column("detail", Text),
    Column("faults", Document),
    Column("failure", String(200)),
)


#: What a journal of the first version has not.
_ADDED = ("faults", "failure")


class Fault(NamedTuple):
    """What was wrong with a call and was let pass: the name of the refusal, its text, its detail."""

    reason: str
    text: str
    detail: str | None


class Note(NamedTuple):
    """One call: who, what, how it ended. `detail` is for the team that called, never for the caller itself.

    `faults` are what a stricter rung would have refused, as dictionaries with the members of `Fault`;
    `failure` names what was made to go wrong.
    The path is kept without its query, so that no token or code of a URL is written down.
    """

    workspace_id: str | None
    app_id: str | None
    bank_id: str | None
    at: datetime
    method: str
    path: str
    status: int
    milliseconds: float
    request_id: str | None = None
    refusal: str | None = None
    detail: str | None = None
    faults: list[dict[str, str | None]] | None = None
    failure: str | None = None


#: One note for each call there is: straight to the driver, it costs a third.
_INSERT = f"INSERT INTO journal ({', '.join(Note._fields)}) VALUES ({', '.join('?' * len(Note._fields))})"


class Journal:
    """Takes notes without making the caller wait."""

    def __init__(self, database: Database | None) -> None:
        """Keep notes in that database; None keeps none."""
        self._database = database
        self._queue: SimpleQueue[Note | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._writer_pid = 0
        self._lock = threading.Lock()
        if database is not None:
            _metadata.create_all(database.engine)
            _widen(database)

    def take(self, note: Note) -> None:
        """Take a note; it is written within a fraction of a second."""
        if self._database is None:
            return
        if self._writer_pid != os.getpid():
            self._start()
        self._queue.put(note)

    def recent(self, workspace_id: str, limit: int = 50) -> Sequence[Note]:
        """The latest notes of a workspace, newest first."""
        if self._database is None:
            return []
        columns = [column for column in _table.c if column.name != "id"]
        wanted = select(*columns).where(_table.c.workspace_id == workspace_id)
        with self._database.reading() as work:
            rows = work.execute(wanted.order_by(_table.c.id.desc()).limit(limit)).mappings().all()
        return [Note(**row) for row in rows]

    def close(self) -> None:
        """Write what is left."""
        if self._writer is not None and self._writer_pid == os.getpid():
            self._queue.put(None)
            self._writer.join(timeout=5)
            self._writer, self._writer_pid = None, 0

    def let_go(self) -> None:
        """Close every connection before this process forks; the next note opens one again."""
        self.close()
        if self._database is not None:
            self._database.close()

    def _start(self) -> None:
        """Begin the thread in this process; a forked worker gets its own queue and thread."""
        with self._lock:
            if self._writer_pid == os.getpid():
                return
            self._queue = SimpleQueue()
            self._writer = threading.Thread(target=self._write_on, name="journal", daemon=True)
            self._writer_pid = os.getpid()
            self._writer.start()
            atexit.register(self.close)

    def _write_on(self) -> None:
        going_on = True
        pause = threading.Event()
        while going_on:
            batch, going_on = self._next_batch()
            if batch:
                self._write(batch)
            if going_on:
                pause.wait(_SECONDS_BETWEEN_BATCHES)

    def _next_batch(self) -> tuple[list[Note], bool]:
        """Wait for a note, then take what else is there; False when the journal is being closed."""
        first = self._queue.get()
        batch: list[Note] = []
        while first is not None and len(batch) < _BATCH:
            batch.append(first)
            try:
                first = self._queue.get_nowait()
            except Empty:
                return batch, True
        if first is None:
            return batch, False
        return [*batch, first], True

    def _write(self, batch: Sequence[Note]) -> None:
        if self._database is not None:
            with self._database.writing() as work:
                work.run_many(_INSERT, [_row(note) for note in batch])


def _row(note: Note) -> tuple[object, ...]:
    faults = orjson.dumps(note.faults).decode() if note.faults else None
    return (*note[:3], instant_text(note.at), *note[4:-2], faults, note.failure)


def _widen(database: Database) -> None:
    """Give a journal of an older version the columns that it lacks. Two processes may begin at once."""
    for name in _ADDED:
        if _has(database, name):
            continue
        try:
            with database.engine.execution_options(bryggen_write=True).begin() as connection:
                connection.execute(text(f"ALTER TABLE journal ADD COLUMN {name} TEXT"))
        except DBAPIError:
            if not _has(database, name):
                raise


def _has(database: Database, column: str) -> bool:
    return any(one["name"] == column for one in inspect(database.engine).get_columns("journal"))
