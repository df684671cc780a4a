"""A yes that is given at once, so that tools run without a browser: in every standard, and by OAuth."""

import json
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.bank import authorisations, consents, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import ConsentSubject, PaymentSubject, ScaStatus, Wish
from sandbox.bank.consents import Access, AccessKind, ConsentOrder, ConsentStatus
from sandbox.bank.payments import Instruction, PaymentOrder, PaymentStatus
from sandbox.bank.profile import ScaApproach, Service
from sandbox.kernel.money import Money
from tests.oauth.conftest import Tpp
from tests.standards.uk_open_banking.paying import Pisp
from tests.standards.uk_open_banking.varying import Vrp


def choose(sandbox, **order):
    answer = sandbox.call("PUT", f"/_sandbox/apps/{sandbox.app_id}/yes", json=order)
    assert answer.status_code == 200
    return answer.json


def asks_to_read(sandbox, bank_id="fjordbanken", approach=None, **wish):
    """A consent to whatever the PSU picks: how its authorisation and itself stand once it was asked for."""
    with sandbox.database.writing() as work:
        bank = sandbox.bank(bank_id, work)
        order = ConsentOrder(Access(AccessKind.BANK_OFFERED), True, date(2026, 6, 1), 4)
        consent = consents.create(bank, sandbox.app_id, order)
        started = authorisations.start(bank, ConsentSubject(consent), Wish(approach, **wish))
        return started.authorisation.status, consent.status, consent.person_id


def asks_to_pay(sandbox, debtor=None):
    with sandbox.database.writing() as work:
        bank = sandbox.bank("fjordbanken", work)
        instruction = Instruction(Money(100, "NOK"), "Ola", AccountRef(iban="NO8330001234567"))
        named = AccountRef(iban=debtor) if debtor else None
        order = PaymentOrder(Service.SINGLE, bank.profile.payments.schemes[0], "x", (instruction,), named)
        payment = payments.initiate(bank, sandbox.app_id, order)
        started = authorisations.start(bank, PaymentSubject(payment), Wish(ScaApproach.REDIRECT))
        return started.authorisation.status, payment.status


def test_without_the_choice_the_psu_is_waited_for(sandbox):
    assert asks_to_read(sandbox)[:2] == (ScaStatus.RECEIVED, ConsentStatus.RECEIVED)
    assert "yes_by" not in sandbox.call("GET", f"/_sandbox/apps/{sandbox.app_id}").json


def test_the_first_customer_says_yes_at_once_to_consents_and_payments(sandbox):
    assert choose(sandbox)["yes_by"] == "first"

    status, stands, person_id = asks_to_read(sandbox)

    assert (status, stands) == (ScaStatus.FINALISED, ConsentStatus.VALID)
    person = sandbox.call("GET", f"/_sandbox/people/{person_id}").json
    assert (person["kind"], person["standing"]) == ("person", "active")
    paying, payment = asks_to_pay(sandbox)
    assert paying in (ScaStatus.FINALISED, ScaStatus.EXEMPTED)
    assert payment not in (PaymentStatus.RECEIVED, PaymentStatus.VERIFIED, PaymentStatus.REJECTED)


def test_a_named_psu_says_yes_where_they_bank_and_the_first_elsewhere(sandbox):
    named = sandbox.call("GET", "/_sandbox/people/no-4").json
    choose(sandbox, psu=named["username"])

    assert asks_to_read(sandbox)[1:] == (ConsentStatus.VALID, "no-4")
    _, stands, person_id = asks_to_read(sandbox, "hansekontor", ScaApproach.REDIRECT)
    assert stands in (ConsentStatus.VALID, ConsentStatus.RECEIVED)
    assert person_id != "no-4"


def test_whom_the_tpp_names_is_the_one_who_says_it(sandbox):
    choose(sandbox)
    other = sandbox.call("GET", "/_sandbox/people/no-4").json

    assert asks_to_read(sandbox, psu_login=other["username"])[2] == "no-4"


def test_what_the_psu_cannot_agree_to_waits_as_in_life(sandbox):
    strange = sandbox.call("GET", "/_sandbox/people/no-4").json["accounts"]
    [iban] = [one["iban"] for one in strange if one["bank"] == "fjordbanken" and one["iban"]][:1]
    choose(sandbox)

    assert asks_to_pay(sandbox, iban) == (ScaStatus.RECEIVED, PaymentStatus.RECEIVED)


def test_the_choice_is_taken_back(sandbox):
    choose(sandbox)

    answer = sandbox.call("DELETE", f"/_sandbox/apps/{sandbox.app_id}/yes")

    assert "yes_by" not in answer.json
    assert asks_to_read(sandbox)[0] == ScaStatus.RECEIVED


@pytest.mark.parametrize("order", [{"psu": ""}, {"psu": "x" * 81}, {"who": "first"}])
def test_a_choice_that_cannot_be_read_is_refused(sandbox, order):
    answer = sandbox.call("PUT", f"/_sandbox/apps/{sandbox.app_id}/yes", json=order)

    assert answer.status_code == 400


def without_a_browser(client, **request):
    """From the authorization endpoint straight back to the client, page by page; what it is told."""
    answer = client.get(client.url("authorize"), query_string=client.request(**request))
    for _ in range(2):
        assert answer.status_code == 303, answer.text
        if answer.location.startswith(client.redirect_uri):
            return dict(parse_qsl(urlsplit(answer.location).query))
        assert "/online-banking/" not in answer.location
        answer = client.get(urlsplit(answer.location).path)
    assert answer.location.startswith(client.redirect_uri)
    return dict(parse_qsl(urlsplit(answer.location).query))


@pytest.mark.parametrize("version", ["v3.1", "v4.0"])
def test_a_british_consent_becomes_tokens_without_a_browser(sandbox, version):
    choose(sandbox)
    client = Tpp(sandbox, "kelpbank")
    root = f"/kelpbank/open-banking/{version}/aisp"
    body = {"Data": {"Permissions": ["ReadAccountsBasic"]}, "Risk": {}}

    made = sandbox.call("POST", f"{root}/account-access-consents", json=body).json["Data"]

    assert made["Status"] in ("AwaitingAuthorisation", "AWAU"), "which is what a consent begins with"
    now = sandbox.call("GET", f"{root}/account-access-consents/{made['ConsentId']}").json["Data"]
    assert now["Status"] in ("Authorised", "AUTH")
    claims = {"id_token": {"openbanking_intent_id": {"value": made["ConsentId"], "essential": True}}}
    told = without_a_browser(client, scope="openid accounts", claims=json.dumps(claims), nonce="n-1")
    tokens = client.redeem(told["code"]).json
    read = client.read(tokens["access_token"], path=f"/open-banking/{version}/aisp/accounts")
    assert read.status_code == 200
    assert read.json["Data"]["Account"]


def test_a_berlin_group_consent_becomes_tokens_without_a_browser(sandbox):
    choose(sandbox)
    client = Tpp(sandbox, "elbufer")
    consent_id = client.consent()

    told = without_a_browser(client, scope=f"AIS:{consent_id}")

    tokens = client.redeem(told["code"]).json
    assert client.read(tokens["access_token"], consent_id).status_code == 200


@pytest.mark.parametrize("version", ["v3.1", "v4.0"])
def test_british_payments_once_and_again_need_no_browser(sandbox, version):
    choose(sandbox)
    once, again = Pisp(sandbox, version), Vrp(sandbox, version)

    once.stage()
    again.ask_for()

    assert once.submit().json["Data"]["Status"] in ("AcceptedCreditSettlementCompleted", "RCVD")
    for _ in range(2):
        again.pay()
    assert again.payment()["Status"] in ("AcceptedCreditSettlementCompleted", "ACCC")
