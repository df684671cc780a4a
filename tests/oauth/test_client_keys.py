"""The keys of a client: at an address of its own, or in the directory's key store."""

import json
from datetime import timedelta

import pytest
import time_machine

from sandbox.delivery.fetching import SECONDS_BETWEEN_CALLS
from sandbox.kernel.clock import wall_now
from tests.delivery.receiver import Receiver
from tests.oauth import signing
from tests.oauth.conftest import FapiTpp, register
from tests.oauth.signing import Key


@pytest.fixture
def publisher():
    """A TPP's own server."""
    opened = Receiver()
    yield opened
    opened.close()


def publish(publisher, *keys):
    publisher.body = json.dumps({"keys": [key.public for key in keys]}).encode()
    return f"http://127.0.0.1:{publisher.port}/jwks.json"


def asks(tpp):
    """What the token endpoint says to the client's assertion."""
    return tpp.call("token", grant_type="client_credentials", scope="AIS")


def test_a_client_is_known_by_the_keys_at_its_address_and_soon_by_new_ones(sandbox, publisher):
    old, new = Key(kid="old"), Key(kid="new")
    uri = publish(publisher, old)
    tpp = FapiTpp(sandbox, client_id=register(sandbox, "simple", None, jwks_uri=uri), key=old)
    assert asks(tpp).status_code == 200
    publish(publisher, new)
    tpp.key = new

    with time_machine.travel(wall_now() + timedelta(seconds=SECONDS_BETWEEN_CALLS)):
        assert asks(tpp).status_code == 200
        assert len(publisher.got) == 2


def test_a_client_whose_address_does_not_answer_is_told_so(sandbox, publisher):
    uri = publish(publisher, Key())
    publisher.answers = [503]
    tpp = FapiTpp(sandbox, client_id=register(sandbox, "simple", None, jwks_uri=uri))

    answer = asks(tpp)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert "it answered 503" in answer.json["error_description"]


def test_whoever_has_a_secret_does_not_wait_for_an_address(sandbox, tpp, publisher):
    uri = publish(publisher, Key())
    sandbox.call("PUT", f"/_sandbox/apps/{sandbox.app_id}/software", json={"jwks_uri": uri})

    assert tpp.call("token", grant_type="client_credentials", scope="AIS").status_code == 200
    assert publisher.got == []


def test_the_directorys_key_store_is_read_without_a_call(sandbox):
    key = Key(kid="mine")
    path = f"/_sandbox/apps/{sandbox.app_id}/software"
    found = sandbox.call("PUT", path, json={"jwks": {"keys": [key.public]}}).json
    client_id = register(sandbox, "fapi1-advanced", None, "magpie", jwks_uri=found["jwks_endpoint"])
    issuer = f"{sandbox.origin}/magpie"

    form = signing.assertion(key, client_id, issuer)
    answer = sandbox.client.post("/magpie/oauth/token", data={"grant_type": "none", **form})
    assert answer.json["error"] == "unsupported_grant_type"
    sandbox.call("PUT", path, json={"jwks": {"keys": [Key(kid="other").public]}})
    form = signing.assertion(key, client_id, issuer)
    answer = sandbox.client.post("/magpie/oauth/token", data={"grant_type": "none", **form})
    assert answer.json["error"] == "invalid_client"
