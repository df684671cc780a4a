"""Orders, in SQLite. An order never goes back from what it is, but to say that money has come back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS purchase (
    id TEXT PRIMARY KEY, buyer TEXT NOT NULL, bank TEXT NOT NULL, total TEXT NOT NULL, payment TEXT,
    authorisation TEXT, state TEXT NOT NULL DEFAULT 'waiting');
CREATE TABLE IF NOT EXISTS told (id TEXT PRIMARY KEY);
"""


class Store:
    """One file."""

    def __init__(self, path: Path) -> None:
        """Make the tables where there are none."""
        self._path = path
        with self._open() as db:
            db.executescript(_TABLES)

    def add(self, order_id: str, buyer: str, bank: str, total: str) -> None:
        """An order, before its payment: the bank may tell of it sooner than it has answered."""
        with self._open() as db:
            row = (order_id, buyer, bank, total)
            db.execute("INSERT INTO purchase (id, buyer, bank, total) VALUES (?, ?, ?, ?)", row)

    def pays_by(self, order_id: str, payment: str, authorisation: str) -> None:
        """The payment of an order."""
        with self._open() as db:
            sql = "UPDATE purchase SET payment = ?, authorisation = ? WHERE id = ?"
            db.execute(sql, (payment, authorisation, order_id))

    def get(self, order_id: str) -> sqlite3.Row | None:
        """An order."""
        with self._open() as db:
            found: sqlite3.Row | None = db.execute(
                "SELECT * FROM purchase WHERE id = ?", (order_id,)
            ).fetchone()
            return found

    def move(self, order_id: str, state: str) -> None:
        """The payment stands so. What failed after it was on its way has come back."""
        with self._open() as db:
            sql = """UPDATE purchase SET state = CASE
                     WHEN ? = 'failed' AND state IN ('on its way', 'paid') THEN 'came back' ELSE ? END
                     WHERE id = ? AND state NOT IN ('failed', 'came back')
                     AND NOT (state = 'paid' AND ? <> 'failed')"""
            db.execute(sql, (state, state, order_id, state))

    def is_new(self, message_id: str) -> bool:
        """Whether that message has not come before; banks send again what they do not know to be taken."""
        with self._open() as db:
            return db.execute("INSERT OR IGNORE INTO told VALUES (?)", (message_id,)).rowcount == 1

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path)) as db, db:
            db.row_factory = sqlite3.Row
            yield db
