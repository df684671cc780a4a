"""Bringing a database to the tables of this version, whether it is new or has lived."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from sandbox.kernel.db import Base, Database
from sandbox.migrations.models import ROOMS

#: The revision whose tables `models` describes. A test holds it against the newest file in `versions/`.
HEAD = "0004"

_FOLDER = Path(__file__).parent
_LOCK = 0x627279  # one number that only our migrations lock


def upgrade(database: Database) -> None:
    """Make the tables that are missing and change those that are old; nothing when all is well.

    An empty database gets its tables in one go, which a test holds against the way through every
    revision; only one that has lived pays for Alembic. Two processes may begin at once.
    """
    with database.engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    writing = database.engine.execution_options(bryggen_write=True)
    with writing.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _revision(connection)
        if found is None:
            make_all(connection)
        elif found != HEAD:
            walk(connection)


def make_all(connection: Connection) -> None:
    """Make every table of every room as the models say, and note the revision as Alembic would."""
    assert ROOMS  # the import is what fills the metadata
    Base.metadata.create_all(connection)
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def walk(connection: Connection, revision: str = "head") -> None:
    """Go through the revisions one by one, up to `revision`."""
    # Alembic costs as much time as the rest of a start, so only those that need it pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
