"""The table of the journal, in a store of its own: how a note stands in it, how an old one is widened."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, String, Table, Text, inspect, text
from sqlalchemy.exc import DBAPIError

from sandbox.gateway import exchange
from sandbox.gateway.checks import Checked
from sandbox.gateway.exchange import Said
from sandbox.kernel.changes import Change
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Database, Document, Instant

#: Of a method that nobody knows the beginning is kept.
_METHOD_MAX = 8
metadata = MetaData()
table = Table(
    "journal",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("workspace_id", String(40), index=True),
    Column("app_id", String(16)),
    Column("bank_id", String(40)),
    Column("at", Instant, nullable=False),
    Column("method", String(_METHOD_MAX), nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("milliseconds", Float, nullable=False),
    Column("request_id", String(64)),
    Column("refusal", String(60)),
    Column("detail", Text),
    Column("faults", Document),
    Column("failure", String(200)),
    Column("trace", String(14)),
    Column("root", Text),
    Column("query", Text),
    Column("size", Integer),
    Column("whole", Document),
)
#: What a journal of an older version has not.
_ADDED = {
    **{"faults": "TEXT", "failure": "TEXT", "trace": "TEXT", "root": "TEXT", "query": "TEXT"},
    **{"size": "INTEGER", "whole": "TEXT"},
}


class Fault(NamedTuple):
    """What was wrong with a call and was let pass: the name of the refusal, its text, its detail."""

    reason: str
    text: str
    detail: str | None


class Exchange(NamedTuple):
    """All of a call to a bank: both sides, the checks, what was signed, and what it changed."""

    request: Said
    answer: Said
    checks: list[Checked]
    signature_base: str | None
    changes: list[Change]


class Note(NamedTuple):
    """One call: who, what, how it ended. `detail` is for the team that called, never for the caller itself.

    `faults` are what a stricter rung would have refused, as dictionaries with the members of `Fault`;
    `failure` names what was made to go wrong. `root` is the part of the path that named bank and door. No
    token or code of a URL, a header or a body is in it. `whole` is an `Exchange` where it is taken down, and
    a document where it is read again.
    """

    workspace_id: str | None
    app_id: str | None
    bank_id: str | None
    at: Any
    method: str
    path: str
    status: int
    milliseconds: float
    request_id: str | None = None
    refusal: str | None = None
    detail: str | None = None
    faults: list[dict[str, str | None]] | None = None
    failure: str | None = None
    trace: str | None = None
    root: str | None = None
    query: str | None = None
    size: int | None = None
    whole: Exchange | Mapping[str, Any] | None = None


#: One note for each call there is: straight to the driver, it costs a third.
INSERT = f"INSERT INTO journal ({', '.join(Note._fields)}) VALUES ({', '.join('?' * len(Note._fields))})"
#: What a note takes beside its exchange, about.
_LINE_BYTES = 400


def row(note: Note) -> tuple[object, ...]:
    """A note as it is written."""
    faults = orjson.dumps(note.faults).decode() if note.faults else None
    whole = _document(note.whole) if isinstance(note.whole, Exchange) else None
    size = _LINE_BYTES + (len(whole) if whole else 0)
    head = (*note[:3], instant_text(note.at), note.method[:_METHOD_MAX], _kept(note.path), *note[6:10])
    tail = (note.failure, note.trace, note.root, note.query, size, whole)
    return (*head, note.detail and _kept(note.detail), faults, *tail)


def _kept(said: str) -> str:
    """What a client has sent, as a text that every store takes."""
    return said.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _document(all_of_it: Exchange) -> str:
    document = {
        "request": exchange.shown(all_of_it.request),
        "answer": exchange.shown(all_of_it.answer),
        "checks": [one._asdict() for one in all_of_it.checks],
        "signature_base": all_of_it.signature_base,
        "changes": [one._asdict() for one in all_of_it.changes],
    }
    # A client may send what is no text at all; NUL is in no text of PostgreSQL.
    said = orjson.dumps(document, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    return said.replace("\\u0000", "\\ufffd")


def widen(database: Database) -> None:
    """Give a journal of an older version the columns that it lacks. Two processes may begin at once."""
    lacking = _ADDED.keys() - _columns(database)
    for name in sorted(lacking):
        try:
            with database.engine.execution_options(bryggen_write=True).begin() as connection:
                connection.execute(text(f"ALTER TABLE journal ADD COLUMN {name} {_ADDED[name]}"))
        except DBAPIError:
            if name not in _columns(database):
                raise


def _columns(database: Database) -> set[str]:
    return {one["name"] for one in inspect(database.engine).get_columns("journal")}
