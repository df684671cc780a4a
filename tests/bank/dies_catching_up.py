"""Run by itself in a process of its own: catch up with ten days, and be killed after so many statements.

Usage: dies_catching_up.py <database URL> <statements>
"""

import os
import signal
import sys

from sandbox.bank import timeline
from sandbox.kernel.db import Database
from tests.bank import dying, paying


def main(url: str, statements: int) -> None:
    """Catch up until death."""
    with (
        Database(url).writing() as work,
        dying.at_statement(statements, lambda: os.kill(os.getpid(), signal.SIGKILL)),
    ):
        timeline.catch_up(paying.bank_at(work, days=10))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
