"""GET of accounts and their balances, of one account and of all. Source: OBReadAccount6, OBReadBalance1."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from sandbox.bank import accounts
from sandbox.bank.accounts import AccountRow, BalanceType
from sandbox.standards.uk_open_banking import access, mapping, permissions, schemas
from sandbox.standards.uk_open_banking.access import Opened
from sandbox.standards.uk_open_banking.answers import say
from sandbox.standards.uk_open_banking.headers import ReadHeaders
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import Version


def blueprint(version: Version) -> Blueprint:
    """The operations on accounts and balances in that version."""
    made = Blueprint("accounts", version, "Accounts and their balances.")
    _serve_accounts(made, version)
    _serve_balances(made, version)
    return made


def _serve_accounts(made: Blueprint, version: Version) -> None:
    @made.route("/accounts", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas.accounts(version))
    def list_accounts(headers: dict[str, str]) -> Response:
        """List the accounts that the PSU has selected."""
        here = access.opened(headers, version, permissions.ACCOUNTS, "accounts")
        return _accounts(here, here.every())

    @made.route("/accounts/<AccountId>", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas.accounts(version))
    def read_account(headers: dict[str, str], *, AccountId: str) -> Response:
        """Read one account."""
        here = access.opened(headers, version, permissions.ACCOUNTS, "account", AccountId)
        return _accounts(here, [here.account(AccountId)])


def _serve_balances(made: Blueprint, version: Version) -> None:
    @made.route("/accounts/<AccountId>/balances", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas.balances(version))
    def read_balances(headers: dict[str, str], *, AccountId: str) -> Response:
        """Read the balances of an account."""
        here = access.opened(headers, version, permissions.BALANCES, "balances", AccountId)
        return _balances(here, [here.account(AccountId)])

    @made.route("/balances", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas.balances(version))
    def list_balances(headers: dict[str, str]) -> Response:
        """List the balances of all accounts."""
        here = access.opened(headers, version, permissions.BALANCES, "balances")
        return _balances(here, here.every())


def _accounts(here: Opened, found: Sequence[AccountRow]) -> Response:
    told = [mapping.account(here.version, here.bank, one, detail=here.detail, pan=here.pan) for one in found]
    return say({"Account": told})


def _balances(here: Opened, found: Sequence[AccountRow]) -> Response:
    told: list[dict[str, Any]] = []
    for account in found:
        limit = account.credit_limit_minor
        told += [
            mapping.balance(here.version, account.id, one, limit, here.bank.now)
            for one in accounts.balances(here.bank, account)
            # No version has a word for what is on no bill yet.
            if one.type is not BalanceType.NON_INVOICED
        ]
    return say({"Balance": told})
