"""Statements in the words of this standard, and as a file. Source: OBStatement2 of 3.1.11 and 4.0."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from sandbox.bank.ledger import LineRow
from sandbox.bank.statements import Statement
from sandbox.kernel.money import decimal_text
from sandbox.standards.uk_open_banking import walltime
from sandbox.standards.uk_open_banking.mapping import amount, credit_or_debit

CSV = "text/csv"

Body = dict[str, Any]


def statement(one: Statement, *, detail: bool) -> Body:
    """An `OBStatement2`; its amounts take the permission for detail."""
    body: Body = {
        "AccountId": one.account_id,
        "StatementId": one.id,
        "StatementReference": f"{one.start_on:%Y-%m}",
        "Type": "RegularPeriodic",
        "StartDateTime": walltime.begin_of(one.start_on),
        "EndDateTime": f"{one.end_on}T23:59:59+00:00",
        "CreationDateTime": walltime.begin_of(one.created_on),
        "StatementDescription": [],
        "StatementBenefit": [],
        "StatementFee": _moved("UK.OBIE.Total", one.fees_minor, one.currency),
        "StatementInterest": _moved("UK.OBIE.Total", one.interest_minor, one.currency),
        "StatementDateTime": [],
        "StatementRate": [],
        "StatementValue": [],
    }
    if detail:
        body["StatementAmount"] = [
            _amount(kind, minor, one.currency)
            for kind, minor in (
                ("UK.OBIE.StartingBalance", one.opening_minor),
                ("UK.OBIE.ClosingBalance", one.closing_minor),
                ("UK.OBIE.TotalCredits", one.credits_minor),
                ("UK.OBIE.TotalDebits", one.debits_minor),
            )
        ]
    return body


def file(one: Statement, lines: Sequence[LineRow]) -> bytes:
    """The statement as comma-separated values: what was there, every entry, and what was left."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(("Date", "Description", "Amount", "Balance", "Currency"))
    rows.writerow(
        (one.start_on, "Opening balance", "", decimal_text(one.opening_minor, one.currency), one.currency)
    )
    for line in lines:
        rows.writerow(
            (
                line.booked_on,
                _inert(line.remittance or line.party_name or line.kind),
                decimal_text(line.amount_minor, line.currency),
                decimal_text(line.balance_minor or 0, line.currency),
                line.currency,
            )
        )
    rows.writerow(
        (one.end_on, "Closing balance", "", decimal_text(one.closing_minor, one.currency), one.currency)
    )
    return out.getvalue().encode()


def _inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _amount(kind: str, minor: int, currency: str) -> Body:
    return {
        "CreditDebitIndicator": credit_or_debit(minor),
        "Type": kind,
        "Amount": amount(minor, currency),
    }


def _moved(kind: str, minor: int, currency: str) -> list[Body]:
    """A sum that moved the account, or nothing."""
    return [_amount(kind, minor, currency)] if minor else []
