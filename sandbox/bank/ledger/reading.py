"""Reading the ledger: statement lines, pending entries, and how a book stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sandbox.bank.bank import Bank
from sandbox.kernel.clock import parse_instant


class Standing(NamedTuple):
    """How a book stands now. `reserved_minor` is what pending debits will take: never above zero."""

    booked_minor: int
    pending_minor: int
    reserved_minor: int
    last_at: datetime | None
    last_entry_id: str | None


class Span(NamedTuple):
    """Lines of a book by their numbers: above `after`, up to `upto`, which is included."""

    after: int
    upto: int


class Side(StrEnum):
    """Which lines: what came in, or what went out."""

    CREDITS = "credits"
    DEBITS = "debits"


@dataclass(frozen=True, slots=True)
class Window:
    """Which booked lines of an account: days from and to, both included, after the position of a line.

    `span` keeps to lines of those numbers, whatever their day; `side` to one sign.
    """

    since: date
    until: date
    after: tuple[str, int] | None = None
    newest_first: bool = True
    span: Span | None = None
    side: Side | None = None


class LineRow(NamedTuple):
    """A line as the driver reads it: days and moments are ISO texts. See `tables.Line`."""

    seq: int
    entry_id: str
    booked_on: str
    value_on: str
    at: str
    amount_minor: int
    currency: str
    balance_minor: int | None
    kind: str
    code: str
    proprietary_code: str
    party_name: str | None
    party_account: str | None
    party_bic: str | None
    remittance: str | None
    reference: str | None
    reference_type: str | None
    end_to_end_id: str | None
    mandate_id: str | None
    creditor_id: str | None
    mcc: str | None
    card: str | None
    exchange: str | None


#: The columns of a booked line in the order in which `lines` and `line` give them.
LINE_FIELDS = LineRow._fields
#: The same of a pending entry; `booked_on` is the day on which the bank means to book it.
PENDING_FIELDS = tuple(
    {
        "booked_on": "expected_on AS booked_on",
        "seq": "0 AS seq",
        "balance_minor": "NULL AS balance_minor",
    }.get(name, name)
    for name in LINE_FIELDS
)
_OF_BOOK = "FROM line WHERE workspace_id = ? AND account_id = ?"
_LINES = f"SELECT {', '.join(LINE_FIELDS)} {_OF_BOOK}"
_PENDING = f"SELECT {', '.join(PENDING_FIELDS)} FROM pending WHERE workspace_id = ? AND account_id = ?"


def lines(bank: Bank, account_id: str, window: Window, limit: int | None = None) -> list[LineRow]:
    """The booked lines of a window by name, at most `limit`."""
    return list(map(LineRow._make, raw_lines(bank, account_id, window, limit)))


def raw_lines(
    bank: Bank, account_id: str, window: Window, limit: int | None = None, offset: int = 0
) -> list[tuple[Any, ...]]:
    """The same as plain tuples of LINE_FIELDS, which are taken apart faster. The hot path of reading.

    `offset` is how many lines of the window come before the first one; it takes a limit.
    """
    within, values = _within(window)
    sql, values = f"{_LINES}{within}", [bank.workspace_id, account_id, *values]
    order = "DESC" if window.newest_first else "ASC"
    sql += f" ORDER BY booked_on {order}, seq {order}"
    if limit is not None:
        sql += " LIMIT ?"
        values.append(limit)
        if offset:
            sql += " OFFSET ?"
            values.append(offset)
    return bank.work.rows(sql, tuple(values))


def count(bank: Bank, account_id: str, window: Window) -> int:
    """How many booked lines the window holds."""
    within, values = _within(window)
    [(found,)] = bank.work.rows(
        f"SELECT count(*) {_OF_BOOK}{within}", (bank.workspace_id, account_id, *values)
    )
    return int(found)


def last_numbers(bank: Bank, account_ids: Sequence[str]) -> dict[str, int]:
    """The number of the last line of each of these books; a book without lines has 0."""
    found = bank.work.rows(
        "SELECT account_id, last_seq FROM book WHERE workspace_id = ?"
        f" AND account_id IN ({', '.join('?' * len(account_ids))})",
        (bank.workspace_id, *account_ids),
    )
    return {account_id: int(last_seq) for account_id, last_seq in found}


def _within(window: Window) -> tuple[str, list[Any]]:
    """The window as a condition on lines, and its values."""
    sql = " AND booked_on >= ? AND booked_on <= ?"
    values: list[Any] = [window.since.isoformat(), window.until.isoformat()]
    if window.after is not None:
        sql += f" AND (booked_on, seq) {'<' if window.newest_first else '>'} (?, ?)"
        values += window.after
    if window.span is not None:
        sql += " AND seq > ? AND seq <= ?"
        values += window.span
    if window.side is not None:
        sql += f" AND amount_minor {'>' if window.side is Side.CREDITS else '<'} 0"
    return sql, values


def line(bank: Bank, account_id: str, entry_id: str) -> LineRow | None:
    """One booked line by its entry id, or None."""
    found = bank.work.rows(f"{_LINES} AND entry_id = ?", (bank.workspace_id, account_id, entry_id))
    return LineRow._make(found[0]) if found else None


def pending(bank: Bank, account_id: str) -> list[Any]:
    """The entries that are not booked yet as raw rows, latest first."""
    sql = f"{_PENDING} ORDER BY at DESC, entry_id DESC"
    return list(map(LineRow._make, bank.work.rows(sql, (bank.workspace_id, account_id))))


def standing(bank: Bank, account_id: str) -> Standing:
    """How the book of an account stands, and its last booked entry."""
    key = (bank.workspace_id, account_id)
    [(booked_minor, pending_minor)] = bank.work.rows(
        "SELECT booked_minor, pending_minor FROM book WHERE workspace_id = ? AND account_id = ?", key
    )
    last = bank.work.rows(
        "SELECT at, entry_id FROM line WHERE workspace_id = ? AND account_id = ?"
        " ORDER BY booked_on DESC, seq DESC LIMIT 1",
        key,
    )
    at, entry_id = (parse_instant(last[0][0]), last[0][1]) if last else (None, None)
    [(reserved,)] = bank.work.rows(
        "SELECT coalesce(sum(amount_minor), 0) FROM pending"
        " WHERE workspace_id = ? AND account_id = ? AND amount_minor < 0",
        key,
    )
    return Standing(booked_minor, pending_minor, int(reserved), at, entry_id)


def standing_on(bank: Bank, account_id: str, day: date) -> Standing:
    """How a book stood at the end of that banking day; nothing is known of what was pending then."""
    last = bank.work.rows(
        "SELECT at, entry_id FROM line WHERE workspace_id = ? AND account_id = ? AND booked_on <= ?"
        " ORDER BY booked_on DESC, seq DESC LIMIT 1",
        (bank.workspace_id, account_id, day.isoformat()),
    )
    at, entry_id = (parse_instant(last[0][0]), last[0][1]) if last else (None, None)
    return Standing(balance_on(bank, account_id, day), 0, 0, at, entry_id)


def available(bank: Bank, account_id: str) -> int:
    """What is booked on the account now, less what pending debits will take, in minor units."""
    key = (bank.workspace_id, account_id)
    [(minor,)] = bank.work.rows(
        "SELECT booked_minor + (SELECT coalesce(sum(amount_minor), 0) FROM pending"
        " WHERE workspace_id = ? AND account_id = ? AND amount_minor < 0)"
        " FROM book WHERE workspace_id = ? AND account_id = ?",
        (*key, *key),
    )
    return int(minor)


def balance(bank: Bank, account_id: str) -> int:
    """What is booked on the account now, in minor units."""
    return int(
        bank.work.run(
            "SELECT booked_minor FROM book WHERE workspace_id = ? AND account_id = ?",
            (bank.workspace_id, account_id),
        ).scalar_one()
    )


def balance_on(bank: Bank, account_id: str, day: date) -> int:
    """What was booked at the end of that banking day: now, less what was booked after it."""
    later = bank.work.run(
        "SELECT coalesce(sum(amount_minor), 0) FROM line"
        " WHERE workspace_id = ? AND account_id = ? AND booked_on > ?",
        (bank.workspace_id, account_id, day.isoformat()),
    ).scalar_one()
    return balance(bank, account_id) - int(later)
