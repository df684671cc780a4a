"""Is the money there? And one yes for two payments and a consent: over the whole sandbox, by links alone."""

from decimal import Decimal

import pytest

from sandbox.bank import accounts
from tests.journeys.conftest import NOK, OK, id_of

BACK = {"TPP-Redirect-URI": OK, "TPP-Nok-Redirect-URI": NOK}
EXPLICIT = {**BACK, "TPP-Explicit-Authorisation-Preferred": "true"}
FUNDS, CONSENTS = "/v1/funds-confirmations", "/v2/consents/confirmation-of-funds"
INSTANT = "/v1/payments/instant-norwegian-domestic-credit-transfers-straks"
SEPA = "/v1/payments/sepa-credit-transfers"


def account(tpp):
    """The PSU's first current account at the bank."""
    mine = (one for one in tpp.psu["accounts"] if one["bank"] == tpp.bank_id)
    return next(one for one in mine if one["kind"] == "current" and one["currency"] == tpp.profile.currency)


def available(tpp):
    """What may be spent from it, as the books say."""
    with tpp.sandbox.database.writing() as work:
        bank = tpp.sandbox.bank(tpp.bank_id, work)
        bank.people.move_in(bank, tpp.psu["id"])
        minor = accounts.available_minor(bank, accounts.get(bank, account(tpp)["id"]))
    return Decimal(minor) / 100


def is_there(tpp, amount, consent_id=None):
    """The answer to a question about funds."""
    money = {"currency": tpp.profile.currency, "amount": str(amount)}
    body = {"account": {"iban": account(tpp)["iban"]}, "instructedAmount": money}
    named = {"Consent-ID": consent_id} if consent_id else {}
    return tpp.call("POST", FUNDS, json=body, headers=named).json["fundsAvailable"]


def agree(tpp, answer):
    """The PSU's yes to what was just created, started first if that is the TPP's; its SCA status."""
    links, named = answer.json["_links"], {"PSU-ID": tpp.psu["username"]}
    start = next((one["href"] for name, one in links.items() if name.startswith("startAuth")), None)
    if start:
        links = tpp.call("POST", start, 201, headers={**BACK, **named}).json["_links"]
    state = links["scaStatus"]["href"]
    tpp.approve(id_of(state))
    return tpp.get(state)["scaStatus"]


def a_payment(tpp, amount, path, iban):
    """A payment that nobody has been asked for yet."""
    body = {
        "debtorAccount": {"iban": account(tpp)["iban"]},
        "instructedAmount": {"currency": tpp.profile.currency, "amount": str(amount)},
        "creditorAccount": {"iban": iban},
        "creditorName": "Somebody else",
    }
    return tpp.call("POST", path, 201, json=body, headers=EXPLICIT)


def a_reading(tpp):
    """The id of a consent that nobody has been asked for yet."""
    return tpp.ask(tpp.named_access(), **EXPLICIT).json["consentId"]


def test_the_money_is_there_until_it_is_paid(tpp):
    shop, other = tpp("fjordbanken"), tpp("nordlys")
    body = {"account": {"iban": account(shop)["iban"]}, "cardNumber": "5409050000004711"}
    asked = shop.call("POST", CONSENTS, 201, json=body, headers=BACK)
    consent_id = asked.json["consentId"]
    assert agree(shop, asked) == "finalised"
    assert shop.get(asked.json["_links"]["status"]["href"]) == {"consentStatus": "valid"}
    before = available(shop)
    assert is_there(shop, before, consent_id)
    assert not is_there(shop, before + Decimal("0.01"), consent_id)

    payment = a_payment(shop, "100.00", INSTANT, account(other)["iban"])
    assert agree(shop, payment) == "finalised"

    assert shop.get(payment.json["_links"]["status"]["href"])["transactionStatus"] == "ACCC"
    assert available(shop) == before - 100
    assert not is_there(shop, before, consent_id)
    assert is_there(shop, before - 100, consent_id)
    shop.call("DELETE", asked.json["_links"]["self"]["href"], 204)
    body = {**body, "instructedAmount": {"currency": "NOK", "amount": "1"}}
    refused = shop.call("POST", FUNDS, 401, json=body, headers={"Consent-ID": consent_id})
    assert refused.json["tppMessages"][0]["code"] == "CONSENT_INVALID"


def test_a_bank_finds_the_consent_by_the_account(tpp):
    shop = tpp("lindbanken")
    body = {"account": {"iban": account(shop)["iban"]}}
    question = {**body, "instructedAmount": {"currency": "SEK", "amount": "1.00"}}
    unknown = shop.call("POST", FUNDS, 400, json=question)
    assert unknown.json["tppMessages"][0]["code"] == "NO_PIIS_ACTIVATION"

    asked = shop.call("POST", CONSENTS, 201, json=body, headers=BACK)
    assert agree(shop, asked) == "finalised"

    assert is_there(shop, available(shop))
    assert not is_there(shop, available(shop) + 1)


def test_a_bank_that_wants_no_consent_answers_at_once(tpp):
    shop = tpp("hansekontor")
    available(shop)

    assert is_there(shop, available(shop))
    assert not is_there(shop, available(shop) + 1)
    shop.call("POST", CONSENTS, 404, json={"account": {"iban": account(shop)["iban"]}}, headers=BACK)


@pytest.mark.parametrize("bank_id", ["nordlys", "saimaa", "vesterhav", "kronekort"])
def test_the_others_have_neither(tpp, bank_id):
    paths = tpp(bank_id).sandbox.call("GET", f"/{bank_id}/openapi.json").json["paths"]

    assert not [path for path in paths if "funds" in path or "basket" in path]


def test_one_yes_pays_twice_and_opens_the_accounts(tpp):
    shop, other = tpp("fjordbanken"), tpp("nordlys")
    before, there = available(shop), available(other)
    first, second = (a_payment(shop, amount, INSTANT, account(other)["iban"]) for amount in ("40.00", "2.50"))
    consent_id = a_reading(shop)
    lists = {"paymentIds": [one.json["paymentId"] for one in (first, second)], "consentIds": [consent_id]}

    basket = shop.call("POST", "/v1/signing-baskets", 201, json=lists, headers=BACK)
    blocked = shop.call("POST", f"/v1/consents/{consent_id}/authorisations", 400, headers=BACK)
    assert blocked.json["tppMessages"][0]["code"] == "RESOURCE_BLOCKED"
    assert agree(shop, basket) == "finalised"

    told = shop.get(basket.json["_links"]["self"]["href"])
    assert (told["payments"], told["consents"]) == (lists["paymentIds"], lists["consentIds"])
    assert told["transactionStatus"] == "ACTC"
    for payment in (first, second):
        assert shop.get(payment.json["_links"]["status"]["href"])["transactionStatus"] == "ACCC"
    assert (available(shop), available(other)) == (before - Decimal("42.50"), there + Decimal("42.50"))
    shop.consent_id = consent_id
    read = [one for one in shop.booked(account(shop)["id"]) if one.get("creditorName") == "Somebody else"]
    assert sorted(one["transactionAmount"]["amount"] for one in read) == ["-2.50", "-40.00"]


def test_a_no_pays_nothing_and_opens_nothing(tpp):
    shop, other = tpp("fjordbanken"), tpp("nordlys")
    before = available(shop)
    payment, consent_id = a_payment(shop, "40.00", INSTANT, account(other)["iban"]), a_reading(shop)
    lists = {"paymentIds": [payment.json["paymentId"]], "consentIds": [consent_id]}
    basket = shop.call("POST", "/v1/signing-baskets", 201, json=lists, headers=BACK)

    told = shop.sandbox.call(
        "POST", f"/_sandbox/authorisations/{id_of(basket.json['_links']['scaStatus']['href'])}/decline"
    )

    assert (told.json["about"], told.json["basket_status"]) == ("basket", "rejected")
    assert shop.get(basket.json["_links"]["status"]["href"]) == {"transactionStatus": "RJCT"}
    assert shop.get(payment.json["_links"]["status"]["href"])["transactionStatus"] == "RJCT"
    assert shop.get(f"/v1/consents/{consent_id}/status") == {"consentStatus": "rejected"}
    assert available(shop) == before


def test_a_bank_that_does_not_mix_takes_payments_alone(tpp):
    shop = tpp("hansekontor")
    before, creditor = available(shop), "DE89370400440532013000"
    first, second = (a_payment(shop, amount, SEPA, creditor) for amount in ("10.00", "5.00"))
    for one in (first, second):
        # Nobody knows whose account that is: the payer says that they mean it.
        shop.call("PUT", one.json["_links"]["creditorNameConfirmation"]["href"])
    paying = {"paymentIds": [one.json["paymentId"] for one in (first, second)]}
    mixed = shop.call(
        "POST", "/v1/signing-baskets", 400, json={**paying, "consentIds": [a_reading(shop)]}, headers=BACK
    )
    assert mixed.json["tppMessages"][0]["code"] == "REFERENCE_MIX_INVALID"

    basket = shop.call("POST", "/v1/signing-baskets", 201, json=paying, headers=BACK)
    assert agree(shop, basket) == "finalised"

    assert shop.get(basket.json["_links"]["status"]["href"]) == {"transactionStatus": "ACTC"}
    assert available(shop) <= before - 15
