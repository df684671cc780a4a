"""`bryggen serve`: the banks, the tester's door and the pages, at one address."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
import orjson

from sandbox.cli import output, served
from sandbox.cli.installation import settings
from sandbox.cli.workspace import DEFAULT
from sandbox.kernel import passing
from sandbox.kernel.settings import Settings

if TYPE_CHECKING:
    from sandbox.cli.serving import TlsPort
    from sandbox.gateway.services import Services

_PEOPLE_SHOWN = 3
_ANYWHERE = ("0.0.0.0", "::")
#: The folder of the TLS port's papers, below that of the data.
_TLS = "tls"


@click.command("serve", cls=output.Command)
@click.option("--host", help="The address to listen at; 127.0.0.1 by default.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 8080 by default, 0 takes a free one.")
@click.option("--origin", help="The public address under which users reach this, such as https://bank.test.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes; 1 by default.")
@click.option("--tls", is_flag=True, help="Serve TLS at a port of its own, too; links lead there.")
@click.option(
    "--tls-port", type=click.IntRange(0, 65535), help="That port; 8443 by default, 0 takes a free one."
)
@click.option("--public", is_flag=True, help="Strangers reach us: ask for the admin key or an invitation.")
@click.option("--ephemeral", is_flag=True, help="Keep nothing: the data is gone when the server stops.")
def serve(
    host: str | None,
    port: int | None,
    origin: str | None,
    workers: int | None,
    tls: bool,
    tls_port: int | None,
    public: bool,
    ephemeral: bool,
) -> None:
    """Serve the banks. The first start makes the workspace `demo` and shows the key of its app."""
    chosen = settings()
    chosen = replace(
        chosen,
        host=host or chosen.host,
        port=chosen.port if port is None else port,
        tls=tls or chosen.tls,
        tls_port=chosen.tls_port if tls_port is None else tls_port,
        workers=workers or chosen.workers,
        public=public or chosen.public,
    )
    if chosen.public:
        from sandbox.workspaces import admin

        admin.check(chosen.admin_key)
    plain = _listen(chosen.host, chosen.port, "--port")
    secure = _listen(chosen.host, chosen.tls_port, "--tls-port") if chosen.tls else None
    chosen = replace(chosen, port=plain.getsockname()[1])
    here = there = _address(chosen.host, chosen.port)
    if secure is not None:
        chosen = replace(chosen, tls_port=secure.getsockname()[1])
        there = _address(chosen.host, chosen.tls_port, "https")
    given = origin or os.environ.get("BRYGGEN_PUBLIC_ORIGIN")
    # RFC 5280 8: what is asked in order to trust a TLS connection had better not need one.
    trusted = chosen.trust_origin or given or here
    with _data(replace(chosen, public_origin=given or there, trust_origin=trusted), ephemeral) as at:
        _serve(at, plain, secure, here)


def _listen(host: str, port: int, option: str) -> socket.socket:
    from sandbox.cli import serving

    try:
        return serving.listen(host, port)
    except OSError as error:
        output.fail(
            f"Cannot listen at {host}:{port}: {error.strerror}.",
            f"Choose another port with {option}, or {option} 0 for a free one.",
        )


def _serve(chosen: Settings, plain: socket.socket, secure: socket.socket | None, here: str) -> None:
    # What is made at the start stays: the collector would look through it again and again. The server lets it
    # work once all is there.
    gc.disable()
    from sandbox.app import create_app, open_services
    from sandbox.cli import serving

    services = open_services(chosen)
    served.note(chosen)
    port = _tls_port(services, secure) if secure is not None else None
    greeting = serving.Greeting(f"{here}/_sandbox/health", _greeting(services, _ways_in(chosen, here)))
    app = create_app(services)
    # A connection must not be shared with the workers: each opens its own.
    services.journal.let_go()
    services.database.close()
    serving.Server(app, chosen, plain, greeting, services.courier.start, port).run()


def _tls_port(services: "Services", listening: socket.socket) -> "TlsPort":
    """The TLS port with its papers, for every name by which this machine is reached."""
    from sandbox.cli import tls
    from sandbox.cli.serving import TlsPort

    at = services.settings
    public = urlsplit(at.public_origin).hostname or "localhost"
    bound = [] if at.host in _ANYWHERE else [at.host]
    hosts = list(dict.fromkeys([public, "localhost", "127.0.0.1", "::1", *bound]))
    files = tls.prepare(services.database, at.data_dir / _TLS, hosts)
    handshake = tls.Handshake(services.database, files)
    return TlsPort(listening, str(files.certificate), str(files.key), handshake.context)


def _ways_in(chosen: Settings, here: str) -> dict[str, str | None]:
    """Where this machine's user comes in without TLS and with it, and whom to trust for that."""
    if not chosen.tls:
        return {"plain_url": here, "tls_url": None, "root_certificate": None}
    secure = _address(chosen.host, chosen.tls_port, "https")
    root = (chosen.data_dir / _TLS / "root.pem").absolute()
    return {"plain_url": here, "tls_url": secure, "root_certificate": str(root)}


def _address(host: str, port: int, scheme: str = "http") -> str:
    """The address of this machine's user, whatever the server listens at."""
    reached = "localhost" if host in (*_ANYWHERE, "127.0.0.1") else f"[{host}]" if ":" in host else host
    return f"{scheme}://{reached}:{port}"


@contextmanager
def _data(chosen: Settings, ephemeral: bool) -> Iterator[Settings]:
    """The settings with a data folder that is gone afterwards, where nothing is to be kept."""
    if not ephemeral:
        yield chosen
        return
    # Until gunicorn takes the signals over, an early end must clean up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with passing.folder() as folder:
        yield replace(chosen, data_dir=folder, database_url="")


def _greeting(services: "Services", ways_in: dict[str, str | None]) -> str:
    """What to say once it serves; a first start makes the workspace and its app."""
    from sandbox.population import directory
    from sandbox.workspaces import admin, apps
    from sandbox.workspaces import workspace as workspaces
    from sandbox.workspaces.members import Role

    app_id, key, admin_key = None, None, None
    with services.database.writing() as work:
        worlds = workspaces.every(work)
        seed = worlds[0].seed if worlds else services.settings.default_seed
        name = worlds[0].id if worlds else DEFAULT
        for world in worlds:
            if world.id == DEFAULT:
                name, seed = world.id, world.seed
        if not worlds:
            world = workspaces.create(work, seed, name=DEFAULT, title="Demo")
            app, key = apps.create(work, world, "first app", Role.OWNER)
            app_id = app.id
        if services.settings.public:
            admin_key = admin.first(work, services.settings.admin_key)
    people = directory.sample(seed, services.profiles)
    document = {
        "base_url": services.origin,
        **ways_in,
        "workspace": name,
        "app_id": app_id,
        "app_key": key,
        "public": services.settings.public,
        "admin_key": admin_key,
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
    if document["root_certificate"]:
        yield f"  Without TLS  {document['plain_url']}"
        yield f"  Its root     {document['root_certificate']}"
    yield f"  Workspace  {document['workspace']}"
    key = document["app_key"]
    if key:
        yield f"  App key    {key}   (shown this once)"
    else:
        yield f"  App key    was shown once; for another: bryggen app create NAME -w {document['workspace']}"
    if document["public"]:
        made = document["admin_key"]
        known = "is BRYGGEN_ADMIN_KEY, or was shown once; for another: bryggen admin key"
        yield f"  Admin key  {f'{made}   (shown this once)' if made else known}"
    yield ""
    rows = [
        (one["username"], one["password"], one["name"], ", ".join(one["banks"]))
        for one in document["people"][:_PEOPLE_SHOWN]
    ]
    for line in output.table(("USER NAME", "PASSWORD", "NAME", "BANKS"), rows):
        yield f"  {line}"
    yield ""
    yield "Next, in another terminal:"
    trust = f" --cacert {document['root_certificate']}" if document["root_certificate"] else ""
    yield f"  curl{trust} -H 'X-API-Key: {key or '<your app key>'}' {document['base_url']}/_sandbox/people"
