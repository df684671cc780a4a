"""Signatures of messages: what fits, what is changed on the way, what a stranger may write into headers."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from sandbox.eidas import signatures
from sandbox.eidas.signatures import Message, SignatureRefused, cavage, digests, jws, messages
from tests.eidas import signing

RSA, EC = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
BODY = b'{"instructedAmount": {"currency": "EUR", "amount": "12.50"}}'
HEADERS = {"digest": signing.digest(BODY), "x-request-id": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721"}
REQUEST = Message("POST", "https://bank.example/v1/payments?q=1", HEADERS, BODY)
ALGORITHMS = [
    (RSA, "rsa-sha256"),
    (RSA, "rsa-sha512"),
    (RSA, "hs2019"),
    (EC, "ecdsa-sha256"),
    (EC, "hs2019"),
]
JOSE = [(EC, "ES256"), (RSA, "PS256"), (RSA, "RS256"), (RSA, "PS512")]
JOSE_TAKEN = {"ES256", "PS256", "RS256", "PS512"}


def signed_by_cavage(key=RSA, algorithm="rsa-sha256"):
    return cavage.read(signing.cavage(key, "k", HEADERS, algorithm))


def changed(text):
    """The text with each of its characters changed, one at a time."""
    for at, one in enumerate(text):
        yield text[:at] + ("A" if one != "A" else "B") + text[at + 1 :]


@pytest.mark.parametrize(("key", "algorithm"), ALGORITHMS)
def test_a_message_signed_as_cavage_says_is_taken(key, algorithm):
    cavage.verify(signed_by_cavage(key, algorithm), REQUEST, key.public_key())


def test_method_path_and_query_can_be_signed():
    lines = {"(request-target)": "post /v1/payments?q=1", **HEADERS}
    signature = cavage.read(signing.cavage(RSA, "k", lines))

    cavage.verify(signature, REQUEST, RSA.public_key())
    for other in ({"method": "PUT"}, {"url": "https://bank.example/v1/payments?q=2"}):
        with pytest.raises(signatures.SignatureWrong):
            cavage.verify(signature, replace(REQUEST, **other), RSA.public_key())


def test_whoever_signs_something_else_is_told_by_the_journal_what_was_expected():
    other = replace(REQUEST, headers={**HEADERS, "x-request-id": "another"})

    with pytest.raises(signatures.SignatureWrong) as refused:
        cavage.verify(signed_by_cavage(), other, RSA.public_key())

    assert "another" not in refused.value.text
    assert refused.value.detail == (
        f"These bytes should be signed:\ndigest: {HEADERS['digest']}\nx-request-id: another"
    )


@pytest.mark.parametrize("name", HEADERS)
def test_no_character_of_a_signed_header_can_be_changed(name):
    signature = signed_by_cavage(EC, "ecdsa-sha256")

    for value in changed(HEADERS[name]):
        with pytest.raises(signatures.SignatureWrong):
            cavage.verify(signature, replace(REQUEST, headers={**HEADERS, name: value}), EC.public_key())


def test_no_byte_of_the_body_can_be_changed():
    for text in changed(BODY.decode()):
        with pytest.raises(signatures.DigestWrong):
            digests.check(HEADERS["digest"], text.encode())
        with pytest.raises(signatures.DigestWrong):
            digests.check_content(signing.content_digest(BODY), text.encode())


def test_no_character_of_a_signature_can_be_changed():
    header = signing.cavage(EC, "k", HEADERS, "ecdsa-sha256")
    before, _, octets = header.partition('signature="')

    for other in changed(octets.removesuffix('"')):
        with pytest.raises(SignatureRefused):
            cavage.verify(cavage.read(f'{before}signature="{other}"'), REQUEST, EC.public_key())


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(EC, "rsa-sha256"), (RSA, "ecdsa-sha256"), (RSA, "hmac-sha256"), (RSA, "none"), (RSA, "rsa-sha1")],
)
def test_an_algorithm_is_one_for_the_key_and_one_that_is_taken(key, algorithm):
    signature = replace(signed_by_cavage(), algorithm=algorithm)

    with pytest.raises(signatures.SignatureAlgorithmUnfit):
        cavage.verify(signature, REQUEST, key.public_key())


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        'keyId="k"',
        'signature="aGk="',
        'keyId="k",signature="not base64"',
        'keyId="k",signature="aGl="',
        'keyId="k",keyId="k",signature="aGk="',
        'keyId="k",headers="",signature="aGk="',
        'keyId="k",headers="digest digest",signature="aGk="',
        'keyId="k",headers="digest  date",signature="aGk="',
        'keyId="k",created="soon",signature="aGk="',
        'keyId="k" signature="aGk="',
        'keyId="' + "k" * 9000 + '",signature="aGk="',
    ],
)
def test_a_signature_that_cannot_be_read_is_refused(header):
    with pytest.raises(signatures.SignatureMalformed):
        cavage.read(header)


def test_a_header_that_is_signed_must_be_there():
    signature = cavage.read(signing.cavage(RSA, "k", {**HEADERS, "psu-id": "ola"}))

    with pytest.raises(signatures.SignatureCoverageWrong):
        cavage.verify(signature, REQUEST, RSA.public_key())


def test_the_moment_is_signed_by_who_names_no_algorithm_only():
    lines = {"(created)": "1700000000", **HEADERS}
    for algorithm, key in (("hs2019", RSA), ("rsa-sha256", RSA)):
        header = signing.cavage(key, "k", lines, algorithm) + ",created=1700000000"
        signature = cavage.read(header)
        assert signature.moments()[0].isoformat() == "2023-11-14T22:13:20+00:00"
        if algorithm == "hs2019":
            cavage.verify(signature, REQUEST, key.public_key())
        else:
            with pytest.raises(signatures.SignatureCoverageWrong):
                cavage.verify(signature, REQUEST, key.public_key())


@pytest.mark.parametrize("header", ["", "MD5=aGk=", "SHA-256", "SHA-256=aGk", "SHA-256=aGk=,SHA-256=aGk="])
def test_a_digest_that_cannot_be_read_or_relied_on_is_refused(header):
    with pytest.raises(signatures.DigestMalformed):
        digests.check(header, b"")


@pytest.mark.parametrize(
    "header", ["", "md5=:aGk=:", "sha-256", "sha-256=aGk", "sha-256=:aGk=:,sha-256=:aGk=:"]
)
def test_a_content_digest_that_cannot_be_read_or_relied_on_is_refused(header):
    with pytest.raises(signatures.DigestMalformed):
        digests.check_content(header, b"")


@pytest.mark.parametrize(("key", "algorithm"), JOSE)
@pytest.mark.parametrize("b64", [{"b64": False, "crit": ["b64"]}, {}])
def test_a_detached_jws_is_taken_encoded_or_not(key, algorithm, b64):
    signature = jws.read(signing.detached(key, {"alg": algorithm, **b64}, b"signed. as it is"))

    jws.verify(signature, b"signed. as it is", key.public_key(), algorithms=JOSE_TAKEN)
    with pytest.raises(signatures.SignatureWrong) as refused:
        jws.verify(signature, b"signed. as it was", key.public_key(), algorithms=JOSE_TAKEN)

    shown = "signed. as it was" if b64 else "c2lnbmVkLiBhcyBpdCB3YXM"
    assert refused.value.detail.endswith(f".{shown}")


@pytest.mark.parametrize(
    ("protected", "refusal"),
    [
        ({"alg": "ES256", "crit": ["b64", "exp"], "b64": False, "exp": 1}, signatures.SignatureCoverageWrong),
        ({"alg": "ES256", "b64": False}, signatures.SignatureCoverageWrong),
        ({"alg": "ES512"}, signatures.SignatureAlgorithmUnfit),
    ],
)
def test_a_jws_whose_header_nobody_understands_is_refused(protected, refusal):
    header = signing.detached(EC, {**protected, "alg": "ES256"}, b"x")
    signature = replace(jws.read(header), protected=protected)

    with pytest.raises(refusal):
        jws.verify(signature, b"x", EC.public_key(), algorithms=JOSE_TAKEN)


@pytest.mark.parametrize(
    "header", ["", "..", "a.b.c", "e30..AA", "bm8..AA", "eyJhbGciOjF9..AA", "x" * 30_000]
)
def test_a_jws_that_cannot_be_read_is_refused(header):
    with pytest.raises(signatures.SignatureMalformed):
        jws.read(header)


@pytest.mark.parametrize(
    ("key", "algorithm", "named"),
    [(EC, "ES256", ';alg="ecdsa-p256-sha256"'), (EC, "ES256", ""), (RSA, "PS256", "")],
)
def test_a_message_signed_as_rfc_9421_says_is_taken(key, algorithm, named):
    lines = {"@method": "POST", "@target-uri": REQUEST.url, "x-request-id": HEADERS["x-request-id"]}
    made = signing.message(key, lines, f';created=1700000000;keyid="k"{named}', algorithm)
    message = replace(REQUEST, headers={**HEADERS, **{name.lower(): value for name, value in made.items()}})

    signature = messages.read(message)

    messages.verify(signature, message, key.public_key(), required=["@method"])
    with pytest.raises(signatures.SignatureCoverageWrong):
        messages.verify(signature, message, key.public_key(), required=["content-digest"])
    with pytest.raises(signatures.SignatureWrong) as refused:
        messages.verify(signature, replace(message, method="PUT"), key.public_key(), required=[])
    assert '"@method": PUT' in refused.value.detail


def test_a_key_of_another_kind_is_not_taken():
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    made = signing.message(EC, {"@method": "POST"}, ';keyid="k"')
    message = replace(REQUEST, headers={name.lower(): value for name, value in made.items()})

    for attempt in (
        lambda: cavage.verify(signed_by_cavage(), REQUEST, key),
        lambda: messages.verify(messages.read(message), message, key, required=[]),
        lambda: jws.verify(
            jws.read(signing.detached(EC, {"alg": "ES256"}, b"x")), b"x", key, algorithms=JOSE_TAKEN
        ),
    ):
        with pytest.raises(signatures.SignatureAlgorithmUnfit):
            attempt()
