"""`bryggen app`: the apps of a workspace and their keys."""

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import RUNGS, option

_AS_WORKSPACE = "as-workspace"


@click.group("app", cls=output.Group)
def group() -> None:
    """Register, list and forget apps, and give new keys."""


@group.command("create")
@click.argument("name")
@option
def create(name: str, workspace: str) -> None:
    """Register an app and show its key this once."""
    from sandbox.control import shown
    from sandbox.workspaces import apps, audit
    from sandbox.workspaces import workspace as workspaces
    from sandbox.workspaces.members import Role

    with opened() as services, services.database.writing() as work:
        document = shown.app(*apps.create(work, workspaces.get(work, workspace), name, Role.OWNER))
        audit.note(work, workspace, audit.COMMAND, "app.create", name)
    output.say(document, lambda: [f"App      {document['id']}  {name}", f"App key  {document['key']}"])


@group.command("list")
@option
def every(workspace: str) -> None:
    """List the apps of a workspace."""
    from sandbox.control import shown
    from sandbox.workspaces import apps
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        found = [shown.app(one) for one in apps.every(work, workspaces.get(work, workspace).id)]
    rows = [(one["id"], one["name"], one["created_at"]) for one in found]
    output.say({"apps": found}, lambda: output.table(("ID", "NAME", "CREATED"), rows))


@group.command("key")
@click.argument("app_id")
@option
def key(app_id: str, workspace: str) -> None:
    """Give an app a new key, shown this once; the old one is refused from now on."""
    from sandbox.control import shown
    from sandbox.workspaces import apps

    with opened() as services, services.database.writing() as work:
        app = apps.get(work, workspace, app_id)
        document = shown.app(app, apps.renew(app))
    output.say(document, lambda: [f"App key  {document['key']}"])


@group.command("strictness")
@click.argument("app_id")
@click.argument("rung", type=click.Choice([*RUNGS, _AS_WORKSPACE]))
@option
def strictness(app_id: str, rung: str, workspace: str) -> None:
    """Say how strict an app is treated: open, warn, enforce, or as its workspace."""
    from sandbox.control import shown
    from sandbox.workspaces import apps

    with opened() as services, services.database.writing() as work:
        app = apps.get(work, workspace, app_id)
        app.strictness = None if rung == _AS_WORKSPACE else rung
        document = shown.app(app)
    output.say(document, lambda: [f"The app {app_id} is treated so: {rung}."])


@group.command("secret")
@click.argument("app_id")
@option
def secret(app_id: str, workspace: str) -> None:
    """Show the secret with which an app verifies the notifications that it is sent."""
    from sandbox.workspaces import apps, signing

    with opened() as services, services.database.writing() as work:
        app = apps.get(work, workspace, app_id)
        document = {"secret": signing.secret_of(work, workspace, app.id)}
    output.say(document, lambda: [f"Signing secret  {document['secret']}"])


@group.command("yes")
@click.argument("app_id")
@click.option("--psu", help="The login of the PSU who says yes; without it, the first customer of each bank.")
@click.option("--off", is_flag=True, help="Wait for the PSU's yes again, as in life.")
@option
def yes(app_id: str, psu: str | None, workspace: str, *, off: bool) -> None:
    """Have a PSU say yes at once to whatever an app asks for, so that no browser is needed."""
    from sandbox.control import shown
    from sandbox.workspaces import apps

    with opened() as services, services.database.writing() as work:
        app = apps.get(work, workspace, app_id)
        app.yes_by = None if off else psu or apps.FIRST
        document = shown.app(app)
    said = "The app waits for the PSU." if off else f"Yes at once, by: {document['yes_by']}"
    output.say(document, lambda: [said])


@group.command("delete")
@click.argument("app_id")
@option
def delete(app_id: str, workspace: str) -> None:
    """Forget an app; its key is refused from now on."""
    from sandbox.workspaces import apps, audit

    with opened() as services, services.database.writing() as work:
        app = apps.get(work, workspace, app_id)
        audit.note(work, workspace, audit.COMMAND, "app.delete", app.name)
        apps.delete(work, app)
    output.say({"deleted": app_id}, lambda: [f"The app {app_id} is gone."])
