"""Signatures of HTTP messages, and the digests they lean on. Which of them a bank wants, a standard says.

`cavage` reads the header that was on its way to become an RFC, `messages` what has become of it (RFC 9421),
`jws` the detached JWS. Each refusal says in its detail, for the journal alone, what was expected.
"""

from sandbox.eidas.signatures.message import Message
from sandbox.eidas.signatures.refusals import (
    DigestMalformed,
    DigestMissing,
    DigestWrong,
    SignatureAlgorithmUnfit,
    SignatureCoverageWrong,
    SignatureInvalid,
    SignatureKeyWrong,
    SignatureMalformed,
    SignatureMissing,
    SignatureRefused,
    SignatureStale,
    SignatureWrong,
)

__all__ = [
    "DigestMalformed",
    "DigestMissing",
    "DigestWrong",
    "Message",
    "SignatureAlgorithmUnfit",
    "SignatureCoverageWrong",
    "SignatureInvalid",
    "SignatureKeyWrong",
    "SignatureMalformed",
    "SignatureMissing",
    "SignatureRefused",
    "SignatureStale",
    "SignatureWrong",
]
