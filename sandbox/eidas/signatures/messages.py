"""HTTP message signatures: `Signature-Input` and `Signature` as RFC 9421 has them.

The library reads, builds what is signed, and verifies. When a signature was made, its caller judges, by the
clocks that we have and the library does not know.
Source: RFC 9421, sections 2 to 4; section 3.3.7 for the algorithms of JOSE.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cryptography.exceptions
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    MappingKeyResolver,
    algorithms,
)

from sandbox.eidas.signatures import structured
from sandbox.eidas.signatures.message import Message
from sandbox.eidas.signatures.refusals import (
    SignatureAlgorithmUnfit,
    SignatureCoverageWrong,
    SignatureMalformed,
    SignatureRefused,
    SignatureWrong,
)

_HEADER_MAX = 8192


@dataclass(frozen=True, slots=True)
class Signature:
    """The one signature of a message, under its label: what its parameters say."""

    label: str
    key_id: str
    algorithm: str | None
    created: datetime | None
    expires: datetime | None

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """When it was made and when it runs out, where it says so."""
        return self.created, self.expires


def read(message: Message) -> Signature:
    """Read the signature of a message. Raises SignatureMalformed, also where there are several."""
    header = message.headers.get("signature-input", "")
    if len(header) + len(message.headers.get("signature", "")) > _HEADER_MAX:
        raise SignatureMalformed(
            detail=f"Signature-Input and Signature are longer than {_HEADER_MAX} together"
        )
    try:
        inputs = structured.dictionary(header)
    except ValueError as error:
        raise SignatureMalformed(detail=f"Signature-Input is no dictionary by RFC 9651: {error}") from error
    if len(inputs) != 1:
        raise SignatureMalformed(detail=f"one signature is read, and Signature-Input has {len(inputs)}")
    ((label, (_, said)),) = inputs.items()
    key_id, algorithm = said.get("keyid"), said.get("alg")
    if not isinstance(key_id, str) or not isinstance(algorithm, str | None):
        raise SignatureMalformed(
            detail="keyid and alg of Signature-Input are strings, and keyid must be there"
        )
    return Signature(label, key_id, algorithm, _moment(said, "created"), _moment(said, "expires"))


def verify(
    signature: Signature, message: Message, key: CertificatePublicKeyTypes, *, required: Sequence[str]
) -> str:
    """Hold the signature against the message; what is signed. `required` are the components it has to cover.

    Raises SignatureAlgorithmUnfit, SignatureCoverageWrong, SignatureWrong.
    """
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise SignatureAlgorithmUnfit(detail=f"a key of kind {type(key).__name__}")
    resolver = MappingKeyResolver(public_keys={signature.key_id: key}, private_keys={})
    algorithm = _algorithm(signature.algorithm, key)
    verifier = _Verifier(signature_algorithm=algorithm, key_resolver=resolver)
    try:
        (found,) = verifier.verify(message, max_age=None, require_components=required)
    except HTTPMessageSignaturesException as error:
        if isinstance(error.__cause__, SignatureRefused):
            raise error.__cause__ from error
        covered = message.headers["signature-input"]
        raise SignatureCoverageWrong(detail=f"{error}. Signature-Input: {covered}"[:2000]) from error
    return "\n".join(f"{name}: {value}" for name, value in found.covered_components.items())


class _Verifier(HTTPMessageVerifier):
    """The library's, without its clock."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Not here: the caller has been told the moments."""


class _RsaPssSha256(algorithms.RSA_PSS_SHA512):
    """PS256 of JOSE, which has no name of its own among those of RFC 9421."""

    algorithm_id = "PS256"

    def __init__(self, public_key: Any = None, private_key: Any = None, password: Any = None) -> None:
        super().__init__(public_key, private_key, password)  # type: ignore[no-untyped-call]  # the library's
        self.hash_algorithm = hashes.SHA256()
        self.padding = padding.PSS(padding.MGF1(self.hash_algorithm), salt_length=32)


def _telling(algorithm: type[HTTPSignatureAlgorithm]) -> type[HTTPSignatureAlgorithm]:
    """The algorithm, but where a signature does not fit, it tells what would have."""

    class Telling(algorithm):  # type: ignore[valid-type, misc]  # a class made of the one that is given
        def verify(self, signature: bytes, message: bytes) -> None:
            try:
                super().verify(signature, message)
            except cryptography.exceptions.InvalidSignature as error:
                raise SignatureWrong(message.decode()) from error

    return Telling


_RSA = {one.algorithm_id: _telling(one) for one in (algorithms.RSA_PSS_SHA512, algorithms.RSA_V1_5_SHA256)}
_RSA_BY_THE_KEY = _telling(_RsaPssSha256)
_EC: Mapping[str, tuple[str, type[HTTPSignatureAlgorithm]]] = {
    ec.SECP256R1.name: ("ecdsa-p256-sha256", _telling(algorithms.ECDSA_P256_SHA256)),
    ec.SECP384R1.name: ("ecdsa-p384-sha384", _telling(algorithms.ECDSA_P384_SHA384)),
}


def _algorithm(
    named: str | None, key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
) -> type[HTTPSignatureAlgorithm]:
    """The algorithm that is named; without a name the key's: PS256, or ECDSA on its curve."""
    if isinstance(key, rsa.RSAPublicKey):
        # RFC 9421 3.3.7: an algorithm of JOSE must not be named in alg, the key's owner has said which.
        if named is None:
            return _RSA_BY_THE_KEY
        if named in _RSA:
            return _RSA[named]
    elif key.curve.name in _EC:
        name, found = _EC[key.curve.name]
        if named in {None, name}:
            return found
    known = ", ".join((*_RSA, *(name for name, _ in _EC.values())))
    raise SignatureAlgorithmUnfit(
        detail=f"alg is {(named or '')[:40]!r}; known, each for its keys, are {known}"
    )


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    value = said.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 100_000_000_000:
        raise SignatureMalformed(detail=f"{name} of Signature-Input is not in seconds of Unix time")
    return datetime.fromtimestamp(value, UTC)
