"""`bryggen events`: listed, shown and sent again, for people and for scripts."""

import json

import pytest
from click.testing import CliRunner

from sandbox.bank import events
from sandbox.bank.events import Content, EventKind, Wish
from sandbox.cli import main


@pytest.fixture
def bryggen(sandbox, monkeypatch):
    """Run a command over the test's own database."""
    monkeypatch.setenv("BRYGGEN_DATABASE_URL", sandbox.database.url)
    monkeypatch.setenv("BRYGGEN_DATA_DIR", str(sandbox.services.settings.data_dir))
    return lambda *words: CliRunner().invoke(main, ["events", *words, "-w", "test"])


@pytest.fixture
def told(sandbox):
    """Something of which the app wants to hear."""
    with sandbox.database.writing() as work:
        bank = sandbox.bank("fjordbanken", work)
        wish = Wish("http://127.0.0.1:9999/", frozenset({Content.PROCESS}), "berlin_group")
        events.subscribe(bank, sandbox.app_id, "payment-1", "/v1/payments/x/payment-1", wish)
        of = (sandbox.app_id, "payment", "payment-1")
        events.record(bank, EventKind.SCA_STATUS, *of, status="failed")
        return events.record(bank, EventKind.PAYMENT_STATUS, *of, status="rejected")


def test_events_are_listed_for_people_and_for_scripts(bryggen, told):
    lines = bryggen("list").stdout.splitlines()
    document = json.loads(bryggen("list", "--kind", "payment_status", "--json").stdout)

    assert lines[0].startswith("AT")
    assert "waiting (0)" in lines[1]
    assert "not asked for" in lines[2]
    assert [one["id"] for one in document["events"]] == [told]


def test_an_event_is_shown_and_its_delivery_sent_again(bryggen, told):
    shown = json.loads(bryggen("show", told, "--json").stdout)
    delivery_id = shown["deliveries"][0]["id"]

    assert delivery_id in bryggen("show", told).stdout
    again = bryggen("redeliver", delivery_id, "--json")
    assert json.loads(again.stdout)["state"] == "waiting"
    lost = bryggen("redeliver", told)
    assert (lost.exit_code, "bryggen events list" in lost.stderr) == (1, True)


def test_the_kinds_that_can_be_listed_are_those_there_are():
    from sandbox.cli import events as commands

    assert set(commands._KINDS) == {one.value for one in EventKind}


def test_an_apps_secret_is_shown(sandbox, bryggen):
    said = CliRunner().invoke(main, ["app", "secret", sandbox.app_id, "-w", "test", "--json"])

    assert json.loads(said.stdout)["secret"].startswith("whsec_")
