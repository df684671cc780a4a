"""`bryggen serve` as scripts use it: one line when it answers, and nothing left when it stops."""

import json
import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.conftest import start_server


@pytest.fixture
def served(tmp_path):
    """Start an ephemeral server whose temporary folders lie in a folder of the test's own."""
    process = start_server(tmp_path)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_one_line_says_all_that_a_script_needs_and_nothing_is_left(served, tmp_path, ending):
    ready = json.loads(served.stdout.readline())

    with urllib.request.urlopen(f"{ready['base_url']}/_sandbox/health", timeout=5) as answer:
        assert json.load(answer)["status"] == "ok"
    wanted = urllib.request.Request(
        f"{ready['base_url']}/_sandbox/apps", headers={"X-API-Key": ready["app_key"]}
    )
    with urllib.request.urlopen(wanted, timeout=5) as answer:
        assert [one["id"] for one in json.load(answer)["apps"]] == [ready["app_id"]]
    banks = {one["id"] for one in ready["banks"]}
    assert banks == {bank for one in ready["people"] for bank in one["banks"]}
    assert len(ready["people"]) >= 8
    assert all(one["username"] and one["password"] for one in ready["people"])

    served.send_signal(ending)
    rest, _ = served.communicate(timeout=15)
    assert rest == ""
    assert served.returncode == 0
    assert list(tmp_path.glob("bryggen-*")) == []


def test_a_taken_port_is_said_with_what_to_do(served):
    ready = json.loads(served.stdout.readline())
    port = ready["base_url"].rsplit(":", 1)[1]

    second = subprocess.run(
        [sys.executable, "-m", "sandbox", "serve", "--ephemeral", "--port", port],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert second.returncode == 1
    assert "--port" in second.stderr
