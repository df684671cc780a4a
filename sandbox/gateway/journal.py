"""The journal: a note of every call, in a store of its own, so that a read of the bank stays a read.

Notes are written in batches by one thread; a crash may lose the last second of them and nothing else. The
same thread throws the oldest ones away, so that the journal stays as large as the operator wants it.
"""

import atexit
import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import NamedTuple

from sqlalchemy import func, select

from sandbox.gateway import journal_search
from sandbox.gateway.journal_search import CallUnknown, Wanted
from sandbox.gateway.journal_table import INSERT, Fault, Note, metadata, row, table, widen
from sandbox.kernel.db import Database
from sandbox.kernel.work import Work

__all__ = ["CallUnknown", "Fault", "Journal", "Limits", "Note", "Wanted"]

_log = logging.getLogger(__name__)
_BATCH = 500
#: From here on an answer is a refusal.
_REFUSED = 400
_SECONDS_BETWEEN_BATCHES = 0.25
#: Where so many notes wait already, the next ones are taken without their exchanges.
_WAITING_MAX = 2000
#: A workspace has more than it may, by this part of it at most, before what is too much goes.
_TOO_MANY = 0.1
#: After so many notes it is asked how large the journal is.
_NOTES_BETWEEN_MEASURES = 500
#: Where one process writes at a time, places in the journal are in the order in which they can be seen.
_PG_LOCK = "SELECT pg_advisory_xact_lock(7226911)"


class Limits(NamedTuple):
    """How much is kept: calls of each workspace, and megabytes of all of them."""

    calls: int = 2000
    megabytes: int = 256


class Journal:
    """Takes notes without making the caller wait."""

    def __init__(self, database: Database | None, limits: Limits | None = None) -> None:
        """Keep notes in that database; None keeps none."""
        self._database = database
        self.limits = limits or Limits()
        self._queue: SimpleQueue[Note | threading.Event | None] = SimpleQueue()
        self._pause = threading.Event()
        self._since_pruned: Counter[str | None] = Counter()
        self._since_measured = 0
        self._writer: threading.Thread | None = None
        self._writer_pid = 0
        self._lock = threading.Lock()
        if database is not None:
            metadata.create_all(database.engine)
            widen(database)

    @property
    def is_kept(self) -> bool:
        """Whether anything is noted at all."""
        return self._database is not None

    def take(self, note: Note) -> None:
        """Take a note; it is written within a fraction of a second."""
        if self._database is None:
            return
        if self._writer_pid != os.getpid():
            self._start()
        self._queue.put(note if self._queue.qsize() < _WAITING_MAX else note._replace(whole=None))

    def settle(self, seconds: float = 5) -> None:
        """Wait until what this process has noted so far is written, for those who want to see it now."""
        if self._writer is not None and self._writer_pid == os.getpid():
            done = threading.Event()
            self._queue.put(done)
            self._pause.set()
            done.wait(seconds)

    def newest(
        self, workspace_id: str, born: datetime, wanted: Wanted, limit: int
    ) -> tuple[list[Note], bool]:
        """The latest calls of a workspace that was born then, newest first; and whether there are more."""
        if self._database is None:
            return [], False
        self.settle()
        with self._database.reading() as work:
            return journal_search.newest(work, workspace_id, born, wanted, limit)

    def get(self, workspace_id: str, born: datetime, trace: str) -> Note:
        """One call, whole. Raises CallUnknown."""
        if self._database is None:
            raise CallUnknown(detail=trace)
        self.settle()
        with self._database.reading() as work:
            return journal_search.get(work, workspace_id, born, trace)

    def place(self, workspace_id: str, trace: str | None = None) -> int:
        """Where a call stands, for `after`; without one, or where it is no longer kept, the latest one."""
        if self._database is None:
            return 0
        self.settle()
        with self._database.reading() as work:
            return journal_search.place(work, workspace_id, trace)

    def after(
        self, workspace_id: str, born: datetime, wanted: Wanted, place: int, limit: int = 100
    ) -> list[tuple[int, Note]]:
        """What was written after that place, by whichever process, oldest first, each with its place."""
        if self._database is None:
            return []
        with self._database.reading() as work:
            return journal_search.after(work, workspace_id, born, wanted, place, limit)

    def forget(self, workspace_id: str) -> None:
        """Throw away what a workspace has called."""
        if self._database is not None:
            self.settle()
            with self._database.writing() as work:
                work.run("DELETE FROM journal WHERE workspace_id = ?", (workspace_id,))

    def recent(self, workspace_id: str, limit: int = 50) -> Sequence[Note]:
        """The latest notes of a workspace, newest first."""
        if self._database is None:
            return []
        columns = [column for column in table.c if column.name != "id"]
        wanted = select(*columns).where(table.c.workspace_id == workspace_id)
        with self._database.reading() as work:
            rows = work.execute(wanted.order_by(table.c.id.desc()).limit(limit)).mappings().all()
        return [Note(**row) for row in rows]

    def first_calls(self) -> Mapping[str, datetime]:
        """When each workspace first called a bank with success, as far back as notes are kept."""
        if self._database is None:
            return {}
        first = select(table.c.workspace_id, func.min(table.c.at)).where(
            table.c.bank_id.is_not(None), table.c.app_id.is_not(None), table.c.status < _REFUSED
        )
        with self._database.reading() as work:
            rows = work.execute(first.group_by(table.c.workspace_id)).all()
        return {workspace_id: at for workspace_id, at in rows if workspace_id is not None}

    def close(self) -> None:
        """Write what is left."""
        if self._writer is not None and self._writer_pid == os.getpid():
            self._queue.put(None)
            self._pause.set()
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
            self._queue, self._pause = SimpleQueue(), threading.Event()
            self._writer = threading.Thread(target=self._write_on, name="journal", daemon=True)
            self._writer_pid = os.getpid()
            self._writer.start()
            atexit.register(self.close)

    def _write_on(self) -> None:
        going_on = True
        while going_on:
            batch, told, going_on = self._next_batch()
            self._try(self._write, batch)
            for one in told:
                one.set()
            self._try(self._keep_small, batch)
            if going_on:
                self._pause.wait(_SECONDS_BETWEEN_BATCHES)
                self._pause.clear()

    def _next_batch(self) -> tuple[list[Note], list[threading.Event], bool]:
        """Wait for a note, then take what else is there, and who waits for it; False at the end."""
        first = self._queue.get()
        batch: list[Note] = []
        told: list[threading.Event] = []
        while first is not None and len(batch) < _BATCH:
            if isinstance(first, Note):
                batch.append(first)
            else:
                told.append(first)
            try:
                first = self._queue.get_nowait()
            except Empty:
                return batch, told, True
        if isinstance(first, Note):
            batch.append(first)
        elif first is not None:
            told.append(first)
        return batch, told, first is not None

    def _try(self, do: Callable[[Sequence[Note]], None], batch: Sequence[Note]) -> None:
        """Do that with the notes; a store that is away, or full, costs them and nothing else."""
        try:
            if batch:
                do(batch)
        except Exception:
            # Without this thread nothing would be noted any more, and whoever waits for it would wait long.
            _log.exception("%d notes of the journal were not written", len(batch))

    def _write(self, batch: Sequence[Note]) -> None:
        if self._database is None:
            return
        unfit: type[Exception] = self._database.engine.dialect.loaded_dbapi.DataError
        try:
            _insert(self._database, [row(note) for note in batch])
        except (unfit, TypeError, ValueError):
            # One note that no store takes must not cost the others.
            if len(batch) == 1:
                raise
            for note in batch:
                self._try(self._write, [note])

    def _keep_small(self, batch: Sequence[Note]) -> None:
        """Throw away what is too much, once it is worth it."""
        if self._database is None:
            return
        self._since_pruned.update(note.workspace_id for note in batch)
        self._since_measured += len(batch)
        worth_it = max(self.limits.calls * _TOO_MANY, 1)
        full = [one for one, count in self._since_pruned.items() if count >= worth_it]
        if full or self._since_measured >= _NOTES_BETWEEN_MEASURES:
            with self._database.writing() as work:
                for workspace_id in full:
                    del self._since_pruned[workspace_id]
                    _prune(work, workspace_id, self.limits.calls)
                if self._since_measured >= _NOTES_BETWEEN_MEASURES:
                    self._since_measured = 0
                    _shrink(work, self._database, self.limits.megabytes * 1_000_000)


def _insert(database: Database, rows: Sequence[tuple[object, ...]]) -> None:
    with database.writing() as work:
        if not database.is_sqlite:
            work.rows(_PG_LOCK, ())
        work.run_many(INSERT, rows)


def _prune(work: Work, workspace_id: str | None, calls: int) -> None:
    """Keep the newest calls of a workspace, or of those whom nobody knows."""
    own, values = ("workspace_id = ?", (workspace_id,)) if workspace_id else ("workspace_id IS NULL", ())
    found = work.rows(
        f"SELECT id FROM journal WHERE {own} ORDER BY id DESC LIMIT 1 OFFSET ?", (*values, calls)
    )
    if found:
        work.run(f"DELETE FROM journal WHERE {own} AND id <= ?", (*values, found[0][0]))


def _shrink(work: Work, database: Database, size: int) -> None:
    """Throw the oldest tenth away for as long as all of it is larger than that, in bytes."""
    while _size(work, database) > size:
        ((first, last),) = work.rows("SELECT min(id), max(id) FROM journal", ())
        if first is None:
            return
        work.run("DELETE FROM journal WHERE id <= ?", (first + (last - first) // 10,))


def _size(work: Work, database: Database) -> int:
    if not database.is_sqlite:
        return int(work.rows("SELECT coalesce(sum(size), 0) FROM journal", ())[0][0])
    pages, free, each = (
        int(work.rows(f"PRAGMA {name}", ())[0][0]) for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * each
