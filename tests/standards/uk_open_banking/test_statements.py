"""Statements: whole months, within the window, with their transactions and as a file."""

import csv
import io
from itertools import pairwise

import pytest

from tests.standards.uk_open_banking.conftest import Tpp
from tests.standards.uk_open_banking.test_consents import codes

BASIC = ("ReadAccountsBasic", "ReadStatementsBasic")


def first_account(tpp: Tpp) -> str:
    return tpp.accounts()[0]["AccountId"]


def amounts(one: dict) -> dict[str, float]:
    """The amounts of a statement with their signs, in minor units."""
    return {
        found["Type"].removeprefix("UK.OBIE."): round(float(found["Amount"]["Amount"]) * 100)
        * (-1 if found["CreditDebitIndicator"] == "Debit" else 1)
        for found in one["StatementAmount"]
    }


def test_the_statements_follow_one_another_to_the_last_day(tpp):
    account_id = first_account(tpp.agreed())

    found = tpp.get(f"/accounts/{account_id}/statements")["Data"]["Statement"]

    assert len(found) > 12
    for newer, older in pairwise(found):
        assert newer["StartDateTime"][:10] > older["EndDateTime"][:10]
        assert amounts(newer)["StartingBalance"] == amounts(older)["ClosingBalance"]
    assert found[0]["EndDateTime"] == "2026-02-28T23:59:59+00:00"


def test_a_statement_is_what_its_transactions_come_to(tpp):
    account_id = first_account(tpp.agreed())
    path = f"/accounts/{account_id}/statements"

    for one in tpp.get(path)["Data"]["Statement"][:3]:
        assert tpp.get(f"{path}/{one['StatementId']}")["Data"]["Statement"] == [one]
        lines = tpp.transactions(f"{path}/{one['StatementId']}/transactions")
        moved = sum(
            round(float(line["Amount"]["Amount"]) * 100)
            * (-1 if line["CreditDebitIndicator"] == "Debit" else 1)
            for line in lines
        )
        assert {line["BookingDateTime"][:7] for line in lines} == {one["StartDateTime"][:7]}
        assert amounts(one)["StartingBalance"] + moved == amounts(one)["ClosingBalance"]


def test_the_file_is_the_statement_line_by_line(tpp):
    account_id = first_account(tpp.agreed())
    path = f"/accounts/{account_id}/statements"
    one = tpp.get(path)["Data"]["Statement"][0]

    for accept in ("text/csv", "*/*", None):
        answer = tpp.sandbox.client.get(
            f"/albion/open-banking/{tpp.version}/aisp{path}/{one['StatementId']}/file",
            headers={
                "X-API-Key": tpp.sandbox.app_key,
                "x-bryggen-consent-id": tpp.consent_id,
                **({"Accept": accept} if accept else {}),
            },
        )
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        assert answer.headers["x-fapi-interaction-id"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))

    lines = tpp.transactions(f"{path}/{one['StatementId']}/transactions")
    assert len(rows) == len(lines) + 2
    assert rows[0]["Balance"] == f"{amounts(one)['StartingBalance'] / 100:.2f}"
    assert rows[-1]["Balance"] == rows[-2]["Balance"] == f"{amounts(one)['ClosingBalance'] / 100:.2f}"
    tpp.call("GET", f"{path}/{one['StatementId']}/file", 406, headers={"Accept": "application/pdf"})


def test_without_detail_there_are_no_amounts_and_no_file(tpp):
    detailed = Tpp(tpp.sandbox, tpp.version).agreed().get("/statements")["Data"]["Statement"]
    tpp.agreed(BASIC)

    found = tpp.get("/statements")["Data"]["Statement"]

    assert found == [
        {name: value for name, value in one.items() if name != "StatementAmount"} for one in detailed
    ]
    path = f"/accounts/{found[0]['AccountId']}/statements/{found[0]['StatementId']}"
    answer = tpp.call("GET", f"{path}/file", 403)
    assert "ReadStatementsDetail" in answer.headers["WWW-Authenticate"]
    tpp.call("GET", f"{path}/transactions", 403)


def test_all_accounts_at_once_are_the_accounts_one_by_one(tpp):
    tpp.agreed()
    one_by_one = [
        one
        for account in tpp.accounts()
        for one in tpp.get(f"/accounts/{account['AccountId']}/statements")["Data"]["Statement"]
    ]

    assert tpp.get("/statements")["Data"]["Statement"] == one_by_one


def test_the_filters_take_whole_statements_and_work_alone(tpp):
    tpp.agreed()

    def months(query: str) -> list[str]:
        found = tpp.get(f"/statements?{query}")
        assert tpp.get(found["Links"]["Self"])["Data"] == found["Data"] or query
        return sorted({one["StartDateTime"][:7] for one in found["Data"]["Statement"]})

    assert months("fromStatementDateTime=2025-12-15T00:00:00") == ["2026-01", "2026-02"]
    assert max(months("toStatementDateTime=2025-12-15T00:00:00Z")) == "2025-11"
    assert months("fromStatementDateTime=2025-11-01T00:00:00&toStatementDateTime=2025-12-31T23:59:59") == [
        "2025-11",
        "2025-12",
    ]
    assert months("fromStatementDateTime=2040-01-01T00:00:00") == []


def test_only_statements_that_lie_completely_within_the_window_are_read(tpp):
    tpp.agreed(
        TransactionFromDateTime="2025-11-02T00:00:00+00:00", TransactionToDateTime="2026-02-27T00:00:00+00:00"
    )
    account_id = first_account(tpp)
    path = f"/accounts/{account_id}/statements"

    found = tpp.get(path)["Data"]["Statement"]

    assert [one["StartDateTime"][:7] for one in found] == ["2026-01", "2025-12"]
    half = found[0]["StatementId"].replace("202601", "202602")
    for part in ("", "/file", "/transactions"):
        assert codes(tpp.call("GET", f"{path}/{half}{part}", 400)) == ["U011"]


@pytest.mark.parametrize("part", ["", "/file", "/transactions"])
def test_an_unknown_statement_is_a_bad_request(tpp, part):
    account_id = first_account(tpp.agreed())

    answer = tpp.call("GET", f"/accounts/{account_id}/statements/8sfhke-sifhkeuf-97813{part}", 400)

    assert codes(answer) == ["U011"]


def test_one_sort_of_transactions_is_one_sort_on_a_statement_too(tpp):
    tpp.agreed((*BASIC, "ReadTransactionsBasic", "ReadTransactionsCredits"))
    one = tpp.get("/statements")["Data"]["Statement"][0]

    found = tpp.transactions(f"/accounts/{one['AccountId']}/statements/{one['StatementId']}/transactions")

    assert {line["CreditDebitIndicator"] for line in found} == {"Credit"}
