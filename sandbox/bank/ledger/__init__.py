"""The ledger: immutable transfers between two books, in minor units; a balance is what the transfers say."""

from sandbox.bank.ledger.reading import (
    LINE_FIELDS,
    PENDING_FIELDS,
    LineRow,
    Span,
    Standing,
    Window,
    balance,
    balance_on,
    line,
    lines,
    pending,
    raw_lines,
    standing,
)
from sandbox.bank.ledger.tables import Book, Line, Pending, Transfer, TransferKind
from sandbox.bank.ledger.writing import Booking, book, expire, open_book, post, reserve, void, world_id

__all__ = [
    "LINE_FIELDS",
    "PENDING_FIELDS",
    "Book",
    "Booking",
    "Line",
    "LineRow",
    "Pending",
    "Span",
    "Standing",
    "Transfer",
    "TransferKind",
    "Window",
    "balance",
    "balance_on",
    "book",
    "expire",
    "line",
    "lines",
    "open_book",
    "pending",
    "post",
    "raw_lines",
    "reserve",
    "standing",
    "void",
    "world_id",
]
