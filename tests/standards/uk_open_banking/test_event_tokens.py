"""Events by tokens: the TPP for itself subscribes and fetches, in whichever service; no PSU's token does."""

import pytest

from tests.oauth.conftest import Tpp as Client
from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.test_events import Subscriber
from tests.standards.uk_open_banking.test_tokens import claims


@pytest.fixture(params=VERSIONS)
def tpp(request: pytest.FixtureRequest, city) -> Subscriber:
    """A TPP at Kelp Bank, once in each version."""
    return Subscriber(city, request.param)


@pytest.fixture
def client(city, tpp) -> Client:
    """The app as the client of the bank's authorization server that it is without being registered."""
    made = Client(city, "kelpbank", f"{city.world}.{city.app_id}", city.app_key)
    made.psu = city.call("GET", f"/_sandbox/people/{tpp.psu}").json
    return made


def polls(tpp: Subscriber, token: str, expected: int = 200):
    by = {"X-API-Key": None, "Authorization": f"Bearer {token}"}
    return tpp.call("POST", tpp.at("/events"), expected, json={}, headers=by)


@pytest.mark.parametrize("scope", ["accounts", "payments"])
def test_a_token_of_the_client_credentials_grant_fetches_in_each_service(tpp, client, scope):
    tpp.subscribe()
    tpp.allowed()

    token = client.call("token", grant_type="client_credentials", scope=scope).json["access_token"]

    assert len(polls(tpp, token).json["sets"]) == 1


def test_a_token_of_a_psu_s_yes_fetches_nothing(tpp, client):
    tpp.subscribe()
    tpp.ask_for()
    asked = client.ask(scope="openid payments", claims=claims(tpp.consent_id), nonce="n-1")
    token = client.redeem(asked.agree()["code"]).json["access_token"]

    polls(tpp, token, 403)
