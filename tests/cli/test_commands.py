"""The commands: what they print for people and for scripts, and how they fail."""

import json

import pytest

from sandbox.kernel import places


def test_json_may_stand_before_or_after_the_command(bryggen):
    assert json.loads(bryggen("--json", "banks", "list").stdout) == json.loads(
        bryggen("banks", "list", "--json").stdout
    )


def test_a_workspace_is_made_listed_forked_reset_and_thrown_away(bryggen):
    made = json.loads(bryggen("workspace", "create", "north", "--json").stdout)

    assert made["app"]["key"].startswith("bk_north_")
    assert bryggen("workspace", "fork", "north", "south").exit_code == 0
    assert bryggen("workspace", "reset", "north").exit_code == 0
    listed = json.loads(bryggen("workspace", "list", "--json").stdout)["workspaces"]
    assert [one["id"] for one in listed] == ["north", "south"]
    assert bryggen("workspace", "delete", "south", "--yes").exit_code == 0
    assert "south" not in bryggen("workspace", "list").stdout


def test_a_refusal_ends_with_one_and_says_why(bryggen):
    result = bryggen("workspace", "reset", "nowhere")

    assert result.exit_code == 1
    assert "no such workspace" in result.stderr
    in_json = bryggen("workspace", "reset", "nowhere", "--json")
    assert "no such workspace" in json.loads(in_json.stderr)["error"]["text"]
    assert in_json.stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["people", "list", "--limit", "0"], "0 is not in the range 1<=x<=1000"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["trigger", "nothing"], "'nothing' is not one of 'consent.expired'"),
        (["events", "show"], "Missing argument 'EVENT_ID'"),
        (["banks", "check", "nowhere.yaml"], "'nowhere.yaml' does not exist"),
    ],
)
def test_a_slip_of_the_keyboard_is_told_to_a_script_in_json(bryggen, words, said):
    spoken, told = bryggen(*words), bryggen(*words, "--json")

    assert (spoken.exit_code, told.exit_code) == (2, 2)
    assert told.stdout == ""
    error = json.loads(told.stderr)["error"]
    assert said in error["text"]
    assert said in " ".join(spoken.stderr.split())
    assert error["hint"].startswith("`")
    assert "--help` says" in error["hint"]


def test_whoever_speaks_json_says_yes_beforehand(bryggen):
    bryggen("workspace", "create", "north")

    asked = bryggen("workspace", "delete", "north", "--json")
    unknown = bryggen("workspace", "delete", "nowhere")

    assert (asked.exit_code, json.loads(asked.stderr)["error"]["hint"][:9]) == (1, "Say --yes")
    assert unknown.exit_code == 1
    assert "no such workspace" in unknown.stderr
    assert "north" in bryggen("workspace", "list").stdout


def test_an_app_s_yes_is_given_at_once_and_waited_for_again(bryggen):
    bryggen("workspace", "create", "north")
    app = json.loads(bryggen("app", "create", "Two", "-w", "north", "--json").stdout)

    assert "first" in bryggen("app", "yes", app["id"], "-w", "north").stdout
    assert (
        json.loads(bryggen("app", "yes", app["id"], "--psu", "kari", "-w", "north", "--json").stdout)[
            "yes_by"
        ]
        == "kari"
    )
    off = json.loads(bryggen("app", "yes", app["id"], "--off", "-w", "north", "--json").stdout)
    assert "yes_by" not in off


def test_apps_come_and_go(bryggen):
    bryggen("workspace", "create", "north")
    app = json.loads(bryggen("app", "create", "Two", "-w", "north", "--json").stdout)

    assert bryggen("app", "key", app["id"], "-w", "north").exit_code == 0
    assert bryggen("app", "delete", app["id"], "-w", "north").exit_code == 0
    assert app["id"] not in bryggen("app", "list", "-w", "north").stdout


def test_a_clock_is_stopped_and_moved_forwards_only(bryggen):
    bryggen("workspace", "create", "north")
    before = json.loads(bryggen("clock", "freeze", "-w", "north", "--json").stdout)
    after = json.loads(bryggen("clock", "advance", "--days", 1, "-w", "north", "--json").stdout)

    assert before["mode"] == after["mode"] == "frozen"
    assert before["now"][11:] == after["now"][11:]
    assert bryggen("clock", "set", "2020-01-01T00:00:00Z", "-w", "north").exit_code == 1
    assert bryggen("clock", "set", "yesterday", "-w", "north").exit_code == 2
    assert bryggen("clock", "advance", "-w", "north").exit_code == 2


def test_a_bank_file_is_checked(bryggen, tmp_path):
    ours = places.mock_banks() / "fjordbanken.yaml"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(ours.read_text(encoding="utf-8").replace("country: NO", "country: ZZ"), encoding="utf-8")

    assert bryggen("banks", "check", ours).exit_code == 0
    result = bryggen("banks", "check", wrong)
    assert result.exit_code == 1
    assert "country" in result.stdout


def test_people_are_found(bryggen):
    bryggen("workspace", "create", "north")
    found = json.loads(
        bryggen("people", "list", "--bank", "nordlys", "--limit", 3, "-w", "north", "--json").stdout
    )

    assert len(found["people"]) == 3
    assert (
        found["people"][0]["username"]
        in bryggen("people", "show", found["people"][0]["id"], "-w", "north").stdout
    )


def test_people_who_were_written_down_keep_books_that_balance(bryggen):
    bryggen("workspace", "create", "north")

    assert bryggen("seed", "nordlys", "--people", 2, "-w", "north").exit_code == 0
    proof = bryggen("verify", "--json")
    assert proof.exit_code == 0
    assert json.loads(proof.stdout)["valid"]


def test_a_bank_signs_with_new_keys_and_the_old_ones_stay_for_a_while(bryggen):
    first = json.loads(bryggen("--json", "banks", "rotate-keys", "fjordbanken").stdout)["keys"]
    then = json.loads(bryggen("--json", "banks", "rotate-keys", "fjordbanken").stdout)["keys"]

    assert {one["kid"] for one in first} < {one["kid"] for one in then}
    assert all("d" not in one for one in then)
    assert "no bank 'nobank' here" in bryggen("banks", "rotate-keys", "nobank").stderr


def test_a_workspace_goes_into_one_file_and_comes_back(bryggen, tmp_path):
    bryggen("workspace", "create", "north")
    file = tmp_path / "north.bryggen"

    told = json.loads(bryggen("workspace", "export", "north", file, "--json").stdout)
    assert told["rows"] > 0
    assert bryggen("workspace", "import", file).exit_code == 1
    assert "--as NAME" in bryggen("workspace", "import", file).stderr
    assert json.loads(bryggen("workspace", "import", file, "--as", "south", "--json").stdout)["id"] == "south"
    bryggen("workspace", "delete", "north", "--yes")
    back = json.loads(bryggen("workspace", "import", file, "--json").stdout)

    assert (back["id"], back["certificates"]) == ("north", True)
    file.write_bytes(b"nothing")
    assert "not a whole workspace" in bryggen("workspace", "import", file, "--as", "west").stderr
    assert bryggen("workspace", "export", "nowhere").exit_code == 1


def test_the_certificates_of_another_installation_stay_behind(bryggen, tmp_path, monkeypatch):
    bryggen("workspace", "create", "north")
    bryggen("certificates", "issue", "-w", "north", "--out", tmp_path / "papers")
    file = tmp_path / "north.bryggen"
    bryggen("workspace", "export", "north", file)

    monkeypatch.setenv("BRYGGEN_DATA_DIR", str(tmp_path / "elsewhere"))
    told = json.loads(bryggen("workspace", "import", file, "--json").stdout)

    assert told["certificates"] is False
    assert json.loads(bryggen("certificates", "list", "-w", "north", "--json").stdout)["certificates"] == []
    assert bryggen("certificates", "issue", "-w", "north", "--out", tmp_path / "new").exit_code == 0
