"""What the trust service publishes, at the addresses that its certificates name."""

import base64
from urllib.parse import quote, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import open_sandbox
from tests.control.damage import damage
from tests.control.test_control import said


@pytest.fixture
def bundle(sandbox):
    return sandbox.call("POST", "/_sandbox/certificates").json


def addresses(bundle):
    """The paths of CRL, OCSP and the authority's certificate, as the certificate has them."""
    leaf = x509.load_pem_x509_certificate(bundle["certificate"].encode())
    points = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    access = leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    found = {one.access_method: one.access_location.value for one in access}
    methods = (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
    return [urlsplit(one).path for one in (points[0].full_name[0].value, *(found[one] for one in methods))]


def question(bundle) -> bytes:
    leaf, authority = x509.load_pem_x509_certificates(bundle["chain"].encode())
    asked = ocsp.OCSPRequestBuilder().add_certificate(leaf, authority, hashes.SHA1()).build()
    return asked.public_bytes(Encoding.DER)


def test_anybody_fetches_the_authorities(sandbox, bundle):
    _, _, at = addresses(bundle)

    issuer = sandbox.client.get(at)
    root = sandbox.client.get("/_sandbox/trust/root.cer")
    pem = sandbox.client.get("/_sandbox/trust/root.pem")

    assert {issuer.mimetype, root.mimetype} == {"application/pkix-cert"}
    authority = x509.load_der_x509_certificate(issuer.data)
    x509.load_pem_x509_certificate(bundle["certificate"].encode()).verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(x509.load_der_x509_certificate(root.data))
    assert pem.text == bundle["root"]


def test_anybody_fetches_the_list_and_finds_what_was_taken_back(any_sandbox):
    bundle = any_sandbox.call("POST", "/_sandbox/certificates").json
    at, _, _ = addresses(bundle)
    before = any_sandbox.client.get(at)

    any_sandbox.call("POST", f"/_sandbox/certificates/{bundle['serial']}/revoke")
    after = any_sandbox.client.get(at)

    assert (before.status_code, before.mimetype) == (200, "application/pkix-crl")
    serial = int(bundle["serial"], 16)
    old, new = (x509.load_der_x509_crl(one.data) for one in (before, after))
    assert old.get_revoked_certificate_by_serial_number(serial) is None
    assert new.get_revoked_certificate_by_serial_number(serial) is not None
    assert new.last_update_utc.isoformat() == "2026-03-16T09:00:00+00:00"


@pytest.mark.parametrize("asking", ["post", "get", "get without escapes"])
def test_anybody_asks_about_one_certificate(sandbox, bundle, asking):
    _, at, _ = addresses(bundle)
    sent = question(bundle)

    if asking == "post":
        answer = sandbox.client.post(at, data=sent, content_type="application/ocsp-request")
    else:
        text = base64.b64encode(sent).decode()
        answer = sandbox.client.get(f"{at}/{quote(text, safe='' if asking == 'get' else '/=')}")

    assert (answer.status_code, answer.mimetype) == (200, "application/ocsp-response")
    assert ocsp.load_der_ocsp_response(answer.data).certificate_status is ocsp.OCSPCertStatus.GOOD


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"\x30\x80" * 500])
def test_what_is_no_question_is_answered_as_malformed(sandbox, bundle, garbage):
    _, at, _ = addresses(bundle)

    posted = sandbox.client.post(at, data=garbage)
    asked = sandbox.client.get(f"{at}/{quote(garbage, safe='')}~")

    malformed = ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    for answer in (posted, asked):
        assert answer.status_code == 200
        assert ocsp.load_der_ocsp_response(answer.data).response_status is malformed


def test_an_authority_is_no_authority_on_another_workspace(sandbox, bundle):
    sandbox.new_workspace("north")

    answer = sandbox.client.post("/_sandbox/trust/north/ocsp", data=question(bundle))

    found = ocsp.load_der_ocsp_response(answer.data).response_status
    assert found is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_what_the_certificates_are_worth_can_be_read(sandbox):
    answer = sandbox.client.get("/_sandbox/trust/test/disclosure")

    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert "not qualified" in answer.text


@pytest.mark.parametrize("page", ["ca.cer", "ca.crl", "ocsp/MAo=", "disclosure"])
def test_of_an_unknown_workspace_nothing_is_published(sandbox, page):
    assert said(sandbox.client.get(f"/_sandbox/trust/nowhere/{page}")) == (404, "workspace_unknown")


@given(data=st.data())
@settings(max_examples=100, deadline=None, database=None)
def test_a_damaged_question_finds_no_bug(asked_here, data):
    """Questions that were good once, with some octets changed, left out or put in."""
    sandbox, sent = asked_here
    answer = sandbox.client.post("/_sandbox/trust/test/ocsp", data=damage(sent, data))

    assert answer.status_code == 200
    ocsp.load_der_ocsp_response(answer.data)


@pytest.fixture(scope="module")
def asked_here(tmp_path_factory):
    """A sandbox for all examples, and a question to its authority that has a nonce."""
    folder = tmp_path_factory.mktemp("fuzz")
    sandbox = open_sandbox(f"sqlite:///{folder / 'fuzz.sqlite3'}", folder)
    leaf, authority = x509.load_pem_x509_certificates(
        sandbox.call("POST", "/_sandbox/certificates").json["chain"].encode()
    )
    asked = ocsp.OCSPRequestBuilder().add_certificate(leaf, authority, hashes.SHA256())
    yield sandbox, asked.add_extension(x509.OCSPNonce(b"n" * 16), False).build().public_bytes(Encoding.DER)
    sandbox.close()
