"""What a revision does to rows that exist, beside its changes of tables: those Alembic has written."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import orjson
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import Connection, text

from sandbox.kernel.ids import new_id
from sandbox.workspaces import organisations, software
from sandbox.workspaces.organisations import TPP_ROLES


def carry(
    ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]
) -> None:
    """Carry the rows along; Alembic calls this after each revision, in the same transaction."""
    del heads, run_args
    change = _CHANGES.get(step.up_revision_id or "")
    if change is not None and step.is_upgrade and ctx.connection is not None:
        change(ctx.connection)


def _into_the_directory(connection: Connection) -> None:
    """0003: each app gets an organisation of its own and its software, as a new app does."""
    found = connection.execute(text("SELECT workspace_id, id, name, created_at FROM app")).all()
    roles = orjson.dumps([role.value for role in TPP_ROLES]).decode()
    for workspace_id, app_id, name, created_at in found:
        organisation_id, number = new_id(organisations.ID_LENGTH), organisations.new_number()
        common = {
            "workspace": workspace_id,
            "at": created_at,
            "roles": roles,
            "organisation": organisation_id,
        }
        connection.execute(
            text(_ORGANISATION),
            {**common, "name": name, "number": number, "as": organisations.identifier("NO-FSA", number)},
        )
        connection.execute(text(_SOFTWARE), {**common, "app": app_id, "id": new_id(software.ID_LENGTH)})


_ORGANISATION = (
    "INSERT INTO organisation"
    " (workspace_id, id, name, country, supervisor, supervisor_id, number, identifier, roles, contacts,"
    " created_at)"
    " VALUES (:workspace, :organisation, :name, 'NO', 'Finanstilsynet', 'NO-FSA', :number, :as, :roles, '[]',"
    " :at)"
)
_SOFTWARE = (
    "INSERT INTO software"
    " (workspace_id, app_id, id, organisation_id, roles, redirect_uris, description, pages, created_at)"
    " VALUES (:workspace, :app, :id, :organisation, :roles, '[]', '', '{}', :at)"
)

#: By the revision that brings the tables.
_CHANGES: Mapping[str, Callable[[Connection], None]] = {"0003": _into_the_directory}
