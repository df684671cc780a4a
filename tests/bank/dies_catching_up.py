"""Run by itself in a process of its own: catch up with ten days, and be killed after so many statements.

Usage: dies_catching_up.py <database URL> <statements>
"""

import os
import signal
import sys
from types import FrameType

from sandbox.bank import timeline
from sandbox.kernel.db import Database
from tests.bank import paying


def _is_statement(frame: FrameType, happening: str, called: object) -> bool:
    """Whether the driver is asked something, by the session or past it: SQLite in C, psycopg in Python."""
    if happening == "c_call":
        return getattr(called, "__name__", "").startswith("execute")
    code = frame.f_code
    return happening == "call" and code.co_name.startswith("execute") and "psycopg" in code.co_filename


def main(url: str, statements: int) -> None:
    """Catch up until death."""
    database = Database(url)
    seen = 0

    def count(frame: FrameType, happening: str, called: object) -> None:
        nonlocal seen
        seen += _is_statement(frame, happening, called)
        if seen == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    with database.writing() as work:
        sys.setprofile(count)
        timeline.catch_up(paying.bank_at(work, days=10))
        sys.setprofile(None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
