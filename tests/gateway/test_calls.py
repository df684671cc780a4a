"""A call written down for another tool is the same call: each is run, and what arrives is compared."""

import os
import shutil
import subprocess
import sys

import pytest

from sandbox.gateway.calls import TOOLS, Call, written
from tests.delivery.conftest import receiver

__all__ = ["receiver"]
NASTY = 'O\'Hara "$HOME" `id` \\ Åse'
BODIES = {
    "nothing": (None, b""),
    "JSON": ({"text": NASTY, "amounts": [1, None, True]}, None),
    "text": (f"@{NASTY}", f"@{NASTY}".encode()),
    "a secret": ("a=<redacted:code>&b=2", b"a=the+code&b=2"),
    "bytes": (b"\xff\x00\n'", b"\xff\x00\n'"),
}
#: A test is a function; what pytest does around it is not the question here.
TEST = "import runpy, sys; [one() for name, one in runpy.run_path(sys.argv[1]).items() if 'test_' in name]"
#: How each tool is run on a file that holds what was written.
RUN = {
    "curl": ["sh"],
    "python": [sys.executable],
    "pytest": [sys.executable, "-c", TEST],
}


@pytest.fixture
def run(tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("needs curl")

    def run(text, tool):
        place = tmp_path / "test_it.py"
        place.write_text(text)
        secrets = {"BRYGGEN_CODE": "the+code", "BRYGGEN_APP_KEY": "bk_of_nobody"}
        environment = {**os.environ, **secrets, "NO_PROXY": "127.0.0.1"}
        said = subprocess.run([*RUN[tool], str(place)], env=environment, capture_output=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
        return said.stdout.decode()

    return run


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("what", BODIES)
def test_what_is_written_for_a_tool_calls_as_it_was_called(run, receiver, tool, what):
    body, arrives = BODIES[what]
    headers = {"X-API-Key": "<redacted:app_key>", "X-Name": "O'Hara $HOME", "X-Request-ID": "was-sent-before"}
    url = f"{receiver.uri}&name=O'Hara"
    call = Call("POST", url, headers, body, fresh=["X-Request-ID"], answered=200, remarks=["to be seen"])

    text = written(call, tool)
    run(text, tool)

    [got] = receiver.got
    told = {name.lower(): value for name, value in got.headers.items()}
    assert got.path == "/hook?tpp=1&name=O'Hara"
    assert (told["x-api-key"], told["x-name"]) == ("bk_of_nobody", "O'Hara $HOME")
    assert len(told["x-request-id"]) == 36
    assert got.body == arrives if arrives is not None else got.json == body
    assert what != "JSON" or told["content-type"] == "application/json"
    assert "# to be seen\n# Set first: BRYGGEN_APP_KEY" in text


@pytest.mark.parametrize("tool", TOOLS)
def test_a_call_that_was_never_made_shows_the_answer_alone(run, receiver, tool):
    receiver.body = b'{"accounts": []}'
    text = written(Call("GET", receiver.uri), tool)

    said = run(text, tool)

    assert receiver.got[0].body == b""
    assert said.strip() == {"curl": '{"accounts": []}', "python": '200 {"accounts": []}'}.get(
        tool, said.strip()
    )
    assert "Set first" not in text
