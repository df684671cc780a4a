"""The profile `ciba`: the client asks, the PSU answers in the bank's app, the client comes for its tokens."""

import time
import uuid
from dataclasses import asdict
from datetime import timedelta

import jwt
import pytest

from tests.conftest import NOON, somebody
from tests.delivery.conftest import receiver
from tests.oauth import signing
from tests.oauth.bearing import Bearing, qwac
from tests.oauth.conftest import FapiTpp, register
from tests.oauth.signing import Key
from tests.online_banking.browser import Browser

__all__ = ["receiver"]
GRANT = "urn:openid:params:grant-type:ciba"


class CibaTpp(Bearing, FapiTpp):
    """A client of Magpie that asks its customers in Magpie's app."""

    def __post_init__(self):
        super().__post_init__()
        self.psu = asdict(somebody("gb-0"))

    def consent(self, **_):
        """A British consent; its id."""
        body = {"Data": {"Permissions": ["ReadAccountsBasic", "ReadBalances"]}, "Risk": {}}
        path = f"/{self.bank_id}/open-banking/v4.0/aisp/account-access-consents"
        made = self.sandbox.call("POST", path, json=body)
        assert made.status_code == 201, made.text
        return made.json["Data"]["ConsentId"]

    def signed(self, changed=None, **more):
        asked = {
            "scope": "openid accounts",
            "login_hint": self.psu["username"],
            "binding_message": "KITE-7",
            "jti": str(uuid.uuid4()),
            **more,
        }
        asked = {name: value for name, value in asked.items() if value is not None}
        return signing.request_object(self.key, self.client_id, self.issuer, asked, **(changed or {}))

    def begin(self, changed=None, **more):
        return self.call("bc-authorize", request=self.signed(changed, **more))

    def asked(self, **more):
        """The auth_req_id of a good request."""
        answer = self.begin(**more)
        assert answer.status_code == 200, answer.text
        return answer.json["auth_req_id"]

    def poll(self, auth_req_id):
        return self.call("token", grant_type=GRANT, auth_req_id=auth_req_id)

    def patiently(self):
        """Let the interval go by: the client polls by the machine's clock."""
        with self.sandbox.database.writing() as work:
            work.put("UPDATE backchannel_request SET polled_at = NULL WHERE workspace_id = ?", ("test",))

    def app(self):
        """The bank's app in the PSU's hand, signed in."""
        home = f"/{self.bank_id}/online-banking/app"
        phone = Browser(self)
        phone.open(f"{home}?w=test&lang=en")
        phone.send(home, workspace="test", login=self.psu["username"], password=self.psu["password"])
        return phone

    def answer(self, word="approve"):
        """The PSU taps on the one question that waits; the page with the question."""
        phone = self.app()
        page = phone.page.text
        [waiting] = [one for one in phone.ids if one and one.startswith("authorisation-")]
        authorisation_id = waiting.removeprefix("authorisation-")
        accounts = [one.split('"')[0] for one in page.split('name="account" value="')[1:]]
        fields = {"account": accounts} if accounts and word == "approve" else {}
        phone.send(f"/{self.bank_id}/online-banking/app/{authorisation_id}/{word}", **fields)
        return page


@pytest.fixture
def tpp(behind_a_proxy):
    key = Key("PS256")
    client_id = register(behind_a_proxy, "ciba", key, "magpie")
    made = CibaTpp(behind_a_proxy, bank_id="magpie", client_id=client_id, key=key)
    made.shown = qwac(behind_a_proxy)
    return made


def error(answer):
    return answer.status_code, answer.json["error"]


def test_a_psu_says_yes_in_the_app_and_the_client_reads_the_accounts(tpp):
    consent_id = tpp.consent()
    begun = tpp.begin(openbanking_intent_id=consent_id)
    assert begun.json["interval"] == 2
    assert begun.json["expires_in"] == 300

    waiting = tpp.poll(begun.json["auth_req_id"])
    page = tpp.answer()
    tokens = tpp.poll(begun.json["auth_req_id"])

    assert error(waiting) == (400, "authorization_pending")
    assert "KITE-7" in page, "the PSU compares two screens"
    assert tokens.status_code == 200, tokens.text
    path = "/open-banking/v4.0/aisp/accounts"
    read = tpp.read(tokens.json["access_token"], path=path)
    assert read.status_code == 200, read.text
    assert read.json["Data"]["Account"]
    told = jwt.decode(tokens.json["id_token"], options={"verify_signature": False})
    assert told["openbanking_intent_id"] == consent_id
    assert told["acr"] == "urn:openbanking:psd2:sca"


def test_a_consent_may_be_named_in_the_claims_parameter_too(tpp):
    claims = {"id_token": {"openbanking_intent_id": {"value": tpp.consent(), "essential": True}}}

    auth_req_id = tpp.asked(claims=claims, binding_message=None)
    tpp.answer()

    assert tpp.poll(auth_req_id).status_code == 200


def test_without_a_consent_the_psu_signs_in_and_compares_a_message(tpp):
    auth_req_id = tpp.asked(scope="openid")
    tpp.answer()

    tokens = tpp.poll(auth_req_id).json

    assert tokens["scope"] == "openid"
    assert error(tpp.begin(scope="openid", binding_message=None)) == (400, "invalid_request")


def test_the_tokens_are_bound_to_the_clients_certificate(tpp):
    auth_req_id = tpp.asked(openbanking_intent_id=tpp.consent())
    tpp.answer()
    certificate, tpp.shown = tpp.shown, None
    assert error(tpp.poll(auth_req_id)) == (400, "invalid_request")

    tpp.shown = certificate
    tokens = tpp.poll(auth_req_id).json
    tpp.shown = qwac(tpp.sandbox)

    path = "/open-banking/v4.0/aisp/accounts"
    assert tpp.read(tokens["access_token"], path=path).status_code == 401


def test_a_no_in_the_app_is_a_no_at_the_token_endpoint(tpp):
    auth_req_id = tpp.asked()

    tpp.answer("decline")

    assert error(tpp.poll(auth_req_id)) == (403, "access_denied")


def test_who_asks_too_often_is_told_to_slow_down_and_has_to(tpp):
    auth_req_id = tpp.asked()

    assert error(tpp.poll(auth_req_id)) == (400, "authorization_pending")
    assert error(tpp.poll(auth_req_id)) == (400, "slow_down")
    tpp.patiently()
    assert error(tpp.poll(auth_req_id)) == (400, "authorization_pending")
    with tpp.sandbox.database.reading() as work:
        [(interval,)] = work.rows("SELECT interval_seconds FROM backchannel_request", ())
    assert interval == 7, "five seconds more than the bank's two"


def test_a_yes_is_told_at_once_however_often_the_client_has_asked(tpp):
    auth_req_id = tpp.asked()
    tpp.poll(auth_req_id)
    tpp.answer()

    assert tpp.poll(auth_req_id).status_code == 200


def test_an_auth_req_id_gives_tokens_once(tpp):
    auth_req_id = tpp.asked()
    tpp.answer()

    assert tpp.poll(auth_req_id).status_code == 200
    assert error(tpp.poll(auth_req_id)) == (400, "invalid_grant")


def test_another_clients_auth_req_id_is_worth_nothing(tpp):
    auth_req_id = tpp.asked()
    other = Key("PS256")
    client_id = register(tpp.sandbox, "ciba", other, "magpie")
    thief = CibaTpp(tpp.sandbox, bank_id="magpie", client_id=client_id, key=other)
    thief.shown = tpp.shown

    assert error(thief.poll(auth_req_id)) == (400, "invalid_grant")
    assert error(thief.poll("ar_test_nothing")) == (400, "invalid_grant")
    assert error(thief.poll("")) == (400, "invalid_grant")


def test_a_question_that_nobody_answers_expires(tpp):
    auth_req_id = tpp.asked(requested_expiry=60)
    left_alone = tpp.asked(requested_expiry=100000)

    tpp.sandbox.call("POST", "/_sandbox/clock/advance", json={"seconds": 61})
    assert error(tpp.poll(auth_req_id)) == (400, "expired_token")

    assert error(tpp.poll(left_alone)) == (400, "authorization_pending")
    tpp.sandbox.call("POST", "/_sandbox/clock/advance", json={"seconds": 240})
    assert error(tpp.poll(left_alone)) == (400, "expired_token")


@pytest.mark.parametrize("hint", ["national_id", "token", "id_token", "sub"])
def test_the_psu_may_be_named_in_several_ways(tpp, hint):
    auth_req_id = tpp.asked()
    tpp.answer()
    id_token = tpp.poll(auth_req_id).json["id_token"]
    sub = jwt.decode(id_token, options={"verify_signature": False})["sub"]
    named = {
        "national_id": {"login_hint": tpp.psu["national_id"]},
        "token": {
            "login_hint_token": tpp.key.sign({"sub": tpp.psu["username"], "exp": int(time.time()) + 60})
        },
        "id_token": {"id_token_hint": id_token},
        "sub": {"login_hint_token": tpp.key.sign({"subject": {"format": "sub", "sub": sub}})},
    }[hint]

    again = tpp.asked(**{"login_hint": None, **named})
    tpp.answer()

    told = jwt.decode(tpp.poll(again).json["id_token"], options={"verify_signature": False})
    assert told["sub"] == sub


def test_a_hint_that_names_nobody_is_refused(tpp):
    old = tpp.key.sign({"sub": tpp.psu["username"], "exp": int((NOON - timedelta(days=900)).timestamp())})
    stranger = Key("PS256")

    assert error(tpp.begin(login_hint="nobody.at.all")) == (400, "unknown_user_id")
    assert error(tpp.begin(login_hint=None)) == (400, "invalid_request")
    assert error(tpp.begin(login_hint_token=old)) == (400, "invalid_request"), "two hints"
    assert error(tpp.begin(login_hint=None, login_hint_token=old)) == (400, "expired_login_hint_token")
    forged = stranger.sign({"sub": tpp.psu["username"]})
    assert error(tpp.begin(login_hint=None, login_hint_token=forged)) == (400, "invalid_request")
    assert error(tpp.begin(login_hint=None, login_hint_token=tpp.key.sign({}))) == (400, "invalid_request")
    assert error(tpp.begin(login_hint=None, id_token_hint=forged)) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"scope": "accounts"}, "invalid_scope"),
        ({"scope": "openid nonsense"}, "invalid_scope"),
        ({"binding_message": "<b>pay</b>"}, "invalid_binding_message"),
        ({"binding_message": "x" * 141}, "invalid_binding_message"),
        ({"requested_expiry": -1}, "invalid_request"),
        ({"requested_expiry": "soon"}, "invalid_request"),
        ({"openbanking_intent_id": "f3b2c1d0-0000-4000-8000-000000000000"}, "invalid_request"),
    ],
)
def test_a_wrong_request_by_the_backchannel_is_refused(tpp, more, told):
    assert error(tpp.begin(**more)) == (400, told)


def test_a_request_by_the_backchannel_is_signed_whole_and_good_once(tpp):
    text = tpp.signed()

    assert tpp.call("bc-authorize", request=text).status_code == 200
    assert error(tpp.call("bc-authorize", request=text)) == (400, "invalid_request_object")
    assert error(tpp.begin({"jti": None})) == (400, "invalid_request_object")
    assert error(tpp.begin({"nbf": None})) == (400, "invalid_request_object")
    assert error(tpp.call("bc-authorize", scope="openid", login_hint="x")) == (400, "invalid_request")
    assert error(tpp.call("bc-authorize", request="a.b.c")) == (400, "invalid_request_object")


def test_what_is_null_in_a_request_is_not_there(tpp):
    claims = {**jwt.decode(tpp.signed(), options={"verify_signature": False}), "id_token_hint": None}

    assert tpp.call("bc-authorize", request=tpp.key.sign(claims)).status_code == 200


def test_one_consent_is_asked_for_once_at_a_time(tpp):
    consent_id = tpp.consent()
    tpp.asked(openbanking_intent_id=consent_id)

    assert error(tpp.begin(openbanking_intent_id=consent_id)) == (400, "invalid_request")


def test_clients_of_other_profiles_send_browsers_and_this_one_sends_none(tpp):
    key = Key("PS256")
    client_id = register(tpp.sandbox, "fapi1-advanced", key, "magpie")
    other = CibaTpp(tpp.sandbox, bank_id="magpie", client_id=client_id, key=key)
    other.shown = tpp.shown

    assert error(other.begin()) == (400, "unauthorized_client")
    assert error(other.poll("ar_test_nothing")) == (400, "unauthorized_client")
    assert error(tpp.push()) == (400, "unauthorized_client")


@pytest.fixture
def told(tpp, receiver):
    """A client that is registered to be told, and the address where it is."""
    key = Key("PS256")
    details = {
        "backchannel_token_delivery_mode": "ping",
        "backchannel_client_notification_endpoint": receiver.uri,
    }
    client_id = register(tpp.sandbox, "ciba", key, "magpie", details=details)
    made = CibaTpp(tpp.sandbox, bank_id="magpie", client_id=client_id, key=key)
    made.shown = tpp.shown
    return made


@pytest.mark.parametrize("word", ["approve", "decline"])
def test_a_client_is_told_once_that_the_psu_has_answered(told, receiver, word):
    auth_req_id = told.asked(client_notification_token="my-own.token_7", openbanking_intent_id=told.consent())
    deliver(told)
    assert receiver.got == []

    told.answer(word)
    deliver(told)

    [message] = receiver.got
    assert message.json == {"auth_req_id": auth_req_id}
    assert message.headers["Authorization"] == "Bearer my-own.token_7"
    assert told.poll(auth_req_id).status_code == {"approve": 200, "decline": 403}[word]
    with told.sandbox.database.reading() as work:
        [(kept,)] = work.rows("SELECT request FROM delivery_attempt", ())
    assert "my-own" not in kept, "the client's token stays out of the log"


@pytest.mark.parametrize(("status", "again"), [(401, 0), (403, 0), (500, 1)])
def test_a_client_that_refuses_its_own_token_is_not_told_again(told, receiver, status, again):
    receiver.answers = [status] * 2
    told.asked(client_notification_token="x")
    told.answer()
    deliver(told)

    told.sandbox.call("POST", "/_sandbox/clock/advance", json={"seconds": 6})
    deliver(told)

    assert len(receiver.got) == 1 + again


def deliver(tpp):
    """Let the outbox send what is due."""
    answer = tpp.sandbox.call("POST", "/_sandbox/events/deliver", json={})
    assert answer.status_code == 200, answer.text


def test_a_client_that_is_told_sends_its_own_token_along(told):
    assert error(told.begin()) == (400, "invalid_request")
    assert error(told.begin(client_notification_token="two words")) == (400, "invalid_request")
    assert error(told.begin(client_notification_token="x" * 1025)) == (400, "invalid_request")


def test_the_metadata_say_where_a_bank_asks_in_its_app(tpp):
    path = ".well-known/openid-configuration"
    told = tpp.get(f"/magpie/{path}").json

    assert told["backchannel_authentication_endpoint"] == f"{tpp.issuer}/oauth/bc-authorize"
    assert told["backchannel_token_delivery_modes_supported"] == ["poll", "ping"]
    assert GRANT in told["grant_types_supported"]
    elsewhere = tpp.get(f"/fjordbanken/{path}").json
    assert "backchannel_authentication_endpoint" not in elsewhere
    assert GRANT not in elsewhere["grant_types_supported"]
