"""Dynamic client registration: RFC 7591 and 7592, as JSON and in the form of the United Kingdom."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.eidas import bank_keys
from sandbox.workspaces import apps
from sandbox.workspaces.workspace import Strictness
from tests.conftest import NOON
from tests.oauth import signing
from tests.oauth.bearing import Bearing, der, qwac
from tests.oauth.conftest import FROM_HERE, SAFE, FapiTpp, Tpp
from tests.oauth.registering import OTHER, Registrar
from tests.oauth.signing import Key, hashed

STRONG = {"token_endpoint_auth_method": "private_key_jwt"}
CIBA = "urn:openid:params:grant-type:ciba"
PUBLIC, SHORT = Key(kid="p").public, {**Key("PS256").public, "n": "sXch" * 42}
SIGNED_REQUEST = {"require_signed_request_object": True}


@pytest.fixture
def registrar(sandbox):
    """An app that knows its redirect URIs and its key, and the directory does, too."""
    return Registrar(sandbox)


@pytest.fixture
def any_registrar(any_sandbox):
    """The same over either database."""
    return Registrar(any_sandbox)


def told(answer):
    """The status and the word of a refusal."""
    return answer.status_code, answer.json["error"]


def bearer(token):
    return {"headers": {"Authorization": f"Bearer {token}"}}


# --- as JSON ---------------------------------------------------------------------------------------------


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


# --- in the form of the United Kingdom -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PS256", "ES256", "EdDSA"])
def test_a_client_registers_by_a_signature_and_a_statement_without_a_key(sandbox, kind):
    registrar = Registrar(sandbox, key=Key(kind, "mine"))

    made = registrar.sign()

    assert made.status_code == 201, made.text
    client = made.json
    assert (client["security_profile"], client["redirect_uris"]) == ("fapi1-advanced", [SAFE])
    # DCR 3.3: the claims of the statement stand beside the members.
    assert client["software_id"] == registrar.software_id
    assert client["software_redirect_uris"] == [SAFE, OTHER]
    assert client["jwks_uri"] == client["software_jwks_endpoint"]
    # RFC 7591 3.2.1: the statement comes back as it was.
    assert client["software_statement"].count(".") == 2
    assert "client_secret" not in client


def test_without_redirect_uris_it_is_all_of_the_statement(registrar):
    assert registrar.sign(redirect_uris=None).json["redirect_uris"] == [SAFE, OTHER]


def test_without_response_types_they_are_hybrid(registrar):
    assert registrar.sign(response_types=None).json["response_types"] == ["code id_token"]


def test_the_issuer_is_understood_as_the_audience_too(registrar):
    assert registrar.sign(aud=registrar.issuer).status_code == 201


@pytest.mark.parametrize(
    "member", ["iss", "iat", "exp", "aud", "jti", "grant_types", "scope", "application_type"]
)
def test_what_is_mandatory_is_there(registrar, member):
    assert told(registrar.sign(**{member: None})) == (400, "invalid_client_metadata")


@pytest.mark.parametrize("member", ["token_endpoint_auth_method", "token_endpoint_auth_signing_alg"])
def test_how_the_client_proves_itself_is_mandatory(registrar, member):
    assert told(registrar.sign(**{member: None})) == (400, "invalid_client_metadata")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"iss": "somebodyelse0000000000"}, "invalid_client_metadata"),
        ({"iss": "a" * 23}, "invalid_client_metadata"),
        ({"aud": "somebodyelse"}, "invalid_client_metadata"),
        ({"aud": ["several"]}, "invalid_client_metadata"),
        ({"exp": 1}, "invalid_client_metadata"),
        ({"exp": "soon"}, "invalid_client_metadata"),
        ({"exp": 9_999_999_999}, "invalid_client_metadata"),
        ({"exp": 10**400}, "invalid_client_metadata"),
        ({"iat": 99_999_999_999}, "invalid_client_metadata"),
        ({"jti": "7"}, "invalid_client_metadata"),
        ({"jti": "c56a4180-65aa-12ec-a945-5fd21dec0538"}, "invalid_client_metadata"),
        ({"software_id": "another"}, "invalid_client_metadata"),
        ({"redirect_uris": ["https://tpp.example/unknown"]}, "invalid_redirect_uri"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "RS256"}, "invalid_client_metadata"),
        ({"request_object_signing_alg": "none"}, "invalid_client_metadata"),
        ({"header": {"x5c": ["MII"]}}, "invalid_client_metadata"),
        ({"header": {"jku": "https://tpp.example/jwks"}}, "invalid_client_metadata"),
        ({"header": {"kid": "another"}}, "invalid_client_metadata"),
        ({"key": Key("PS256", "mine")}, "invalid_client_metadata"),
        ({"key": Key("RS256", "mine")}, "invalid_client_metadata"),
        ({"software_statement": "a.b.c"}, "invalid_software_statement"),
        ({"software_statement": 7}, "invalid_software_statement"),
    ],
)
def test_a_wrong_signed_registration_is_refused(registrar, said, error):
    assert told(registrar.sign(**said)) == (400, error)


def test_a_psu_is_not_sent_to_its_own_machine(sandbox):
    local = "http://localhost:3000/back", "https://localhost/back"
    registrar = Registrar(sandbox, uris=(SAFE, *local))

    for uri in local:
        assert told(registrar.sign(redirect_uris=[uri])) == (400, "invalid_redirect_uri")


def test_a_signed_registration_is_good_once(any_registrar):
    registrar = any_registrar
    jws = registrar.key.sign(registrar.claims())

    assert registrar.post_jws(jws).status_code == 201
    assert told(registrar.post_jws(jws)) == (400, "invalid_client_metadata")


def test_rubbish_is_no_signed_registration(registrar):
    for jws in ("", "a.b", "a.b.c", "ø", json.dumps(registrar.claims())):
        assert told(registrar.post_jws(jws)) == (400, "invalid_client_metadata")
    assert told(registrar.post_jws(registrar.key.sign({}))) == (400, "invalid_software_statement")


def test_nobody_but_the_directory_states_what_a_software_is(registrar):
    statement = registrar.statement()
    claims = jwt.decode(statement, options={"verify_signature": False})
    by_the_tpp = registrar.key.sign(claims)
    with registrar.sandbox.database.writing() as work:
        by_a_bank = bank_keys.current(work, "fjordbanken", "PS256").sign(claims)

    for forged in (by_the_tpp, by_a_bank, f"{statement[:-6]}AAAAAA"):
        assert told(registrar.sign(software_statement=forged)) == (400, "invalid_software_statement")
        assert told(registrar.send(software_statement=forged)) == (400, "invalid_software_statement")


def test_a_statement_that_is_not_true_any_more_is_not_approved(registrar):
    statement = registrar.statement()
    registrar.change(roles=["PSP_AI"])

    for answer in (
        registrar.sign(software_statement=statement),
        registrar.send(software_statement=statement),
    ):
        assert told(answer) == (400, "unapproved_software_statement")
    assert registrar.sign().status_code == 201


def test_a_statement_is_about_whoever_brings_it(registrar):
    key = registrar.sandbox.new_app("Another")

    answer = registrar.send(token=key, software_statement=registrar.statement())
    assert told(answer) == (400, "invalid_software_statement")


def test_what_a_statement_says_comes_before_what_the_client_says(registrar):
    made = registrar.send(
        software_statement=registrar.statement(), client_name="A bank", jwks={"keys": [PUBLIC]}
    ).json

    assert made["client_name"] == "Budget Buddy"
    assert "jwks" not in made
    assert made["jwks_uri"] == made["software_jwks_endpoint"]
    strange = registrar.send(
        software_statement=registrar.statement(), redirect_uris=["https://tpp.example/unknown"]
    )
    assert told(strange) == (400, "invalid_redirect_uri")


def test_where_certificates_are_demanded_a_registration_shows_one(behind_a_proxy):
    registrar = Registrar(behind_a_proxy)
    certificate = qwac(behind_a_proxy)
    with behind_a_proxy.database.writing() as work:
        apps.get(work, "test", behind_a_proxy.app_id).strictness = Strictness.ENFORCE
    jws = registrar.key.sign(registrar.claims())

    assert told(registrar.post_jws(jws)) == (401, "invalid_client")
    assert told(registrar.send()) == (401, "invalid_token")
    header = f":{base64.b64encode(der(certificate)).decode()}:"
    shown = {"headers": {"Client-Cert": header}, "content_type": "application/jose"}
    assert registrar.open("POST", data=jws, **shown).status_code == 201


def test_a_client_is_registered_for_what_its_software_has_the_role(registrar):
    registrar.change(roles=["PSP_AI"])

    assert registrar.send().json["scope"] == "openid offline_access AIS"
    assert told(registrar.send(scope="AIS PIS")) == (400, "invalid_client_metadata")
    assert told(registrar.sign(scope="openid PIIS")) == (400, "invalid_client_metadata")


# --- looking after a registration ------------------------------------------------------------------------


def test_a_client_reads_changes_and_ends_its_registration(any_registrar):
    registrar = any_registrar
    made = registrar.send(client_name="Before", contacts=["a@tpp.example"]).json
    uri, token = made["registration_client_uri"], made["registration_access_token"]

    read = registrar.open("GET", uri, **bearer(token))
    assert read.status_code == 200
    assert read.json == {
        name: value
        for name, value in made.items()
        if name not in ("client_secret", "client_secret_expires_at")
    }
    changed = registrar.send(
        "PUT", uri, token=token, client_id=made["client_id"], client_name="After", redirect_uris=[OTHER]
    )
    assert changed.status_code == 200
    assert (changed.json["client_name"], changed.json["redirect_uris"]) == ("After", [OTHER])
    # RFC 7592 2.2: what is left out is forgotten.
    assert "contacts" not in changed.json
    assert registrar.open("GET", uri, **bearer(token)).json == changed.json
    assert registrar.open("DELETE", uri, **bearer(token)).status_code == 204
    assert told(registrar.open("GET", uri, **bearer(token))) == (401, "invalid_token")


@pytest.mark.parametrize(
    "said",
    [
        {"client_id": None},
        {"client_id": "test.another"},
        {"client_secret": "guessed"},
        {"registration_access_token": "rg_test_x"},
        {"registration_client_uri": "https://bank.example"},
        {"client_secret_expires_at": 7},
        {"client_id_issued_at": 7},
        {"grant_types": ["password"]},
    ],
)
def test_a_wrong_change_is_refused_and_nothing_changes(registrar, said):
    made = registrar.send().json
    uri, token = made["registration_client_uri"], made["registration_access_token"]
    before = registrar.open("GET", uri, **bearer(token)).json

    answer = registrar.send("PUT", uri, token=token, **{"client_id": made["client_id"], **said})

    assert told(answer) == (400, "invalid_client_metadata")
    assert registrar.open("GET", uri, **bearer(token)).json == before


def test_a_client_that_comes_to_need_a_secret_is_given_one_and_loses_it_with_the_need(registrar):
    made = registrar.send(**STRONG).json
    uri, token, own = made["registration_client_uri"], made["registration_access_token"], made["client_id"]
    assert "client_secret" not in made

    secret = registrar.send("PUT", uri, token=token, client_id=own).json["client_secret"]
    kept = registrar.send("PUT", uri, token=token, client_id=own, client_secret=secret)
    assert "client_secret" not in kept.json
    tpp = Tpp(registrar.sandbox, client_id=own, secret=secret)
    ask = {"grant_type": "client_credentials"}
    assert told(tpp.call("token", **ask)) == (400, "unauthorized_client")
    registrar.send("PUT", uri, token=token, client_id=own, **STRONG)
    assert told(tpp.call("token", **ask)) == (401, "invalid_client")


def test_another_clients_token_or_a_wrong_one_opens_no_registration(registrar):
    one, two = registrar.send().json, registrar.send().json
    uri = one["registration_client_uri"]
    unregistered = f"{registrar.issuer}/oauth/register/test.{registrar.sandbox.app_id}"

    wrong = [
        two["registration_access_token"],
        one["registration_access_token"] + "x",
        "rg_test_x",
        "rg_x_y",
        "",
    ]
    for token in wrong:
        for method in ("GET", "PUT", "DELETE"):
            answer = registrar.open(method, uri, json={}, **bearer(token))
            assert told(answer) == (401, "invalid_token"), token
    for nobody in (uri + "x", unregistered, uri.replace("fjordbanken", "elbufer")):
        answer = registrar.open("GET", nobody, **bearer(one["registration_access_token"]))
        assert told(answer) == (401, "invalid_token")
    assert told(registrar.open("GET", uri)) == (401, "invalid_token")
    # A key of the app is for registering; it is no token of this client's.
    assert told(registrar.open("GET", uri, **bearer(registrar.sandbox.app_key))) == (401, "invalid_token")


def own_token(registrar, client):
    tpp = Tpp(registrar.sandbox, client_id=client["client_id"], secret=client["client_secret"])
    answer = tpp.call("token", grant_type="client_credentials")
    assert answer.status_code == 200, answer.text
    return answer.json["access_token"]


def by_secret(registrar):
    """A client of the signed form that gets tokens by its secret."""
    return registrar.sign(token_endpoint_auth_method="client_secret_basic", response_types=["code"]).json


def test_in_the_united_kingdom_a_token_of_the_clients_own_opens_its_registration(registrar):
    client = by_secret(registrar)
    uri, token = client["registration_client_uri"], own_token(registrar, client)

    read = registrar.open("GET", uri, **bearer(token))
    assert (read.status_code, read.json["software_id"]) == (200, registrar.software_id)
    assert "registration_access_token" not in read.json
    said = {"token_endpoint_auth_method": "client_secret_basic", "response_types": ["code"]}
    jws = registrar.key.sign(registrar.claims(redirect_uris=[OTHER], **said))
    changed = registrar.post_jws(jws, "PUT", uri, token)
    assert (changed.status_code, changed.json["redirect_uris"]) == (200, [OTHER])
    # DCR 3.3: a change does not end the tokens that there are.
    assert registrar.open("DELETE", uri, **bearer(token)).status_code == 204
    assert told(registrar.open("GET", uri, **bearer(token))) == (401, "invalid_token")


def test_whoever_asks_for_another_client_loses_the_token(registrar):
    one, two = by_secret(registrar), by_secret(registrar)
    token = own_token(registrar, one)

    assert told(registrar.open("GET", two["registration_client_uri"], **bearer(token))) == (
        401,
        "invalid_token",
    )
    assert told(registrar.open("GET", one["registration_client_uri"], **bearer(token))) == (
        401,
        "invalid_token",
    )


def test_a_token_about_a_psu_opens_no_registration(registrar):
    client = by_secret(registrar)
    tpp = Tpp(
        registrar.sandbox, client_id=client["client_id"], secret=client["client_secret"], redirect_uri=SAFE
    )
    token = tpp.tokens(scope="AIS")["access_token"]

    assert told(registrar.open("GET", client["registration_client_uri"], **bearer(token))) == (
        401,
        "invalid_token",
    )


def test_with_a_client_its_tokens_end(any_registrar):
    registrar = any_registrar
    made = registrar.send(grant_types=["authorization_code", "refresh_token"]).json
    sandbox = registrar.sandbox
    tpp = Tpp(sandbox, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=SAFE)
    consent_id = tpp.consent()
    tokens = tpp.tokens(scope=f"AIS:{consent_id}")
    assert tpp.read(tokens["access_token"], consent_id).status_code == 200

    registrar.open("DELETE", made["registration_client_uri"], **bearer(made["registration_access_token"]))

    assert tpp.read(tokens["access_token"], consent_id).status_code == 401
    refused = tpp.call("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert told(refused) == (401, "invalid_client")


def test_secrets_and_registration_tokens_are_kept_as_hashes_alone(registrar):
    made = registrar.send().json

    with registrar.sandbox.database.reading() as work:
        [row] = work.rows("SELECT * FROM oauth_client", ())
    text = " ".join(map(str, row))
    assert made["client_secret"] not in text
    assert made["registration_access_token"] not in text
    assert hashed(made["client_secret"]) in text


def test_the_registrations_of_one_bank_are_nothing_to_another(registrar):
    made = registrar.send().json

    elsewhere = Tpp(
        registrar.sandbox, "elbufer", client_id=made["client_id"], secret=made["client_secret"]
    ).call("token", grant_type="client_credentials")
    assert told(elsewhere) == (401, "invalid_client")


# --- what was registered holds ---------------------------------------------------------------------------


def registered(registrar, **said):
    made = registrar.send(**said).json
    return Tpp(
        registrar.sandbox, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=SAFE
    )


def test_a_client_has_the_grants_that_it_has_registered(registrar):
    tpp = registered(registrar)

    assert told(tpp.call("token", grant_type="client_credentials")) == (400, "unauthorized_client")
    assert "refresh_token" not in tpp.tokens()


def test_a_client_has_the_answers_that_it_has_registered(registrar):
    tpp = registered(registrar, redirect_uris=[SAFE], grant_types=["client_credentials"])

    assert tpp.ask().refused["error"] == "unauthorized_client"


def test_a_client_has_the_scope_that_it_has_registered(registrar):
    said = {"scope": "openid AIS", "grant_types": ["authorization_code", "client_credentials"]}
    tpp = registered(registrar, **said)
    consent_id = tpp.consent()

    assert tpp.ask(scope="PIS").refused["error"] == "invalid_scope"
    assert tpp.tokens(scope=f"AIS:{consent_id}")["scope"] == f"AIS:{consent_id}"
    assert tpp.call("token", grant_type="client_credentials").json["scope"] == "AIS"
    refused = tpp.call("token", grant_type="client_credentials", scope="PIS")
    assert told(refused) == (400, "invalid_scope")


def test_a_client_that_has_registered_to_push_or_sign_does(registrar):
    pushing = registered(registrar, require_pushed_authorization_requests=True)
    signing = registered(registrar, require_signed_request_object=True)

    assert "must be pushed" in pushing.ask().answer.text
    pushed = pushing.call("par", **pushing.request()).json["request_uri"]
    opened = pushing.open({"client_id": pushing.client_id, "request_uri": pushed})
    assert "code" in opened.agree()
    assert "signed request object" in signing.ask().answer.text


def test_a_client_signs_with_the_algorithm_that_it_has_registered(registrar):
    other = Key("ES256", "other")
    registrar.change(jwks={"keys": [registrar.key.public, other.public]})
    said = {**STRONG, "token_endpoint_auth_signing_alg": "PS256", "grant_types": ["client_credentials"]}
    client_id = registrar.send(**said, redirect_uris=None).json["client_id"]

    for key, status in ((registrar.key, 200), (other, 401)):
        tpp = FapiTpp(registrar.sandbox, client_id=client_id, key=key)
        assert tpp.call("token", grant_type="client_credentials").status_code == status


class FapiOne(Bearing, FapiTpp):
    """A client that proves itself by assertions, and binds its tokens to its certificate."""


class Hybrid(FapiOne):
    """The same, which sends browsers with signed requests, and no challenge."""

    def ask(self, **more):
        said = {"response_type": "code id_token", "nonce": "n-7", **more}
        asked = self.request(code_challenge=None, code_challenge_method=None, **said)
        request = signing.request_object(self.key, self.client_id, self.issuer, asked)
        return self.open({"client_id": self.client_id, "request": request})

    def redeem(self, code, **more):
        return super().redeem(code, code_verifier=None, **more)


def test_a_client_of_the_signed_form_gets_tokens_that_are_bound(behind_a_proxy):
    registrar = Registrar(behind_a_proxy)
    client_id = registrar.sign().json["client_id"]
    tpp = FapiOne(behind_a_proxy, client_id=client_id, key=registrar.key)
    assert told(tpp.call("token", grant_type="client_credentials")) == (400, "invalid_request")

    tpp.shown = qwac(behind_a_proxy)
    answer = tpp.call("token", grant_type="client_credentials")
    assert (answer.status_code, answer.json["scope"]) == (200, "AIS")


def test_a_british_tpp_goes_from_its_statement_to_the_accounts(behind_a_proxy):
    registrar = Registrar(behind_a_proxy, "kelpbank")
    made = registrar.sign(scope="openid accounts").json
    tpp = Hybrid(behind_a_proxy, "kelpbank", client_id=made["client_id"], key=registrar.key)
    tpp.psu = behind_a_proxy.call("GET", "/_sandbox/people?bank=kelpbank").json["people"][0]
    tpp.shown = qwac(behind_a_proxy)
    own = tpp.call("token", grant_type="client_credentials").json["access_token"]
    path = "/kelpbank/open-banking/v4.0/aisp"
    body = {"Data": {"Permissions": ["ReadAccountsBasic"]}, "Risk": {}}
    by_token = {"Authorization": f"Bearer {own}", **tpp.header()}
    consent = behind_a_proxy.client.post(
        f"{path}/account-access-consents", json=body, headers=by_token, environ_overrides=FROM_HERE
    )
    assert consent.status_code == 201, consent.text

    named = {"openbanking_intent_id": {"value": consent.json["Data"]["ConsentId"], "essential": True}}
    said = tpp.ask(scope="openid accounts", claims={"id_token": named}).agree()
    tokens = tpp.redeem(said["code"]).json

    assert {"code", "id_token"} <= set(said)
    by_token = {"Authorization": f"Bearer {tokens['access_token']}", **tpp.header()}
    accounts = behind_a_proxy.client.get(f"{path}/accounts", headers=by_token, environ_overrides=FROM_HERE)
    assert accounts.status_code == 200, accounts.text
    assert accounts.json["Data"]["Account"]


# --- and around it ---------------------------------------------------------------------------------------


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
