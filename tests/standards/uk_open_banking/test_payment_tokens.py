"""Payments by tokens: the TPP for itself stages and reads, and the token of the PSU's yes submits."""

import base64
import json

import pytest

from tests.oauth.conftest import Tpp as Client
from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import Pisp
from tests.standards.uk_open_banking.test_tokens import claims


@pytest.fixture(params=VERSIONS)
def pisp(request: pytest.FixtureRequest, city) -> Pisp:
    """A PISP at Kelp Bank, once in each version."""
    return Pisp(city, request.param)


@pytest.fixture
def client(city, pisp) -> Client:
    """The app as the client of the bank's authorization server that it is without being registered."""
    made = Client(city, "kelpbank", f"{city.world}.{city.app_id}", city.app_key)
    made.psu = city.call("GET", f"/_sandbox/people/{pisp.psu}").json
    return made


def for_itself(client: Client, scope: str = "payments") -> str:
    answer = client.call("token", grant_type="client_credentials", scope=scope)
    assert answer.status_code == 200, answer.text
    return answer.json["access_token"]


def bound(client: Client, consent_id: str) -> dict:
    asked = client.ask(scope="openid payments", claims=claims(consent_id), nonce="n-1")
    answer = client.redeem(asked.agree()["code"])
    assert answer.status_code == 200, answer.text
    return answer.json


def by(pisp: Pisp, token: str) -> None:
    """Call with that token from here on."""
    pisp.token = token  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _with_tokens(pisp, monkeypatch):
    call = pisp.call

    def with_token(method, path, expected=200, *, headers=None, **kwargs):
        token = getattr(pisp, "token", None)
        more = {"X-API-Key": None, "Authorization": f"Bearer {token}"} if token else {}
        return call(method, path, expected, headers={**more, **(headers or {})}, **kwargs)

    monkeypatch.setattr(pisp, "call", with_token)


def test_from_the_consent_to_the_payment_by_tokens_alone(pisp, client):
    own = for_itself(client)
    by(pisp, own)
    pisp.stage()

    given = bound(client, pisp.consent_id)
    by(pisp, given["access_token"])
    funds = pisp.get(f"/domestic-payment-consents/{pisp.consent_id}/funds-confirmation")
    pisp.submit()
    by(pisp, own)

    assert funds["Data"]["FundsAvailableResult"]["FundsAvailable"] is True
    assert pisp.payment()["Status"] == pisp.word("AcceptedCreditSettlementCompleted", "ACCC")
    body = given["id_token"].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert told["openbanking_intent_id"] == pisp.consent_id


def test_each_token_is_for_its_own_calls(pisp, client):
    own = for_itself(client)
    by(pisp, own)
    pisp.stage()
    given = bound(client, pisp.consent_id)["access_token"]

    pisp.submit(403)
    pisp.call("GET", f"/domestic-payment-consents/{pisp.consent_id}/funds-confirmation", 403)
    by(pisp, given)
    pisp.call("GET", f"/domestic-payment-consents/{pisp.consent_id}", 403)
    by(pisp, for_itself(client, "accounts"))
    pisp.call("GET", f"/domestic-payment-consents/{pisp.consent_id}", 403)


def test_a_token_submits_no_other_consents_payment(pisp, client):
    by(pisp, for_itself(client))
    pisp.stage()
    first = pisp.consent_id
    pisp.stage()
    by(pisp, bound(client, first)["access_token"])

    pisp.submit(403)


def test_a_payment_is_not_asked_for_under_another_scope(pisp, client):
    by(pisp, for_itself(client))
    pisp.stage()

    asked = client.ask(scope="openid accounts", claims=claims(pisp.consent_id), nonce="n-1")

    assert "error" in asked.refused


def test_the_psu_reads_what_is_paid_to_whom_and_picks_the_account(pisp, client):
    pisp.stage()
    visit = client.ask(scope="openid payments", claims=claims(pisp.consent_id), nonce="n-1", ui_locales="en")

    link = visit.log_in()

    page = visit.browser.page.text
    for words in (
        "12.50\u00a0GBP",
        "Tea and Biscuits Ltd",
        "99-99-99 12345678",
        "As soon as the app submits it",
    ):
        assert words in page, words
    assert "code" in visit.come_back(link)
    assert pisp.consent()["Status"] == pisp.word("Authorised", "AUTH")


def test_a_psu_who_says_no_rejects_the_payment(pisp, client):
    pisp.stage()
    visit = client.ask(scope="openid payments", claims=claims(pisp.consent_id), nonce="n-1")

    assert visit.decline()["error"] == "access_denied"
    assert pisp.consent()["Status"] == pisp.word("Rejected", "RJCT")


def test_funds_are_confirmed_by_the_token_of_the_consent(pisp, client):
    pisp.service = "cbpii"
    by(pisp, for_itself(client, "fundsconfirmations"))
    body = {"Data": {"DebtorAccount": pisp.number()}}
    consent_id = pisp.call("POST", "/funds-confirmation-consents", 201, json=body).json["Data"]["ConsentId"]
    asked = client.ask(scope="openid fundsconfirmations", claims=claims(consent_id), nonce="n-1")
    given = client.redeem(asked.agree()["code"]).json["access_token"]
    amount = {"Amount": "1.00", "Currency": "GBP"}
    question = {"Data": {"ConsentId": consent_id, "Reference": "one", "InstructedAmount": amount}}

    pisp.call("POST", "/funds-confirmations", 403, json=question)
    by(pisp, given)

    assert (
        pisp.call("POST", "/funds-confirmations", 201, json=question).json["Data"]["FundsAvailable"] is True
    )
