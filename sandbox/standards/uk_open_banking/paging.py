"""Pages of a list of transactions: numbered, and fixed to the lines that were there at the first one.

A page is so many lines of the books one after the other, each in the bank's order. The links carry the number
of the last line that each book had, so that what is booked meanwhile moves nothing: a page that is read again
is the same, and no line is told twice or never. They are sealed for the consent and its books, together with
the first day: a further page is no access of its own, and midnight takes nothing away from it.
Source: Read/Write Data API Profile 4.0, Pagination.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sandbox.bank import ledger
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Side, Span, Window
from sandbox.gateway import sealing
from sandbox.gateway.sealing import Seal
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid

PAGE, MARKS = "page", "marks"
#: Read/Write 4.0, Pagination: a page should hold between 25 and 1000 records.
SIZE_MIN, SIZE_MAX = 25, 1000
_FOREIGN = "The page is not one that this bank has handed out for this list."


@dataclass(frozen=True, slots=True)
class Extract:
    """Which lines: of these books, on the days of the window, and of one sign if `side` says so.

    They are read by the consent `consent_id`.
    """

    consent_id: str
    book_ids: Sequence[str]
    window: Window
    side: Side | None


@dataclass(frozen=True, slots=True)
class Page:
    """Raw rows by the index of their book; which page of how many; and the word that fixes the list."""

    parts: Sequence[tuple[int, Sequence[Any]]]
    number: int
    total: int
    word: str


def read(bank: Bank, extract: Extract, query: Mapping[str, Any]) -> Page:
    """Read the page that the query names, or the first one. Raises FieldInvalid for a foreign one."""
    seal = sealing.about(bank.workspace_id, bank.id, extract.consent_id, tuple(extract.book_ids))
    since, marks = _fixed(bank, extract, query.get(MARKS), seal)
    windows = [_upto(extract, since, mark) for mark in marks]
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
    return Page(parts, number, total, seal.close(" ".join([since.isoformat(), *map(str, marks)])))


def links(page: Page, url: str, filters: Mapping[str, str]) -> dict[str, str]:
    """The links to the pages around: absolute, filters kept, to be followed as they are."""

    def to(number: int) -> str:
        return f"{url}?{urlencode({**filters, PAGE: number, MARKS: page.word})}"

    if page.total == 1:
        return {"Self": f"{url}?{urlencode(filters)}" if filters else url}
    found = {"Self": to(page.number), "First": to(1)}
    if page.number > 1:
        found["Prev"] = to(page.number - 1)
    if page.number < page.total:
        found["Next"] = to(page.number + 1)
    found["Last"] = to(page.total)
    return found


def _fixed(bank: Bank, extract: Extract, word: str | None, seal: Seal) -> tuple[date, list[int]]:
    """The first day, and how far each book goes: as the link says, or to its end. Raises FieldInvalid."""
    if word is None:
        last = ledger.last_numbers(bank, extract.book_ids) if extract.book_ids else {}
        return extract.window.since, [last.get(book_id, 0) for book_id in extract.book_ids]
    try:
        since, *marks = seal.open(word).split(" ")
    except ValueError as fault:
        raise FieldInvalid(Fault(_FOREIGN, MARKS)) from fault
    return date.fromisoformat(since), [int(one) for one in marks]


def _upto(extract: Extract, since: date, mark: int) -> Window:
    one = extract.window
    return Window(since, one.until, None, one.newest_first, Span(0, mark), extract.side)
