"""Commands of whoever runs a public sandbox: invitations, hackathons, the admin key."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.conftest import start_server


def test_people_are_invited_and_a_hackathon_is_made_by_commands(bryggen):
    bryggen("workspace", "create", "north")

    invited = json.loads(bryggen("workspace", "invite", "north", "--role", "owner", "--json").stdout)
    teams = json.loads(bryggen("hackathon", "create", 2, "--json").stdout)["teams"]
    key = json.loads(bryggen("admin", "key", "--json").stdout)["admin_key"]

    assert (invited["role"], invited["uses_max"]) == ("owner", 1)
    assert [one["workspace"] for one in teams] == ["team-01", "team-02"]
    assert key.startswith("ba_")
    assert "team-03" in bryggen("hackathon", "create", 1).stdout
    for wrong, code in (
        (("workspace", "invite", "nowhere"), 1),
        (("workspace", "invite", "north", "--days", 400), 1),
        (("workspace", "invite", "north", "--uses", -1), 1),
        (("hackathon", "create", 0), 2),
        (("hackathon", "create", 500), 1),
        (("hackathon", "create", 1, "--prefix", "Ø"), 1),
    ):
        assert bryggen(*wrong).exit_code == code, wrong


def test_an_admin_key_of_the_operator_s_own_is_changed_where_it_stands(bryggen, monkeypatch):
    monkeypatch.setenv("BRYGGEN_ADMIN_KEY", "a key of my very own")

    assert "BRYGGEN_ADMIN_KEY" in bryggen("admin", "key").stderr


def test_a_public_sandbox_shows_its_admin_key_at_the_first_start(tmp_path):
    process = start_server(tmp_path, subprocess.DEVNULL, words=["--public"])
    try:
        ready = json.loads(process.stdout.readline())
        listing = f"{ready['base_url']}/_sandbox/workspaces"

        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(listing, timeout=5)
        asked = urllib.request.Request(listing, headers={"X-Admin-Key": ready["admin_key"]})
        with urllib.request.urlopen(asked, timeout=5) as answer:
            assert [one["id"] for one in json.load(answer)["workspaces"]] == ["demo"]
    finally:
        process.terminate()
        process.communicate(timeout=15)


def test_a_public_sandbox_does_not_start_with_a_key_that_can_be_guessed(tmp_path, monkeypatch):
    monkeypatch.setenv("BRYGGEN_ADMIN_KEY", "secret")

    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "serve", "--ephemeral", "--port", "0", "--public"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 1
    assert "16 letters" in done.stderr
