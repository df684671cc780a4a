"""The directory from the command line."""

import json

import pytest

from tests.oauth.signing import Key

BACK = "https://tpp.example/back"


@pytest.fixture
def app_id(bryggen):
    """The app of a new workspace `north`."""
    return json.loads(bryggen("workspace", "create", "north", "--json").stdout)["app"]["id"]


def said(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_an_app_is_registered_with_addresses_and_keys(bryggen, app_id, tmp_path):
    file = tmp_path / "jwks.json"
    keys = {"keys": [Key().public]}
    file.write_text(json.dumps(keys))
    words = ("directory", "register", app_id, "-w", "north", "--json")

    made = said(bryggen(*words, "--redirect-uri", BACK, "--jwks", file, "--role", "PSP_AI"))

    assert (made["redirect_uris"], made["jwks"], made["roles"]) == ([BACK], keys, ["PSP_AI"])
    assert said(bryggen("directory", "show", app_id, "-w", "north", "--json")) == made
    assert BACK in bryggen("directory", "show", app_id, "-w", "north").stdout
    file.write_text("no keys")
    assert bryggen(*words, "--jwks", file).exit_code == 1
    assert bryggen(*words, "--jwks-uri", "http://tpp.example").exit_code == 1


def test_an_organisation_is_made_and_put_behind_an_app(bryggen, app_id):
    words = ("--role", "PSP_PI", "--country", "DE", "-w", "north", "--json")
    made = said(bryggen("directory", "create", "Geldfluss GmbH", *words))
    bryggen("directory", "register", app_id, "--organisation", made["id"], "-w", "north")

    listed = said(bryggen("directory", "organisations", "-w", "north", "--json"))["organisations"]
    behind = next(one for one in listed if one["id"] == made["id"])
    assert (behind["apps"], behind["roles"], behind["country"]) == ([app_id], ["PSP_PI"], "DE")
    wrong = bryggen("directory", "register", app_id, "--organisation", "nobody", "-w", "north")
    assert (wrong.exit_code, "organisations" in wrong.stderr) == (1, True)


def test_a_statement_is_printed(bryggen, app_id):
    statement = said(bryggen("directory", "statement", app_id, "-w", "north", "--json"))["software_statement"]

    assert statement.count(".") == 2
    assert bryggen("directory", "statement", app_id, "-w", "north").stdout.count(".") == 2
