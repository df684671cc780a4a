"""Run by itself in a process of its own: catch up with ten days, and be killed after so many statements.

Usage: dies_catching_up.py <database URL> <statements>
"""

import os
import signal
import sys

from sqlalchemy import event

from sandbox.bank import timeline
from sandbox.kernel.db import Database
from tests.bank import paying


def main(url: str, statements: int) -> None:
    """Catch up until death."""
    database = Database(url)
    seen = 0

    @event.listens_for(database.engine, "after_cursor_execute")
    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    with database.writing() as work:
        timeline.catch_up(paying.bank_at(work, days=10))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
