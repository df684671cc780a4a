"""GET of transactions, of one account and of all. Source: Read/Write 4.0, Transactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response

from sandbox.bank import accounts, bookings, grants
from sandbox.bank.accounts import AccountKind, AccountRow
from sandbox.bank.ledger import LINE_FIELDS, Side, Window
from sandbox.standards.uk_open_banking import (
    access,
    mapping_transactions,
    paging,
    permissions,
    schemas,
    walltime,
)
from sandbox.standards.uk_open_banking.access import Opened
from sandbox.standards.uk_open_banking.answers import here_url, say
from sandbox.standards.uk_open_banking.headers import ReadHeaders
from sandbox.standards.uk_open_banking.mapping_transactions import Manner
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.paging import Extract
from sandbox.standards.uk_open_banking.versions import Version

_FROM, _TO = "fromBookingDateTime", "toBookingDateTime"
_BOOKED_ON, _MINOR = LINE_FIELDS.index("booked_on"), LINE_FIELDS.index("amount_minor")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, within what may be told: days (None: whatever comes), and one sign or both.

    `first` and `last` are the days between which this consent reads anything at this bank.
    """

    since: date
    until: date | None
    first: date
    last: date
    side: Side | None


def blueprint(version: Version) -> Blueprint:
    """The operations on transactions in that version."""
    made = Blueprint("transactions", version, "Transactions of accounts.")

    @made.route("/accounts/<AccountId>/transactions", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.arguments(schemas.TransactionsQuery, location="query")
    @made.response(200, schemas.transactions(version))
    def read_transactions(headers: dict[str, str], query: dict[str, Any], *, AccountId: str) -> Response:
        """List the transactions of an account."""
        here = _opened(headers, version, query, AccountId)
        return listed(here, [here.account(AccountId)], query)

    @made.route("/transactions", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.arguments(schemas.TransactionsQuery, location="query")
    @made.response(200, schemas.transactions(version))
    def list_transactions(headers: dict[str, str], query: dict[str, Any]) -> Response:
        """List the transactions of all accounts."""
        here = _opened(headers, version, query)
        return listed(here, here.every(), query)

    return made


def _opened(
    headers: Mapping[str, str], version: Version, query: Mapping[str, Any], account_id: str = ""
) -> Opened:
    return access.opened(
        headers,
        version,
        permissions.TRANSACTIONS,
        "transactions",
        account_id,
        continuation=paging.MARKS in query,
    )


def listed(
    here: Opened,
    found: Sequence[AccountRow],
    query: Mapping[str, Any],
    within: tuple[date, date] | None = None,
) -> Response:
    """One page of the transactions of these accounts; `within` two days, both included, only what is booked.

    What is not booked yet is the newest there is: it comes on the first page of a bank that begins with the
    newest, and on the last page of any other.
    """
    wanted = _wanted(here, query, within)
    books = [(account, book_id) for account in found for book_id in here.books(account)]
    newest_first = here.bank.profile.statements.newest_first
    window = Window(wanted.since, min(wanted.until or wanted.last, wanted.last), None, newest_first)
    extract = Extract(here.grant.consent_id, [book_id for _, book_id in books], window, wanted.side)
    page = paging.read(here.bank, extract, query)
    told: list[dict[str, Any]] = []
    for index, rows in page.parts:
        told += _told(here, books[index][0], rows, booked=True)
    if within is None and page.number == (1 if newest_first else page.total):
        waiting = [one for book in books for one in _pending(here, *book, wanted)]
        told = waiting + told if newest_first else told + waiting
    meta = {
        "TotalPages": page.total,
        "FirstAvailableDateTime": walltime.begin_of(wanted.first),
        "LastAvailableDateTime": walltime.begin_of(max(wanted.first, wanted.last)),
    }
    filters = {name: query[name].isoformat() for name in (_FROM, _TO) if name in query}
    return say({"Transaction": told}, links=paging.links(page, here_url(), filters), meta=meta)


def _wanted(here: Opened, query: Mapping[str, Any], within: tuple[date, date] | None) -> Wanted:
    """The days asked for, within those that the PSU has agreed to and those that the bank has.

    Read/Write 4.0, Transactions, Filtering: days outside of these are valid, and nothing is told of them.
    """
    today = here.bank.today
    begin, end = here.terms.since, here.terms.until
    first = grants.history_start(here.bank, here.grant)
    first = max(first, walltime.first_day(begin)) if begin else first
    last = min(today, end.date()) if end else today
    if within is not None:
        first, last = max(first, within[0]), min(last, within[1])
    asked: datetime | None = query.get(_FROM)
    since = max(first, walltime.first_day(asked)) if asked else first
    ends = [one.date() for one in (query.get(_TO), end) if one is not None]
    until = min(ends) if ends else None
    return Wanted(since, until, first, last, permissions.side(here.terms.permissions))


def _pending(here: Opened, account: AccountRow, book_id: str, wanted: Wanted) -> list[dict[str, Any]]:
    """What is expected to be booked on a day that is asked for."""
    since, until = wanted.since.isoformat(), wanted.until.isoformat() if wanted.until else "9999-12-31"
    rows = [
        row
        for row in accounts.pending(here.bank, book_id)
        if since <= row[_BOOKED_ON] <= until
        and (wanted.side is None or (row[_MINOR] > 0) == (wanted.side is Side.CREDITS))
    ]
    return _told(here, account, rows, booked=False)


def _told(here: Opened, account: AccountRow, rows: Sequence[Any], *, booked: bool) -> list[dict[str, Any]]:
    bank = here.bank
    if not bookings.is_clean(bank):
        rows = bookings.retold(bank, rows, booked=booked, on_card=account.kind == AccountKind.CARD)
    manner = Manner(
        here.version,
        account.id,
        bank.profile.name,
        here.detail,
        bank.profile.statements.balance_after_transaction,
        here.pan,
    )
    return mapping_transactions.transactions(manner, rows, booked=booked)
