"""`bryggen logs` and `bryggen replay`: calls are listed, shown, written down and made again."""

import json
import uuid

import pytest
from click.testing import CliRunner

from sandbox.cli import main


@pytest.fixture
def bryggen(sandbox, monkeypatch):
    """Run a command over the test's own database."""
    monkeypatch.setenv("BRYGGEN_DATABASE_URL", sandbox.database.url)
    monkeypatch.setenv("BRYGGEN_DATA_DIR", str(sandbox.services.settings.data_dir))
    return lambda *words: CliRunner().invoke(main, [*words, "-w", "test"])


@pytest.fixture
def trace(sandbox):
    """A refused call, and an ordinary one after it, whose trace this is."""
    sandbox.call("GET", "/fjordbanken/v1/accounts", headers={"Consent-ID": str(uuid.uuid4())})
    answer = sandbox.call(
        "POST",
        "/fjordbanken/v1/consents",
        headers={"PSU-IP-Address": "192.0.2.1", "TPP-Redirect-URI": "https://tpp.example/back"},
        json={
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": "9999-12-31",
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
        },
    )
    sandbox.services.journal.settle()
    return answer.headers["X-Bryggen-Trace"]


def test_calls_are_listed_as_they_came(bryggen, trace):
    lines = bryggen("logs").stdout.splitlines()
    document = json.loads(bryggen("logs", "--status", "2xx", "--json").stdout)

    assert lines[0].endswith("GET    /fjordbanken/v1/accounts  ConsentUnknown")
    assert trace in lines[1]
    assert [one["trace"] for one in document["calls"]] == [trace]
    assert bryggen("logs", "--bank", "hansekontor").stdout == ""


def test_a_call_is_shown_whole_and_written_down(bryggen, trace, sandbox):
    shown = CliRunner().invoke(main, ["logs", "show", trace, "-w", "test"]).stdout

    assert "passed    the body has the form that the operation takes" in shown
    assert "Changed: insert 1 in consent" in shown
    assert "X-API-Key: <redacted:app_key>" in shown
    assert "curl -sS" in bryggen("logs", "as", "curl", trace).stdout
    assert sandbox.app_key not in shown


def test_a_call_is_made_again(bryggen, trace, sandbox):
    made = json.loads(bryggen("replay", trace, "--app-key", sandbox.app_key, "--json").stdout)

    assert made["status"] == 201
    assert made["trace"] != trace


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("logs", "--status", "9"), "A status such as 404"),
        (("logs", "show", "nothing"), "bryggen logs"),
        (("replay", "nothing"), "BRYGGEN_APP_KEY"),
        (("logs", "as", "perl", "nothing"), "'perl' is not one of"),
    ],
)
def test_what_is_asked_wrongly_is_told(bryggen, words, said):
    answer = bryggen(*words)

    assert answer.exit_code in (1, 2)
    assert said in answer.stderr
