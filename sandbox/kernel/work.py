"""The unit of work of one request: what it reads and writes, when that goes out, and what it remembers."""

import re
from collections.abc import Callable, Hashable, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.orm import Session, SessionTransaction

from sandbox.kernel import changes

#: What stands for the `?` of a statement.
Values = tuple[Any, ...]
_Read = TypeVar("_Read")
_Rows = Sequence[Values]
#: A statement that was made, how many rows it had values for, and the first of those.
Written = tuple[str, int, _Rows]
#: Of how many statements a unit of work remembers that it has made them, and how many rows of each.
_WRITTEN_MAX, _WRITTEN_ROWS_MAX = 200, 20
_NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)")


class Held(Protocol):
    """A record in a unit of work, as that deals with it: see `records.Held`."""

    record: Any
    stale: bool

    @property
    def place(self) -> tuple[str, Values]:
        """Its table and its key."""

    def change(self) -> tuple[str, Values] | None:
        """The statement that writes what has changed, once."""

    def commit(self) -> None:
        """What was written is kept."""

    def rollback(self) -> bool:
        """What was written is undone; whether there was a row before."""

    def come_back(self, values: Values) -> None:
        """That is how the row is now."""

    def read_again(self, work: "Work") -> bool:
        """Read it again; whether it is still there."""


class Work(Session):
    """One unit of work. It begins as a read; `write()` takes the write lock before anything is written.

    It has one connection, from its first use until it is closed. `rows` reads on that without the session,
    whose transaction costs more than an ordinary request has to read; where objects come in, the session
    takes the same transaction over, so that all of a request sees the same moment.

    `later` writes when the unit ends, all of it at once; a statement that names one of those tables before
    then has them written first. `once` remembers what was read until something is written to that table.
    So neither needs to be thought of by whoever reads.
    """

    writing = False

    def __init__(self, engine: Engine, bell: Callable[[], None] | None = None) -> None:
        """Work on that database; nothing is opened yet. `bell` is what `ring` rings."""
        super().__init__(expire_on_commit=True, join_transaction_mode="control_fully")
        self._engine = engine
        self._bell = bell
        self._rings = False
        self._connection: Connection | None = None
        #: What is to be written, in order, and the tables that it is written to.
        self._waiting: list[tuple[str, list[Values]]] = []
        self._waiting_for: set[str] = set()
        #: The records in hand, by table and key: see `records`.
        self.records: dict[tuple[str, Values], Held] = {}
        self._recorded: set[str] = set()
        self._written: list[Written] = []
        #: How much of that is committed, and how much was there when a savepoint was set.
        self._kept = self._saved = 0
        #: What was read of each table.
        self._memory: dict[str, dict[Hashable, Any]] = {}
        #: The worlds whose lock is held: see `workspaces.workspace.lock`.
        self.held: frozenset[str] = frozenset()
        #: A session forgets an object as soon as nobody holds it, and asks the database for it again.
        self.kept: set[object] = set()

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """The connection of this unit of work, for the session too."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    @property
    def kept_changes(self) -> Sequence[Written]:
        """What this unit of work has written and committed, the first statements of it: see `changes`."""
        return self._written[: self._kept]

    def ring(self) -> None:
        """Once this is committed, ring the database's bell: it has something that somebody waits for."""
        self._rings = True

    def commit(self) -> None:
        """Keep what was done, let go of every lock, and begin anew."""
        self.flush()
        if self.in_transaction():
            super().commit()
        self._kept = len(self._written)
        self.held = frozenset()
        self._memory.clear()
        for one in self.records.values():
            one.commit()
        if self._connection is not None and self._connection.in_transaction():
            self._connection.commit()
        if self._rings and self._bell is not None:
            self._bell()
        self._rings = False

    def rollback(self) -> None:
        """Undo what was done, let go of every lock, and begin anew."""
        self._drop_waiting()
        del self._written[self._kept :]
        known = {place: one for place, one in self.records.items() if one.rollback()}
        self.records = {}
        super().rollback()
        self._rings = False
        self.held = frozenset()
        self._memory.clear()
        self.records = known
        if self._connection is not None and self._connection.in_transaction():
            self._connection.rollback()

    def close(self) -> None:
        """Let the connection go, and with it what was not committed."""
        self._drop_waiting()
        self._memory.clear()
        self.records.clear()
        self._recorded.clear()
        if self.in_transaction() or self.kept:
            # An ordinary read has not asked the session for anything: there is nothing that it must let go.
            super().close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def write(self) -> None:
        """Take the write lock now, so that what is read from here on cannot change under us.

        SQLite: the snapshot so far is let go and `BEGIN IMMEDIATE` waits for its turn; a reader that
        turned into a writer without this would get "database is locked" at once.
        """
        if self.writing:
            return
        if self.new or self.dirty or self._waiting or any(one.change() for one in self.records.values()):
            raise RuntimeError("write() comes before the first change")
        self.commit()
        self.get_bind().execution_options(bryggen_write=True)
        self.writing = True
        self._read_again()

    def begin_nested(self) -> SessionTransaction:
        """Set a savepoint, at once: what goes straight to the driver does not ask the session for it."""
        begun = super().begin_nested()
        self.connection()
        self._saved = len(self._written)
        return begun

    def run(self, sql: str, values: tuple[Any, ...]) -> CursorResult[*tuple[Any, ...]]:
        """Run SQL with `?` for values straight on the driver: rows stay text and numbers."""
        self._before(sql)
        if not sql.startswith("SELECT"):
            self._tell(sql, [values])
        connection = self.connection()
        return connection.exec_driver_sql(_placeholders(connection, sql), values)

    def rows(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Read with `?` for values, on the driver's own cursor: for what every request asks.

        A result of SQLAlchemy costs six times as much as the statement itself, where that finds one row.
        """
        self._before(sql)
        connection = self._begun()
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_placeholders(connection, sql), values)
            return cursor.fetchall()  # type: ignore[return-value]  # the driver's rows are tuples
        finally:
            cursor.close()

    def once(self, table: str, key: Hashable, read: Callable[[], _Read]) -> _Read:
        """What was read of that table under that key before, if nothing was written to it since; else read.

        It holds until the unit ends or a lock was waited for. Whoever reads by SQL of their own writes by
        `put`, `later` or the session: what another connection writes is not noticed.
        """
        known = self._memory.setdefault(table, {})
        if key not in known:
            known[key] = read()
        found: _Read = known[key]
        return found

    def forget(self) -> None:
        """Read everything again: somebody else may have written while a lock was waited for."""
        self._memory.clear()
        self.expire_all()
        self._read_again()

    def undo(self) -> None:
        """What was done since a savepoint is undone."""
        self._drop_waiting()
        del self._written[max(self._saved, self._kept) :]
        self._memory.clear()
        self._read_again()

    def hold(self, record: Held) -> None:
        """Write what is changed of that record from here on, and hand out no other object for its row."""
        self.records[record.place] = record
        self._recorded.add(record.place[0])

    def let_go(self, but: Set[tuple[str, Values]]) -> None:
        """Write what has changed, and let go of every record but those: nobody has another in hand.

        Each statement that names a table of records looks at all of them for what has changed. So whoever
        does one thing after another in the same unit lets go after each, and the next one costs the same.
        """
        self._write_out()
        self.records = {place: one for place, one in self.records.items() if place in but}
        for table in self._recorded:
            self._memory.pop(table, None)

    def _read_again(self) -> None:
        """Whoever has a record in hand from before has it as it is now; what is not written is dropped."""
        for one in self.records.values():
            one.change()
        self.records = {place: one for place, one in self.records.items() if one.read_again(self)}

    def put(self, sql: str, values: tuple[Any, ...]) -> int:
        """Write with `?` for values, on the driver's own cursor; how many rows that touched."""
        self._before(sql)
        return self._write(sql, [values])

    def run_many(self, sql: str, rows: _Rows) -> None:
        """Write the same with other values for each row; nothing where there are none."""
        self._before(sql)
        if rows:
            self._write(sql, rows)

    def later(self, sql: str, *rows: tuple[Any, ...]) -> None:
        """Write this, once for each row of values, before the unit ends: all that waits goes out together."""
        if not rows:
            return
        if self._waiting and self._waiting[-1][0] == sql:
            self._waiting[-1][1].extend(rows)
        else:
            self._waiting.append((sql, list(rows)))
            self._waiting_for |= _tables(sql)
        self._forget(sql)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what waits, then what the session has in hand: an object may point to a row that waits."""
        self._write_out()
        if self.new or self.dirty or self.deleted:
            for sql, values in changes.of_objects(self):
                self._tell(sql, [values])
            super().flush(objects)
            self._memory.clear()

    def execute(self, statement: Any, *args: Any, **options: Any) -> Any:
        """As a session does it, with what waits written before; nobody knows what it changes."""
        self._write_out()
        if not statement.is_select:
            self._memory.clear()
            for one in self.records.values():
                one.stale = True
        return super().execute(statement, *args, **options)

    def _write_out(self) -> None:
        for record in self.records.values():
            change = record.change()
            if change is not None:
                self.later(*change)
        if self._waiting:
            self._send()

    def _send(self) -> None:
        """On PostgreSQL all of it is on its way before the first answer is waited for."""
        waiting = self._waiting
        self._drop_waiting()
        with _together(self._begun()):
            for sql, rows in waiting:
                self._write(sql, rows)

    def _drop_waiting(self) -> None:
        self._waiting, self._waiting_for = [], set()

    def _before(self, sql: str) -> None:
        """Have written what waits for the tables of that statement; forget what it changes."""
        tables = _tables(sql)
        if not self._recorded.isdisjoint(tables):
            self._write_out()
        elif not self._waiting_for.isdisjoint(tables):
            self._send()
        if not sql.startswith("SELECT"):
            self._forget(sql)
            if not self._recorded.isdisjoint(tables):
                for (table, _), one in self.records.items():
                    one.stale |= table in tables

    def _forget(self, sql: str) -> None:
        for table in _tables(sql):
            self._memory.pop(table, None)

    def _begun(self) -> Connection:
        """The connection in its transaction."""
        connection = self.get_bind()
        if not connection.in_transaction():
            connection.begin()
        return connection

    def _tell(self, sql: str, rows: _Rows) -> None:
        """Remember that this was written."""
        if len(self._written) < _WRITTEN_MAX:
            self._written.append((sql, len(rows), rows[:_WRITTEN_ROWS_MAX]))

    def _write(self, sql: str, rows: _Rows) -> int:
        self._tell(sql, rows)
        connection = self._begun()
        cursor: Any = connection.connection.cursor()
        try:
            if len(rows) == 1:
                cursor.execute(_placeholders(connection, sql), rows[0])
            else:
                cursor.executemany(_placeholders(connection, sql), rows)
            return int(cursor.rowcount)
        finally:
            cursor.close()


@event.listens_for(Work, "after_soft_rollback")
def _undo(work: Work, ended: SessionTransaction) -> None:
    """Of a savepoint: what waits was said after it, and the rows are again as they were before."""
    if ended.nested and work.is_active:
        work.undo()


@event.listens_for(Work, "loaded_as_persistent")
@event.listens_for(Work, "pending_to_persistent")
def _keep(work: Work, found: object) -> None:
    work.kept.add(found)


@lru_cache(maxsize=4096)
def _tables(sql: str) -> frozenset[str]:
    """The tables that a statement reads or writes."""
    return frozenset(_NAMED.findall(sql))


def _together(connection: Connection) -> AbstractContextManager[object]:
    driver: Any = connection.connection.driver_connection
    return nullcontext() if connection.dialect.name == "sqlite" else driver.pipeline()


def _placeholders(connection: Connection, sql: str) -> str:
    return sql if connection.dialect.paramstyle == "qmark" else sql.replace("?", "%s")
