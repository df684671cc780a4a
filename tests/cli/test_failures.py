"""The commands about failures and their rules."""

import json

import pytest


@pytest.fixture
def north(bryggen):
    """A workspace; runs a command in it and reads its JSON."""
    bryggen("workspace", "create", "north")
    return lambda *words: json.loads(bryggen(*words, "-w", "north", "--json").stdout)


def test_the_catalogue_is_listed_and_shown(bryggen):
    listed = json.loads(bryggen("failures", "list", "--area", "transport", "--json").stdout)["failures"]
    shown = bryggen("failures", "show", "insufficient_funds").stdout

    assert {"maintenance", "slow_answer"} <= {one["name"] for one in listed}
    assert "313.04" in shown
    assert "X-Bryggen-Failure: insufficient_funds" in shown
    assert "insufficient_funds" in bryggen("failures", "list", "--search", "enough money").stdout


def test_a_rule_is_switched_on_and_off(north, bryggen):
    words = ("--bank", "fjordbanken", "--count", "3", "--seconds", "60", "--operation", "GET */accounts*")
    made = north("failures", "rule", "add", "maintenance", *words)

    assert (made["bank"], made["count"], made["over"]) == ("fjordbanken", 3, False)
    assert [one["id"] for one in north("failures", "rules")["rules"]] == [made["id"]]
    assert "0 of 3" in bryggen("failures", "rules", "-w", "north").stdout
    assert north("failures", "rule", "remove", made["id"]) == {"removed": made["id"]}
    assert north("failures", "rules")["rules"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "maintenace"), "Did you mean: maintenance"),
        (("list", "--area", "weather"), "one of accounts"),
        (("rule", "add", "maintenace", "-w", "north"), "Did you mean: maintenance"),
        (("rule", "add", "maintenance", "--bank", "nobank", "-w", "north"), "one of "),
        (("rule", "add", "maintenance", "--probability", "2", "-w", "north"), "0<x<=1"),
        (("rule", "remove", "nothing", "-w", "north"), "no such rule"),
        (("rules", "-w", "nowhere"), "no such workspace"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(north, bryggen, words, said):
    assert north("failures", "rules") == {"rules": []}

    found = bryggen("failures", *words)

    assert found.exit_code != 0
    assert said in found.stderr
