"""The database: one declarative base, SQLite and PostgreSQL alike, and the unit of work of one request."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Dialect, Engine, MetaData, String, Text, create_engine, event
from sqlalchemy.engine import Connection, CursorResult, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from sandbox.kernel.clock import instant_text, parse_instant

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of every table. The workspace is the first column of every key: see DESIGN 3."""

    metadata = MetaData(naming_convention=_NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware UTC moment, kept as sortable ISO text: the same bytes in both databases."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """From text."""
        return None if value is None else parse_instant(value)


class Day(TypeDecorator[date]):
    """A banking day, kept as ISO text, which is also its form on every wire."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """From text."""
        return None if value is None else date.fromisoformat(value)


class Document(TypeDecorator[Any]):
    """A JSON document, kept as text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To text."""
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """From text."""
        return None if value is None else orjson.loads(value)


class Work(Session):
    """One unit of work. It begins as a read; `write()` takes the write lock before anything is written.

    It has one connection, from its first use until it is closed. `rows` reads on that without the session,
    whose transaction costs more than an ordinary request has to read; where objects come in, the session
    takes the same transaction over, so that all of a request sees the same moment.
    """

    writing = False

    def __init__(self, engine: Engine, bell: Callable[[], None] | None = None) -> None:
        """Work on that database; nothing is opened yet. `bell` is what `ring` rings."""
        super().__init__(expire_on_commit=True, join_transaction_mode="control_fully")
        self._engine = engine
        self._bell = bell
        self._rings = False
        self._connection: Connection | None = None
        #: The worlds whose lock is held: see `workspaces.workspace.lock`.
        self.held: frozenset[str] = frozenset()
        #: A session forgets an object as soon as nobody holds it, and asks the database for it again.
        self.kept: set[object] = set()

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """The connection of this unit of work, for the session too."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def ring(self) -> None:
        """Once this is committed, ring the database's bell: it has something that somebody waits for."""
        self._rings = True

    def commit(self) -> None:
        """Keep what was done, let go of every lock, and begin anew."""
        super().commit()
        self.held = frozenset()
        if self._connection is not None and self._connection.in_transaction():
            self._connection.commit()
        if self._rings and self._bell is not None:
            self._bell()
        self._rings = False

    def rollback(self) -> None:
        """Undo what was done, let go of every lock, and begin anew."""
        super().rollback()
        self._rings = False
        self.held = frozenset()
        if self._connection is not None and self._connection.in_transaction():
            self._connection.rollback()

    def close(self) -> None:
        """Let the connection go, and with it what was not committed."""
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
        if self.new or self.dirty:
            raise RuntimeError("write() comes before the first change")
        self.commit()
        self.get_bind().execution_options(bryggen_write=True)
        self.writing = True

    def run(self, sql: str, values: tuple[Any, ...]) -> CursorResult[*tuple[Any, ...]]:
        """Run SQL with `?` for values straight on the driver: rows stay text and numbers."""
        connection = self.connection()
        return connection.exec_driver_sql(_placeholders(connection, sql), values)

    def rows(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Read with `?` for values, on the driver's own cursor: for what every request asks.

        A result of SQLAlchemy costs six times as much as the statement itself, where that finds one row.
        """
        connection = self.get_bind()
        if not connection.in_transaction():
            connection.begin()
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_placeholders(connection, sql), values)
            return cursor.fetchall()  # type: ignore[return-value]  # the driver's rows are tuples
        finally:
            cursor.close()

    def put(self, sql: str, values: tuple[Any, ...]) -> int:
        """Write with `?` for values, on the driver's own cursor; how many rows that touched."""
        return self._write(sql, values, many=False)

    def run_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write the same with other values for each row; nothing where there are none."""
        if rows:
            self._write(sql, rows if len(rows) > 1 else rows[0], many=len(rows) > 1)

    def _write(self, sql: str, values: Sequence[Any], *, many: bool) -> int:
        connection = self.connection()
        cursor = connection.connection.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(_placeholders(connection, sql), values)
            return int(cursor.rowcount)
        finally:
            cursor.close()


@event.listens_for(Work, "loaded_as_persistent")
@event.listens_for(Work, "pending_to_persistent")
def _keep(work: Work, found: object) -> None:
    work.kept.add(found)


def _placeholders(connection: Connection, sql: str) -> str:
    return sql if connection.dialect.paramstyle == "qmark" else sql.replace("?", "%s")


class Database:
    """An opened database: hands out units of work."""

    def __init__(self, url: str) -> None:
        """Open `sqlite:///path` or `postgresql://…`. The tables come from `migrations.upgrade`."""
        self.url = url
        #: Rung by a unit of work that has committed what somebody in this process waits for.
        self.bell: Callable[[], None] | None = None
        self.engine = _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _postgresql(url)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    def work(self) -> Work:
        """A new unit of work; whoever asks for it commits or rolls back and closes it."""
        return Work(self.engine, self.bell)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A unit of work that only reads."""
        with self.work() as work:
            yield work
            work.rollback()

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A unit of work that holds the write lock; committed at the end, rolled back on any error."""
        with self.work() as work:
            work.write()
            yield work
            work.commit()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def _postgresql(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_size=16, pool_pre_ping=True)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, pool_size=16, max_overflow=16)

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own begins too late
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("bryggen_write")
        # On the driver's connection: SQLAlchemy's own way takes ten times as long, for every request.
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
