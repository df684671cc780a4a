"""The ledger: immutable transfers between two books, in minor units; a balance is what the transfers say."""

from sandbox.bank.ledger.reading import (
    LINE_FIELDS,
    PENDING_FIELDS,
    Standing,
    Window,
    balance,
    balance_on,
    line,
    lines,
    pending,
    standing,
)
from sandbox.bank.ledger.tables import Book, Line, Pending, Transfer, TransferKind
from sandbox.bank.ledger.writing import Booking, book, open_book, post, reserve, world_id

__all__ = [
    "LINE_FIELDS",
    "PENDING_FIELDS",
    "Book",
    "Booking",
    "Line",
    "Pending",
    "Standing",
    "Transfer",
    "TransferKind",
    "Window",
    "balance",
    "balance_on",
    "book",
    "line",
    "lines",
    "open_book",
    "pending",
    "post",
    "reserve",
    "standing",
    "world_id",
]
