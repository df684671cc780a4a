"""What Alembic runs: the revisions, on the connection that `migrations.walk` or `make revision` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from sandbox.kernel.db import Base
from sandbox.migrations import rows
from sandbox.migrations.models import ROOMS


def ours(
    item: SchemaItem, name: str | None, kind: str, reflected: bool, compare_to: SchemaItem | None
) -> bool:
    """Whether a table is one of ours: the journal keeps its own store and makes its own table."""
    del item, reflected, compare_to
    return kind != "table" or name in Base.metadata.tables


def plain(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as what they are in the database, so that old revisions outlive them."""
    del autogen
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def run() -> None:
    """Run the revisions, all in one transaction."""
    assert ROOMS  # the import is what fills the metadata
    connection = context.config.attributes.get("connection")
    if connection is None:
        connection = create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=ours,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
        render_item=plain,
        on_version_apply=rows.carry,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
