"""Pages of a statement: keyset cursors that only we can read, and the links that carry them.

A cursor is a direction and, for each book that the statement is read from, a position between two lines. A
multi-currency account has several books; every other account has one. `entryReferenceFrom` is a floor: the
position below which nothing is shown. A cursor is sealed for the days and books of its list: a further page
is no access of its own, and is read after midnight as it was offered before.
"""

import heapq
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from sandbox.bank import ledger
from sandbox.bank.bank import Bank
from sandbox.gateway import sealing
from sandbox.gateway.sealing import Seal
from sandbox.standards.berlin_group.errors import FormatError, Message

#: (booked_on as ISO text, seq): where a line stands in its book.
Position = tuple[str, int]

OLDEST: Position = ("0000-01-01", 0)
NEWEST: Position = ("9999-12-31", 2_000_000_000)
_SEQ, _BOOKED_ON = ledger.LINE_FIELDS.index("seq"), ledger.LINE_FIELDS.index("booked_on")
_POSITION = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,10})")
_LAST = "last"
_FOREIGN = Message("The page is not one that this bank has handed out for this list.", "page")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after `positions` going on in the bank's order, or before them going back."""

    onwards: bool = True
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """Which lines: of these books, booked on the days `since` to `until`, above the floor of each book.

    A delta report has a span of line numbers for each book instead of a floor.
    """

    account_ids: tuple[str, ...]
    since: date
    until: date
    floors: tuple[Position, ...]
    newest_first: bool
    size: int
    spans: tuple[ledger.Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Raw rows in the bank's order, and the cursors of the pages around them (None where there is none)."""

    rows: Sequence[Any]
    following: Cursor | None
    preceding: Cursor | None
    seal: Seal


def read(bank: Bank, extract: Extract, word: str | None) -> Page:
    """Read the page that the word names, or the first one. Raises FormatError for a word of another list."""
    lines = extract.spans or (extract.since.isoformat(), extract.until.isoformat())
    seal = sealing.about(bank.workspace_id, bank.id, extract.account_ids, lines)
    cursor = decode(word, seal) if word else None
    newest_first = extract.newest_first
    begin = _edge(extract, newest=newest_first)
    if cursor is None:
        cursor = Cursor(True, begin)
    elif not cursor.positions:
        cursor = Cursor(False, _edge(extract, newest=not newest_first))
    if len(cursor.positions) != len(extract.account_ids):
        raise FormatError(_FOREIGN)
    found = _merged(bank, extract, cursor)
    more, found = len(found) > extract.size, found[: extract.size]
    if not cursor.onwards:
        found.reverse()
    at_edge = cursor.positions == _edge(extract, newest=newest_first is cursor.onwards)
    has_following, has_preceding = (more, not at_edge) if cursor.onwards else (not at_edge, more)
    return Page(
        [row for _, row in found],
        _turned(found, cursor, newest_first, onwards=True) if has_following else None,
        _turned(found, cursor, newest_first, onwards=False) if has_preceding else None,
        seal,
    )


def links(page: Page, url: str, filters: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The links to the pages around: absolute, filters kept, to be followed as they are."""
    if page.following is None and page.preceding is None:
        return {}
    first = f"{url}?{urlencode(filters)}"
    found = {"first": {"href": first}}
    if page.preceding is not None:
        found["previous"] = {"href": f"{first}&page={encode(page.preceding, page.seal)}"}
    if page.following is not None:
        found["next"] = {"href": f"{first}&page={encode(page.following, page.seal)}"}
    found["last"] = {"href": f"{first}&page={encode(Cursor(False), page.seal)}"}
    return found


def encode(cursor: Cursor, seal: Seal) -> str:
    """The cursor as one word that is safe in a URL, and good for its own list alone."""
    words = ["on" if cursor.onwards else "back", *(f"{day}.{seq}" for day, seq in cursor.positions)]
    text = " ".join(words) if cursor.positions else _LAST
    return seal.close(text)


def decode(word: str, seal: Seal) -> Cursor:
    """Read a cursor that `encode` wrote for the same list. Raises FormatError."""
    try:
        text = seal.open(word)
    except ValueError as fault:
        raise FormatError(_FOREIGN) from fault
    if text == _LAST:
        return Cursor(False)
    direction, *positions = text.split(" ")
    read_positions = [_POSITION.fullmatch(one) for one in positions]
    if direction not in ("on", "back") or not positions or None in read_positions:
        raise FormatError(_FOREIGN)
    return Cursor(direction == "on", tuple((one[1], int(one[2])) for one in read_positions if one))


def position_of(row: Any) -> Position:
    """Where a raw row stands in its book."""
    return row[_BOOKED_ON], row[_SEQ]


def _edge(extract: Extract, *, newest: bool) -> tuple[Position, ...]:
    """The far end of every book: above the newest line, or at the floor."""
    return tuple(NEWEST if newest else floor for floor in extract.floors)


def _merged(bank: Bank, extract: Extract, cursor: Cursor) -> list[tuple[int, Any]]:
    """Up to one line more than the page holds, as (index of the book, row), in reading order."""
    descending = extract.newest_first is cursor.onwards
    books = []
    for index, account_id in enumerate(extract.account_ids):
        span = extract.spans[index] if extract.spans else None
        window = ledger.Window(extract.since, extract.until, cursor.positions[index], descending, span)
        rows = ledger.raw_lines(bank, account_id, window, extract.size + 1)
        floor = extract.floors[index]
        books.append([(index, row) for row in rows if floor == OLDEST or position_of(row) > floor])
    if len(books) == 1:
        return books[0]
    day_and_book = itemgetter(0, 1)
    keyed = ([(row[_BOOKED_ON], index, row) for index, row in book] for book in books)
    merged = heapq.merge(*keyed, key=day_and_book, reverse=descending)
    return [(index, row) for _, index, row in merged][: extract.size + 1]


def _turned(found: Sequence[tuple[int, Any]], cursor: Cursor, newest_first: bool, *, onwards: bool) -> Cursor:
    """The cursor after the last line of each book on this page, or before the first one.

    A book without a line on this page stays where it was; a position that is passed in the other direction
    moves by one, for it names a line that this direction has still to show.
    """
    positions = []
    for index, was in enumerate(cursor.positions):
        nearest_first = reversed(found) if onwards else found
        row = next((row for book, row in nearest_first if book == index), None)
        if row is not None:
            positions.append(position_of(row))
        elif cursor.onwards is onwards:
            positions.append(was)
        else:
            down = newest_first is cursor.onwards
            positions.append((was[0], max(was[1] - 1, 0) if down else was[1] + 1))
    return Cursor(onwards, tuple(positions))
