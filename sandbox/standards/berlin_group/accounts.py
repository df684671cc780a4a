"""GET of accounts and their balances. Source: psd2-api 1.3.11, /v1/accounts."""

from typing import Any

from flask import Response

from sandbox.standards.berlin_group import access
from sandbox.standards.berlin_group import mapping_accounts as wire
from sandbox.standards.berlin_group.answers import say
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas_accounts import (
    AccountBalances,
    AccountList,
    BalanceQuery,
    OneAccount,
    ReadHeaders,
)

blueprint = Blueprint("accounts", __name__, description="Accounts and their balances.")


@blueprint.route("/v1/accounts", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.arguments(BalanceQuery, location="query")
@blueprint.response(200, AccountList)
def list_accounts(headers: dict[str, str], query: dict[str, Any]) -> Response:
    """List the accounts that the PSU has granted."""
    here = access.opened(headers, access.ACCOUNTS, "list")
    wanted = query["withBalance"]
    listed = [
        wire.details(
            view,
            here.url(view.account),
            here.bank.profile.bic,
            here.balances_along(view, wanted=wanted),
        )
        for view in here.views()
    ]
    return say({"accounts": listed})


@blueprint.route("/v1/accounts/<account_id>", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.arguments(BalanceQuery, location="query")
@blueprint.response(200, OneAccount)
def read_account(headers: dict[str, str], query: dict[str, Any], *, account_id: str) -> Response:
    """Read one account."""
    here = access.opened(headers, access.ACCOUNTS, "details", account_id)
    view = here.view(account_id)
    balances = here.balances_along(view, wanted=query["withBalance"])
    return say({"account": wire.details(view, here.url(view.account), here.bank.profile.bic, balances)})


@blueprint.route("/v1/accounts/<account_id>/balances", methods=["GET"])
@blueprint.arguments(ReadHeaders, location="headers")
@blueprint.response(200, AccountBalances)
def read_balances(headers: dict[str, str], *, account_id: str) -> Response:
    """Read the balances of an account."""
    here = access.opened(headers, access.ACCOUNTS, "balances", account_id)
    view = here.view(account_id, balances=True)
    found = [wire.balance(one) for one in here.balances(view)]
    return say({"account": wire.reference(view.account), "balances": found})
