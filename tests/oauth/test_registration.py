"""Dynamic client registration as JSON: RFC 7591."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.oauth.conftest import FROM_HERE, SAFE, Tpp
from tests.oauth.registering import OTHER, STRONG, Registrar, bearer, told
from tests.oauth.signing import Key

CIBA = "urn:openid:params:grant-type:ciba"
PUBLIC, SHORT = Key(kid="p").public, {**Key("PS256").public, "n": "sXch" * 42}
SIGNED_REQUEST = {"require_signed_request_object": True}


def test_a_client_registers_with_the_key_of_its_app_and_is_served_at_once(registrar):
    made = registrar.send(client_name="Budgets", client_uri="https://tpp.example", surprise=1)

    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    client = made.json
    assert client["client_id"].startswith(f"test.{registrar.sandbox.app_id}-")
    assert (client["client_secret_expires_at"], client["client_id_issued_at"]) == (0, int(NOON.timestamp()))
    assert (client["client_name"], client["redirect_uris"]) == ("Budgets", [SAFE])
    assert "surprise" not in client
    tpp = Tpp(
        registrar.sandbox, client_id=client["client_id"], secret=client["client_secret"], redirect_uri=SAFE
    )
    assert tpp.tokens(scope="AIS")["scope"] == "AIS"


def test_what_a_client_leaves_out_is_as_the_standard_or_the_directory_has_it(registrar):
    client = registrar.send(redirect_uris=None).json

    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert (client["grant_types"], client["response_types"]) == (["authorization_code"], ["code"])
    assert client["redirect_uris"] == [SAFE, OTHER]
    assert client["jwks_uri"] == registrar.sandbox.call("GET", registrar.software).json["jwks_endpoint"]
    assert (client["security_profile"], client["id_token_signed_response_alg"]) == ("simple", "PS256")


def test_nobody_registers_without_a_key_of_the_app(registrar):
    for headers in ({}, {"X-API-Key": "bk_test_no_key"}, {"Authorization": "Bearer at_test_nothing"}):
        answer = registrar.open("POST", json={"redirect_uris": [SAFE]}, headers=headers)
        assert told(answer) == (401, "invalid_token")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    statement = registrar.statement()
    answer = registrar.open("POST", json={"software_statement": statement})
    assert told(answer) == (401, "invalid_token")


@pytest.mark.parametrize("body", ["[]", "null", "{", '"text"', ""])
def test_a_body_that_is_no_object_is_refused(registrar, body):
    headers = {"X-API-Key": registrar.sandbox.app_key, "Content-Type": "application/json"}

    answer = registrar.open("POST", data=body, headers=headers)
    assert told(answer) == (400, "invalid_client_metadata")


def test_another_type_of_content_is_refused(registrar):
    answer = registrar.open("POST", data={"redirect_uris": SAFE}, **bearer(registrar.sandbox.app_key))
    assert told(answer) == (415, "invalid_request")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        # grants_are_offered, answers_are_offered, grants_and_answers_agree
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"grant_types": []}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"response_types": ["code id_token"]}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"], "response_types": ["code"]}, "invalid_client_metadata"),
        ({"response_types": []}, "invalid_client_metadata"),
        # redirect_uris_are_fit
        ({"redirect_uris": ["http://tpp.example/back"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://tpp.example/back#top"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [7]}, "invalid_redirect_uri"),
        ({"redirect_uris": SAFE}, "invalid_redirect_uri"),
        # keys_are_given_once, keys_are_fit
        ({"jwks": {"keys": [PUBLIC]}, "jwks_uri": "https://tpp.example/jwks"}, "invalid_client_metadata"),
        ({"jwks": {"keys": []}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{**PUBLIC, "d": "secret"}]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [PUBLIC, PUBLIC]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [SHORT]}}, "invalid_client_metadata"),
        ({"jwks_uri": "http://tpp.example/jwks"}, "invalid_client_metadata"),
        ({"jwks_uri": "file:///etc/passwd"}, "invalid_client_metadata"),
        # certificate_is_named
        ({"token_endpoint_auth_method": "tls_client_auth"}, "invalid_client_metadata"),
        (
            {
                "token_endpoint_auth_method": "tls_client_auth",
                "tls_client_auth_subject_dn": "CN=a",
                "tls_client_auth_san_dns": "tpp.example",
            },
            "invalid_client_metadata",
        ),
        ({"tls_client_auth_subject_dn": "CN=a"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "self_signed_tls_client_auth"}, "invalid_client_metadata"),
        # signs_with_what_its_profile_takes, has_signed_for_it_what_we_sign
        ({"request_object_signing_alg": "none"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_signing_alg": "HS256"}, "invalid_client_metadata"),
        (
            {**STRONG, "dpop_bound_access_tokens": True, "request_object_signing_alg": "RS256"},
            "invalid_client_metadata",
        ),
        ({"id_token_signed_response_alg": "RS256"}, "invalid_client_metadata"),
        ({"authorization_signed_response_alg": "none"}, "invalid_client_metadata"),
        # scope_is_known
        ({"scope": "openid payments-of-others"}, "invalid_client_metadata"),
        # and members that are not of their form
        ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata"),
        ({"grant_types": "authorization_code"}, "invalid_client_metadata"),
        ({"dpop_bound_access_tokens": "yes"}, "invalid_client_metadata"),
        ({"client_uri": "no address"}, "invalid_client_metadata"),
        ({"security_profile": "ciba"}, "invalid_client_metadata"),
    ],
)
def test_a_wrong_registration_is_refused(registrar, said, error):
    assert told(registrar.send(**said)) == (400, error)


def test_secrets_are_for_no_fapi_profile(registrar):
    for profile in ("fapi1-advanced", "fapi2-security", "fapi2-message-signing"):
        assert told(registrar.send(security_profile=profile)) == (400, "invalid_client_metadata")


def test_whoever_sends_browsers_says_where_they_come_back(registrar):
    registrar.change(redirect_uris=[])

    assert told(registrar.send(redirect_uris=None)) == (400, "invalid_redirect_uri")
    by_itself = registrar.send(redirect_uris=None, grant_types=["client_credentials"])
    assert (by_itself.status_code, by_itself.json["response_types"]) == (201, [])


def test_whoever_signs_has_keys_that_are_known(registrar):
    registrar.change(jwks=None)

    assert told(registrar.send(**STRONG)) == (400, "invalid_client_metadata")
    by_certificate = {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=a"}
    hybrid = {"response_types": ["code id_token"], **by_certificate}
    assert told(registrar.send(**hybrid)) == (400, "invalid_client_metadata")
    assert registrar.send(**hybrid, jwks={"keys": [PUBLIC]}).json["security_profile"] == "fapi1-advanced"


@pytest.mark.parametrize(
    ("bank_id", "said", "profile"),
    [
        ("fjordbanken", {}, "simple"),
        ("fjordbanken", STRONG, "simple"),
        ("fjordbanken", {"dpop_bound_access_tokens": True}, "simple"),
        ("fjordbanken", {**STRONG, "dpop_bound_access_tokens": True}, "fapi2-security"),
        ("fjordbanken", {**STRONG, "require_pushed_authorization_requests": True}, "fapi2-security"),
        ("fjordbanken", {**STRONG, "tls_client_certificate_bound_access_tokens": True}, "fapi1-advanced"),
        ("fjordbanken", {**STRONG, "response_types": ["id_token code"]}, "fapi1-advanced"),
        ("fjordbanken", {**STRONG, "authorization_signed_response_alg": "PS256"}, "fapi1-advanced"),
        (
            "fjordbanken",
            {**STRONG, **SIGNED_REQUEST, "require_pushed_authorization_requests": True},
            "fapi2-message-signing",
        ),
        ("fjordbanken", {"security_profile": "psd2-oauth"}, "psd2-oauth"),
        ("elbufer", {}, "psd2-oauth"),
        ("tuuli", {**STRONG, "dpop_bound_access_tokens": True}, "fapi2-security"),
        (
            "magpie",
            {
                **STRONG,
                "grant_types": [CIBA],
                "backchannel_token_delivery_mode": "poll",
                "redirect_uris": None,
            },
            "ciba",
        ),
    ],
)
def test_the_profile_follows_from_what_is_registered_and_what_the_bank_offers(
    sandbox, bank_id, said, profile
):
    answer = Registrar(sandbox, bank_id).send(**said)

    assert answer.status_code == 201, answer.text
    assert answer.json["security_profile"] == profile


def test_a_profile_that_the_bank_does_not_offer_is_not_to_be_had(sandbox):
    elbufer = Registrar(sandbox, "elbufer")

    assert told(elbufer.send(**STRONG, security_profile="fapi2-security")) == (400, "invalid_client_metadata")
    assert told(elbufer.send(**STRONG, grant_types=[CIBA])) == (400, "invalid_client_metadata")


@pytest.mark.parametrize(
    "more",
    [
        {"backchannel_token_delivery_mode": "push"},
        {"backchannel_token_delivery_mode": "ping"},
        {
            "backchannel_token_delivery_mode": "ping",
            "backchannel_client_notification_endpoint": "http://tpp.example/x",
        },
        {"backchannel_token_delivery_mode": None},
        {"backchannel_user_code_parameter": True},
        {"grant_types": [CIBA, "authorization_code"]},
        {"dpop_bound_access_tokens": True},
        {"backchannel_authentication_request_signing_alg": "RS256"},
    ],
)
def test_a_client_that_has_the_app_asked_is_polled_for_and_bound_to_a_certificate(sandbox, more):
    said = {**STRONG, "grant_types": [CIBA], "backchannel_token_delivery_mode": "poll", "redirect_uris": None}
    magpie = Registrar(sandbox, "magpie")

    assert told(magpie.send(**{**said, **more})) == (400, "invalid_client_metadata")


def test_tokens_under_fapi_1_are_bound_to_certificates_alone(registrar):
    said = {**STRONG, "security_profile": "fapi1-advanced", "dpop_bound_access_tokens": True}
    assert told(registrar.send(**said)) == (400, "invalid_client_metadata")


def test_the_metadata_say_where_to_register(registrar):
    found = registrar.sandbox.client.get("/fjordbanken/.well-known/openid-configuration").json

    assert found["registration_endpoint"] == f"{registrar.issuer}/oauth/register"


def test_a_registration_outlives_time_and_reset_but_not_its_app(registrar):
    made = registrar.send().json
    uri, token = made["registration_client_uri"], made["registration_access_token"]
    registrar.sandbox.set_clock(NOON + timedelta(days=400))
    assert registrar.sandbox.call("POST", "/_sandbox/workspaces/test/reset").status_code == 200
    assert registrar.open("GET", uri, **bearer(token)).status_code == 200

    registrar.sandbox.call("DELETE", f"/_sandbox/apps/{registrar.sandbox.app_id}")
    assert told(registrar.open("GET", uri, **bearer(token))) == (401, "invalid_token")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from(
    [
        *(
            "redirect_uris",
            "grant_types",
            "response_types",
            "jwks",
            "jwks_uri",
            "scope",
            "software_statement",
        ),
        *("token_endpoint_auth_method", "tls_client_auth_subject_dn", "request_object_signing_alg", "exp"),
        *("iat", "aud", "iss", "jti", "software_id", "security_profile", "client_uri"),
    ]
)


def test_whatever_is_registered_is_taken_or_refused(registrar):
    statement = registrar.statement()

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.dictionaries(MEMBERS, ANYTHING, max_size=5), st.booleans())
    def registers(said, signed):
        if signed:
            claims = {**registrar.claims(software_statement=statement), **said}
            answer = registrar.post_jws(registrar.key.sign(claims, **{}))
        else:
            answer = registrar.open("POST", json=said, **bearer(registrar.sandbox.app_key))
        assert answer.status_code in (201, 400), (said, answer.text)

    registers()


def test_no_registration_link_shows_up_for_browsers(registrar):
    answer = registrar.sandbox.client.get("/fjordbanken/oauth/register", environ_overrides=FROM_HERE)

    assert told(answer) == (405, "invalid_request")
