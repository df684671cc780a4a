"""GET of statements, their transactions and their files. Source: Read/Write 4.0, Statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from flask import Response

from sandbox.bank import grants, ledger, statements
from sandbox.bank.accounts import AccountRow
from sandbox.bank.ledger import Window
from sandbox.bank.statements import Statement, StatementUnknown
from sandbox.gateway.refusals import Message
from sandbox.standards.uk_open_banking import (
    access,
    headers,
    mapping_statements,
    permissions,
    schemas,
    schemas_lists,
    transactions,
)
from sandbox.standards.uk_open_banking.access import Opened
from sandbox.standards.uk_open_banking.answers import say
from sandbox.standards.uk_open_banking.errors import NotAcceptable, PermissionMissing
from sandbox.standards.uk_open_banking.headers import ReadHeaders
from sandbox.standards.uk_open_banking.mapping_statements import CSV
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import Version

_FROM, _TO = "fromStatementDateTime", "toStatementDateTime"
_STATEMENT = "/accounts/<AccountId>/statements/<StatementId>"
#: To the interface a file is a text, whatever is in it.
_FILE = {"type": "string"}


def blueprint(version: Version) -> Blueprint:
    """The operations on statements in that version."""
    made = Blueprint("statements", version, "Statements of accounts, month by month.")
    _serve_lists(made, version)
    _serve_parts(made, version)
    return made


def _serve_lists(made: Blueprint, version: Version) -> None:
    @made.route("/statements", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.arguments(schemas_lists.StatementsQuery, location="query")
    @made.response(200, schemas_lists.statements(version))
    def list_statements(headers: dict[str, str], query: dict[str, Any]) -> Response:
        """List the statements of all accounts."""
        here = access.opened(headers, version, permissions.STATEMENTS, "statements")
        return _listed(here, here.every(), query)

    @made.route("/accounts/<AccountId>/statements", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.arguments(schemas_lists.StatementsQuery, location="query")
    @made.response(200, schemas_lists.statements(version))
    def read_statements(headers: dict[str, str], query: dict[str, Any], *, AccountId: str) -> Response:
        """List the statements of an account."""
        here = access.opened(headers, version, permissions.STATEMENTS, "statements", AccountId)
        return _listed(here, [here.account(AccountId)], query)

    @made.route(_STATEMENT, methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas_lists.statements(version))
    def read_statement(headers: dict[str, str], *, AccountId: str, StatementId: str) -> Response:
        """Read one statement."""
        here = access.opened(headers, version, permissions.STATEMENTS, "statement", AccountId)
        one = _found(here, here.account(AccountId), StatementId)
        return say({"Statement": [mapping_statements.statement(one, detail=here.detail)]})


def _serve_parts(made: Blueprint, version: Version) -> None:
    @made.route(f"{_STATEMENT}/transactions", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.arguments(schemas_lists.PageQuery, location="query")
    @made.response(200, schemas.transactions(version))
    def read_statement_transactions(
        headers: dict[str, str], query: dict[str, Any], *, AccountId: str, StatementId: str
    ) -> Response:
        """List the transactions of one statement."""
        here = access.opened(headers, version, permissions.TRANSACTIONS, "statement transactions", AccountId)
        account = here.account(AccountId)
        one = _found(here, account, StatementId)
        return transactions.listed(here, [account], query, (one.start_on, one.end_on))

    @made.route(f"{_STATEMENT}/file", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schema=_FILE, content_type=CSV)
    def read_statement_file(headers: dict[str, str], *, AccountId: str, StatementId: str) -> Response:
        """Read a statement as a file: comma-separated values."""
        return _file(headers, version, AccountId, StatementId)


def _file(given: Mapping[str, str], version: Version, account_id: str, statement_id: str) -> Response:
    here = access.opened(given, version, permissions.STATEMENTS, "statement file", account_id)
    if not here.detail:
        # Detail Permissions: ReadStatementsDetail is required to access the statement file.
        raise PermissionMissing(Message(f"The consent lacks {permissions.STATEMENTS.detail}."))
    if headers.accepts(CSV) is None:
        raise NotAcceptable(Message(f"The file is {CSV}."))
    one = _found(here, here.account(account_id), statement_id)
    lines = ledger.lines(here.bank, one.account_id, Window(one.start_on, one.end_on, newest_first=False))
    response = Response(mapping_statements.file(one, lines), mimetype=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{one.id}.csv"'
    return response


def _listed(here: Opened, found: Sequence[AccountRow], query: Mapping[str, Any]) -> Response:
    """The statements between the two moments, newest first where the bank begins with the newest.

    Source: Read/Write 4.0, Statements, Filtering: both StartDateTime and EndDateTime are between them.
    """
    since, until = query.get(_FROM), query.get(_TO)
    told = [one for account in found for one in _readable(here, account.id) if _is_between(one, since, until)]
    return say({"Statement": [mapping_statements.statement(one, detail=here.detail) for one in told]})


def _found(here: Opened, account: AccountRow, statement_id: str) -> Statement:
    """One statement that the consent may see. Raises StatementUnknown."""
    for one in _readable(here, account.id):
        if one.id == statement_id:
            return one
    raise StatementUnknown(detail=f"{account.id}/{statement_id}")


def _readable(here: Opened, account_id: str) -> list[Statement]:
    """The statements that lie within the window of the consent and the archive.

    Account and Transaction API Profile 4.0, Transaction To/From Date Time: completely within this period.
    """
    oldest = grants.history_start(here.bank, here.grant)
    found = [
        one
        for one in statements.of_account(here.bank, account_id)
        if one.start_on >= oldest and _is_between(one, here.terms.since, here.terms.until)
    ]
    return found[::-1] if here.bank.profile.statements.newest_first else found


def _is_between(one: Statement, since: datetime | None, until: datetime | None) -> bool:
    begins = datetime.combine(one.start_on, time())
    ends = datetime.combine(one.end_on, time(23, 59, 59))
    return (since is None or begins >= since) and (until is None or ends <= until)
