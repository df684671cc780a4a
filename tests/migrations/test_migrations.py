"""A new database and one that has lived end with the same tables."""

from collections.abc import Mapping
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from sandbox import migrations
from sandbox.kernel.db import Base, Database
from sandbox.kernel.ids import hashed
from sandbox.workspaces import apps, software
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Strictness


def described(database: Database) -> dict[str, object]:
    """Every table with its columns, keys and indexes, as the database itself tells them."""
    looker = inspect(database.engine)
    return {
        table: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"], one["default"])
                for one in looker.get_columns(table)
            ],
            "primary": looker.get_pk_constraint(table),
            "foreign": sorted(looker.get_foreign_keys(table), key=str),
            "unique": sorted(looker.get_unique_constraints(table), key=str),
            "checks": sorted(looker.get_check_constraints(table), key=str),
            "indexes": sorted(map(told, looker.get_indexes(table)), key=str),
        }
        for table in sorted(looker.get_table_names())
    }


def told(index: Mapping[str, Any]) -> dict[str, Any]:
    """An index whose condition, where it has one, is told as text."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def walked(database: Database) -> Database:
    """The same database, but brought up through every revision."""
    with database.engine.execution_options(bryggen_write=True).begin() as connection:
        migrations.walk(connection)
    return database


def emptied(database: Database) -> Database:
    with database.engine.execution_options(bryggen_write=True).begin() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    return database


def test_the_short_way_and_the_way_through_every_revision_end_alike(database: Database):
    short = described(database)

    long = described(walked(emptied(database)))

    assert short == long


def test_the_revisions_leave_no_difference_to_the_models(database: Database):
    walked(emptied(database))

    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_apps_and_worlds_that_exist_stay_on_the_open_rung(database: Database):
    emptied(database)
    with database.engine.execution_options(bryggen_write=True).begin() as connection:
        migrations.walk(connection, "0002")
        at = "2026-03-16T09:00:00.000000Z"
        connection.execute(
            text(
                "INSERT INTO workspace (id, title, seed, clock_mode, clock_offset_seconds, created_at)"
                f" VALUES ('old', 'Old', 'bergen', 'live', 0, '{at}')"
            )
        )
        app = f"('old', 'app', 'an app', '{hashed('bk_old_app_secret')}', '{at}')"
        connection.execute(
            text(f"INSERT INTO app (workspace_id, id, name, key_hash, created_at) VALUES {app}")
        )

    migrations.upgrade(database)

    with database.reading() as work:
        assert apps.caller(work, "bk_old_app_secret").strictness is Strictness.OPEN


def test_a_database_that_is_up_to_date_is_left_alone(database: Database):
    before = described(database)

    migrations.upgrade(database)

    assert described(database) == before


def test_head_is_the_newest_revision():
    config = Config()
    config.set_main_option("script_location", "sandbox/migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_an_app_that_exists_gets_its_organisation_and_software(database: Database):
    emptied(database)
    with database.engine.execution_options(bryggen_write=True).begin() as connection:
        migrations.walk(connection, "0002")
        at = "2026-03-16T09:00:00.000000Z"
        connection.execute(
            text(
                "INSERT INTO workspace (id, title, seed, clock_mode, clock_offset_seconds, created_at)"
                f" VALUES ('old', 'Old', 'bergen', 'live', 0, '{at}')"
            )
        )
        for app in ("one", "two"):
            values = f"('old', '{app}', 'App {app}', 'x', '{at}')"
            connection.execute(
                text(f"INSERT INTO app (workspace_id, id, name, key_hash, created_at) VALUES {values}")
            )

    migrations.upgrade(database)

    with database.writing() as work:
        firms = [software.organisation_of(work, "old", app) for app in ("one", "two")]
        made = apps.create(work, workspaces.get(work, "old"), "App three")[0]
        fresh = software.organisation_of(work, "old", made.id)
        assert [firm.name for firm in firms] == ["App one", "App two"]
        assert len({firm.identifier for firm in firms}) == 2
        assert software.roles_of(software.of_app(work, "old", "one")) == software.roles_of(
            software.of_app(work, "old", made.id)
        )
        assert (firms[0].supervisor, firms[0].roles) == (fresh.supervisor, fresh.roles)
