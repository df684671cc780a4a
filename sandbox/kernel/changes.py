"""What a unit of work has changed, as it may be told: which tables, how many rows, and of each what names it.

It is read off the statements themselves, so whoever writes need not think of it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.orm import Session

#: The columns that are told. No other value of a row leaves the database this way, so no secret does.
TOLD = frozenset(
    {
        *("id", "bank_id", "app_id", "account_id", "consent_id", "payment_id", "basket_id", "entry_id"),
        *("debit_account_id", "credit_account_id", "transfer_id", "pending_id", "subject", "subject_id"),
        *("kind", "what", "status", "state", "reason", "amount_minor", "balance_minor", "currency"),
        *("booked_on", "endpoint", "count", "revoked_at", "used_at"),
    }
)
_INSERT = re.compile(r"\s*INSERT INTO (\w+)\s*\(([^)]*)\)\s*(VALUES\s*\([?,\s]*\))?")
_OTHER = re.compile(r"\s*(UPDATE|DELETE FROM|INSERT INTO|WITH)\s+(\w+)")
_COMPARED = re.compile(r"(\w+)\s*=\s*$")
_DID = {"INSERT INTO": "insert", "UPDATE": "update", "DELETE FROM": "delete", "WITH": "other"}


class Change(NamedTuple):
    """What was done to one table: how many rows, and of the first of them what is told."""

    table: str
    did: str
    rows: int
    told: list[dict[str, Any]]


def told(written: Sequence[tuple[str, int, Sequence[tuple[Any, ...]]]]) -> list[Change]:
    """What was written, table by table, in the order in which each was written first."""
    found: dict[tuple[str, str], Change] = {}
    for sql, count, rows in written:
        table, did, places = _shape(sql)
        known = found.get((table, did)) or Change(table, did, 0, [])
        told = [{name: row[place] for name, place in places} for row in rows]
        found[table, did] = known._replace(rows=known.rows + count, told=known.told + told)
    return list(found.values())


def of_objects(session: Session) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What a session is about to write, in the form of the statements that it does not show."""
    for objects, did in (
        (session.new, "INSERT INTO"),
        (session.dirty, "UPDATE"),
        (session.deleted, "DELETE"),
    ):
        for one in objects:
            if did == "UPDATE" and not session.is_modified(one):
                continue
            values = {name: value for name, value in inspect(one).dict.items() if name in TOLD}
            table = one.__tablename__
            yield _said(did, table, tuple(values)), tuple(values.values())


@lru_cache(maxsize=1024)
def _said(did: str, table: str, names: tuple[str, ...]) -> str:
    if did == "INSERT INTO":
        return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    terms = ", ".join(f"{name} = ?" for name in names)
    return f"UPDATE {table} SET {terms}" if did == "UPDATE" else f"DELETE FROM {table} WHERE {terms}"


@lru_cache(maxsize=4096)
def _shape(sql: str) -> tuple[str, str, tuple[tuple[str, int], ...]]:
    """The table, what is done to it, and at which place among the values stands each column that is told."""
    insert = _INSERT.match(sql)
    if insert is not None:
        names = [name.strip() for name in insert[2].split(",")]
        # Where values are worked out by the database, their places are not those of the columns.
        places = enumerate(names) if insert[3] else ()
        return insert[1], "insert", tuple((name, place) for place, name in places if name in TOLD)
    other = _OTHER.match(sql)
    if other is None:
        return "", "other", ()
    parts = sql.split("?")[:-1]
    compared = [(found[1], place) for place, one in enumerate(parts) if (found := _COMPARED.search(one))]
    return other[2], _DID[other[1]], tuple((name, place) for name, place in compared if name in TOLD)
