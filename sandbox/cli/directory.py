"""`bryggen directory`: the organisations and the software of a workspace, and statements about it."""

import json
from pathlib import Path
from typing import Any

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import option

_ROLES = ("PSP_AS", "PSP_PI", "PSP_AI", "PSP_IC")
_role = click.option("--role", "roles", multiple=True, type=click.Choice(_ROLES), help="May be repeated.")


@click.group("directory", cls=output.Group)
def group() -> None:
    """Look at and change what the banks know of your apps. Nobody has to approve it."""


@group.command("organisations")
@option
def every(workspace: str) -> None:
    """List the organisations, with the apps that they stand behind."""
    from sandbox.control import shown_directory
    from sandbox.workspaces import organisations
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        world = workspaces.get(work, workspace)
        found = [shown_directory.organisation(work, one) for one in organisations.every(work, world.id)]
    rows = [(one["id"], one["name"], one["identifier"], " ".join(one["apps"])) for one in found]
    output.say({"organisations": found}, lambda: output.table(("ID", "NAME", "IDENTIFIER", "APPS"), rows))


@group.command("create")
@click.argument("name")
@click.option("--country", help="Two capital letters; NO when absent.")
@_role
@option
def create(name: str, country: str | None, roles: tuple[str, ...], workspace: str) -> None:
    """Take an organisation into the directory."""
    from sandbox.control import registering, shown_directory
    from sandbox.workspaces import organisations
    from sandbox.workspaces import workspace as workspaces

    order = _given(name=name, country=country, roles=list(roles))
    with opened() as services, services.database.writing() as work:
        world = workspaces.get(work, workspace)
        made = organisations.create(work, world, registering.particulars(order))
        document = shown_directory.organisation(work, made)
    output.say(document, lambda: [f"Organisation  {document['id']}  {document['identifier']}"])


@group.command("show")
@click.argument("app_id")
@option
def show(app_id: str, workspace: str) -> None:
    """Show what an app is registered with at every bank."""
    from sandbox.control import shown_directory
    from sandbox.workspaces import apps

    with opened() as services, services.database.reading() as work:
        app = apps.get(work, workspace, app_id)
        document = shown_directory.software(work, app, services.origin)
    output.say(document, lambda: _lines(document))


@group.command("register")
@click.argument("app_id")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="May be repeated.")
@click.option("--jwks", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file of keys.")
@click.option("--jwks-uri", help="Where the keys are published, instead.")
@click.option("--organisation", "organisation_id", help="The id of the organisation behind the app.")
@_role
@option
def register(app_id: str, workspace: str, jwks: Path | None, **said: Any) -> None:
    """Register an app with other redirect URIs, keys or roles; what is not given stays as it is."""
    from sandbox.control import registering, shown_directory
    from sandbox.workspaces import apps, software

    keys = None if jwks is None else _read(jwks)
    order = _given(
        jwks=keys, **{name: list(one) if isinstance(one, tuple) else one for name, one in said.items()}
    )
    with opened() as services:
        registering.check_address(order, private=services.settings.allows_private_notifications)
        with services.database.writing() as work:
            app = apps.get(work, workspace, app_id)
            registering.register(work, software.of_app(work, workspace, app.id), order)
            document = shown_directory.software(work, app, services.origin)
    output.say(document, lambda: _lines(document))


@group.command("statement")
@click.argument("app_id")
@option
def statement(app_id: str, workspace: str) -> None:
    """Have the directory sign what it knows of an app, for a registration at a bank."""
    from sandbox.eidas import statements
    from sandbox.workspaces import apps
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.writing() as work:
        world = workspaces.get(work, workspace)
        app = apps.get(work, workspace, app_id)
        document = {"software_statement": statements.issue(work, world, app, services.origin)}
    output.say(document, lambda: [document["software_statement"]])


def _given(**said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        output.fail(f"{file} is not JSON.", 'A key set is {"keys": […]}.')


def _lines(document: dict[str, Any]) -> list[str]:
    rows = [(name, value) for name, value in document.items() if value not in (None, "", [])]
    return list(output.table(("WHAT", "VALUE"), rows))
