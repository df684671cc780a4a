"""`bryggen doctor`: is all as it has to be on this machine, and what to do where it is not."""

import os
import platform
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import click

import sandbox
from sandbox.cli import output, terminal
from sandbox.cli.installation import settings

if TYPE_CHECKING:
    from sandbox.kernel.settings import Settings

_OK, _WARN, _FAIL = "ok", "warn", "fail"
_FREE_MEGABYTES = 200
_OLDEST = (3, 11)
_YEARS = range(2024, 2100)
#: What makes the sandbox; another major version than ours was tested with would show here.
_PARTS = ("flask", "sqlalchemy", "cryptography", "gunicorn")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do: empty where all is well."""

    what: str
    state: str
    text: str
    do: str = ""


@click.command("doctor", cls=output.Command)
def doctor() -> None:
    """Look at ports, TLS, database, versions, clock, banks and data folder; exit code 1 where one fails.

    It changes nothing: a database that is not there yet is not made.
    """
    chosen = settings()
    found = [finding for look in _LOOKS for finding in look(chosen)]
    healthy = all(one.state != _FAIL for one in found)
    output.say({"healthy": healthy, "findings": [asdict(one) for one in found]}, lambda: _lines(found))
    if not healthy:
        click.get_current_context().exit(1)


def _lines(found: list[Finding]) -> Iterator[str]:
    for one in found:
        yield f"{terminal.word(one.state, 4)}  {one.what}: {one.text}"
        if one.do:
            yield f"      {one.do}"


def _versions(chosen: "Settings") -> Iterator[Finding]:
    del chosen
    parts = ", ".join(f"{name} {metadata.version(name)}" for name in _PARTS)
    text = f"Bryggen {sandbox.__version__}, Python {platform.python_version()}, {parts}"
    old = sys.version_info < _OLDEST
    yield Finding("versions", _FAIL if old else _OK, text, "Python 3.11 or later is needed." if old else "")


def _data_folder(chosen: "Settings") -> Iterator[Finding]:
    folder = chosen.data_dir.absolute()
    there = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        do = "Choose another with BRYGGEN_DATA_DIR, or let this user write there."
        yield Finding("data folder", _FAIL, f"{folder} cannot be written ({error.strerror})", do)
        return
    system = os.statvfs(there)
    free = system.f_bavail * system.f_frsize // 1024**2
    little = free < _FREE_MEGABYTES
    do = "Make room: a grown workspace takes tens of megabytes." if little else ""
    yield Finding("data folder", _WARN if little else _OK, f"{folder}, {free} MB free", do)


def _database(chosen: "Settings") -> Iterator[Finding]:
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        url = make_url(chosen.resolved_database_url())
    except ArgumentError:
        yield Finding("database", _FAIL, "BRYGGEN_DATABASE_URL cannot be read", "See docs/settings.md.")
        return
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Finding("database", _OK, f"{shown} is made by the first start")
        return
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        engine.dispose()
    except ModuleNotFoundError:
        do = "pip install 'bryggen[postgres]'"
        yield Finding("database", _FAIL, f"{shown}: the driver of PostgreSQL is missing", do)
    except SQLAlchemyError as error:
        do = "A new database is made ready by `bryggen serve`; else see that it runs, and who may enter it."
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        empty = "alembic_version" in reason
        text = "has no tables yet" if empty else f"cannot be read ({reason})"
        yield Finding("database", _WARN if empty else _FAIL, f"{shown} {text}", do)
    else:
        yield _revision(shown, found)


def _revision(shown: str, found: object) -> Finding:
    from sandbox.migrations import HEAD

    if found == HEAD:
        return Finding("database", _OK, f"{shown}, revision {found}")
    if str(found) < HEAD:
        do = "The next command or start brings it up; copy it first if you may want to go back."
        return Finding("database", _WARN, f"{shown} is of revision {found}, this version of {HEAD}", do)
    do = "Use the version of Bryggen that made it, or a later one."
    return Finding("database", _FAIL, f"{shown} is of revision {found}, newer than {HEAD}", do)


def _ports(chosen: "Settings") -> Iterator[Finding]:
    wanted = [("port", chosen.port, "--port")]
    if chosen.tls:
        wanted.append(("TLS port", chosen.tls_port, "--tls-port"))
    for what, port, option in wanted:
        family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((chosen.host, port))
            except OSError as error:
                do = f"That may be a sandbox that runs already; else choose another: bryggen serve {option} 0"
                yield Finding(what, _WARN, f"{chosen.host}:{port} is not free ({error.strerror})", do)
            else:
                yield Finding(what, _OK, f"{chosen.host}:{port} is free")


def _tls(chosen: "Settings") -> Iterator[Finding]:
    root = chosen.data_dir / "tls" / "root.pem"
    if not root.exists():
        yield Finding("TLS", _OK, "not served yet; `bryggen serve --tls` makes its papers")
        return
    from cryptography import x509

    try:
        until = x509.load_pem_x509_certificate(root.read_bytes()).not_valid_after_utc
    except (ValueError, OSError) as error:
        yield Finding("TLS", _FAIL, f"{root} is no certificate ({error})", "Delete it.")
        return
    yield Finding("TLS", _OK, f"root certificate {root}, good until {until:%Y-%m-%d}")


def _clock(chosen: "Settings") -> Iterator[Finding]:
    from sandbox.kernel.clock import wall_now

    del chosen
    now = wall_now()
    right = now.year in _YEARS
    do = "" if right else "Set the machine's clock: certificates and signatures are dated by it."
    yield Finding("clock", _OK if right else _FAIL, f"{now:%Y-%m-%d %H:%M} UTC", do)


def _banks(chosen: "Settings") -> Iterator[Finding]:
    from sandbox.bank import profiles
    from sandbox.kernel import places
    from sandbox.kernel.errors import Refusal
    from sandbox.standards.registry import STANDARDS

    switches = {one.id: one.switches for one in STANDARDS.values()}
    folders = [places.mock_banks(), *([Path(chosen.banks_dir)] if chosen.banks_dir else [])]
    try:
        found = {name for folder in folders for name in profiles.load(folder, switches)}
    except Refusal as refusal:
        yield Finding("banks", _FAIL, refusal.text, "`bryggen banks check FILE` looks at one alone.")
        return
    yield Finding("banks", _OK, f"{len(found)} can be served")


def _reach(chosen: "Settings") -> Iterator[Finding]:
    """Whether strangers could get at it: passwords here are meant to be seen."""
    from sandbox.kernel.settings import is_this_machine

    if is_this_machine(chosen.host):
        yield Finding("reach", _OK, f"{chosen.host}: this machine alone")
        return
    do = "Set BRYGGEN_PUBLIC_ORIGIN to the address that users type; keep it off the internet."
    yield Finding("reach", _WARN, f"{chosen.host}: whoever reaches this machine reaches the sandbox", do)


_LOOKS: tuple[Callable[["Settings"], Iterator[Finding]], ...] = (
    *(_versions, _data_folder, _database, _ports, _tls, _clock, _banks, _reach),
)
