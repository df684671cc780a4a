"""Certificates by one call: a bundle that is ready to use, the special orders, and taking one back."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.eidas.certificates import KeyAlgorithm, SpecialOrder
from sandbox.workspaces.workspace import Strictness
from tests.control.damage import damage
from tests.control.test_control import said

CERTIFICATES = "/_sandbox/certificates"


def ordered(sandbox, **order):
    answer = sandbox.call("POST", CERTIFICATES, json=order)
    assert answer.status_code == 201, answer.json
    return answer.json


def test_without_a_word_it_is_a_website_certificate_for_the_app_that_asks(sandbox):
    made = sandbox.call("POST", CERTIFICATES)

    assert made.status_code == 201
    bundle = made.json
    assert (bundle["app_id"], bundle["kind"], bundle["state"]) == (sandbox.app_id, "qwac", "good")
    assert bundle["organisation_identifier"].startswith("PSDNO-FSA-")
    assert set(bundle["roles"]) == {"PSP_AI", "PSP_PI", "PSP_IC"}
    leaf, authority = x509.load_pem_x509_certificates(bundle["chain"].encode())
    assert leaf == x509.load_pem_x509_certificate(bundle["certificate"].encode())
    leaf.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(x509.load_pem_x509_certificate(bundle["root"].encode()))
    key = serialization.load_pem_private_key(bundle["key"].encode(), None)
    assert key.public_key() == leaf.public_key()


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_the_pkcs12_opens_with_the_passphrase_beside_it(sandbox, passphrase):
    bundle = ordered(sandbox, **({"passphrase": passphrase} if passphrase else {}))

    opens = bundle["passphrase"]
    key, leaf, above = pkcs12.load_key_and_certificates(base64.b64decode(bundle["pkcs12"]), opens.encode())
    assert passphrase in (None, opens)
    assert key.public_key() == leaf.public_key()
    assert len(above) == 2


@pytest.mark.parametrize("kind", ["qwac", "qseal"])
@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_each_kind_comes_with_each_kind_of_key(sandbox, kind, algorithm):
    bundle = ordered(sandbox, kind=kind, algorithm=algorithm.value)

    key = serialization.load_pem_private_key(bundle["key"].encode(), None)
    wanted = ec.EllipticCurvePrivateKey if algorithm is KeyAlgorithm.P_256 else rsa.RSAPrivateKey
    assert isinstance(key, wanted)
    assert bundle["kind"] == kind


def test_who_has_a_key_sends_a_signing_request_and_gets_no_key_back(sandbox):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A name that does not count")])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())

    bundle = ordered(sandbox, csr=csr.public_bytes(serialization.Encoding.PEM).decode())

    assert (bundle["key"], bundle["pkcs12"], bundle["passphrase"]) == (None, None, None)
    assert x509.load_pem_x509_certificate(bundle["certificate"].encode()).public_key() == key.public_key()
    assert "does not count" not in bundle["subject"]


@pytest.mark.parametrize("special", SpecialOrder)
def test_each_special_order_is_taken_and_remembered(sandbox, special):
    bundle = ordered(sandbox, special=special.value)

    shown = sandbox.call("GET", f"{CERTIFICATES}/{bundle['serial']}").json
    assert shown["special"] == special.value
    assert shown["state"] == {"revoked": "revoked", "blocked": "blocked"}.get(special.value, "good")


def test_the_names_of_a_website_certificate_may_be_chosen(sandbox):
    bundle = ordered(sandbox, domains=["app.tpp.example", "www.tpp.example"])

    leaf = x509.load_pem_x509_certificate(bundle["certificate"].encode())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["app.tpp.example", "www.tpp.example"]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"kind": "passport"}, "request_malformed"),
        ({"special": "blue"}, "request_malformed"),
        ({"domains": ["no domain"]}, "request_malformed"),
        ({"domains": ["blåbær.example"]}, "request_malformed"),
        ({"passphrase": "a"}, "request_malformed"),
        ({"app_id": 1}, "request_malformed"),
        (
            {"csr": "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"},
            "csr_malformed",
        ),
    ],
)
def test_what_cannot_be_issued_is_refused_in_the_door_s_form(sandbox, order, code):
    assert said(sandbox.call("POST", CERTIFICATES, json=order)) == (400, code)


@pytest.fixture(scope="module")
def request_of_mine():
    """A good signing request, DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "me")])
    names = x509.SubjectAlternativeName([x509.DNSName("me.example")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name).add_extension(names, False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_damaged_request_finds_no_bug(sandbox, request_of_mine, data):
    """Requests that were good once, with some octets changed: issued all the same, or refused."""
    damaged = damage(request_of_mine, data)
    label = "CERTIFICATE REQUEST"
    csr = f"-----BEGIN {label}-----\n{base64.encodebytes(damaged).decode()}-----END {label}-----\n"

    assert sandbox.call("POST", CERTIFICATES, json={"csr": csr}).status_code in (201, 400)


def test_a_request_for_a_key_that_nobody_may_rely_on_is_refused(sandbox):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    csr = builder.sign(rsa.generate_private_key(65537, 1024), hashes.SHA256())

    answer = sandbox.call(
        "POST", CERTIFICATES, json={"csr": csr.public_bytes(serialization.Encoding.PEM).decode()}
    )

    assert said(answer) == (400, "csr_key_unfit")


def test_certificates_are_for_apps_of_the_own_workspace(sandbox):
    elsewhere = sandbox.new_workspace("north")
    other = sandbox.call("POST", "/_sandbox/apps", json={"name": "two"}).json["id"]

    assert ordered(sandbox, app_id=other)["app_id"] == other
    serial = ordered(sandbox)["serial"]
    foreign = {"X-API-Key": elsewhere}
    wanted = {"app_id": other}
    assert said(sandbox.client.post(CERTIFICATES, json=wanted, headers=foreign)) == (404, "app_unknown")
    unknown = (404, "certificate_unknown")
    assert said(sandbox.client.get(f"{CERTIFICATES}/{serial}", headers=foreign)) == unknown
    for what in ("revoke", "release"):
        assert said(sandbox.client.post(f"{CERTIFICATES}/{serial}/{what}", headers=foreign)) == unknown
    listed = sandbox.call("GET", f"{CERTIFICATES}?app_id={other}").json["certificates"]
    assert [one["app_id"] for one in listed] == [other]
    assert len(sandbox.call("GET", CERTIFICATES).json["certificates"]) == 2


def test_the_key_is_shown_once(sandbox):
    bundle = ordered(sandbox)

    again = sandbox.call("GET", f"{CERTIFICATES}/{bundle['serial']}").text
    assert "PRIVATE" in bundle["key"]
    assert "PRIVATE" not in again + sandbox.call("GET", CERTIFICATES).text


def test_a_certificate_is_blocked_released_and_revoked_for_good(any_sandbox):
    at = f"{CERTIFICATES}/{ordered(any_sandbox)['serial']}"

    blocked = any_sandbox.call("POST", f"{at}/revoke", json={"reason": "certificateHold"}).json
    assert (blocked["state"], blocked["reason"]) == ("blocked", "certificateHold")
    assert any_sandbox.call("POST", f"{at}/release").json["state"] == "good"
    revoked = any_sandbox.call("POST", f"{at}/revoke", json={"reason": "keyCompromise"}).json
    assert (revoked["state"], revoked["revoked_at"]) == (
        "revoked",
        any_sandbox.call("GET", "/_sandbox/clock").json["now"],
    )
    assert any_sandbox.call("POST", f"{at}/release").json["state"] == "revoked"
    again = any_sandbox.call("POST", f"{at}/revoke").json
    assert again["reason"] == "keyCompromise"
    assert said(any_sandbox.call("POST", f"{at}/revoke", json={"reason": "because"})) == (
        400,
        "request_malformed",
    )


def test_a_workspace_and_an_app_are_put_on_a_rung(sandbox):
    world, app = "/_sandbox/workspaces/test", f"/_sandbox/apps/{sandbox.app_id}"

    assert sandbox.call("GET", world).json["strictness"] == "open"
    assert sandbox.call("GET", app).json["strictness"] is None
    for rung in Strictness:
        for path in (world, app):
            assert sandbox.call("PUT", path, json={"strictness": rung.value}).json["strictness"] == rung.value
            assert sandbox.call("GET", path).json["strictness"] == rung.value
    assert sandbox.call("PUT", app, json={"strictness": None}).json["strictness"] is None
    for path, order in ((world, {"strictness": None}), (app, {}), (app, {"strictness": "lax"})):
        assert said(sandbox.call("PUT", path, json=order)) == (400, "request_malformed")


def test_the_rung_is_felt_by_the_next_call(sandbox):
    consent = "/fjordbanken/v1/consents/00000000-0000-0000-0000-000000000007"

    assert sandbox.call("GET", consent).json["tppMessages"][0]["code"] == "CONSENT_UNKNOWN"
    sandbox.call("PUT", "/_sandbox/workspaces/test", json={"strictness": "enforce"})
    assert sandbox.call("GET", consent).json["tppMessages"][0]["code"] == "CERTIFICATE_MISSING"
    # The tester's own door is no bank's: the key goes on opening it.
    sandbox.call("PUT", f"/_sandbox/apps/{sandbox.app_id}", json={"strictness": "open"})
    assert sandbox.call("GET", consent).json["tppMessages"][0]["code"] == "CONSENT_UNKNOWN"
