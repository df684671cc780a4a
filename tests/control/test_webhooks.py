"""Webhooks of a team: told of everything, in one form, signed, retried; and only where one may call."""

import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from sandbox.bank import events
from sandbox.bank.events import TYPES, EventKind
from tests.delivery.conftest import receiver

__all__ = ["receiver"]


def register(sandbox, uri, expected=201, **more):
    answer = sandbox.call("POST", "/_sandbox/webhooks", json={"uri": uri, **more})
    assert answer.status_code == expected, answer.text
    return answer.json


def happens(sandbox, kind=EventKind.PAYMENT_STATUS, **more):
    with sandbox.database.writing() as work:
        bank = sandbox.bank("fjordbanken", work)
        return events.record(bank, kind, sandbox.app_id, "payment", "payment-1", status="settled", **more)


def carry(sandbox):
    return sandbox.call("POST", "/_sandbox/events/deliver").json["attempts"]


@pytest.mark.parametrize("told", [True, False])
def test_a_team_hears_of_everything_also_of_what_no_bank_tells(sandbox, receiver, told):
    made = register(sandbox, receiver.uri)
    event_id = happens(sandbox, told=told)

    assert carry(sandbox) == 1

    [got] = receiver.got
    document = Webhook(made["secret"]).verify(got.body, got.headers)
    assert document == {
        "type": "payment.status_changed",
        "timestamp": "2026-03-16T09:00:00.000000Z",
        "data": {
            "event_id": event_id,
            "workspace": "test",
            "bank": "fjordbanken",
            "app_id": sandbox.app_id,
            "subject": "payment",
            "subject_id": "payment-1",
            "status": "settled",
        },
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(got.body + b" ", got.headers)


@pytest.mark.parametrize("kind", EventKind)
def test_each_kind_has_a_type_by_which_it_is_chosen(sandbox, receiver, kind):
    register(sandbox, receiver.uri, types=[TYPES[kind]])

    for one in EventKind:
        happens(sandbox, one)
    carry(sandbox)

    assert [json.loads(one.body)["type"] for one in receiver.got] == [TYPES[kind]]


def test_what_fails_is_logged_and_sent_again_with_the_same_id(sandbox, receiver):
    register(sandbox, receiver.uri)
    receiver.answers = [500, 204]
    event_id = happens(sandbox)

    carry(sandbox)
    [delivery] = sandbox.call("GET", f"/_sandbox/events/{event_id}").json["deliveries"]
    sandbox.call("POST", f"/_sandbox/deliveries/{delivery['id']}/redeliver")
    carry(sandbox)

    [delivery] = sandbox.call("GET", f"/_sandbox/events/{event_id}").json["deliveries"]
    assert delivery["state"] == "delivered"
    assert [one["answer"]["status"] for one in delivery["log"]] == [500, 204]
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_they_are_listed_without_secrets_and_thrown_away(sandbox, receiver):
    made = register(sandbox, receiver.uri)
    happens(sandbox)

    [listed] = sandbox.call("GET", "/_sandbox/webhooks").json["webhooks"]
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert sandbox.call("DELETE", f"/_sandbox/webhooks/{made['id']}").status_code == 204
    carry(sandbox)
    assert receiver.got == []
    assert sandbox.call("DELETE", f"/_sandbox/webhooks/{made['id']}").status_code == 404


def test_another_team_neither_sees_nor_ends_nor_hears(sandbox, receiver):
    made = register(sandbox, receiver.uri)
    other = {"headers": {"X-API-Key": sandbox.new_workspace("other")}}

    assert sandbox.call("GET", "/_sandbox/webhooks", **other).json == {"webhooks": []}
    assert sandbox.call("DELETE", f"/_sandbox/webhooks/{made['id']}", **other).status_code == 404
    with sandbox.database.writing() as work:
        sandbox.world = "other"
        bank = sandbox.bank("fjordbanken", work)
        events.record(bank, EventKind.PAYMENT_STATUS, "app", "payment", "p", status="settled")
    sandbox.call("POST", "/_sandbox/events/deliver", **other)
    assert receiver.got == []


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({}, 400),
        ({"uri": 7}, 400),
        ({"uri": "ftp://tpp.example/hook"}, 400),
        ({"uri": "http://user@tpp.example/hook"}, 400),
        ({"uri": "http://127.0.0.1:22/hook"}, 400),
        ({"uri": "https://tpp.example/hook", "types": ["payment.flies"]}, 400),
        ({"uri": "https://tpp.example/hook", "more": 1}, 400),
    ],
)
def test_a_wrong_order_registers_nothing(sandbox, order, status):
    answer = sandbox.call("POST", "/_sandbox/webhooks", json=order)

    assert answer.status_code == status, answer.text
    assert sandbox.call("GET", "/_sandbox/webhooks").json == {"webhooks": []}


def test_a_team_has_twenty_at_most(sandbox, receiver):
    for _ in range(events.WEBHOOKS_MAX):
        register(sandbox, receiver.uri)

    assert register(sandbox, receiver.uri, 409)["error"]["hint"]


def test_the_command_makes_lists_and_deletes_them(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from sandbox.cli import main, webhooks

    monkeypatch.setenv("BRYGGEN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BRYGGEN_DATABASE_URL", raising=False)

    def run(*words):
        return CliRunner().invoke(main, [*words, "--json"])

    run("workspace", "create", "demo")
    made = json.loads(run("webhooks", "create", "http://127.0.0.1:3000/hook").stdout)
    assert made["secret"].startswith("whsec_")
    assert [one["id"] for one in json.loads(run("webhooks", "list").stdout)["webhooks"]] == [made["id"]]
    assert run("webhooks", "delete", made["id"]).exit_code == 0
    assert run("webhooks", "delete", made["id"]).exit_code == 1
    assert run("webhooks", "create", "http://127.0.0.1:22/").exit_code == 1
    assert set(webhooks.TYPES) == set(TYPES.values())
