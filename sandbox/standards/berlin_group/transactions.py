"""GET of transactions, in the form that the TPP accepts. Source: psd2-api 1.3.11, getTransactionList."""

from typing import Any

from flask import Response, request

from sandbox.bank import accounts, bookings
from sandbox.bank.accounts import AccountKind, EntryUnknown
from sandbox.bank.bank import Bank
from sandbox.kernel.ids import derived
from sandbox.standards.berlin_group import access, mapping_quirks, paging, reports
from sandbox.standards.berlin_group import mapping_accounts as wire
from sandbox.standards.berlin_group.access import Opened
from sandbox.standards.berlin_group.answers import say
from sandbox.standards.berlin_group.errors import FormatsInvalid, Message
from sandbox.standards.berlin_group.formats import camt052, camt053, mt940
from sandbox.standards.berlin_group.mapping_accounts import View
from sandbox.standards.berlin_group.mapping_standing_orders import standing_orders
from sandbox.standards.berlin_group.mapping_transactions import Manner
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.reports import Wanted
from sandbox.standards.berlin_group.schemas_accounts import (
    OneTransaction,
    ReadHeaders,
    Transactions,
    TransactionsQuery,
)

blueprint = Blueprint("transactions", __name__, description="Transactions of accounts.")

_JSON, _XML, _TEXT = "application/json", "application/xml", "text/plain"
_MEDIA_TYPE = {"json": _JSON, "camt.053": _XML, "camt.052": _XML, "mt940": _TEXT}
#: To the interface a file is a text, whatever is in it.
_FILE = {"type": "string"}


@blueprint.route("/v1/accounts/<account_id>/transactions", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.arguments(TransactionsQuery, location="query")
@blueprint.response(200, Transactions)
@blueprint.alt_response(200, schema=_FILE, content_type=_XML)
@blueprint.alt_response(200, schema=_FILE, content_type=_TEXT)
def list_transactions(headers: dict[str, str], query: dict[str, Any], *, account_id: str) -> Response:
    """List the transactions of an account."""
    here = access.opened(
        headers, access.ACCOUNTS, "transactions", account_id, continuation=reports.continues(query)
    )
    view = here.view(account_id, transactions=True)
    report = reports.wanted(here, view, query)
    match _format(here.bank, report):
        case "json":
            return say(_as_json(here, view, report))
        case chosen:
            return _as_file(here, view, report, chosen)


@blueprint.route("/v1/accounts/<account_id>/transactions/<transaction_id>", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.response(200, OneTransaction)
def read_transaction(headers: dict[str, str], *, account_id: str, transaction_id: str) -> Response:
    """Read one transaction."""
    here = access.opened(headers, access.ACCOUNTS, "transaction", f"{account_id}/{transaction_id}")
    view = here.view(account_id, transactions=True)
    row, booked = _found(here.bank, view, transaction_id)
    tell = mapping_quirks.teller(here.bank, view.account, Manner(None, _shows_balance_after(here.bank, view)))
    told = tell([row], booked=booked)
    asked_for = [one for one in told if one.get("transactionId") == transaction_id]
    return say({"transactionsDetails": {"transactionDetails": (asked_for or told)[0]}})


def _as_json(here: Opened, view: View, report: Wanted) -> dict[str, Any]:
    """One page. Pending entries and standing orders come on the first one."""
    account_url = here.url(view.account)
    url = f"{account_url}/transactions"
    tell = mapping_quirks.teller(here.bank, view.account, Manner(url, _shows_balance_after(here.bank, view)))
    body: dict[str, Any] = {}
    around: dict[str, dict[str, str]] = {}
    first = "page" not in report.query
    if report.booked:
        page = reports.page(here.bank, report)
        body["booked"] = tell(page.rows, booked=True)
        around = paging.links(page, url, reports.filters(report))
    if report.pending:
        rows = reports.pending(here.bank, report) if first else ()
        body["pending"] = tell(rows, booked=False)
    if report.information:
        books = report.extract.account_ids if first else ()
        body["information"] = standing_orders(here.bank, books)
    body["_links"] = {"account": {"href": account_url}, **around}
    answer: dict[str, Any] = {"account": wire.reference(view.account), "transactions": body}
    balances = here.balances_along(view, wanted=report.query["withBalance"])
    if balances is not None:
        answer["balances"] = [wire.balance(one) for one in balances]
    return answer


def _as_file(here: Opened, view: View, report: Wanted, chosen: str) -> Response:
    """The whole period in one document; these formats have no pages."""
    stated = reports.statements(here.bank, report, view)
    message_id = derived(here.bank.seed, view.account.id, here.bank.now, length=16).upper()
    match chosen:
        case "camt.053":
            body = camt053.write(stated, message_id)
        case "camt.052":
            body = camt052.write(stated, message_id)
        case _:
            body = mt940.write(stated)
    return Response(body, mimetype=_MEDIA_TYPE[chosen])


def _format(bank: Bank, report: Wanted) -> str:
    """The form in which this bank says this report to a TPP that accepts what the header says.

    A statement (camt.053, MT940) has booked entries only; what is pending needs a camt.052. Standing orders
    are said in JSON alone. Raises FormatsInvalid.
    """
    able = {
        "json": True,
        "camt.053": report.status == "booked",
        "camt.052": not report.information,
        "mt940": report.status == "booked",
    }
    offered = [one for one in bank.profile.statements.formats if able[one]]
    if report.booked and "camt.053" in offered:
        offered = [one for one in offered if one != "camt.052"]
    accepted = request.accept_mimetypes
    if not accepted and offered:
        return offered[0]
    best = accepted.best_match([_MEDIA_TYPE[one] for one in offered])
    for one in offered:
        if _MEDIA_TYPE[one] == best:
            return one
    known = ", ".join(dict.fromkeys(_MEDIA_TYPE[one] for one in offered)) or "nothing"
    raise FormatsInvalid(Message(f"For this report the bank writes {known}.", "Accept"))


def _shows_balance_after(bank: Bank, view: View) -> bool:
    """A running balance is a balance: it takes the PSU's yes to balances."""
    return bank.profile.statements.balance_after_transaction and view.balances


def _found(bank: Bank, view: View, entry_id: str) -> tuple[Any, bool]:
    """The raw row of an entry, and whether it is booked. Raises EntryUnknown."""
    account, known = view.account, bookings.entry_ids(bank, entry_id)
    books = accounts.sub_accounts(bank, account) if account.kind == AccountKind.MULTI else [account]
    for book in books:
        for row in accounts.pending(bank, book.id):
            if row[1] in known:
                return row, False
        try:
            return accounts.entry(bank, book.id, entry_id), True
        except EntryUnknown:
            continue
    raise EntryUnknown(detail=f"{account.id}/{entry_id}")
