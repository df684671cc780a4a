"""A report on an account, whatever its form: which days are wanted, which page, and what is pending.

Source: NextGenPSD2 IG 1.3, section 6.6.4; psd2-api 1.3.11, dateFrom, dateTo, bookingStatus, deltaList.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.bank import accounts, bookings, grants, ledger
from sandbox.bank.accounts import AccountKind, EntryUnknown, Particulars
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import LINE_FIELDS, LineRow
from sandbox.kernel.clock import parse_instant
from sandbox.standards.berlin_group import deltas, paging
from sandbox.standards.berlin_group.access import Opened
from sandbox.standards.berlin_group.account_refusals import EntryReferenceUnknown
from sandbox.standards.berlin_group.errors import (
    FormatError,
    Message,
    ParameterNotConsistent,
    ParameterNotSupported,
    PeriodInvalid,
)
from sandbox.standards.berlin_group.formats.statement import Statement
from sandbox.standards.berlin_group.mapping_accounts import View
from sandbox.standards.berlin_group.paging import OLDEST, Extract, Page, Position

_AT = LINE_FIELDS.index("at")
#: The parameters that stay on the links to other pages.
_FILTERS = ("dateFrom", "bookingStatus", "entryReferenceFrom", "withBalance")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, checked: the days, the books they are read from, and which states."""

    extract: Extract
    status: str
    books: Sequence[Particulars]
    query: Mapping[str, Any]

    @property
    def booked(self) -> bool:
        """Whether booked entries are wanted."""
        return self.status in ("booked", "both", "all")

    @property
    def pending(self) -> bool:
        """Whether pending entries are wanted."""
        return self.status in ("pending", "both", "all")

    @property
    def information(self) -> bool:
        """Whether standing orders are wanted."""
        return self.status in ("information", "all")


def wanted(here: Opened, view: View, query: Mapping[str, Any]) -> Wanted:
    """Check the query against what this bank supports and how far back this consent may read.

    Raises ParameterNotSupported, ParameterNotConsistent, FormatError, PeriodInvalid, EntryReferenceUnknown.
    """
    status = query["bookingStatus"]
    _check_support(here.bank, query)
    books = _books(here.bank, view.account)
    if query.get("deltaList"):
        return _delta(here, view.account, books, query)
    floors = _floors(here.bank, books, query.get("entryReferenceFrom"))
    since, until = _period(here, query)
    rules = here.bank.profile.statements
    ids = tuple(one.id for one in books)
    return Wanted(
        Extract(ids, since, until, floors, rules.newest_first, rules.page_size), status, books, query
    )


def _delta(
    here: Opened, account: Particulars, books: Sequence[Particulars], query: Mapping[str, Any]
) -> Wanted:
    """What is new since the last delta report; what is pending has no place in the books yet, so all of it.

    Source: psd2-api 1.3.11, dateTo: "Might be ignored if a delta function is used". So is dateFrom: a line
    that a period left out would never be told again.
    """
    rules, today = here.bank.profile.statements, here.bank.today
    since = grants.history_start(here.bank, here.grant)
    ids = tuple(one.id for one in books)
    report = Wanted(
        Extract(ids, since, today, (OLDEST,) * len(ids), rules.newest_first, rules.page_size),
        query["bookingStatus"],
        books,
        query,
    )
    if continues(query):
        spans, since = deltas.further(here, account, books, since, query.get("report", ""))
    elif report.booked:
        spans = deltas.begin(here, account, books, since)
    else:
        return report
    return replace(report, extract=replace(report.extract, since=since, spans=spans))


def continues(query: Mapping[str, Any]) -> bool:
    """Whether this is a further page of a list, or the first one of a delta report once more."""
    return "page" in query or bool(query.get("deltaList") and "report" in query)


def page(bank: Bank, report: Wanted) -> Page:
    """The page that the query names, or the first one. Raises FormatError for a foreign cursor."""
    return paging.read(bank, report.extract, report.query.get("page"))


def filters(report: Wanted) -> dict[str, str]:
    """The query as it stays on the links: the days are fixed, so that no page moves under its reader.

    A delta report is fixed by the lines that it promised.
    """
    spans = report.extract.spans
    kept = {name: report.query[name] for name in _FILTERS if name in report.query}
    if spans is not None:
        kept.pop("dateFrom", None)
    if not kept.get("withBalance"):
        kept.pop("withBalance", None)
    said = {name: "true" if value is True else str(value) for name, value in kept.items()}
    if spans is not None:
        return said | {"deltaList": "true", "report": deltas.encode(spans)}
    days = report.extract.since, report.extract.until
    return said | {name: day.isoformat() for name, day in zip(("dateFrom", "dateTo"), days, strict=True)}


def pending(bank: Bank, report: Wanted) -> list[Any]:
    """The pending entries that were entered in the period, as raw rows.

    Source: psd2-api 1.3.11, dateFrom: "For pending transactions, the relevant date is the entry date".
    """
    since, until = report.extract.since, report.extract.until
    rows = [row for one in report.books for row in accounts.pending(bank, one.id)]
    return [row for row in rows if since <= _entered_on(bank, row) <= until]


def statements(bank: Bank, report: Wanted, view: View) -> list[Statement]:
    """The whole period at once, oldest first, one statement for each book: what the other formats write."""
    found = []
    for number, book in enumerate(report.books, 1):
        window = _whole(report.extract, number - 1)
        booked = ledger.lines(bank, book.id, window)
        waiting = accounts.pending(bank, book.id)[::-1] if report.pending else ()
        on_card = book.kind == AccountKind.CARD
        opening, closing = _bounds(bank, book.id, report, booked)
        found.append(
            Statement(
                account=book,
                owner_name=book.owner_name if view.owner_name else None,
                bic=bank.profile.bic,
                since=report.extract.since,
                until=report.extract.until,
                made_at=bank.now,
                opening_minor=opening,
                closing_minor=closing,
                booked=bookings.retold(bank, booked, booked=True, on_card=on_card) if report.booked else (),
                pending=bookings.retold(bank, waiting, booked=False, on_card=on_card),
                number=number,
            )
        )
    return found


def _whole(extract: Extract, index: int) -> ledger.Window:
    """All that the report wants of one book, oldest first."""
    floor = extract.floors[index]
    after = None if floor == OLDEST else floor
    span = extract.spans[index] if extract.spans else None
    return ledger.Window(extract.since, extract.until, after, False, span)


def _bounds(bank: Bank, account_id: str, report: Wanted, booked: Sequence[LineRow]) -> tuple[int, int]:
    """What was booked before the first line and after the last one, in the order of the book."""
    if booked:
        first, last = (choose(booked, key=attrgetter("seq")) for choose in (min, max))
        return (first.balance_minor or 0) - first.amount_minor, last.balance_minor or 0
    standing = ledger.balance_on(bank, account_id, report.extract.until)
    return standing, standing


def _check_support(bank: Bank, query: Mapping[str, Any]) -> None:
    rules = bank.profile.statements
    status = query["bookingStatus"]
    if status not in rules.booking_statuses:
        known = ", ".join(rules.booking_statuses)
        raise ParameterNotSupported(Message(f"This bank supports {known}, not '{status}'.", "bookingStatus"))
    if query.get("deltaList") and not rules.delta_list:
        raise ParameterNotSupported(Message("This bank makes no delta reports.", "deltaList"))
    if "entryReferenceFrom" in query and not rules.entry_reference_from:
        text = "This bank takes no entry references."
        raise ParameterNotSupported(Message(text, "entryReferenceFrom"))
    if query.get("deltaList") and "entryReferenceFrom" in query:
        # Both are delta accesses, and they begin at different lines.
        text = "Send deltaList or entryReferenceFrom, not both."
        raise ParameterNotConsistent(Message(text, "entryReferenceFrom"))


def _period(here: Opened, query: Mapping[str, Any]) -> tuple[date, date]:
    """The days, both included. Those of a further page were checked on the first one, and its cursor says so.

    The archive and the right to read it may have moved on since then.
    """
    today = here.bank.today
    oldest = grants.history_start(here.bank, here.grant)
    since, until = query.get("dateFrom"), query.get("dateTo", today)
    if since is None:
        if "entryReferenceFrom" not in query and query["bookingStatus"] != "information":
            raise FormatError(Message("dateFrom is mandatory here.", "dateFrom"))
        since = min(oldest, until)
    elif since < oldest and "page" not in query:
        text = f"This consent reads back to {oldest.isoformat()} at this moment."
        raise PeriodInvalid(Message(text, "dateFrom"))
    if since > today:
        raise PeriodInvalid(Message("dateFrom lies in the future.", "dateFrom"))
    if since > until:
        raise PeriodInvalid(Message("dateFrom comes after dateTo.", "dateFrom"))
    return since, min(until, today)


def _books(bank: Bank, account: Particulars) -> Sequence[Particulars]:
    """The account itself, or what is under a multi-currency account."""
    return accounts.sub_accounts(bank, account) if account.kind == AccountKind.MULTI else [account]


def _floors(bank: Bank, books: Sequence[Particulars], entry_id: str | None) -> tuple[Position, ...]:
    """The position below which nothing is shown in each book: that of the entry, or none.

    In a multi-currency account, the other books are cut at the end of the entry's day before.
    """
    if entry_id is None:
        return (OLDEST,) * len(books)
    found: dict[str, Position] = {}
    for book in books:
        try:
            found[book.id] = paging.position_of(accounts.entry(bank, book.id, entry_id))
        except EntryUnknown:
            continue
    if not found:
        raise EntryReferenceUnknown(Message(EntryReferenceUnknown.text, "entryReferenceFrom"))
    day = min(found.values())[0]
    return tuple(found.get(book.id, (day, 0)) for book in books)


def _entered_on(bank: Bank, row: Any) -> date:
    """The day on which a pending entry was entered, where the bank is."""
    return parse_instant(row[_AT]).astimezone(ZoneInfo(bank.profile.zone)).date()
