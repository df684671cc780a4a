"""British apps pay: across the street, and to a cousin in Norway; both statements show it."""

import pytest

from tests.journeys.paying import MARK, Payer
from tests.standards.uk_open_banking.conftest import VERSIONS, Tpp
from tests.standards.uk_open_banking.paying import Pisp


def account_of(sandbox, person_id, bank_id):
    """Who that is, and their current account at that bank."""
    person = sandbox.call("GET", f"/_sandbox/people/{person_id}").json
    account = next(one for one in person["accounts"] if one["bank"] == bank_id and one["kind"] == "current")
    return person, account


def seen(sandbox, version, bank_id, person_id):
    """What a British bank tells of the payment on that person's statements."""
    reader = Tpp(sandbox, version, bank=bank_id, psu=person_id)
    wanted = [
        *("ReadAccountsDetail", "ReadTransactionsDetail", "ReadTransactionsCredits"),
        "ReadTransactionsDebits",
    ]
    reader.agreed(wanted, TransactionFromDateTime="2026-03-10T00:00:00+00:00")
    told = [
        one
        for account in reader.accounts()
        for one in reader.transactions(f"/accounts/{account['AccountId']}/transactions")
    ]
    return [one for one in told if MARK in one.get("TransactionInformation", "")]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_payment_across_the_street_is_on_both_statements(sandbox, version):
    friend, account = account_of(sandbox, "gb-3", "kelpbank")
    pisp = Pisp(sandbox, version, psu="gb-14")
    creditor = {
        "SchemeName": "UK.OBIE.SortCodeAccountNumber",
        "Identification": account["iban"][8:],
        "Name": friend["name"],
    }
    told = pisp.remittance(MARK, "TEA")

    pisp.paid(pisp.initiation("12.50", CreditorAccount=creditor, RemittanceInformation=told))

    [sent] = seen(sandbox, version, "kelpbank", "gb-14")
    [received] = seen(sandbox, version, "kelpbank", "gb-3")
    assert (sent["CreditDebitIndicator"], received["CreditDebitIndicator"]) == ("Debit", "Credit")
    assert sent["Amount"] == received["Amount"] == {"Amount": "12.50", "Currency": "GBP"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cousin_in_oslo_is_paid_in_kroner(sandbox, version):
    cousin = Payer(sandbox, "fjordbanken", person_id="no-32")
    pisp = Pisp(sandbox, version, psu="gb-14", kind="international-payment")
    creditor = {
        "SchemeName": "UK.OBIE.IBAN",
        "Identification": cousin.account["iban"],
        "Name": cousin.psu["name"],
    }
    more = {"CreditorAccount": creditor, "RemittanceInformation": pisp.remittance(MARK, "BOAT")}

    paid = pisp.paid(pisp.abroad("1500.00", "NOK", **more))
    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 4})

    assert paid["Charges"]
    [received] = cousin.statement()
    assert received["transactionAmount"] == {"amount": "1500.00", "currency": "NOK"}
    [sent] = seen(sandbox, version, "kelpbank", "gb-14")
    assert sent["CreditDebitIndicator"] == "Debit"
    assert sent["Amount"]["Currency"] == "GBP"
