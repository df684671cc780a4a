"""What the debtor's and the creditor's bank say of a payment agrees to the cent, in each form, on any day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from tests.journeys.paying import Payer, to

_NAMES = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
_DAYS = [date(2026, 3, 14) + timedelta(days=n) for n in range(12)]  # two weekends among them
DOMESTIC = "norwegian-domestic-credit-transfers"


def signed(node):
    """An amount of camt with its sign."""
    sign = 1 if node.findtext("c:CdtDbtInd", None, _NAMES) == "CRDT" else -1
    return sign * Decimal(node.findtext("c:Amt", None, _NAMES))


def listed(payer, day, accept):
    path = f"/v1/accounts/{payer.account['id']}/transactions?dateFrom={day}&dateTo={day}&bookingStatus=booked"
    return payer.call("GET", path, headers={"Accept": accept})


def day_in_camt(payer, day):
    """Opening and closing balance of the day, and the sum of what was booked on it."""
    document = etree.fromstring(listed(payer, day, "application/xml").data)
    balances = {
        one.findtext("c:Tp/c:CdOrPrtry/c:Cd", None, _NAMES): signed(one)
        for one in document.findall(".//c:Bal", _NAMES)
    }
    entries = [signed(one) for one in document.findall(".//c:Ntry", _NAMES)]
    return balances["OPBD"], balances["CLBD"], sorted(entries)


def day_in_json(payer, day):
    """What was booked on the day, and the balance after it (None on a day without a line)."""
    entries = listed(payer, day, "application/json").json["transactions"]["booked"]
    newest = entries[0]["balanceAfterTransaction"]["balanceAmount"]["amount"] if entries else None
    return sorted(Decimal(one["transactionAmount"]["amount"]) for one in entries), newest


@pytest.mark.parametrize("bad_day", [None, "2026-03-18"])
def test_statements_balances_and_entries_of_both_ends_agree_on_any_day(sandbox, bad_day):
    debtor = Payer(sandbox, "fjordbanken", person_id="no-0")
    creditor = Payer(sandbox, "fjordbanken", person_id="no-40")
    for amount, on in (("137.31", None), ("0.01", "2026-03-17"), ("9999.99", "2026-03-21")):
        dated = {"requestedExecutionDate": on} if on else {}
        paid = debtor.initiate(to(creditor, amount, "NOK", **dated), DOMESTIC, "redirect")
        assert paid.say_yes() == "finalised"
    if bad_day:
        sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 2})
        paid = sandbox.call("GET", "/_sandbox/payments?limit=10").json["payments"]
        settled = next(one["id"] for one in paid if one["status"] == "settled")
        back = sandbox.call("POST", f"/_sandbox/payments/{settled}/return", json={"reason": "AC04"})
        assert back.status_code == 200, back.text
    sandbox.call("PUT", "/_sandbox/clock", json={"at": "2026-03-26T11:00:00Z"})

    for payer in (debtor, creditor):
        payer.agreed()
        before = None
        for day in _DAYS:
            opening, closing, in_camt = day_in_camt(payer, day)
            in_json, after = day_in_json(payer, day)
            assert in_camt == in_json
            assert opening + sum(in_camt) == closing
            assert before in (None, opening)
            assert after is None or Decimal(after) == closing
            before = closing
        today, _ = day_in_json(payer, "2026-03-26")
        told = payer.get(f"/v1/accounts/{payer.account['id']}/balances")["balances"]
        booked = next(one for one in told if one["balanceType"] == "interimBooked")
        assert Decimal(booked["balanceAmount"]["amount"]) == before + sum(today)
    gone = [one["transactionAmount"]["amount"] for one in debtor.statement(other=creditor.account["iban"])]
    come = [one["transactionAmount"]["amount"] for one in creditor.statement(other=debtor.account["iban"])]
    assert sorted(Decimal(one) for one in gone) == sorted(-Decimal(one) for one in come)
