"""A world in one file: complete, the same in another database, and nothing of a hostile file."""

import gzip
import hashlib
import json

import orjson
import pytest

from sandbox import migrations
from sandbox.bank import verify
from sandbox.kernel.db import Database
from sandbox.migrations import HEAD
from sandbox.workspaces import archive, invitations, lifecycle, members, passes
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.archive import ArchiveForeign, ArchiveMalformed
from sandbox.workspaces.members import Role
from sandbox.workspaces.workspace import WorkspaceNameMalformed, WorkspaceTaken
from tests.conftest import open_sandbox

HEADERS = {"PSU-IP-Address": "192.0.2.1", "TPP-Redirect-URI": "https://tpp.example/back"}
CONSENT = {
    "access": {"allPsd2": "allAccounts"},
    "recurringIndicator": True,
    "validUntil": "2026-06-01",
    "frequencyPerDay": 4,
    "combinedServiceIndicator": False,
}


@pytest.fixture
def open_house(make_database_url, tmp_path):
    """Installations of their own, closed afterwards."""
    opened = []

    def open_one(kind="sqlite"):
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(open_sandbox(make_database_url(kind), folder))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def lived(house):
    """A consent with what it shows, so that there is a history."""
    made = house.call("POST", "/fjordbanken/v1/consents", json=CONSENT, headers=HEADERS)
    authorisation = made.json["_links"]["scaStatus"]["href"].rpartition("/")[2]
    username = house.call("GET", "/_sandbox/people/no-0").json["username"]
    house.call("POST", f"/_sandbox/authorisations/{authorisation}/approve", json={"psu": username})
    return made.json["consentId"], read(house, made.json["consentId"])


def read(house, consent_id, key=None):
    headers = {"Consent-ID": consent_id, "PSU-IP-Address": "192.0.2.1", **({"X-API-Key": key} if key else {})}
    found = house.call("GET", "/fjordbanken/v1/accounts?withBalance=true", headers=headers)
    assert found.status_code == 200, found.text
    account = found.json["accounts"][0]["resourceId"]
    entries = f"/fjordbanken/v1/accounts/{account}/transactions?dateFrom=2025-01-01&bookingStatus=both"
    return found.json, house.call("GET", entries, headers=headers).json


def write(house, file):
    with house.database.reading() as work:
        return archive.write(work, workspaces.get(work, house.world), file, HEAD, "root")


def take(database, file, name=None):
    with database.writing() as work:
        return archive.read(work, file, HEAD, name)[1]


def drop(house):
    with house.database.writing() as work:
        lifecycle.remove(work, workspaces.get(work, house.world))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("sqlite", "sqlite"),
        pytest.param("sqlite", "postgresql", marks=pytest.mark.postgresql),
        pytest.param("postgresql", "sqlite", marks=pytest.mark.postgresql),
    ],
)
def test_a_world_answers_the_same_in_another_database(open_house, tmp_path, here, there):
    first, second = open_house(here), open_house(there)
    consent_id, told = lived(first)
    rows = write(first, tmp_path / "a")
    drop(second)

    assert take(second.database, tmp_path / "a") == rows > 500
    assert read(second, consent_id, first.app_key) == told
    write(second, tmp_path / "b")
    assert _rows(tmp_path / "a") == _rows(tmp_path / "b")
    with second.database.reading() as work:
        assert not [finding for rule in verify.rules() for finding in verify.broken(work, rule)]


def test_a_way_into_one_installation_is_none_into_another(open_house, tmp_path):
    here, there = open_house(), open_house()
    with here.database.writing() as work:
        world = workspaces.get(work, here.world)
        passes.issue(work, members.add(work, world, "Ada", Role.OWNER))
        invitations.create(work, world)
    drop(there)

    write(here, tmp_path / "world.gz")
    take(there.database, tmp_path / "world.gz")

    with there.database.reading() as work:
        assert [one.name for one in members.every(work, here.world)] == ["Ada"]
        assert invitations.every(work, here.world) == []
        assert work.rows("SELECT * FROM member_session", ()) == []


def test_a_world_that_is_here_already_is_not_replaced_but_may_be_copied(open_house, tmp_path):
    house = open_house()
    lived(house)
    write(house, tmp_path / "a")

    with pytest.raises(WorkspaceTaken):
        take(house.database, tmp_path / "a")
    take(house.database, tmp_path / "a", "copy")

    with house.database.reading() as work:
        of = "SELECT count(*) FROM line WHERE workspace_id = ?"
        assert work.rows(of, ("copy",)) == work.rows(of, ("test",)) != [(0,)]
        assert work.rows("SELECT count(*) FROM delivery WHERE workspace_id = ?", ("copy",)) == [(0,)]
    with pytest.raises(WorkspaceNameMalformed):
        take(house.database, tmp_path / "a", "No Name")


@pytest.fixture
def sqlite(make_database_url):
    """An empty database of the embedded kind."""
    opened = Database(make_database_url("sqlite"))
    migrations.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The lines of a small world."""
    folder = tmp_path_factory.mktemp("exported")
    house = open_sandbox(f"sqlite:///{folder / 'x.sqlite3'}", folder)
    house.new_app("another")
    write(house, folder / "a")
    house.close()
    return _lines(folder / "a")


def _lines(file):
    return [orjson.loads(line) for line in gzip.open(file, "rb").read().splitlines()]


def _rows(file):
    return [line for line in _lines(file)[1:-1] if isinstance(line, list)]


def sealed(lines, file):
    """A file whose end fits what stands before, whatever that is."""
    text = b"".join(orjson.dumps(line) + b"\n" for line in lines[:-1])
    end = {
        "rows": sum(isinstance(one, list) for one in lines[:-1]),
        "sha256": hashlib.sha256(text).hexdigest(),
    }
    file.write_bytes(gzip.compress(text + orjson.dumps(end) + b"\n"))
    return file


def table(lines, name):
    return next(
        place for place, one in enumerate(lines) if isinstance(one, dict) and one.get("table") == name
    )


def worse(lines, change):
    lines = json.loads(json.dumps(lines))
    change(lines)
    return lines


def another_value(name, value, column):
    def change(lines):
        place = table(lines, name)
        lines[place + 1][lines[place]["columns"].index(column)] = value

    return change


def _insert(row):
    return lambda lines: lines.insert(table(lines, "app") + 1, row)


HOSTILE = {
    "another table": lambda lines: lines.__setitem__(
        table(lines, "app"), {"table": "alembic_version", "columns": []}
    ),
    "sql for a column": lambda lines: lines[table(lines, "app")]["columns"].__setitem__(
        0, 'id") VALUES (1); --'
    ),
    "a table twice": lambda lines: lines.insert(table(lines, "app"), lines[table(lines, "app")]),
    "a table less": lambda lines: lines.pop(table(lines, "delivery")),
    "a row less of the world": lambda lines: lines.pop(table(lines, "workspace") + 1),
    "the world twice": lambda lines: lines.insert(2, lines[2]),
    "a row too short": _insert(["x"]),
    "a row that is a word": lambda lines: lines.insert(5, "row"),
    "an app twice": lambda lines: lines.insert(table(lines, "app") + 1, lines[table(lines, "app") + 1]),
    "a number for a text": another_value("app", 7, "name"),
    "a text too long": another_value("app", "x" * 5000, "name"),
    "nothing where something must be": another_value("app", None, "name"),
    "no moment": another_value("app", "tomorrow", "created_at"),
    "a zero byte": another_value("app", "a\0b", "name"),
    "an object for a value": another_value("app", {"a": 1}, "name"),
    "software of no app": another_value("software", "nobody", "app_id"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_was_made_up_is_refused_and_nothing_is_read_in(database, exported, tmp_path, what):
    file = sealed(worse(exported, HOSTILE[what]), tmp_path / "hostile")

    with pytest.raises(ArchiveMalformed):
        take(database, file)

    with database.reading() as work:
        assert workspaces.every(work) == []
        assert work.rows("SELECT count(*) FROM app", ()) == [(0,)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"PK\x03\x04 no gzip",
        lambda data: data[:-20],
        lambda data: data[: len(data) // 2],
        lambda data: gzip.compress(b""),
        lambda data: gzip.compress(b"{" * 1000),
        lambda data: gzip.compress(b"[" * 100_000),
        lambda data: gzip.compress(gzip.decompress(data).replace(b"Budget Buddy", b"Budget Bandy")),
        lambda data: gzip.compress(b"\n".join(gzip.decompress(data).splitlines()[:-2])),
        lambda data: gzip.compress(b" " * (9 * 1024 * 1024)),
    ],
)
def test_a_file_that_is_damaged_is_refused(sqlite, exported, tmp_path, damage):
    file = sealed(exported, tmp_path / "a")
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(ArchiveMalformed):
        take(sqlite, file)


@pytest.mark.parametrize(("member", "value"), [("version", 2), ("revision", "0001")])
def test_a_file_of_another_version_is_refused_with_both_versions(sqlite, exported, tmp_path, member, value):
    file = sealed([{**exported[0], member: value}, *exported[1:]], tmp_path / "a")

    with pytest.raises(ArchiveForeign) as refused:
        take(sqlite, file)

    assert str(value) in refused.value.text
