"""Does the account belong to whom I pay? From the question to the creditor's account, by links alone."""

import pytest

from sandbox.bank import accounts
from sandbox.bank.accounts import AccountRef
from sandbox.population.merchants import market
from tests.journeys.conftest import OK, id_of

BACK = {"TPP-Redirect-URI": OK, "TPP-Explicit-Authorisation-Preferred": "true"}
SEPA, INSTANT = "sepa-credit-transfers", "instant-sepa-credit-transfers"
FINN = "fi-2"


def current(sandbox, person_id, bank_id):
    """The IBAN of somebody's current account, and whose it is."""
    with sandbox.database.writing() as work:
        bank = sandbox.bank(bank_id, work)
        bank.people.move_in(bank, person_id)
        mine = accounts.of_customer(bank, person_id)
        account = next(one for one in mine if one.kind == "current" and one.currency == "EUR")
        return account.iban, account.owner_name


def pay(tpp, iban, name, product=SEPA):
    own, _ = current(tpp.sandbox, tpp.psu["id"], tpp.bank_id)
    body = {
        "debtorAccount": {"iban": own},
        "instructedAmount": {"currency": "EUR", "amount": "3.21"},
        "creditorAccount": {"iban": iban},
        "creditorName": name,
    }
    return tpp.call("POST", f"/v1/payments/{product}", 201, json=body, headers=BACK)


def say_yes(tpp, links):
    start = next(link["href"] for name, link in links.items() if name.startswith("startAuthorisation"))
    named = {"TPP-Redirect-URI": OK, "PSU-ID": tpp.psu["username"]}
    started = tpp.call("POST", start, 201, headers=named)
    tpp.approve(id_of(started.json["_links"]["scaStatus"]["href"]))


def balance(sandbox, bank_id, iban):
    with sandbox.database.writing() as work:
        bank = sandbox.bank(bank_id, work)
        return accounts.available_minor(bank, accounts.by_number(bank, AccountRef(iban=iban)))


def test_a_name_that_matches_is_paid_without_more_ado(tpp):
    app = tpp("hansekontor")
    iban, name = current(app.sandbox, FINN, "saimaa")
    before = balance(app.sandbox, "saimaa", iban)

    payment = pay(app, iban, name.upper(), INSTANT)
    say_yes(app, payment.json["_links"])

    assert payment.json["transactionStatus"] == "RCVC"
    assert app.get(payment.json["_links"]["status"]["href"])["transactionStatus"] in ("ACCC", "ACTC")
    assert balance(app.sandbox, "saimaa", iban) == before + 321


def test_a_name_that_nearly_matches_is_told_and_paid_once_the_payer_means_it(tpp):
    app = tpp("saimaa")
    iban, name = current(app.sandbox, FINN, "saimaa")
    before = balance(app.sandbox, "saimaa", iban)
    first, *_, last = name.split()

    asked = app.call(
        "POST",
        "/v1/payee-verifications",
        json={"partyAccount": {"iban": iban}, "party": {"name": f"{first[0]}. {last}"}},
    ).json
    payment = pay(app, iban, f"{first[0]}. {last}", INSTANT)

    assert (asked["partyNameMatch"], asked["matchedName"]) == ("CMTC", name)
    (found,) = payment.json["originalTransactionInformationAndVopStatus"]
    assert payment.json["transactionStatus"] == "RVCM"
    assert (found["creditorNameMatch"], found["matchedCreditorName"]) == ("CMTC", name)
    confirmed = app.call("PUT", payment.json["_links"]["creditorNameConfirmation"]["href"]).json
    say_yes(app, confirmed["_links"])
    assert app.get(confirmed["_links"]["status"]["href"])["transactionStatus"] == "ACCC"
    assert balance(app.sandbox, "saimaa", iban) == before + 321


def test_a_name_that_does_not_match_is_declined_and_nothing_is_paid(tpp):
    app = tpp("saimaa")
    iban, _ = current(app.sandbox, FINN, "saimaa")
    before = balance(app.sandbox, "saimaa", iban)

    payment = pay(app, iban, "Somebody Else")
    app.call("DELETE", payment.json["_links"]["self"]["href"], 204)

    assert payment.json["transactionStatus"] == "RVCM"
    assert app.get(payment.json["_links"]["status"]["href"])["transactionStatus"] == "CANC"
    assert balance(app.sandbox, "saimaa", iban) == before


def test_of_the_world_outside_merchants_alone_are_known(tpp):
    app = tpp("saimaa")
    merchant = next(iter(market("FI").parties.values()))[0]

    known = pay(app, merchant.account, merchant.name)
    unknown = pay(app, "DE89370400440532013000", "Somebody Else")

    assert known.json["transactionStatus"] == "RCVC"
    (found,) = unknown.json["originalTransactionInformationAndVopStatus"]
    assert found["creditorNameMatch"] == "NOAP"


@pytest.mark.parametrize(("day", "is_on"), [("2027-07-08", False), ("2027-07-09", True)])
def test_a_bank_outside_the_euro_area_warns_from_its_day_on(tpp, day, is_on):
    app = tpp("lindbanken")
    app.sandbox.call("PUT", "/_sandbox/clock", json={"mode": "frozen", "at": f"{day}T09:00:00Z"})
    own = next(one for one in app.psu["accounts"] if one["bank"] == "lindbanken" and one["kind"] == "current")
    body = {
        "debtorAccount": {"iban": own["iban"]},
        "instructedAmount": {"currency": "EUR", "amount": "3.21"},
        "creditorAccount": {"iban": "DE89370400440532013000"},
        "creditorName": "Somebody Else",
    }

    payment = app.call("POST", f"/v1/payments/{SEPA}", 201, json=body, headers=BACK)

    assert payment.json["transactionStatus"] == "RCVD"
    assert ("psuMessage" in payment.json) is is_on
