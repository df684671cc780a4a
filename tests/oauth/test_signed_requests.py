"""Signed requests and answers: `fapi2-message-signing`, and the front channel of `fapi1-advanced`."""

import base64
import hashlib
import time

import jwt
import pytest

from tests.conftest import NOON
from tests.oauth import signing
from tests.oauth.conftest import FapiTpp, challenge, register
from tests.oauth.signing import Key


class Signing(FapiTpp):
    """A client that signs its requests, and reads signed answers."""

    def signed(self, aud=None, key=None, changed=None, **more):
        """A request object; `changed` are claims that are not parameters."""
        asked = self.request(**more)
        return signing.request_object(
            key or self.key, self.client_id, aud or self.issuer, asked, **(changed or {})
        )

    def push_signed(self, **more):
        return self.call("par", client_id=self.client_id, request=self.signed(**more))

    def ask(self, **more):
        pushed = self.push_signed(**more)
        assert pushed.status_code == 201, pushed.text
        return self.open({"client_id": self.client_id, "request_uri": pushed.json["request_uri"]})

    def verified(self, token, **options):
        """A token of the bank's as an independent library reads it; the world's clock stands."""
        keys = {one["kid"]: one for one in self.get(self.url("jwks")).json["keys"]}
        key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]])
        return jwt.decode(
            token, key, algorithms=["PS256"], audience=self.client_id, issuer=self.issuer,
            options={"verify_exp": False, "verify_iat": False, **options},
        )  # fmt: skip


@pytest.fixture
def tpp(sandbox):
    key = Key("PS256")
    client_id = register(sandbox, "fapi2-message-signing", key)
    return Signing(sandbox, client_id=client_id, key=key, proof_key=Key())


def test_a_signed_request_gets_a_signed_answer_and_nothing_in_the_open(tpp):
    told = tpp.ask(scope=f"AIS:{tpp.consent()}").agree()
    answer = tpp.verified(told.pop("response"))

    assert told == {"app": "1"}, "the client's own query, and no iss beside the token"
    assert answer["state"] == "st/ate 7"
    assert answer["exp"] - NOON.timestamp() <= 600
    assert tpp.redeem(answer["code"]).status_code == 200


def test_a_no_is_signed_too(tpp):
    answer = tpp.verified(tpp.ask().decline()["response"])

    assert answer["error"] == "access_denied"


def test_a_request_that_is_not_signed_is_refused(tpp):
    answer = tpp.call("par", **tpp.request())

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_an_answer_in_the_open_is_not_given(tpp):
    assert tpp.push_signed(response_mode="query").json["error"] == "invalid_request"
    assert tpp.push_signed(response_mode="jwt").status_code == 201


def test_introspection_is_signed(tpp):
    token = tpp.redeem(tpp.verified(tpp.ask().agree()["response"])["code"]).json["access_token"]

    answer = tpp.call("introspect", token=token)

    assert answer.mimetype == "application/token-introspection+jwt"
    assert tpp.verified(answer.text)["token_introspection"]["active"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": ["https://elsewhere.example"]},
        {"key": Key("PS256")},
        {"key": Key("RS256")},
        {"changed": {"iss": "test.somebody"}},
        {"changed": {"client_id": "test.somebody"}},
        {"changed": {"client_id": ["test.somebody"]}},
        {"changed": {"exp": 10**400}},
        {"changed": {"exp": float("nan")}},
        {"changed": {"exp": None}},
        {"changed": {"nbf": None}},
        {"changed": {"exp": int(time.time()) + 86_400}},
        {"changed": {"nbf": int(time.time()) - 7200, "exp": int(time.time()) + 10}},
        {"changed": {"nbf": int(time.time()) + 86_400, "exp": int(time.time()) + 86_700}},
        {"changed": {"exp": int(time.time()) - 100, "nbf": int(time.time()) - 200}},
        {"changed": {"exp": "later"}},
        {"changed": {"request": "x"}},
        {"changed": {"request_uri": "x"}},
        {"changed": {"header": {"typ": "at+jwt"}}},
    ],
)
def test_a_wrong_request_object_is_refused(tpp, wrong):
    answer = tpp.push_signed(**wrong)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request_object")


@pytest.mark.parametrize("typ", ["oauth-authz-req+jwt", "application/oauth-authz-req+jwt", "JWT"])
def test_a_request_object_may_be_typed_and_be_for_several(tpp, typ):
    aud = ["https://elsewhere.example", tpp.issuer]

    assert tpp.push_signed(aud=aud, changed={"header": {"typ": typ}}).status_code == 201


def test_an_unsigned_request_object_is_refused(tpp):
    _, body, _ = tpp.signed().split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()

    for text in (f"{unsigned}.{body}.", "rubbish", "a.b.c", f"{unsigned}.{body}.AAAA"):
        answer = tpp.call("par", client_id=tpp.client_id, request=text)
        assert answer.json["error"] == "invalid_request_object"


def test_what_stands_outside_a_request_object_does_not_count(tpp):
    evil = {"redirect_uri": "https://evil.example/", "scope": "PIS", "response_mode": "query"}
    pushed = tpp.call("par", client_id=tpp.client_id, request=tpp.signed(), **evil)

    told = tpp.open({"client_id": tpp.client_id, "request_uri": pushed.json["request_uri"], **evil}).agree()

    tokens = tpp.redeem(tpp.verified(told["response"])["code"]).json
    assert tokens["scope"] == "AIS"


class Uk(Signing):
    """A client as FAPI 1.0 Advanced has it: the request object goes through the browser."""

    def ask(self, **more):
        asked = {"response_type": "code id_token", "scope": "openid AIS", "nonce": "n-7", **more}
        return self.open(
            {
                "client_id": self.client_id,
                "response_type": asked["response_type"],
                "scope": asked["scope"],
                "request": self.signed(**asked),
            }
        )


@pytest.fixture
def uk(sandbox):
    key = Key("PS256")
    return Uk(sandbox, client_id=register(sandbox, "fapi1-advanced", key), key=key)


def half(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def test_a_hybrid_answer_has_an_id_token_that_signs_code_and_state(uk):
    consent_id = uk.consent()
    told = uk.ask(scope=f"openid AIS:{consent_id}").agree()
    claims = uk.verified(told["id_token"])

    assert claims["c_hash"] == half(told["code"])
    assert claims["s_hash"] == half("st/ate 7")
    assert claims["nonce"] == "n-7"
    assert (claims["acr"], claims["auth_time"]) == ("urn:openbanking:psd2:sca", int(NOON.timestamp()))


def test_pkce_is_for_pushed_requests_only_under_this_profile(uk):
    assert "code" in uk.ask(code_challenge=None, code_challenge_method=None).agree()
    assert uk.push_signed(
        response_type="code id_token", scope="openid AIS", nonce="n", code_challenge=None
    ).json["error"] == "invalid_request"  # fmt: skip


def test_a_code_alone_comes_in_a_signed_answer(uk):
    told = uk.ask(response_type="code", response_mode="jwt").agree()
    assert "code" in uk.verified(told["response"])

    refused = uk.ask(response_type="code").refused
    assert refused["error"] == "invalid_request"


def test_a_request_in_the_open_is_refused_on_a_page(uk):
    answer = uk.open(uk.request(response_type="code id_token", nonce="n")).answer

    assert answer.status_code == 400


@pytest.mark.parametrize("wrong", [{"nonce": None}, {"scope": "AIS", "state": None}])
def test_nonce_with_openid_and_else_state_is_required(uk, wrong):
    assert uk.ask(**wrong).refused["error"] == "invalid_request"


def test_a_pushed_request_may_be_signed_too_and_carries_its_challenge(uk):
    pushed = uk.push_signed(response_type="code id_token", scope="openid AIS", nonce="n")

    told = uk.open({"client_id": uk.client_id, "request_uri": pushed.json["request_uri"]}).agree()

    assert set(told) >= {"code", "id_token", "state", "iss"}
    assert challenge()
