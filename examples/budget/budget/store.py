"""What the app keeps, in SQLite: connections with what opens them, accounts, and what was booked."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from budget import categories
from budget.model import Account, Entry

_TABLES = """
CREATE TABLE IF NOT EXISTS connection (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, bank TEXT NOT NULL, state TEXT UNIQUE, opens TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS account (
    connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE, id TEXT NOT NULL, name TEXT NOT NULL,
    currency TEXT NOT NULL, balance TEXT NOT NULL, PRIMARY KEY (connection, id));
CREATE TABLE IF NOT EXISTS entry (
    connection INTEGER NOT NULL REFERENCES connection ON DELETE CASCADE, account TEXT NOT NULL,
    id TEXT NOT NULL, month TEXT NOT NULL, booked_on TEXT NOT NULL, amount TEXT NOT NULL,
    currency TEXT NOT NULL, text TEXT NOT NULL,
    category TEXT NOT NULL, PRIMARY KEY (connection, account, id));
"""


@dataclass(frozen=True)
class Connection:
    """A bank that a user has connected. `opens` is secret: it reads their accounts."""

    id: int
    bank: str
    opens: Mapping[str, str]
    note: str


class Store:
    """One file. Every question names the user: nobody sees another's."""

    def __init__(self, path: Path) -> None:
        """Make the tables where there are none."""
        self._path = path
        with self._open() as db:
            db.executescript(_TABLES)

    def wait(self, user: str, bank: str, state: str, remember: Mapping[str, str]) -> None:
        """Somebody was sent to their bank, and is to come back with that state."""
        with self._open() as db:
            row = (user, bank, state, json.dumps(remember))
            db.execute("INSERT INTO connection (user, bank, state, opens) VALUES (?, ?, ?, ?)", row)

    def waiting(self, user: str, state: str) -> Connection | None:
        """The connection for which that user comes back; a state is good once."""
        with self._open() as db:
            sql = (
                "UPDATE connection SET state = NULL WHERE user = ? AND state = ?"
                " RETURNING id, bank, opens, note"
            )
            row = db.execute(sql, (user, state)).fetchone()
        return None if row is None else _connection(row)

    def keep(self, connection: int, opens: Mapping[str, str]) -> None:
        """From here on this opens the accounts."""
        with self._open() as db:
            db.execute("UPDATE connection SET opens = ? WHERE id = ?", (json.dumps(opens), connection))

    def note(self, connection: int, text: str) -> None:
        """What the user has to know of a connection; empty where all is well."""
        with self._open() as db:
            db.execute("UPDATE connection SET note = ? WHERE id = ?", (text, connection))

    def forget(self, user: str, connection: int) -> None:
        """Forget a connection and all that came by it."""
        with self._open() as db:
            db.execute("DELETE FROM connection WHERE user = ? AND id = ?", (user, connection))

    def connections(self, user: str) -> list[Connection]:
        """Those that stand."""
        with self._open() as db:
            sql = "SELECT id, bank, opens, note FROM connection WHERE user = ? AND state IS NULL ORDER BY id"
            return [_connection(row) for row in db.execute(sql, (user,))]

    def replace(self, connection: int, account: Account, entries: Iterable[Entry]) -> None:
        """Keep an account as it is now, and what was booked on it; an entry that is known stays one."""
        with self._open() as db:
            row = (connection, account.id, account.name, account.currency, str(account.balance))
            db.execute("INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?)", row)
            rows = (
                (
                    *(
                        connection,
                        account.id,
                        one.id,
                        one.booked_on.isoformat()[:7],
                        one.booked_on.isoformat(),
                    ),
                    *(str(one.amount), one.currency, one.text, categories.of(one)),
                )
                for one in entries
            )
            db.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def accounts(self, user: str) -> list[sqlite3.Row]:
        """All accounts of a user, with the bank of each."""
        sql = """SELECT bank, a.* FROM account a JOIN connection c ON c.id = a.connection
                 WHERE user = ? ORDER BY bank, name"""
        return self._rows(sql, user)

    def months(self, user: str) -> list[str]:
        """The months in which anything was booked, the newest first."""
        sql = "SELECT DISTINCT month FROM entry e JOIN connection c ON c.id = e.connection WHERE user = ?"
        return sorted((row["month"] for row in self._rows(sql, user)), reverse=True)

    def entries(self, user: str, month: str) -> list[sqlite3.Row]:
        """What was booked in a month, the newest first."""
        sql = """SELECT bank, e.* FROM entry e JOIN connection c ON c.id = e.connection
                 WHERE user = ? AND month = ? ORDER BY booked_on DESC, e.id"""
        return self._rows(sql, user, month)

    def _rows(self, sql: str, *values: str) -> list[sqlite3.Row]:
        with self._open() as db:
            return db.execute(sql, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as db, db:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            yield db


def _connection(row: sqlite3.Row) -> Connection:
    return Connection(row["id"], row["bank"], json.loads(row["opens"]), row["note"])


def money(text: str) -> Decimal:
    """An amount as it is kept."""
    return Decimal(text)
