"""Access by token: the TPP for itself makes a consent, the PSU authorises it, and a token is bound to it."""

import base64
import json
from datetime import timedelta

import pytest

from sandbox.bank import consents
from sandbox.online_banking.words import every
from tests.conftest import NOON
from tests.oauth.conftest import Tpp as Client
from tests.standards.uk_open_banking.conftest import EVERYTHING, Tpp
from tests.standards.uk_open_banking.test_consents import codes


@pytest.fixture
def client(street) -> Client:
    """The app as the client of the bank's authorization server that it is without being registered."""
    return Client(street, "albion", f"{street.world}.{street.app_id}", street.app_key)


def by_token(tpp: Tpp, token: str) -> Tpp:
    """Calls with a token, and nothing else."""
    called = Tpp(tpp.sandbox, tpp.version, tpp.bank, tpp.psu)
    call = called.call

    def with_token(method, path, expected=200, *, headers=None, **kwargs):
        more = {"X-API-Key": None, "Authorization": f"Bearer {token}"}
        return call(method, path, expected, headers={**more, **(headers or {})}, **kwargs)

    called.call = with_token  # type: ignore[method-assign]
    return called


def for_itself(tpp: Tpp, client: Client) -> Tpp:
    answer = client.call("token", grant_type="client_credentials", scope="accounts")
    assert answer.status_code == 200, answer.text
    return by_token(tpp, answer.json["access_token"])


def claims(consent_id: str) -> str:
    return json.dumps({"id_token": {"openbanking_intent_id": {"value": consent_id, "essential": True}}})


def asked(client: Client, consent_id: str, **more: str):
    return client.ask(scope="openid accounts", claims=claims(consent_id), nonce="n-1", **more)


def tokens(client: Client, consent_id: str) -> dict:
    answer = client.redeem(asked(client, consent_id).agree()["code"])
    assert answer.status_code == 200, answer.text
    return answer.json


def test_from_the_consent_to_the_accounts_by_tokens_alone(tpp, client):
    alone = for_itself(tpp, client)
    alone.ask()
    consent_id = alone.consent_id

    given = tokens(client, consent_id)
    here = by_token(tpp, given["access_token"])

    assert here.accounts()
    assert here.transactions("/transactions")
    assert alone.status() in ("Authorised", "AUTH")
    assert id_claims(given)["openbanking_intent_id"] == consent_id


def test_the_id_token_says_until_when_the_refresh_token_is_good(tpp, client):
    tpp.ask()
    given = tokens(client, tpp.consent_id)

    again = client.call("token", grant_type="refresh_token", refresh_token=given["refresh_token"]).json

    # Account and Transaction API Profile 4.0, Token Expiry Time.
    said = "http://openbanking.org.uk/refresh_token_expires_at"
    until = int((NOON + timedelta(days=180)).timestamp())
    assert (id_claims(given)[said], id_claims(again)[said]) == (until, until)


def id_claims(given: dict) -> dict:
    body = given["id_token"].split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def test_the_token_names_the_consent_whatever_the_header_says(tpp, client):
    other = Tpp(tpp.sandbox, tpp.version).agreed(("ReadAccountsBasic",))
    tpp.ask(EVERYTHING)
    here = by_token(tpp, tokens(client, tpp.consent_id)["access_token"])

    found = here.get("/accounts", headers={"x-bryggen-consent-id": other.consent_id})

    assert "Account" in found["Data"]["Account"][0]


def test_a_token_for_the_tpp_itself_reads_nothing(tpp, client):
    for_itself(tpp, client).call("GET", "/accounts", 403)


def test_a_token_of_a_consent_makes_no_consents(tpp, client):
    tpp.ask()
    here = by_token(tpp, tokens(client, tpp.consent_id)["access_token"])
    body = {"Data": {"Permissions": ["ReadAccountsBasic"]}, "Risk": {}}

    here.call("POST", "/account-access-consents", 403, json=body)
    here.call("GET", f"/account-access-consents/{tpp.consent_id}", 403)
    here.call("DELETE", f"/account-access-consents/{tpp.consent_id}", 403)


def test_a_token_that_has_expired_changes_nothing_about_the_consent(tpp, client):
    tpp.ask()
    here = by_token(tpp, tokens(client, tpp.consent_id)["access_token"])

    tpp.sandbox.set_clock(NOON + timedelta(hours=2))

    assert codes(here.call("GET", "/accounts", 401)) == ([] if tpp.version == "v3.1" else ["TKXP"])
    assert tpp.status() in ("Authorised", "AUTH")


def test_a_psu_who_took_it_back_authorises_the_same_consent_again(tpp, client):
    tpp.ask()
    first = by_token(tpp, tokens(client, tpp.consent_id)["access_token"])
    with tpp.sandbox.database.writing() as work:
        bank = tpp.sandbox.bank(tpp.bank, work)
        consents.revoke(bank, consents.of_subject(bank, tpp.consent_id))
    assert first.call("GET", "/accounts", 401)

    again = by_token(tpp, tokens(client, tpp.consent_id)["access_token"])

    assert again.accounts()
    assert tpp.status() in ("Authorised", "AUTH")


def test_a_newer_consent_s_token_opens_no_older_endpoint(new, client):
    new.ask()
    here = by_token(new, tokens(client, new.consent_id)["access_token"])

    here.version = "v3.1"

    here.call("GET", "/accounts", 403)


@pytest.mark.parametrize("consent_id", ["22289", "00000000-0000-4000-8000-000000000000"])
def test_a_claim_that_names_nothing_is_refused(client, consent_id):
    assert "error" in asked(client, consent_id).refused


def test_another_tpp_s_consent_cannot_be_asked_for(tpp, client):
    stranger = Tpp(tpp.sandbox, tpp.version, key=tpp.sandbox.new_app("Stranger"))
    stranger.ask()

    assert "error" in asked(client, stranger.consent_id).refused


def test_a_psu_who_says_no_rejects_the_consent(tpp, client):
    tpp.ask()

    assert asked(client, tpp.consent_id).decline()["error"] == "access_denied"
    assert tpp.status() in ("Rejected", "RJCT")


def test_the_psu_reads_on_the_page_what_the_consent_opens_and_for_how_long(tpp, client):
    tpp.ask(("ReadAccountsBasic", "ReadStandingOrdersBasic", "ReadOffers"))
    visit = asked(client, tpp.consent_id, ui_locales="en")

    visit.log_in()

    page = visit.browser.page.text
    assert "data_" not in page
    for words in _words("standing_orders", "offers"):
        assert words in page
    for words in _words("balances", "direct_debits", "parties", "statements"):
        assert words not in page


def _words(*keys: str) -> list[str]:
    return [every()["nb"].say(f"data_{key}") for key in keys]


def test_the_authorization_server_says_what_it_understands(client):
    found = client.get("/albion/.well-known/openid-configuration").json

    assert "accounts" in found["scopes_supported"]
    assert "openbanking_intent_id" in found["claims_supported"]
