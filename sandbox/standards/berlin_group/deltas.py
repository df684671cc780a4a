"""A delta report on the wire: which lines its first page promised, and the word that carries this on.

Source: psd2-api 1.3.11, deltaList and dateFrom ("mandated if no delta access is required").
"""

import re
from collections.abc import Sequence
from datetime import date

from sandbox.bank import deltas
from sandbox.bank.accounts import Particulars
from sandbox.bank.deltas import Listener
from sandbox.bank.ledger import Span
from sandbox.standards.berlin_group.access import Opened
from sandbox.standards.berlin_group.errors import FormatError, Message

_SPAN = re.compile(r"(\d{1,10})-(\d{1,10})")
_FOREIGN = Message("The report is not one that this bank has begun for this account.", "report")


def begin(here: Opened, account: Particulars, books: Sequence[Particulars], since: date) -> tuple[Span, ...]:
    """Begin a report of what is new in each book; the next one begins where this one ends."""
    return deltas.begin(here.bank, _listener(here, account), [one.id for one in books], since)


def further(
    here: Opened, account: Particulars, books: Sequence[Particulars], since: date, word: str
) -> tuple[tuple[Span, ...], date]:
    """The lines of a report that was begun, and its first day. Raises FormatError for a foreign word.

    The last report keeps the first day that it had when it began, so that no line is lost when midnight or
    the end of a fresh SCA comes between two pages. An older one shows what `since` allows now.
    """
    spans = decode(word)
    if len(spans) != len(books):
        raise FormatError(_FOREIGN)
    listener = _listener(here, account)
    for book, span in zip(books, spans, strict=True):
        mark = deltas.last(here.bank, listener, book.id)
        if span.upto > (mark.seq if mark else 0):
            raise FormatError(_FOREIGN)
        if mark and (mark.after_seq, mark.seq) == span:
            since = min(since, mark.since)
    return spans, since


def encode(spans: Sequence[Span]) -> str:
    """The lines of a report as one word that is safe in a URL."""
    return ".".join(f"{one.after}-{one.upto}" for one in spans)


def decode(word: str) -> tuple[Span, ...]:
    """Read a word that `encode` wrote. Raises FormatError."""
    found = [_SPAN.fullmatch(one) for one in word.split(".")]
    if None in found:
        raise FormatError(_FOREIGN)
    return tuple(Span(int(one[1]), int(one[2])) for one in found if one)


def _listener(here: Opened, account: Particulars) -> Listener:
    return Listener(here.app_id, here.grant.person_id, account.id)
