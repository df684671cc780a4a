"""Dynamic client registration in the form of the United Kingdom: DCR 3.3."""

import base64
import json

import jwt
import pytest

from sandbox.eidas import bank_keys
from sandbox.workspaces import apps
from sandbox.workspaces.workspace import Strictness
from tests.oauth.bearing import der, qwac
from tests.oauth.conftest import SAFE
from tests.oauth.registering import OTHER, Registrar, told
from tests.oauth.signing import Key


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
        software_statement=registrar.statement(), client_name="A bank", jwks={"keys": [Key().public]}
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
    # Where the certificate says who calls, no key is needed.
    by_certificate = registrar.open("POST", json={"redirect_uris": [SAFE]}, headers={"Client-Cert": header})
    assert by_certificate.status_code == 201


def test_a_client_is_registered_for_what_its_software_has_the_role(registrar):
    registrar.change(roles=["PSP_AI"])

    assert registrar.send().json["scope"] == "openid offline_access AIS"
    assert told(registrar.send(scope="AIS PIS")) == (400, "invalid_client_metadata")
    assert told(registrar.sign(scope="openid PIIS")) == (400, "invalid_client_metadata")
