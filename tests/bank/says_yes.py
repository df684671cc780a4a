"""Run by itself in a process of its own: Kari says yes to payments, one after the other.

Usage: says_yes.py <database URL> <payment id>…
It says `ready`, waits for a line, and then says what became of each.
"""

import sys

from sandbox.kernel.db import Database
from tests.bank.test_payment_rush import say_yes

if __name__ == "__main__":
    database = Database(sys.argv[1])
    with database.reading() as work:
        work.run("SELECT 1", ())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write("\n".join(say_yes(database, one) for one in sys.argv[2:]))
