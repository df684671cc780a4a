"""A sweep in London: one yes on the bank's page, payments until the limit, time goes by, and it goes on.

By tokens alone, as in life: the TPP for itself makes the consent, the PSU's yes gives the token that pays.
"""

import re

import pytest

from tests.oauth.conftest import Tpp as Client
from tests.online_banking.browser import Browser
from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.test_tokens import claims
from tests.standards.uk_open_banking.varying import Vrp, limit

PAYER, PAYEE = "gb-14", "gb-23"
HOME = "/kelpbank/online-banking/consents"


class Sweeper(Vrp):
    """An app that has nothing but tokens."""

    token: str = ""

    def call(self, method, path, expected=200, *, headers=None, **kwargs):
        by = {"X-API-Key": None, "Authorization": f"Bearer {self.token}"}
        return super().call(method, path, expected, headers={**by, **(headers or {})}, **kwargs)


def for_itself(client):
    """A token of the client credentials grant."""
    return client.call("token", grant_type="client_credentials", scope="payments").json["access_token"]


def person(sandbox, person_id):
    return sandbox.call("GET", f"/_sandbox/people/{person_id}").json


def an_account(sandbox, person_id):
    """One that can be paid to at another British bank, and how the standard names it."""
    found = next(
        one
        for one in person(sandbox, person_id)["accounts"]
        if (one["kind"], one["status"]) == ("current", "enabled") and one["bank"] != "kelpbank"
    )
    number = found["iban"][8:]
    return found, {
        "SchemeName": "UK.OBIE.SortCodeAccountNumber",
        "Identification": number,
        "Name": "Savings",
    }


def booked(sandbox, account):
    """What has come in by the sweeps."""
    with sandbox.database.reading() as work:
        rows = work.run(
            "SELECT l.amount_minor FROM line l JOIN account a ON a.workspace_id = l.workspace_id"
            " AND a.id = l.account_id WHERE a.iban = ? AND l.end_to_end_id = 'SWEEP-2026-1'",
            (account["iban"],),
        )
        return [row[0] for row in rows]


@pytest.mark.parametrize("version", VERSIONS)
def test_from_one_yes_to_many_payments_and_back(sandbox, version):
    sweeper = Sweeper(sandbox, version, psu=PAYER)
    client = Client(sandbox, "kelpbank")
    client.psu = person(sandbox, PAYER)
    theirs, creditor = an_account(sandbox, PAYEE)

    # The TPP for itself stages the consent.
    sweeper.token = for_itself(client)
    monthly = [limit("Week", "25.00"), limit("Month", "1000.00", "Calendar")]
    sweeper.ask_for(
        parameters=sweeper.parameters(PeriodicLimits=monthly), Initiation={"CreditorAccount": creditor}
    )

    # The PSU reads the limits in words, says yes, and the token is bound to the consent.
    visit = client.ask(scope="openid payments offline_access", claims=claims(sweeper.consent_id), nonce="n-1")
    visit.browser.open(f"{visit.link}?lang=en")
    page = visit.browser.page.text.replace("\u00a0", " ")
    for said in ("10.00 GBP at most", "25.00 GBP in seven days", "1,000.00 GBP in a calendar month"):
        assert said in page
    tokens = client.redeem(visit.agree()["code"]).json
    sweeper.token = tokens["access_token"]

    # Payments until the limit, without another yes.
    for amount in ("10.00", "10.00", "5.00"):
        sweeper.pay(amount)
    assert sweeper.refused("0.01")[1] == "Data.ControlParameters.PeriodicLimits[0]"
    assert sorted(booked(sandbox, theirs)) == [500, 1000, 1000]

    # A week later there is as much again; the token has run out, the consent has not.
    sweeper.go_on(days=7)
    fresh = client.call("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    sweeper.token = fresh.json["access_token"]
    sweeper.pay("10.00")
    assert len(booked(sandbox, theirs)) == 4

    # The PSU sees what is used, and takes it back; not another penny is paid.
    browser = Browser(client)
    browser.open(f"{HOME}?w=test&lang=en")
    browser.send(HOME, workspace="test", login=client.psu["username"], password=client.psu["password"])
    browser.open(f"{HOME}?lang=en")
    assert "10.00 GBP of 25.00 GBP until" in re.sub("\u00a0", " ", browser.page.text)
    browser.send(f"{HOME}/{sweeper.consent_id}/revoke")
    assert sweeper.pay("1.00", 400) is not None
    sweeper.token = for_itself(client)
    assert sweeper.consent()["Status"] == sweeper.word("Authorised", "CANC")
    assert sweeper.payment()["Status"] == sweeper.word("AcceptedCreditSettlementCompleted", "ACCC")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_token_of_one_consent_pays_by_no_other(sandbox, version):
    sweeper = Sweeper(sandbox, version, psu=PAYER)
    client = Client(sandbox, "kelpbank")
    client.psu = person(sandbox, PAYER)
    sweeper.token = alone = for_itself(client)
    sweeper.ask_for()
    asked = client.ask(scope="openid payments", claims=claims(sweeper.consent_id), nonce="n-1")
    bound = client.redeem(asked.agree()["code"]).json["access_token"]
    sweeper.ask_for()

    sweeper.token = bound
    sweeper.pay(expected=403)
    sweeper.asks_for_funds(expected=403)
    sweeper.call("GET", f"/domestic-vrp-consents/{sweeper.consent_id}", 403)
    sweeper.token = alone
    sweeper.pay(expected=403)
