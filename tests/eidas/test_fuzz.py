"""Certificates and signatures that strangers show: refused, or good, and nothing else ever."""

import base64
from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from hypothesis import given
from hypothesis import strategies as st

from sandbox.eidas import authority, certificates, qc_statements, revocation
from sandbox.eidas.certificates import (
    CertificateKind,
    CertificateRefused,
    CsrKeyUnfit,
    CsrMalformed,
    Order,
    keys,
)
from sandbox.eidas.qc_statements import QcStatements, QcType
from sandbox.eidas.signatures import Message, SignatureRefused, cavage, digests, jws, messages
from sandbox.workspaces.organisations import PspRole
from tests.conftest import NOON
from tests.eidas import signing
from tests.eidas.trust import a_certificate, a_world
from tests.rubbish import FUZZ, LIKELY, TOKENS, WIRE, encoded, members, mutated

RSA, EC = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
TAKEN = {"ES256", "PS256", "RS256", "PS512"}
LINES = {"digest": signing.digest(b""), "x-request-id": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721"}


def refused_or_good(refusals: tuple[type[Exception], ...] | type[Exception], *tries: Callable[[], object]):
    """Do each; what comes out is a refusal, or nothing at all."""
    for attempt in tries:
        with suppress(refusals):
            attempt()


@pytest.fixture(scope="module")
def work(books):
    with books.writing() as opened:
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def ders(work):
    """A certificate of each kind, in a world of its authority."""
    world, holder = a_world(work)
    return [
        a_certificate(work, world, holder, kind=kind).certificate.public_bytes(Encoding.DER)
        for kind in CertificateKind
    ]


@FUZZ
@given(st.data())
def test_a_certificate_with_any_byte_changed_is_refused_or_says_the_same(work, ders, data):
    der = data.draw(st.sampled_from(ders))
    changed = data.draw(mutated(der))

    with suppress(CertificateRefused):
        certificates.verify(work, changed, NOON)
        # Whatever else is around it, what the authority has signed is whole.
        signed = [x509.load_der_x509_certificate(one).tbs_certificate_bytes for one in (der, changed)]
        assert signed[0] == signed[1]
    refused_or_good(CertificateRefused, lambda: certificates.identify(work, changed))


@FUZZ
@given(st.binary(max_size=200) | LIKELY.map(str.encode))
def test_what_is_no_certificate_is_refused(work, shown):
    armoured = b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(shown) + b"\n-----END CERTIFICATE-----\n"
    for presented in (shown, armoured):
        with pytest.raises(CertificateRefused):
            certificates.verify(work, presented, NOON)


STATEMENTS = qc_statements.encode(
    QcStatements(True, QcType.SEAL, (PspRole.PAYMENT_INITIATION,), "Finanstilsynet", "NO-FSA"),
    "https://trust.example/pds",
)


@FUZZ
@given(st.binary(max_size=100) | mutated(STATEMENTS))
def test_statements_are_read_or_refused(octets):
    refused_or_good(ValueError, lambda: qc_statements.decode(octets))


@pytest.fixture(scope="module")
def asked(work, ders):
    """A request for the state of a certificate, in the world of its authority."""
    leaf, issuer = x509.load_der_x509_certificate(ders[0]), authority.of(work, "test").certificate
    request = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA256())
    return request.add_extension(x509.OCSPNonce(b"n" * 16), critical=False).build().public_bytes(Encoding.DER)


@FUZZ
@given(st.data())
def test_requests_for_certificates_and_for_their_state_are_answered(work, asked, data):
    octets = data.draw(st.binary(max_size=100) | mutated(asked))
    assert ocsp.load_der_ocsp_response(revocation.answer(work, "test", octets, NOON))

    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(EC, hashes.SHA256())
    changed = data.draw(mutated(csr.public_bytes(Encoding.PEM)))
    order = Order(CertificateKind.QWAC, "https://sandbox.example", csr=changed)
    refused_or_good((CsrMalformed, CsrKeyUnfit), lambda: keys.of(order))


@FUZZ
@given(LIKELY, LIKELY, WIRE)
def test_headers_that_are_no_signature_are_refused(one, other, url):
    headers = {"signature": one, "signature-input": other, "digest": one, "content-digest": other}
    message = Message("GET", f"https://bank.example/{url}", headers, b"")

    for attempt in (
        lambda: cavage.verify(cavage.read(one), message, RSA.public_key()),
        lambda: messages.verify(messages.read(message), message, EC.public_key(), required=["digest"]),
        lambda: jws.verify(jws.read(one), b"", EC.public_key(), algorithms=TAKEN),
        lambda: digests.check(one, b""),
        lambda: digests.check_content(one, b""),
    ):
        with pytest.raises(SignatureRefused):
            attempt()


@FUZZ
@given(st.data())
def test_a_signature_with_any_character_changed_is_refused_or_the_same(data):
    made = signing.cavage(EC, "k", LINES, "ecdsa-sha256")
    changed = data.draw(mutated(made.encode())).decode("latin-1")
    message = Message("GET", "https://bank.example/", LINES, b"")

    refused_or_good(
        SignatureRefused,
        lambda: cavage.verify(cavage.read(changed), message, EC.public_key()),
        lambda: cavage.verify(cavage.read(changed), message, RSA.public_key()),
    )
    base = signing.message(EC, LINES, ';created=1;keyid="k"', "ES256")
    input_, signature = (data.draw(mutated(one.encode())).decode("latin-1") for one in base.values())
    for headers in ({"signature-input": input_}, {"signature": signature}):
        sent = {**LINES, **{name.lower(): value for name, value in base.items()}, **headers}
        other = Message("GET", "https://bank.example/", sent, b"")
        refused_or_good(
            SignatureRefused,
            lambda other=other: messages.verify(
                messages.read(other), other, EC.public_key(), required=["digest"]
            ),
        )


@FUZZ
@given(said=members("alg", "b64", "crit", "kid", "x5c", "sigT", "sigD", "typ"), token=TOKENS)
def test_a_jws_whose_header_says_anything_is_refused_or_good(said, token):
    signed = signing.detached(EC, {**said, "alg": "ES256"}, b"body")
    _, _, made = signed.partition("..")
    unsigned = f"{encoded({'alg': 'ES256', **said})}..{made}"

    for one in (signed, unsigned, token):
        for key in (EC.public_key(), RSA.public_key()):
            refused_or_good(
                SignatureRefused,
                lambda one=one, key=key: jws.verify(
                    jws.read(one), b"body", key, algorithms=TAKEN, understood=("sigT",)
                ),
            )
