"""Pages of a list of transactions: numbered, and fixed to the lines that were there at the first one.

A page is so many lines of the books one after the other, each in the bank's order. The links carry the number
of the last line that each book had, so that what is booked meanwhile moves nothing: a page that is read again
is the same, and no line is told twice or never. Source: Read/Write Data API Profile 4.0, Pagination.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sandbox.bank import ledger
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Side, Span, Window
from sandbox.kernel import jose
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid

PAGE, MARKS = "page", "marks"
#: Read/Write 4.0, Pagination: a page should hold between 25 and 1000 records.
SIZE_MIN, SIZE_MAX = 25, 1000
_FOREIGN = "The page is not one that this bank has handed out for this list."


@dataclass(frozen=True, slots=True)
class Extract:
    """Which lines: of these books, on the days of the window, and of one sign if `side` says so."""

    book_ids: Sequence[str]
    window: Window
    side: Side | None


@dataclass(frozen=True, slots=True)
class Page:
    """Raw rows by the index of their book; which page of how many; and how far each book goes."""

    parts: Sequence[tuple[int, Sequence[Any]]]
    number: int
    total: int
    marks: Sequence[int]


def read(bank: Bank, extract: Extract, query: Mapping[str, Any]) -> Page:
    """Read the page that the query names, or the first one. Raises FieldInvalid for a foreign one."""
    marks = _marks(bank, extract, query.get(MARKS))
    windows = [_upto(extract, mark) for mark in marks]
    counts = [
        ledger.count(bank, book_id, window) for book_id, window in zip(extract.book_ids, windows, strict=True)
    ]
    size = min(max(bank.profile.statements.page_size, SIZE_MIN), SIZE_MAX)
    total = max(1, -(-sum(counts) // size))
    number = query.get(PAGE, 1)
    if number > total:
        raise FieldInvalid(Fault(_FOREIGN, PAGE))
    parts: list[tuple[int, Sequence[Any]]] = []
    skip, left = (number - 1) * size, size
    for index, (book_id, window, count) in enumerate(zip(extract.book_ids, windows, counts, strict=True)):
        if skip < count and left:
            rows = ledger.raw_lines(bank, book_id, window, left, skip)
            parts.append((index, rows))
            left -= len(rows)
        skip = max(0, skip - count)
    return Page(parts, number, total, marks)


def links(page: Page, url: str, filters: Mapping[str, str]) -> dict[str, str]:
    """The links to the pages around: absolute, filters kept, to be followed as they are."""
    marks = encode(page.marks)

    def to(number: int) -> str:
        return f"{url}?{urlencode({**filters, PAGE: number, MARKS: marks})}"

    if page.total == 1:
        return {"Self": f"{url}?{urlencode(filters)}" if filters else url}
    found = {"Self": to(page.number), "First": to(1)}
    if page.number > 1:
        found["Prev"] = to(page.number - 1)
    if page.number < page.total:
        found["Next"] = to(page.number + 1)
    found["Last"] = to(page.total)
    return found


def encode(marks: Sequence[int]) -> str:
    """The marks as one opaque word that is safe in a URL."""
    return jose.encoded(".".join(map(str, marks)).encode())


def _marks(bank: Bank, extract: Extract, word: str | None) -> list[int]:
    """How far each book goes: as far as the link says, or to its end. Raises FieldInvalid."""
    if word is None:
        last = ledger.last_numbers(bank, extract.book_ids) if extract.book_ids else {}
        return [last.get(book_id, 0) for book_id in extract.book_ids]
    try:
        text = jose.decoded(word).decode("ascii")
        marks = [int(one) for one in text.split(".")] if text else []
    except ValueError as fault:
        raise FieldInvalid(Fault(_FOREIGN, MARKS)) from fault
    if len(marks) != len(extract.book_ids) or not all(0 <= one < 2**31 for one in marks):
        raise FieldInvalid(Fault(_FOREIGN, MARKS))
    return marks


def _upto(extract: Extract, mark: int) -> Window:
    one = extract.window
    return Window(one.since, one.until, None, one.newest_first, Span(0, mark), extract.side)
