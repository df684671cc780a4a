"""GET of card accounts, their balances and transactions. Source: psd2-api 1.3.11, /v1/card-accounts."""

from typing import Any

from flask import Response

from sandbox.standards.berlin_group import access, headers, mapping_quirks, paging, reports
from sandbox.standards.berlin_group import mapping_accounts as wire
from sandbox.standards.berlin_group.answers import say
from sandbox.standards.berlin_group.mapping_transactions import CardManner
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas_accounts import (
    CardAccountBalances,
    CardAccountList,
    CardTransactions,
    CardTransactionsQuery,
    OneCardAccount,
    ReadHeaders,
)

blueprint = Blueprint("cards", __name__, description="Card accounts, their balances and transactions.")


@blueprint.route("/v1/card-accounts", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.response(200, CardAccountList)
def list_card_accounts(sent: dict[str, str]) -> Response:
    """List the card accounts that the PSU has granted."""
    here = access.opened(sent, access.CARD_ACCOUNTS, "list")
    return say({"cardAccounts": [wire.card_details(view, here.url(view.account)) for view in here.views()]})


@blueprint.route("/v1/card-accounts/<account_id>", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.response(200, OneCardAccount)
def read_card_account(sent: dict[str, str], *, account_id: str) -> Response:
    """Read one card account, with its balances where they are granted."""
    here = access.opened(sent, access.CARD_ACCOUNTS, "details", account_id)
    view = here.view(account_id)
    balances = here.balances_along(view, wanted=not here.listing)
    return say({"cardAccount": wire.card_details(view, here.url(view.account), balances)})


@blueprint.route("/v1/card-accounts/<account_id>/balances", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.response(200, CardAccountBalances)
def read_card_balances(sent: dict[str, str], *, account_id: str) -> Response:
    """Read the balances of a card account."""
    here = access.opened(sent, access.CARD_ACCOUNTS, "balances", account_id)
    view = here.view(account_id, balances=True)
    found = [wire.balance(one) for one in here.balances(view)]
    account = wire.reference(view.account)
    return say({"cardAccount": account, "debitAccounting": False, "balances": found})


@blueprint.route("/v1/card-accounts/<account_id>/transactions", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.arguments(CardTransactionsQuery, location="query")
@blueprint.response(200, CardTransactions)
def list_card_transactions(sent: dict[str, str], query: dict[str, Any], *, account_id: str) -> Response:
    """List the transactions of a card account; in JSON, for no bank has card accounts in other formats."""
    headers.chosen(headers.JSON)
    continuation = reports.continues(query)
    here = access.opened(sent, access.CARD_ACCOUNTS, "transactions", account_id, continuation=continuation)
    view = here.view(account_id, transactions=True)
    report = reports.wanted(here, view, query)
    url = here.url(view.account)
    month = here.bank.today.replace(day=1).isoformat()
    tell = mapping_quirks.card_teller(here.bank, CardManner(view.account.masked_pan, month))
    body: dict[str, Any] = {}
    around: dict[str, dict[str, str]] = {}
    if report.booked:
        page = reports.page(here.bank, report)
        body["booked"] = tell(page.rows, booked=True)
        around = paging.links(page, f"{url}/transactions", reports.filters(report))
    if report.pending:
        rows = reports.pending(here.bank, report) if "page" not in query else ()
        body["pending"] = tell(rows, booked=False)
    body["_links"] = {"cardAccount": {"href": url}, **around}
    account = wire.reference(view.account)
    return say({"cardAccount": account, "debitAccounting": False, "cardTransactions": body})
