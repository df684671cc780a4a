"""`bryggen serve`: the banks, the tester's door and the pages, at one address."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from sandbox.cli import output
from sandbox.cli.installation import settings
from sandbox.cli.workspace import DEFAULT
from sandbox.kernel.settings import Settings

if TYPE_CHECKING:
    from sandbox.gateway.services import Services

_PEOPLE_SHOWN = 3


@click.command("serve", cls=output.Command)
@click.option("--host", help="The address to listen at; 127.0.0.1 by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 8080 by default, 0 takes a free one.")
@click.option("--origin", help="The public address under which users reach this, such as https://bank.test.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes; 1 by default.")
@click.option("--ephemeral", is_flag=True, help="Keep nothing: the data is gone when the server stops.")
def serve(
    host: str | None, port: int | None, origin: str | None, workers: int | None, ephemeral: bool
) -> None:
    """Serve the banks. The first start makes the workspace `demo` and shows the key of its app."""
    from sandbox.cli import serving

    chosen = settings()
    chosen = replace(
        chosen,
        host=host or chosen.host,
        port=chosen.port if port is None else port,
        workers=workers or chosen.workers,
    )
    try:
        listening = serving.listen(chosen.host, chosen.port)
    except OSError as error:
        output.fail(
            f"Cannot listen at {chosen.host}:{chosen.port}: {error.strerror}.",
            "Choose another port with --port, or --port 0 for a free one.",
        )
    here = _address(chosen.host, listening.getsockname()[1])
    given = origin or os.environ.get("BRYGGEN_PUBLIC_ORIGIN")
    chosen = replace(chosen, port=listening.getsockname()[1], public_origin=given or here)
    with _data(chosen, ephemeral) as at:
        _serve(at, listening, f"{here}/_sandbox/health")


def _serve(chosen: Settings, listening: Any, health: str) -> None:
    # What is made at the start stays: the collector would look through it again and again. The server lets it
    # work once all is there.
    gc.disable()
    from sandbox.app import create_app, open_services
    from sandbox.cli import serving

    services = open_services(chosen)
    greeting = serving.Greeting(health, _greeting(services))
    app = create_app(services)
    # A connection must not be shared with the workers: each opens its own.
    services.journal.let_go()
    services.database.close()
    serving.Server(app, chosen, listening, greeting, services.courier.start).run()


def _address(host: str, port: int) -> str:
    """The address of this machine's user, whatever the server listens at."""
    reached = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1") else f"[{host}]" if ":" in host else host
    return f"http://{reached}:{port}"


@contextmanager
def _data(chosen: Settings, ephemeral: bool) -> Iterator[Settings]:
    """The settings with a data folder that is gone afterwards, where nothing is to be kept."""
    if not ephemeral:
        yield chosen
        return
    folder, owner = Path(tempfile.mkdtemp(prefix="bryggen-")), os.getpid()
    # Until gunicorn takes the signals over, an early end must clean up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield replace(chosen, data_dir=folder, database_url="")
    finally:
        # A worker passes here too when it ends; the folder is its parent's.
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


def _greeting(services: "Services") -> str:
    """What to say once it serves; a first start makes the workspace and its app."""
    from sandbox.control import directory
    from sandbox.workspaces import apps
    from sandbox.workspaces import workspace as workspaces

    app_id, key = None, None
    with services.database.writing() as work:
        worlds = workspaces.every(work)
        seed = worlds[0].seed if worlds else services.settings.default_seed
        name = worlds[0].id if worlds else DEFAULT
        for world in worlds:
            if world.id == DEFAULT:
                name, seed = world.id, world.seed
        if not worlds:
            world = workspaces.create(work, seed, name=DEFAULT, title="Demo")
            app, key = apps.create(work, world, "first app")
            app_id = app.id
    people = directory.sample(seed, services.profiles)
    document = {
        "base_url": services.origin,
        "workspace": name,
        "app_id": app_id,
        "app_key": key,
        "banks": [
            {
                "id": one.id,
                "country": one.country,
                "standard": one.interfaces[0].standard,
                "base_url": f"{services.origin}/{one.id}",
            }
            for one in services.profiles.values()
        ],
        "people": [_shown(one) for one in people],
    }
    return orjson.dumps(document).decode() if output.as_json() else "\n".join(_lines(document))


def _shown(found: Any) -> dict[str, Any]:
    person = found.person
    return {
        "username": person.username,
        "password": person.password,
        "banks": list(found.banks),
        "id": person.id,
        "name": person.name,
        "persona": person.persona,
    }


def _lines(document: dict[str, Any]) -> Iterator[str]:
    """The same for people: addresses, the key, three people, and the next command to type."""
    yield f"Bryggen serves {len(document['banks'])} banks at {document['base_url']}"
    yield ""
    yield f"  Workspace  {document['workspace']}"
    key = document["app_key"]
    if key:
        yield f"  App key    {key}   (shown this once)"
    else:
        yield f"  App key    was shown once; for another: bryggen app create NAME -w {document['workspace']}"
    yield ""
    rows = [
        (one["username"], one["password"], one["name"], ", ".join(one["banks"]))
        for one in document["people"][:_PEOPLE_SHOWN]
    ]
    for line in output.table(("USER NAME", "PASSWORD", "NAME", "BANKS"), rows):
        yield f"  {line}"
    yield ""
    yield "Next, in another terminal:"
    yield f"  curl -H 'X-API-Key: {key or '<your app key>'}' {document['base_url']}/_sandbox/people"
