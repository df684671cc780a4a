"""What a client signs, written by a library that the sandbox does not use: assertions, proofs, requests."""

import base64
import hashlib
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

_MAKING = {
    "ES256": (lambda: ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "PS256": (lambda: rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "RS256": (lambda: rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "EdDSA": (ed25519.Ed25519PrivateKey.generate, OKPAlgorithm),
}
_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Key:
    """A key of a client's."""

    algorithm: str = "ES256"
    kid: str = "k1"
    private: Any = field(init=False)

    def __post_init__(self) -> None:
        self.private = _MAKING[self.algorithm][0]()

    @property
    def public(self) -> dict[str, Any]:
        """The key as it is registered."""
        return {**self.bare, "kid": self.kid, "use": "sig"}

    @property
    def bare(self) -> dict[str, Any]:
        """The key and nothing more."""
        found = _MAKING[self.algorithm][1].to_jwk(self.private.public_key())
        made = json.loads(found) if isinstance(found, str) else dict(found)
        return {name: value for name, value in made.items() if name not in ("key_ops", "kid", "use")}

    @property
    def thumbprint(self) -> str:
        """RFC 7638."""
        wanted = {"EC": "crv kty x y", "RSA": "e kty n", "OKP": "crv kty x"}[self.bare["kty"]].split()
        text = json.dumps({name: self.bare[name] for name in wanted}, separators=(",", ":"), sort_keys=True)
        return hashed(text)

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token."""
        return jwt.encode(claims, self.private, self.algorithm, headers={"kid": self.kid, **header})


def hashed(text: str) -> str:
    """SHA-256 as base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def assertion(key: Key, client_id: str, aud: Any, **more: Any) -> dict[str, str]:
    """The form fields of private_key_jwt. None leaves a claim out."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": aud,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 60,
    }
    header = more.pop("header", {})
    claims = {name: value for name, value in {**claims, **more}.items() if value is not None}
    return {"client_assertion_type": _TYPE, "client_assertion": key.sign(claims, **header)}


def proof(key: Key, method: str, url: str, token: str | None = None, **more: Any) -> str:
    """A DPoP proof. None leaves a claim out."""
    claims = {"htm": method, "htu": url, "jti": str(uuid.uuid4()), "iat": int(time.time())}
    if token is not None:
        claims["ath"] = hashed(token)
    header = {"typ": "dpop+jwt", "jwk": key.bare, **more.pop("header", {})}
    claims = {name: value for name, value in {**claims, **more}.items() if value is not None}
    return jwt.encode(claims, key.private, key.algorithm, headers=header)


def request_object(key: Key, issuer: str, aud: Any, parameters: dict[str, Any], **more: Any) -> str:
    """A signed request. None leaves a claim out."""
    now = int(time.time())
    claims = {"iss": issuer, "aud": aud, "nbf": now, "iat": now, "exp": now + 300, **parameters}
    header = {"typ": "oauth-authz-req+jwt", **more.pop("header", {})}
    claims = {name: value for name, value in {**claims, **more}.items() if value is not None}
    return key.sign(claims, **header)
