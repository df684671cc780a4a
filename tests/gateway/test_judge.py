"""Strict mode: what the door's own document does not promise does not leave it, and has not happened."""

import time
from types import SimpleNamespace

import pytest
from flask import Response, jsonify
from werkzeug.test import Client

from sandbox.bank.accounts import Account
from sandbox.gateway import context, guard
from sandbox.gateway.dispatcher import Dispatcher
from sandbox.gateway.hooks import Door
from sandbox.gateway.journal import Journal
from sandbox.gateway.judge import AnswerInvalid
from sandbox.gateway.services import Services
from sandbox.kernel.db import Database
from sandbox.kernel.errors import Refusal
from sandbox.kernel.settings import Settings
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests.bank.test_ledger import PROFILE
from tests.conftest import STILL
from tests.standards.berlin_group.street import ALL, Reader, street  # noqa: F401  # the fixture

WORLD = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 8},
        "title": {"type": "string", "nullable": True},
        "since": {"type": "string", "format": "date"},
    },
}
A_WORLD = "#/components/schemas/World"
DOCUMENT = {
    "components": {
        "schemas": {"World": WORLD},
        "responses": {"NO": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    },
    "paths": {
        "/worlds/{name}": {
            "post": {
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": A_WORLD}}}},
                    "204": {"description": "Nothing to say."},
                    "403": {"$ref": "#/components/responses/NO"},
                    "500": {"$ref": "#/components/responses/NO"},
                }
            }
        }
    },
}  # fmt: skip


class TooLate(Refusal):
    text = "The counter is closed."


def a_door(services, answer):
    """A door with one operation, which opens a world and then answers what it is told to."""
    door = Door("a_door", services)
    door.promise(lambda: DOCUMENT)

    @door.errorhandler(Refusal)
    def _refused(refusal):
        return jsonify(text=refusal.text), 418 if refusal.detail == "teapot" else 403

    @door.errorhandler(AnswerInvalid)
    def _invalid(fault):
        return jsonify(text=fault.detail), 500

    @door.route("/worlds/<string:name>", methods=["POST", "PUT"])
    def _open(name):
        guard.admit()
        work = context.visit().unit_of_work()
        work.write()
        workspaces.create(work, "bergen", name=name, clock=STILL)
        return answer()

    return door


@pytest.fixture
def counter(tmp_path, make_database_url):
    """Opens a world at a door that answers so; strict unless told otherwise."""
    from sandbox import migrations

    database = Database(make_database_url("sqlite"))
    migrations.upgrade(database)
    journal = Journal(Database(f"sqlite:///{tmp_path / 'journal.sqlite3'}"))
    with database.writing() as work:
        _, key = apps.create(work, workspaces.create(work, "bergen", name="test", clock=STILL), "an app")

    def ask(answer, method="POST", *, strict=True):
        services = Services(Settings(check_answers=strict), database, {PROFILE.id: PROFILE}, None, journal)
        door = a_door(services, answer)
        doors = Dispatcher(services.profiles, {"berlin_group": door}, door, door, services.origin, door)
        said = Client(doors).open(f"/{PROFILE.id}/worlds/new", method=method, headers={"X-API-Key": key})
        with database.reading() as work:
            return said, "new" in [one.id for one in workspaces.every(work)]

    yield SimpleNamespace(ask=ask, journal=journal)
    journal.close()
    database.close()


def refuse(detail):
    raise TooLate(detail=detail)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: (jsonify(name="new"), 201),
        lambda: (jsonify(name="new", title=None, since="2026-03-16"), 201),
        lambda: Response(status=204),
    ],
)
def test_a_documented_answer_leaves(counter, answer):
    said, happened = counter.ask(answer)

    assert said.status_code in (201, 204)
    assert happened


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        (lambda: (jsonify(name="new"), 200), "POST /worlds/{name} 200: the status is not documented"),
        (lambda: (jsonify(name="new"), 204), "204: application/json is not documented"),
        (
            lambda: Response("<new/>", 201, mimetype="application/xml"),
            "201: application/xml is not documented",
        ),
        (lambda: (jsonify(name="a long name"), 201), "201: name: "),
        (lambda: (jsonify(name=None), 201), "201: name: "),
        (lambda: (jsonify(title="new"), 201), "201: the body: "),
        (lambda: (jsonify(name="new", owner="me"), 201), "201: the body: "),
        (lambda: (jsonify(name="new", since="today"), 201), "201: since: "),
    ],
)
def test_any_other_answer_is_a_bug_of_ours_and_nothing_has_happened(counter, answer, place):
    said, happened = counter.ask(answer)

    assert said.status_code == 500
    assert place in said.json["text"]
    assert not happened


def test_a_refusal_is_judged_too(counter):
    assert counter.ask(lambda: refuse("late"))[0].status_code == 403

    said, happened = counter.ask(lambda: refuse("teapot"))

    assert (said.status_code, happened) == (500, False)
    assert "418: the status is not documented" in said.json["text"]


def test_what_is_no_operation_of_the_document_is_not_judged(counter):
    assert counter.ask(lambda: (jsonify(anything="goes"), 200), "PUT")[0].status_code == 200


def test_without_strict_mode_nobody_looks(counter):
    said, happened = counter.ask(lambda: (jsonify(anything="goes"), 200), strict=False)

    assert (said.status_code, happened) == (200, True)


def test_the_journal_tells_the_place(counter):
    counter.ask(lambda: (jsonify(name=7), 201))

    for _ in range(100):
        if notes := counter.journal.recent("test"):
            break
        time.sleep(0.05)
    assert (notes[0].status, notes[0].refusal) == (500, "AnswerInvalid")
    assert "POST /worlds/{name} 201: name: 7 is not of type" in notes[0].detail


@pytest.mark.parametrize("accept", [None, "application/problem+json"])
def test_a_bank_says_in_its_own_form_what_was_wrong_with_its_answer(street, caplog, accept):  # noqa: F811
    reader = Reader(street, "clean", ALL)
    with street.at("clean") as bank:
        account = bank.work.get(Account, ("test", "clean-current"))
        account.product = "a product with a name that no interface may tell"

    answer = reader.get("/accounts", 500, Accept=accept)

    assert "GET /v1/accounts 200: accounts.0.product: " in answer.text
    assert "INTERNAL_SERVER_ERROR" in answer.text
    assert "accounts.0.product" in caplog.text
