"""The examples that the specifications print, read by us."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from joserfc import jws as library
from joserfc.jwk import OctKey

from sandbox.eidas import signatures
from sandbox.eidas.signatures import Message, cavage, digests, jws, messages

BODY = b'{"hello": "world"}'

#: draft-cavage-http-signatures-12, appendix C: the key, and the request that all three sign.
CAVAGE_KEY = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----"""
CAVAGE_REQUEST = Message(
    "POST",
    "https://example.com/foo?param=value&pet=dog",
    {
        "host": "example.com",
        "date": "Sun, 05 Jan 2014 21:31:40 GMT",
        "content-type": "application/json",
        "digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "content-length": "18",
    },
    BODY,
)
CAVAGE = {
    "C.1": (
        "date",
        "SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25W"
        "qS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM=",
    ),
    "C.2": (
        "(request-target) host date",
        "qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfE"
        "dKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0=",
    ),
    "C.3": (
        "(request-target) host date content-type digest content-length",
        "vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv1"
        "20V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE=",
    ),
}

#: RFC 9421, appendix B.1.2 and B.2.
PSS_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2G"
    "XHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq"
    "gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ"
    "7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI"
    "2wIDAQAB"
)
MESSAGE_HEADERS = {
    "host": "example.com",
    "date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "content-type": "application/json",
    "content-digest": "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyeald"
    "VLvRwEmTHWXvJwew==:",
    "content-length": "18",
    "signature-input": 'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473'
    ';keyid="test-key-rsa-pss";tag="header-example"',
    "signature": "sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfK"
    "tjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqw"
    "ZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErO"
    "s0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==:",
}

#: RFC 7797, section 4: the key, the payload, and its two signatures.
JWS_KEY = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
JWS_UNENCODED = (
    "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
)


@pytest.mark.parametrize("example", CAVAGE)
def test_the_examples_of_cavage_are_good(example):
    covered, octets = CAVAGE[example]
    header = f'keyId="Test",algorithm="rsa-sha256",headers="{covered}",signature="{octets}"'

    cavage.verify(cavage.read(header), CAVAGE_REQUEST, load_pem_public_key(CAVAGE_KEY.encode()))


def test_the_digest_of_nothing_is_the_one_that_everybody_knows():
    assert digests.digest(b"") == "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize("header", [CAVAGE_REQUEST.headers["digest"], digests.digest(BODY, "SHA-512")])
def test_digests_of_rfc_3230_are_good(header):
    digests.check(header, BODY)


@pytest.mark.parametrize(
    "header",
    [
        # RFC 9530, section 2, and appendix D; both at once, section 2.
        MESSAGE_HEADERS["content-digest"],
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
        f"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:,{MESSAGE_HEADERS['content-digest']}",
    ],
)
def test_digests_of_rfc_9530_are_good(header):
    digests.check_content(header, BODY)


def test_the_example_of_rfc_9421_says_which_bytes_it_signs():
    """B.2.2 is of rsa-pss-sha512, which its key alone tells. A nameless one is PS256 to us, so it is refused;
    the refusal shows the signature base that the appendix prints, and the signature fits that.
    """
    message = Message("POST", "https://example.com/foo?param=Value&Pet=dog", MESSAGE_HEADERS, BODY)
    signature = messages.read(message)

    key = load_der_public_key(base64.b64decode(PSS_KEY))
    with pytest.raises(signatures.SignatureWrong) as refused:
        messages.verify(signature, message, key, required=[])

    assert signature.key_id == "test-key-rsa-pss"
    assert signature.created.isoformat() == "2021-04-20T02:07:53+00:00"
    _, _, base = refused.value.detail.partition("\n")
    assert base.splitlines() == [
        '"@authority": example.com',
        f'"content-digest": {MESSAGE_HEADERS["content-digest"]}',
        '"@query-param";name="Pet": dog',
        '"@signature-params": ("@authority" "content-digest" "@query-param";name="Pet");created=1618884473'
        ';keyid="test-key-rsa-pss";tag="header-example"',
    ]
    octets = base64.b64decode(MESSAGE_HEADERS["signature"].removeprefix("sig-b22=:").removesuffix(":"))
    pss = padding.PSS(padding.MGF1(hashes.SHA512()), 64)
    key.verify(octets, base.encode(), pss, hashes.SHA512())


def test_the_example_of_rfc_7797_reads_as_detached_and_unencoded():
    read = jws.read(JWS_UNENCODED)

    assert read.protected == {"alg": "HS256", "b64": False, "crit": ["b64"]}
    assert not read.encoded
    # A shared secret is nothing that a certificate could hold: the library proves the example.
    library.deserialize_compact(
        JWS_UNENCODED, OctKey.import_key({"kty": "oct", "k": JWS_KEY}), payload=b"$.02"
    )
