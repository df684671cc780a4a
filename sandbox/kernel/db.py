"""The database: one declarative base, and SQLite and PostgreSQL alike. What is done with it: see `work`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Dialect, Engine, MetaData, String, Text, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from sandbox.kernel.clock import instant_text, parse_instant
from sandbox.kernel.work import Work

__all__ = ["Base", "Database", "Day", "Document", "Instant", "Work"]

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: A call holds two connections for a moment, and a process has as many threads as its operator says. Beyond
#: the first ones they are opened when they are needed, and closed again: threads are the bound, not the pool.
_POOL: Mapping[str, int] = {"pool_size": 16, "max_overflow": 64}


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
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True, **_POOL)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30}, **_POOL)

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
