"""The corridor: which door answers, what is committed, what is noted."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import jsonify
from flask.sessions import SessionInterface
from sqlalchemy import text
from werkzeug.test import Client

from sandbox.gateway import context, guard
from sandbox.gateway.dispatcher import Dispatcher, LateDoor
from sandbox.gateway.hooks import Door
from sandbox.gateway.journal import Journal, Limits, Note, Wanted
from sandbox.gateway.services import Services
from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Database
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_trace
from sandbox.kernel.settings import Settings
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests.bank.test_ledger import PROFILE
from tests.conftest import STILL


class TooLate(Refusal):
    text = "The counter is closed."


def a_door(services):
    """A door of four views: it opens worlds, and is refused, breaks, or returns a 4xx afterwards."""
    door = Door("a_door", services)

    @door.errorhandler(Refusal)
    def _refused(refusal):
        return jsonify(text=refusal.text), 403

    @door.post("/worlds/<name>/<ending>")
    def _open(name, ending):
        guard.admit()
        work = context.visit().unit_of_work()
        work.write()
        workspaces.create(work, "bergen", name=name, clock=STILL)
        if ending == "refused":
            raise TooLate(detail="it is past four")
        if ending == "broken":
            raise RuntimeError("a bug")
        return jsonify(bank=context.current().bank.id), 400 if ending == "wrong-code" else 201

    return door


@pytest.fixture
def corridor(database: Database, tmp_path):
    journal = Journal(Database(f"sqlite:///{tmp_path / 'journal.sqlite3'}"))
    settings = Settings(public_origin="https://sandbox.example/prefix/")
    services = Services(settings, database, {PROFILE.id: PROFILE}, None, journal)  # type: ignore[arg-type]
    with database.writing() as work:
        _, key = apps.create(work, workspaces.create(work, "bergen", name="test", clock=STILL), "an app")
    door = a_door(services)
    doors = Dispatcher(services.profiles, {"berlin_group": door}, door, door, services.origin, door)
    yield SimpleNamespace(
        client=Client(doors), services=services, key=key, journal=journal, database=database
    )
    journal.close()


class Lost(SessionInterface):
    """A session whose reading fails, and the request with it before it has begun."""

    def open_session(self, app, request):
        raise RuntimeError("a bug")


@pytest.mark.parametrize("ending", ["well", "refused", "broken", "lost"])
def test_a_call_within_a_call_leaves_the_outer_one_its_visit(corridor, ending):
    door, lost = Door("calling", corridor.services), Door("lost", corridor.services)
    lost.session_interface = Lost()

    @door.get("/again")
    def _again():
        guard.admit()
        outer = context.visit()
        Client(lost).get("/") if ending == "lost" else opened(corridor, "inner", ending)
        return jsonify(same=context.visit() is outer, bank=context.current().bank.id)

    doors = Dispatcher({PROFILE.id: PROFILE}, {"berlin_group": door}, door, door, "", door)
    answer = Client(doors).get(f"/{PROFILE.id}/again", headers={"X-API-Key": corridor.key})

    assert answer.json == {"same": True, "bank": PROFILE.id}
    assert worlds(corridor) == (["inner", "test"] if ending == "well" else ["test"])
    assert context.visiting() is None


def test_a_late_door_is_opened_once_by_those_who_come_first(corridor):
    began, made = threading.Barrier(8), []

    def opening():
        time.sleep(0.05)
        made.append(a_door(corridor.services))
        return made[-1]

    late = LateDoor(opening)
    doors = Dispatcher({PROFILE.id: PROFILE}, {"berlin_group": late}, late, late, "", late)
    assert made == []

    def come(name):
        began.wait()
        url = f"/{PROFILE.id}/worlds/{name}/well"
        return Client(doors).post(url, headers={"X-API-Key": corridor.key}).status_code

    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(come, [f"new-{number}" for number in range(8)]))

    assert answers == [201] * 8
    assert made == [late.opened()]


def worlds(corridor):
    with corridor.database.reading() as work:
        return [one.id for one in workspaces.every(work)]


def opened(corridor, name, ending):
    url = f"/{PROFILE.id}/worlds/{name}/{ending}"
    return corridor.client.post(url, headers={"X-API-Key": corridor.key})


@pytest.mark.parametrize(("ending", "status"), [("well", 201), ("wrong-code", 400)])
def test_what_a_view_returns_has_happened_whatever_its_status(corridor, ending, status):
    assert opened(corridor, "new", ending).status_code == status
    assert worlds(corridor) == ["new", "test"]


@pytest.mark.parametrize(("ending", "status"), [("refused", 403), ("broken", 500)])
def test_what_a_view_raises_has_not_happened(corridor, ending, status):
    assert opened(corridor, "new", ending).status_code == status
    assert worlds(corridor) == ["test"]


def test_a_call_without_a_key_or_with_a_wrong_one_gets_no_further(corridor):
    url = f"/{PROFILE.id}/worlds/new/well"

    assert b"carries no app key" in corridor.client.post(url).data
    assert b"not known here" in corridor.client.post(url, headers={"X-API-Key": "bk_a_b_c"}).data
    assert worlds(corridor) == ["test"]


def test_an_unknown_bank_is_told_which_there_are(corridor):
    answer = corridor.client.get("/lehman/v1/accounts")

    assert answer.status_code == 404
    assert PROFILE.id in answer.json["error"]["hint"]


def test_the_root_lists_the_banks_under_the_public_origin(corridor):
    banks = corridor.client.get("/").json["banks"]

    assert [bank["base_url"] for bank in banks] == [f"https://sandbox.example/prefix/{PROFILE.id}"]


def test_the_journal_remembers_why_a_call_was_refused(corridor):
    opened(corridor, "new", "refused")
    opened(corridor, "newer", "well")

    for _ in range(100):
        notes = corridor.journal.recent("test")
        if len(notes) == 2:
            break
        time.sleep(0.05)

    assert [(note.status, note.refusal, note.detail) for note in notes] == [
        (201, None, None),
        (403, "TooLate", "it is past four"),
    ]


def test_a_journal_that_is_closed_has_written_all_it_took(corridor):
    for number in range(30):
        opened(corridor, f"world-{number}", "well")
    corridor.journal.close()

    assert len(corridor.journal.recent("test", limit=100)) == 30


@pytest.mark.parametrize(
    "odd",
    [
        {"method": "PROPPATCH"},
        {"path": "/v1/a\0b"},
        {"detail": "a\0b"},
        {"detail": "\ud800"},
        {"faults": [{"reason": "\ud800"}]},
        {"app_id": "longer than any id of an app is"},
    ],
)
def test_a_call_that_cannot_be_written_down_costs_no_other(database: Database, odd):
    journal = Journal(database)
    notes = [a_note("test", number) for number in range(3)]

    for note in (notes[0], notes[1]._replace(**odd), notes[2]):
        journal.take(note)
    journal.settle()
    journal.take(a_note("test", 3))
    journal.close()

    paths = [one.path for one in journal.recent("test")]
    assert {notes[0].path, notes[2].path, a_note("test", 3).path} <= set(paths)


def test_a_journal_whose_store_is_away_for_a_while_goes_on(tmp_path, caplog):
    store = Database(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    journal = Journal(store)
    with store.writing() as work:
        work.run("ALTER TABLE journal RENAME TO elsewhere", ())
    journal.take(a_note("test", 1))
    journal.settle()
    with store.writing() as work:
        work.run("ALTER TABLE elsewhere RENAME TO journal", ())

    journal.take(a_note("test", 2))
    journal.close()

    assert [one.path for one in journal.recent("test")] == [a_note("test", 2).path]
    assert "1 notes of the journal were not written" in caplog.text


def test_a_journal_of_an_older_version_gets_the_column_that_it_lacks(database: Database):
    old = (
        "CREATE TABLE journal (id INTEGER PRIMARY KEY, workspace_id VARCHAR(40), app_id VARCHAR(16),"
        " bank_id VARCHAR(40), at VARCHAR(27) NOT NULL, method VARCHAR(8) NOT NULL, path TEXT NOT NULL,"
        " status INTEGER NOT NULL, milliseconds FLOAT NOT NULL, request_id VARCHAR(64), refusal VARCHAR(60),"
        " detail TEXT)"
    )
    with database.engine.execution_options(bryggen_write=True).begin() as connection:
        connection.execute(text(old))
        connection.execute(
            text(
                "INSERT INTO journal (id, workspace_id, at, method, path, status, milliseconds)"
                " VALUES (1, 'test', '2026-03-16T09:00:00.000000Z', 'GET', '/v1/accounts', 200, 1.5)"
            )
        )

    for _ in range(2):
        journal = Journal(database)

    (kept,) = journal.recent("test")
    assert (kept.path, kept.faults, kept.trace, kept.whole) == ("/v1/accounts", None, None, None)
    found, _ = journal.newest("test", STILL.now() - timedelta(days=1), Wanted(everything=True), 5)
    assert [one.path for one in found] == ["/v1/accounts"]


def a_note(workspace_id, number):
    return Note(
        workspace_id, None, "fjordbanken", wall_now(), "GET", f"/{number}", 200, 1.0, trace=new_trace()
    )


def test_the_newest_calls_of_each_workspace_are_kept(database: Database):
    journal = Journal(database, Limits(calls=20))

    for number in range(60):
        journal.take(a_note("busy", number))
        if number == 30:
            journal.take(a_note("quiet", number))
            journal.settle()
    journal.close()

    paths = [one.path for one in journal.recent("busy", 100)]
    assert paths[:20] == [f"/{number}" for number in range(59, 39, -1)]
    assert len(paths) <= 22
    assert len(journal.recent("quiet", 100)) == 1


def test_a_journal_that_grows_too_large_loses_its_oldest_calls(tmp_path):
    journal = Journal(Database(f"sqlite:///{tmp_path / 'journal.sqlite3'}"), Limits(calls=5000, megabytes=1))

    for number in range(1000):
        journal.take(a_note("test", number)._replace(detail="x" * 3000))
        if number % 250 == 249:
            journal.settle()
    journal.close()

    kept = journal.recent("test", 5000)
    assert 50 < len(kept) < 600
    assert kept[0].path == "/999"


def test_traces_are_short_and_sort_as_the_calls_came():
    traces = [new_trace() for _ in range(1000)]

    assert traces == sorted(traces)
    assert {len(one) for one in traces} == {14}
