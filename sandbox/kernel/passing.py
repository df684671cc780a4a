"""A folder that is gone afterwards, on the disk or in memory.

In memory it is a folder as well, and not SQLite's own `:memory:` or its VFS `memdb`: those have no
write-ahead log, so whoever reads would wait for whoever writes, and for ever where both are one request.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sandbox.kernel.clock import wall_now

#: Linux keeps in memory what is written here. A container has 64 MB of it, unless it is told otherwise.
MEMORY = Path("/dev/shm")
ROOM_BYTES_MIN = 256_000_000
_NAME, _ALIVE = "bryggen-", ".alive"
#: A sweep lets younger folders alone: their owner may be about to mark them.
_YOUNG_SECONDS = 60.0


def memory() -> Path | None:
    """The folder that is memory, where there is room enough in it; None where this machine has none."""
    try:
        free = shutil.disk_usage(MEMORY).free
    except OSError:
        return None
    return MEMORY if free >= ROOM_BYTES_MIN and os.access(MEMORY, os.W_OK) else None


@contextmanager
def folder(inside: Path | None = None) -> Iterator[Path]:
    """A folder of its own until the end of the context; None: among the machine's temporary files.

    A process that is forked meanwhile leaves it to its parent.
    """
    owner = os.getpid()
    made = Path(tempfile.mkdtemp(prefix=f"{_NAME}{owner}-", dir=inside))
    _sweep(made)
    try:
        with (made / _ALIVE).open("wb") as mark:
            _lock(mark)
            yield made
    finally:
        if os.getpid() == owner:
            shutil.rmtree(made, ignore_errors=True)


def _sweep(beside: Path) -> None:
    """Throw away what killed processes have left: in memory it would stay until the machine starts again."""
    user = beside.stat().st_uid
    for mark in beside.parent.glob(f"{_NAME}*/{_ALIVE}"):
        with suppress(OSError):
            known = mark.lstat()
            if known.st_uid == user and wall_now().timestamp() - known.st_mtime > _YOUNG_SECONDS:
                with mark.open("r+b") as found:
                    _lock(found)
                    shutil.rmtree(mark.parent, ignore_errors=True)


def _lock(mark: IO[bytes]) -> None:
    """Hold the mark while it is open; the system lets go of it when the process dies. Raises OSError."""
    with suppress(ImportError):  # on Windows nobody holds one, and an open file cannot be removed
        import fcntl

        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
