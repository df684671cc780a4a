"""Detached JWS: a signature in a header over something that travels beside it.

Source: RFC 7515, appendix F; RFC 7797.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter, HeaderRegistryDict
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from sandbox.eidas.signatures.refusals import (
    SignatureAlgorithmUnfit,
    SignatureCoverageWrong,
    SignatureMalformed,
    SignatureWrong,
)

_HEADER_MAX, _PROTECTED_MAX, _PAYLOAD_MAX, _SIGNATURE_MAX = 20_000, 16_000, 2_000_000, 2048


class _Registry(jws.JWSRegistry):
    """The library's limits are for small headers; ours carry a chain of certificates."""

    max_header_length = _PROTECTED_MAX
    max_payload_length = _PAYLOAD_MAX
    max_signature_length = _SIGNATURE_MAX


@dataclass(frozen=True, slots=True)
class Detached:
    """A detached JWS as it came: `protected` is what its protected header says, whether it is true or not."""

    compact: str
    protected: Mapping[str, Any]

    @property
    def encoded(self) -> bool:
        """Whether the payload is signed in base64url. Source: RFC 7797, section 3."""
        return self.protected.get("b64", True) is not False


def read(header: str) -> Detached:
    """Read the header. Raises SignatureMalformed."""
    if len(header) > _HEADER_MAX:
        raise SignatureMalformed(detail=f"{len(header)} characters; {_HEADER_MAX} are the most")
    protected, payload, signature = ([*header.split("."), "", ""])[:3]
    # RFC 7515 F: the payload of the compact form is the empty string.
    if header.count(".") != 2 or payload or not _is_canonical(signature):
        raise SignatureMalformed(
            detail="a detached JWS is <protected header>..<signature>, each in base64url"
        )
    try:
        said = orjson.loads(urlsafe_b64decode(protected.encode()))
    except ValueError as error:
        raise SignatureMalformed(detail=f"the protected header is not JSON in base64url: {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("alg"), str):
        raise SignatureMalformed(detail="the protected header is no JSON object with a member alg")
    return Detached(header, said)


def verify(
    signature: Detached,
    payload: bytes,
    key: CertificatePublicKeyTypes,
    *,
    algorithms: Collection[str],
    understood: Collection[str] = (),
) -> str:
    """Hold the signature against the payload; what is signed.

    `understood` are the members that the caller deals with and `crit` may name. Raises
    SignatureAlgorithmUnfit, SignatureCoverageWrong, SignatureWrong.
    """
    algorithm = signature.protected["alg"]
    taken = frozenset(algorithms)
    if algorithm not in taken:
        raise SignatureAlgorithmUnfit(
            detail=f"alg is {algorithm[:40]!r}; known are {', '.join(sorted(taken))}"
        )
    registry, public = _registry(taken, frozenset(understood)), _as_jwk(key)
    try:
        jws.deserialize_compact(signature.compact, public, taken, registry, payload)
    except BadSignatureError as error:
        raise SignatureWrong(_signing_input(signature, payload)) from error
    except Exception as error:  # at rubbish the library raises whatever it likes
        # `crit` names what nobody understands, the algorithm is not one for the key, and the like.
        raise SignatureCoverageWrong(detail=f"{type(error).__name__}: {error}"[:500]) from error
    return _signing_input(signature, payload)


def sign(key: Mapping[str, Any], protected: Mapping[str, Any], payload: bytes) -> str:
    """A detached JWS over the payload by a private JWK; `alg` is in the protected header."""
    algorithms, critical = frozenset({str(protected["alg"])}), protected.get("crit", ())
    registry = _registry(algorithms, frozenset(critical) - {"b64"})
    private = _private(orjson.dumps(key))
    made = jws.serialize_compact(dict(protected), payload, private, algorithms, registry)
    return f"{made.partition('.')[0]}..{made.rpartition('.')[2]}"


@lru_cache(maxsize=64)
def _registry(algorithms: frozenset[str], understood: frozenset[str]) -> jws.JWSRegistry:
    members: HeaderRegistryDict = {name: HeaderParameter(name, _anything) for name in understood}
    return _Registry(members, algorithms, strict_check_header=False)


def _anything(_: object) -> None:
    """The caller knows what these members must be."""


def _as_jwk(key: CertificatePublicKeyTypes) -> RSAKey | ECKey:
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise SignatureAlgorithmUnfit(detail=f"a key of kind {type(key).__name__}")
    return _imported(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@lru_cache(maxsize=256)
def _private(key: bytes) -> RSAKey | ECKey:
    """The key of a JWK, read once: that costs as much as to sign."""
    read = orjson.loads(key)
    return RSAKey.import_key(read) if read["kty"] == "RSA" else ECKey.import_key(read)


@lru_cache(maxsize=2048)
def _imported(pem: bytes) -> RSAKey | ECKey:
    return (
        RSAKey.import_key(pem)
        if isinstance(load_pem_public_key(pem), rsa.RSAPublicKey)
        else ECKey.import_key(pem)
    )


def _is_canonical(signature: str) -> bool:
    """Whether the text is the one that stands for its bytes."""
    try:
        return urlsafe_b64encode(urlsafe_b64decode(signature.encode())).decode() == signature != ""
    except ValueError:
        return False


def _signing_input(signature: Detached, payload: bytes) -> str:
    """Source: RFC 7797, section 3."""
    signed = urlsafe_b64encode(payload) if signature.encoded else payload
    protected, _, _ = signature.compact.partition(".")
    return f"{protected}.{signed.decode('latin-1')}"
