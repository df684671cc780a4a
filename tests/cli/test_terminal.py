"""What somebody at a terminal sees, and that scripts see none of it."""

import os
import pty
import re
import subprocess
import sys

import pytest

_COLOUR = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")
_COLUMNS = 80


@pytest.fixture
def bryggen(tmp_path):
    """Run a command as a process at a terminal of eighty columns; what it shows."""

    def run(*words, **environment):
        ours, its = pty.openpty()
        command = [sys.executable, "-m", "sandbox", *words]
        said = {"BRYGGEN_DATA_DIR": str(tmp_path), "COLUMNS": str(_COLUMNS), "TERM": "xterm-256color"}
        inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        with subprocess.Popen(
            command, stdin=its, stdout=its, stderr=its, env=inherited | said | environment
        ) as process:
            os.close(its)
            shown = b"".join(iter(lambda: _read(ours), b""))
        os.close(ours)
        assert process.returncode == 0
        return shown.decode()

    return run


def _read(terminal):
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other side is gone
        return b""


def test_a_table_folds_its_prose_to_the_terminal_and_leaves_names_whole(bryggen):
    shown = bryggen("failures", "list")
    lines = [_COLOUR.sub("", line).rstrip() for line in shown.splitlines()]

    assert _COLOUR.search(shown)
    assert max(map(len, lines)) <= _COLUMNS
    assert any(line.startswith("insufficient_funds ") for line in lines)


def test_what_takes_long_has_a_bar(bryggen):
    bryggen("workspace", "create", "bar")

    assert "Time goes by" in bryggen("clock", "advance", "--months", "2", "-w", "bar")


def test_how_it_went_has_a_colour_for_who_wants_one(bryggen):
    green = "\x1b[32m"

    assert green in bryggen("doctor")
    assert green not in bryggen("doctor", NO_COLOR="1")
