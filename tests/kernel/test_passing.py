"""A folder that is gone afterwards: in memory where it has room, swept after a killed process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.kernel import passing


def test_a_folder_is_there_until_its_end_and_gone_after_an_error_too(tmp_path):
    def work():
        with passing.folder(tmp_path) as made:
            (made / "books.sqlite3").write_text("…")
            raise ZeroDivisionError(made)

    with pytest.raises(ZeroDivisionError) as raised:
        work()

    assert raised.value.args[0].parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_forked_process_leaves_it_to_its_parent(tmp_path):
    with passing.folder(tmp_path) as made:
        with_a_child = (
            "import os, sys\nfrom pathlib import Path\nfrom sandbox.kernel import passing\n"
            "with passing.folder(Path(sys.argv[1])) as made:\n"
            "    child = os.fork()\n"
            "    if child == 0:\n        raise SystemExit\n"
            "    os.waitpid(child, 0)\n"
            "    print(made.is_dir())\n"
        )
        told = subprocess.run(
            [sys.executable, "-c", with_a_child, str(tmp_path)], capture_output=True, text=True, check=True
        )

        assert told.stdout.strip() == "True"
        assert list(tmp_path.iterdir()) == [made]


def test_memory_is_taken_where_it_has_room(tmp_path, monkeypatch):
    monkeypatch.setattr(passing, "ROOM_BYTES_MIN", 1)
    monkeypatch.setattr(passing, "MEMORY", tmp_path)
    assert passing.memory() == tmp_path

    monkeypatch.setattr(passing, "ROOM_BYTES_MIN", 2**62)
    assert passing.memory() is None
    monkeypatch.setattr(passing, "MEMORY", Path("/nowhere"))
    assert passing.memory() is None


@pytest.mark.skipif(os.name != "posix", reason="needs a lock that dies with its process")
def test_what_a_killed_process_left_is_swept_and_what_lives_is_not(tmp_path):
    killed, living = (_holding(tmp_path) for _ in range(2))
    killed[0].send_signal(signal.SIGKILL)
    killed[0].communicate(timeout=5)
    for _, made in (killed, living):
        os.utime(made / ".alive", (0, 0))

    with passing.folder(tmp_path):
        pass

    assert (killed[1].exists(), living[1].exists()) == (False, True)
    living[0].communicate(timeout=5)
    assert list(tmp_path.iterdir()) == []


def _holding(inside):
    """A process that holds a folder until it is spoken to."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom sandbox.kernel import passing\n"
        "with passing.folder(Path(sys.argv[1])) as made:\n    print(made, flush=True)\n    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(inside)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return process, Path(process.stdout.readline().strip())
