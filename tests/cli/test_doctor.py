"""The doctor: each thing that can be wrong with a machine, and what to do about it."""

import json
import socket
import subprocess
import sys

import pytest


@pytest.fixture
def told(bryggen):
    """What the doctor finds: the findings by name, and the exit code."""

    def look():
        result = bryggen("doctor", "--json")
        document = json.loads(result.stdout)
        assert document["healthy"] == (result.exit_code == 0)
        return {one["what"]: one for one in document["findings"]}, result.exit_code

    return look


def test_a_fresh_machine_is_well_and_stays_as_it_was(told, tmp_path, monkeypatch):
    monkeypatch.setenv("BRYGGEN_PORT", "0")

    found, code = told()

    assert code == 0
    assert set(found) == {"versions", "data folder", "database", "port", "TLS", "clock", "banks", "reach"}
    assert list(tmp_path.iterdir()) == []


def test_people_are_told_what_to_do(bryggen, monkeypatch):
    monkeypatch.setenv("BRYGGEN_DATABASE_URL", "nonsense")

    result = bryggen("doctor")

    assert result.exit_code == 1
    assert "fail  database" in result.stdout
    assert "docs/settings.md" in result.stdout


def test_a_database_that_has_lived_says_its_revision(bryggen, told):
    bryggen("workspace", "create", "north")

    found, _ = told()

    assert found["database"]["state"] == "ok"
    assert "revision" in found["database"]["text"]


@pytest.mark.parametrize(("revision", "state", "code"), [("0001", "warn", 0), ("9999", "fail", 1)])
def test_a_database_of_another_version_is_told(bryggen, told, tmp_path, revision, state, code):
    import sqlite3

    bryggen("workspace", "create", "north")
    with sqlite3.connect(tmp_path / "bryggen.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.close()

    found, left = told()

    assert (found["database"]["state"], left) == (state, code)
    assert revision in found["database"]["text"]


def test_a_file_that_is_no_database_is_told(told, tmp_path):
    (tmp_path / "bryggen.sqlite3").write_text("not a database, but long enough to be taken for one" * 40)

    found, code = told()

    assert (found["database"]["state"], code) == ("fail", 1)


def test_a_database_that_is_not_there_is_told_without_its_password(told, monkeypatch):
    monkeypatch.setenv("BRYGGEN_DATABASE_URL", "postgresql://me:secret@127.0.0.1:9/bryggen")

    found, code = told()

    assert (found["database"]["state"], code) == ("fail", 1)
    assert "secret" not in json.dumps(found)


def test_a_port_that_is_taken_is_told(told, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("BRYGGEN_PORT", str(taken.getsockname()[1]))
        found, code = told()

    assert (found["port"]["state"], code) == ("warn", 0)
    assert "--port 0" in found["port"]["do"]


def test_a_data_folder_that_cannot_be_one_is_told(told, tmp_path, monkeypatch):
    monkeypatch.setenv("BRYGGEN_DATA_DIR", "/proc/nothing")

    found, code = told()

    assert (found["data folder"]["state"], code) == ("fail", 1)


def test_a_broken_bank_and_a_broken_root_are_told(told, tmp_path, monkeypatch):
    banks = tmp_path / "banks"
    banks.mkdir()
    (banks / "mine.yaml").write_text("id: mine\n")
    (tmp_path / "tls").mkdir()
    (tmp_path / "tls" / "root.pem").write_text("nothing")
    monkeypatch.setenv("BRYGGEN_BANKS_DIR", str(banks))
    monkeypatch.setenv("BRYGGEN_HOST", "0.0.0.0")

    found, code = told()

    assert code == 1
    assert (found["banks"]["state"], found["TLS"]["state"], found["reach"]["state"]) == (
        "fail",
        "fail",
        "warn",
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_what_it_needs(bryggen, shell):
    result = bryggen("completion", shell)

    assert result.exit_code == 0
    assert "_BRYGGEN_COMPLETE" in result.stdout
    assert json.loads(bryggen("completion", shell, "--json").stdout)["shell"] == shell


def test_completion_names_the_commands():
    asked = {"_BRYGGEN_COMPLETE": "bash_complete", "COMP_WORDS": "bryggen works", "COMP_CWORD": "1"}
    command = "from sandbox.cli import main; main(prog_name='bryggen')"

    told = subprocess.run(
        [sys.executable, "-c", command],
        env={**__import__("os").environ, **asked},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.stdout.strip() == "plain,workspace"
