"""`bryggen workspace`: make, list, reset, fork and throw away worlds."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import output
from sandbox.cli.installation import opened

if TYPE_CHECKING:
    from sandbox.gateway.services import Services

DEFAULT = "demo"
#: What an authority has made, which is worth nothing under another root.
_OF_A_ROOT = ("trust_authority", "trust_certificate")
#: As `Strictness` has them, which is not imported for `--help`; a test holds them together.
RUNGS = ("open", "warn", "enforce")
#: As `Role` has them.
ROLES = ("owner", "member")
option = click.option("--workspace", "-w", default=DEFAULT, show_default=True, help="Which world.")


@click.group("workspace", cls=output.Group)
def group() -> None:
    """Make, list, reset, fork, export, import and delete workspaces."""


@group.command("create")
@click.argument("name", required=False)
@click.option("--seed", help="What decides who lives there; the setting BRYGGEN_DEFAULT_SEED by default.")
@click.option("--title", default="", help="A line about it.")
@click.option("--app-name", default="first app", show_default=True, help="The name of its first app.")
def create(name: str | None, seed: str | None, title: str, app_name: str) -> None:
    """Make a workspace and an app in it, and show the app's key this once."""
    from sandbox.control import shown
    from sandbox.workspaces import apps, audit
    from sandbox.workspaces import workspace as workspaces
    from sandbox.workspaces.members import Role

    with opened() as services, services.database.writing() as work:
        chosen = seed or workspaces.new_seed(services.settings)
        world = workspaces.create(work, chosen, name=name, title=title)
        made = shown.app(*apps.create(work, world, app_name, Role.OWNER))
        audit.note(work, world.id, audit.COMMAND, "workspace.create")
        document = {**shown.workspace(world), "app": made}
    _say_made(document)


@group.command("list")
def every() -> None:
    """List the workspaces."""
    from sandbox.control import shown
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        found = [shown.workspace(one) for one in workspaces.every(work)]
    output.say(
        {"workspaces": found},
        lambda: output.table(
            ("ID", "TITLE", "SEED", "CLOCK", "NOW"),
            [
                (one["id"], one["title"], one["seed"], one["clock"]["mode"], one["clock"]["now"])
                for one in found
            ],
        ),
    )


@group.command("strictness")
@click.argument("name")
@click.argument("rung", type=click.Choice(RUNGS))
def strictness(name: str, rung: str) -> None:
    """Say how strict those apps are treated that have no rung of their own: open, warn, enforce."""
    from sandbox.control import shown
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.writing() as work:
        world = workspaces.get(work, name)
        world.strictness = rung
        document = shown.workspace(world)
    output.say(document, lambda: [f"Apps in the workspace {name} are treated so: {rung}."])


@group.command("reset")
@click.argument("name")
def reset(name: str) -> None:
    """Begin again: the same people, apps and keys, and nothing of what happened since."""
    from sandbox.control import shown
    from sandbox.workspaces import audit, lifecycle
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.writing() as work:
        world = workspaces.get(work, name)
        lifecycle.reset(work, world)
        audit.note(work, world.id, audit.COMMAND, "workspace.reset")
        document = shown.workspace(world)
    output.say(document, lambda: [f"The workspace {name} begins again. Its apps keep their keys."])


@group.command("fork")
@click.argument("name")
@click.argument("copy", required=False)
def fork(name: str, copy: str | None) -> None:
    """Make a second workspace that begins as this one is now, with an app of its own."""
    from sandbox.control import shown
    from sandbox.workspaces import apps, audit, lifecycle
    from sandbox.workspaces import workspace as workspaces
    from sandbox.workspaces.members import Role

    with opened() as services, services.database.writing() as work:
        world = lifecycle.fork(work, workspaces.get(work, name), name=copy)
        made = shown.app(*apps.create(work, world, "first app", Role.OWNER))
        audit.note(work, world.id, audit.COMMAND, "workspace.fork", f"from {name}")
        document = {**shown.workspace(world), "app": made}
    _say_made(document)


@group.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(name: str, yes: bool) -> None:
    """Throw a workspace away, with all that is in it."""
    from sandbox.workspaces import audit, lifecycle
    from sandbox.workspaces import workspace as workspaces

    with opened() as services:
        with services.database.reading() as work:
            workspaces.get(work, name)
        if not yes:
            _ask(f"Throw the workspace {name} away, with all that is in it?")
        with services.database.writing() as work:
            audit.note(work, name, audit.COMMAND, "workspace.delete")
            lifecycle.remove(work, workspaces.get(work, name))
            services.journal.forget(name)
    output.say({"deleted": name}, lambda: [f"The workspace {name} is gone."])


def _ask(whether: str) -> None:
    """Go on where the user says yes; a script has nobody who could."""
    if output.as_json():
        output.fail("Nobody is asked where JSON is spoken.", "Say --yes to throw it away.")
    click.confirm(whether, abort=True, err=True)


@group.command("invite")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True, help="As whom.")
@click.option(
    "--uses", type=int, default=1, show_default=True, help="How many it lets in; 0: as many as come."
)
@click.option("--days", type=float, default=7.0, show_default=True, help="How long it is good for.")
def invite(name: str, role: str, uses: int, days: float) -> None:
    """Invite somebody into a workspace, and show the code and the link this once."""
    from sandbox.control import shown
    from sandbox.workspaces import audit, invitations
    from sandbox.workspaces import workspace as workspaces
    from sandbox.workspaces.members import Role

    with opened() as services, services.database.writing() as work:
        terms = invitations.Terms(Role(role), uses or None, timedelta(days=days))
        made, code = invitations.create(work, workspaces.get(work, name), terms)
        audit.note(work, name, audit.COMMAND, "member.invite", shown.terms(terms))
        document = shown.invitation(made, code, services.origin)
    output.say(
        document,
        lambda: [
            f"Code  {document['code']}",
            f"Link  {document['link']}",
            f"It lets {uses or 'anybody'} in as {role}, until {document['expires_at']}.",
            "The code is not kept and cannot be shown again.",
        ],
    )


@group.command("export")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export(name: str, file: Path | None) -> None:
    """Write a workspace into one FILE, whole: NAME.bryggen where none is given."""
    from sandbox.migrations import HEAD
    from sandbox.workspaces import archive
    from sandbox.workspaces import workspace as workspaces

    chosen = file or Path(f"{name}.bryggen")
    with opened() as services:
        root = _root(services)
        with services.database.reading() as work:
            rows = archive.write(work, workspaces.get(work, name), chosen, HEAD, root)
    document = {"workspace": name, "file": str(chosen), "rows": rows, "bytes": chosen.stat().st_size}
    output.say(
        document, lambda: [f"{chosen} holds the workspace {name}: {rows} rows. It holds secrets, too."]
    )


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "name", help="Under another name: a copy, which tells nobody what the first one tells.")
def read_in(file: Path, name: str | None) -> None:
    """Read a workspace in that was exported, here or elsewhere."""
    from sandbox.control import shown
    from sandbox.migrations import HEAD
    from sandbox.workspaces import archive

    with opened() as services:
        # An authority of another installation's root would issue what nobody here trusts.
        strange = archive.heading(file).root != _root(services)
        without = _OF_A_ROOT if strange else ()
        with services.database.writing() as work:
            world, rows = archive.read(work, file, HEAD, name, without)
            document = {**shown.workspace(world), "rows": rows, "certificates": not strange}
    lines = [f"The workspace {document['id']} is here: {rows} rows."]
    if strange:
        lines.append(
            "Its certificates are another installation's: `bryggen certificates issue` makes new ones."
        )
    if name:
        lines.append("A key opens the world that it names: `bryggen app key` gives an app one for this one.")
    output.say(document, lambda: lines)


def _root(services: "Services") -> str:
    """By what the root of all certificates of this installation is known."""
    from sandbox.eidas import roots

    with services.database.writing() as work:
        return hashlib.sha256(roots.of(work, roots.Root.SANDBOX).pem.encode()).hexdigest()


def _say_made(document: dict[str, Any]) -> None:
    output.say(
        document,
        lambda: [
            f"Workspace  {document['id']}  (seed {document['seed']})",
            f"App        {document['app']['id']}  {document['app']['name']}",
            f"App key    {document['app']['key']}",
            "The key is not kept and cannot be shown again.",
        ],
    )
