"""Clients that prove themselves by certificate, and tokens that are bound to one. Source: RFC 8705."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.eidas.certificates import SpecialOrder
from sandbox.workspaces import apps
from sandbox.workspaces.workspace import Strictness
from tests.oauth import signing
from tests.oauth.bearing import Bearing, der, qwac
from tests.oauth.conftest import FROM_HERE, FapiTpp, Tpp, register
from tests.oauth.signing import Key


def self_signed(private=None, name="client"):
    """A certificate of nobody's but the client's own."""
    private = private or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=900))
        .sign(private, hashes.SHA256())
    )


class TlsTpp(Bearing, FapiTpp):
    """A client that proves itself by its certificate alone."""

    def call(self, path, **form):
        return self.post(path, **{"client_id": self.client_id, **form})


class AssertingTpp(Bearing, FapiTpp):
    """A client that proves itself by assertions, and binds its tokens to its certificate."""


def by_subject(sandbox, profile="fapi2-security", **more):
    certificate = qwac(sandbox, more.pop("special", None))
    name = more.pop("name", certificate.subject.rfc4514_string())
    tls = {"tls_client_auth_subject_dn": name}
    client_id = register(sandbox, profile, None, auth_method="tls_client_auth", tls=tls)
    tpp = TlsTpp(sandbox, client_id=client_id)
    tpp.shown = certificate
    return tpp


def test_a_client_is_known_by_its_certificate_and_so_are_its_tokens(behind_a_proxy):
    tpp = by_subject(behind_a_proxy)
    consent_id = tpp.consent()

    tokens = tpp.tokens(scope=f"AIS:{consent_id}")

    assert tokens["token_type"] == "Bearer"
    thumbprint = base64.urlsafe_b64encode(tpp.shown.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    assert tpp.call("introspect", token=tokens["access_token"]).json["cnf"] == {"x5t#S256": thumbprint}
    assert tpp.read(tokens["access_token"], consent_id).status_code == 200


@pytest.mark.parametrize("other", ["none", "another", "rubbish"])
def test_a_token_of_a_certificate_opens_nothing_over_another_connection(behind_a_proxy, other):
    tpp = by_subject(behind_a_proxy)
    consent_id = tpp.consent()
    token = tpp.tokens(scope=f"AIS:{consent_id}")["access_token"]

    tpp.shown = {"none": None, "another": qwac(behind_a_proxy), "rubbish": None}[other]
    more = {"Client-Cert": "rubbish"} if other == "rubbish" else {}
    refused = tpp.read(token, consent_id, **more)

    assert refused.status_code == 401
    assert refused.json["tppMessages"][0]["code"] == "TOKEN_INVALID"


def test_a_name_may_be_written_in_either_order_and_with_spaces(behind_a_proxy):
    certificate = qwac(behind_a_proxy)
    parts = certificate.subject.rfc4514_string().split(",")
    if any("\\" in one for one in parts):
        pytest.skip("a comma in the name")
    tpp = by_subject(behind_a_proxy, name=", ".join(reversed(parts)))

    assert tpp.call("token", grant_type="client_credentials").status_code == 200


@pytest.mark.parametrize("special", [SpecialOrder.EXPIRED, SpecialOrder.UNKNOWN_CA, SpecialOrder.REVOKED])
def test_a_certificate_that_is_not_good_proves_nothing(behind_a_proxy, special):
    tpp = by_subject(behind_a_proxy, special=special)

    refused = tpp.call("token", grant_type="client_credentials")

    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")


def test_another_name_or_no_certificate_proves_nothing(behind_a_proxy):
    tpp = by_subject(behind_a_proxy, name="CN=somebody else")
    assert tpp.call("token", grant_type="client_credentials").status_code == 401

    tpp = by_subject(behind_a_proxy)
    for shown in (None, self_signed(name="Budget Buddy")):
        tpp.shown = shown
        assert tpp.call("token", grant_type="client_credentials").status_code == 401


def test_a_client_may_sign_its_certificate_itself_if_it_has_registered_it(behind_a_proxy):
    own = self_signed()
    jwks = {"keys": [{**Key().public, "x5c": [base64.b64encode(der(own)).decode()]}]}
    method = "self_signed_tls_client_auth"
    client_id = register(behind_a_proxy, "fapi2-security", None, auth_method=method, jwks=jwks)
    tpp = TlsTpp(behind_a_proxy, client_id=client_id)

    tpp.shown = own
    assert tpp.call("token", grant_type="client_credentials").status_code == 200
    tpp.shown = self_signed()
    assert tpp.call("token", grant_type="client_credentials").status_code == 401


def test_an_assertion_beside_a_certificate_proves_the_client_and_the_certificate_binds(behind_a_proxy):
    key = Key("PS256")
    client_id = register(behind_a_proxy, "fapi1-advanced", key)
    tpp = AssertingTpp(behind_a_proxy, client_id=client_id, key=key)
    assert tpp.call("token", grant_type="client_credentials").json["error"] == "invalid_request"

    tpp.shown = qwac(behind_a_proxy)
    answer = tpp.call("token", grant_type="client_credentials")

    assert answer.json["token_type"] == "Bearer"
    assert "x5t#S256" in tpp.call("introspect", token=answer.json["access_token"]).json["cnf"]


def test_the_whole_way_of_a_british_client(behind_a_proxy):
    key = Key("PS256")
    client_id = register(behind_a_proxy, "fapi1-advanced", key)
    tpp = AssertingTpp(behind_a_proxy, client_id=client_id, key=key)
    tpp.shown = qwac(behind_a_proxy)
    asked = tpp.request(response_type="code id_token", scope="openid AIS", nonce="n-1")
    text = signing.request_object(key, client_id, tpp.issuer, asked)

    told = tpp.open(
        {"client_id": client_id, "response_type": "code id_token", "scope": "openid AIS", "request": text}
    ).agree()
    tokens = tpp.redeem(told["code"])

    assert tokens.status_code == 200, tokens.text
    assert "id_token" in tokens.json


def test_a_client_that_has_registered_bound_tokens_gets_no_others(behind_a_proxy):
    key = Key()
    for member, error in (
        ("dpop_bound_access_tokens", "invalid_dpop_proof"),
        ("tls_client_certificate_bound_access_tokens", "invalid_request"),
    ):
        client_id = register(behind_a_proxy, "simple", key, details={member: True})
        tpp = FapiTpp(behind_a_proxy, client_id=client_id, key=key)
        assert tpp.call("token", grant_type="client_credentials").json["error"] == error


def test_at_enforce_the_token_endpoint_wants_a_certificate_too(behind_a_proxy):
    class SecretTpp(Bearing, Tpp):
        """An app with its key."""

    tpp = SecretTpp(behind_a_proxy)
    assert tpp.call("token", grant_type="client_credentials").status_code == 200
    with behind_a_proxy.database.writing() as work:
        apps.get(work, "test", behind_a_proxy.app_id).strictness = Strictness.ENFORCE.value

    refused = tpp.call("token", grant_type="client_credentials")
    tpp.shown = qwac(behind_a_proxy)
    granted = tpp.call("token", grant_type="client_credentials")

    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")
    assert granted.status_code == 200


def test_at_enforce_user_info_wants_a_certificate_too(behind_a_proxy):
    class SecretTpp(Bearing, Tpp):
        """An app with its key."""

    tpp = SecretTpp(behind_a_proxy)
    bearer = {"Authorization": f"Bearer {tpp.tokens(scope='openid AIS')['access_token']}"}
    assert tpp.get(tpp.url("userinfo"), headers=bearer).status_code == 200
    with behind_a_proxy.database.writing() as work:
        apps.get(work, "test", behind_a_proxy.app_id).strictness = Strictness.ENFORCE.value
    asked = {"environ_overrides": FROM_HERE}

    refused = tpp.get(tpp.url("userinfo"), headers=bearer, **asked)
    tpp.shown = qwac(behind_a_proxy)
    told = tpp.get(tpp.url("userinfo"), headers={**bearer, **tpp.header()}, **asked)

    assert (refused.status_code, refused.json["error"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    assert told.status_code == 200


def test_at_enforce_a_key_does_not_stand_for_a_token(behind_a_proxy):
    from tests.oauth.test_berlin_group import _CONSENT, _ID

    certificate = qwac(behind_a_proxy)
    header = {"Client-Cert": f":{base64.b64encode(der(certificate)).decode()}:", **_ID}
    header["TPP-Redirect-URI"] = "https://x.example"
    asked = {"headers": header, "json": _CONSENT, "environ_overrides": FROM_HERE}

    at_open = behind_a_proxy.call("POST", "/tuuli/v1/consents", **asked)
    with behind_a_proxy.database.writing() as work:
        apps.get(work, "test", behind_a_proxy.app_id).strictness = Strictness.ENFORCE.value
    refused = behind_a_proxy.call("POST", "/tuuli/v1/consents", **asked)

    assert at_open.status_code == 201, at_open.text
    assert refused.status_code == 401
    assert refused.json["tppMessages"][0]["code"] == "TOKEN_UNKNOWN"
    assert "scaOAuth" in refused.json["_links"]
