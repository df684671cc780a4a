"""Signed JSON: written with one key, read with one of several. What it claims, and when, the caller judges.

Source: RFC 7515, RFC 7517, RFC 7519; FAPI 2.0 Security Profile, section 5.4, for the algorithms and keys.
"""

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwk, jwt
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

Jwk = Mapping[str, Any]

#: FAPI 2.0 SP 5.4.1: JWS is PS256, ES256 or EdDSA on Ed25519, never RS256 or none. Ed25519 is the name that
#: RFC 9864 gives to the last one.
FAPI_ALGORITHMS = ("PS256", "ES256", "EdDSA", "Ed25519")
#: What a client may sign with where no FAPI profile forbids it.
ALGORITHMS = (*FAPI_ALGORITHMS, "RS256")
_KEY_TYPES = {"PS256": "RSA", "RS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
_CURVES = {"ES256": "P-256", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}
#: The members of a JWK that are secret, and that of a shared key.
_SECRET = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA_BITS_MIN = 2048
_LENGTH_MAX = 60_000


class Unreadable(ValueError):
    """It is no signed JSON, or the signature is of none of the keys. The message is for the journal."""


class _Registry(JWSRegistry):
    """Algorithms under both names, and headers long enough for an RSA key or a certificate chain."""

    max_header_length = 16_000

    def get_alg(self, name: str) -> JWSAlgModel:
        """The algorithm; EdDSA is still how the field writes Ed25519."""
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed: the header and the claims."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def sign(key: Jwk, algorithm: str, claims: Mapping[str, Any], *, typ: str | None = "JWT") -> str:
    """Write a token with a private key; its `kid` goes into the header."""
    header = {"alg": algorithm, "kid": key["kid"]} | ({"typ": typ} if typ else {})
    private = jwk.import_key(_bare(key))
    return jwt.encode(header, dict(claims), private, registry=_registry([algorithm]), default_type=None)


def read(token: str, keys: Sequence[Jwk], algorithms: Collection[str]) -> Signed:
    """The content of a token that one of the keys has signed. Raises Unreadable."""
    said = peek(token)
    header = said.header
    algorithm = header.get("alg")
    if algorithm not in algorithms:
        raise Unreadable(f"alg {algorithm!r} is none of {', '.join(algorithms)}")
    fitting = [one for one in keys if _fits(one, str(algorithm), header.get("kid"))]
    if not fitting:
        raise Unreadable(f"no key for alg {algorithm!r} and kid {header.get('kid')!r}")
    for key in fitting:
        try:
            jwt.decode(token, jwk.import_key(_bare(key)), registry=_registry(algorithms))
        except Exception as error:  # at rubbish the libraries raise whatever they like
            wrong = f"{type(error).__name__}: {error}"
        else:
            return said
    raise Unreadable(wrong)


def peek(token: str) -> Signed:
    """What a token says of itself before anybody has looked at the signature. Raises Unreadable."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _LENGTH_MAX:
        raise Unreadable("not three parts of a reasonable length")
    try:
        header, claims = (_content(decoded(one)) for one in parts[:2])
    except ValueError as error:
        raise Unreadable(f"not base64url of JSON: {error}") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Unreadable("header and payload must be JSON objects")
    return Signed(header, claims)


def rsa_key(keys: Sequence[Jwk], algorithm: str, kid: str) -> rsa.RSAPublicKey | None:
    """The RSA key of that id that can have made such a signature; None where there is none."""
    for key in keys:
        if _fits(key, algorithm, kid) and key.get("kid") == kid:
            try:
                found = jwk.import_key(_bare(key))
            except Exception as error:  # as above
                raise Unreadable(f"not a key: {type(error).__name__}: {error}") from error
            return found.public_key if isinstance(found, jwk.RSAKey) else None
    return None


def thumbprint(key: Jwk) -> str:
    """The SHA-256 thumbprint of a public key. Source: RFC 7638. Raises Unreadable."""
    try:
        return jwk.import_key(_bare(key)).thumbprint()
    except Exception as error:  # as above
        raise Unreadable(f"not a key: {type(error).__name__}: {error}") from error


def digest(content: bytes) -> str:
    """SHA-256 as base64url without padding: how hashes stand in tokens and headers."""
    return encoded(hashlib.sha256(content).digest())


def encoded(content: bytes) -> str:
    """The bytes as base64url without padding: letters that are safe in a URL. Source: RFC 7515, section 2."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes that base64url stands for. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def public(key: Jwk) -> dict[str, Any]:
    """The key without what must stay secret."""
    return {name: value for name, value in key.items() if name not in _SECRET}


def is_private(key: Jwk) -> bool:
    """Whether somebody has sent a private or a shared key where a public one belongs."""
    return not _SECRET.isdisjoint(key)


def _content(text: bytes) -> Any:
    """JSON that can be kept and counted with. Raises ValueError.

    RFC 7493 2.1 and 2.2: no half of a character, and no number that is none or too large for a float. A NUL
    is a character, and not one that PostgreSQL keeps.
    """
    if b"\\u0000" in text:
        raise ValueError("a text with NUL in it")
    return orjson.loads(text)


def _registry(algorithms: Collection[str]) -> _Registry:
    # Headers that we do not know do no harm; what is marked `crit` and unknown is refused by the library.
    allowed = {"Ed25519" if one == "EdDSA" else one for one in algorithms}
    return _Registry(algorithms=allowed, strict_check_header=False)


def _bare(key: Jwk) -> dict[str, Any]:
    """The key without what it says of its use: that is compared by us, once, in `_fits`."""
    return {name: value for name, value in key.items() if name not in {"alg", "use", "key_ops", "x5c"}}


def _fits(key: Jwk, algorithm: str, kid: object) -> bool:
    """Whether a key can have made such a signature.

    FAPI 2.0 SP 5.4.3: where several keys have the same kid, kty, use and alg decide.
    """
    if not isinstance(key, Mapping) or key.get("kty") != _KEY_TYPES[algorithm]:
        return False
    named = kid is None or key.get("kid") in (None, kid)
    used = key.get("use") in (None, "sig")
    said = key.get("alg") in (None, algorithm) or {str(key.get("alg")), algorithm} == {"EdDSA", "Ed25519"}
    curve = algorithm not in _CURVES or key.get("crv") == _CURVES[algorithm]
    # FAPI 2.0 SP 5.4.1: RSA keys have a length of at least 2048 bits.
    long = key["kty"] != "RSA" or len(str(key.get("n", ""))) * 6 >= _RSA_BITS_MIN
    return named and used and said and curve and long
