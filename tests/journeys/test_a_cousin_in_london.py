"""A Norwegian pays a cousin in London, and both statements show it, each in its bank's own dialect."""

import pytest

from tests.journeys.paying import MARK, Payer
from tests.standards.uk_open_banking.conftest import Tpp


def paid(sandbox, creditor, number, **days):
    """250 pounds from Oslo to that account, and some days."""
    payer = Payer(sandbox, "fjordbanken", person_id="no-32")
    body = {
        "instructedAmount": {"currency": "GBP", "amount": "250.00"},
        "debtorAccount": {"iban": payer.account["iban"]},
        "creditorAccount": {"iban": number},
        "creditorName": creditor["name"],
        "endToEndIdentification": "BOAT-1",
        "remittanceInformationUnstructured": MARK,
    }
    payment = payer.initiate(body, "cross-border-credit-transfers", "redirect")
    assert payment.say_yes() == "finalised"
    assert sandbox.call("POST", "/_sandbox/clock/advance", json=days).status_code == 200
    return payer


@pytest.mark.parametrize(
    ("bank_id", "version"),
    [("kelpbank", "v3.1"), ("kelpbank", "v4.0"), ("puddleworth", "v3.1"), ("magpie", "v4.0")],
)
def test_the_same_payment_is_on_both_statements(sandbox, bank_id, version):
    cousin = sandbox.call("GET", "/_sandbox/people/gb-14").json
    theirs = next(one for one in cousin["accounts"] if one["bank"] == bank_id and one["currency"] == "GBP")

    payer = paid(sandbox, cousin, theirs["iban"], days=3)

    [sent] = payer.statement()
    assert sent["endToEndId"] == "BOAT-1"
    assert sent["creditorAccount"] == {"iban": theirs["iban"]}
    london = Tpp(sandbox, version, bank=bank_id, psu="gb-14")
    wanted = ["ReadAccountsDetail", "ReadTransactionsDetail", "ReadTransactionsCredits"]
    london.agreed(wanted, TransactionFromDateTime="2026-03-10T00:00:00+00:00")
    told = [
        one
        for account in london.accounts()
        for one in london.transactions(f"/accounts/{account['AccountId']}/transactions")
    ]
    [received] = [one for one in told if MARK in one.get("TransactionInformation", "")]
    assert received["Amount"] == {"Amount": "250.00", "Currency": "GBP"}
    assert received["CreditDebitIndicator"] == "Credit"
    assert payer.psu["name"].split()[-1] in str(received)
