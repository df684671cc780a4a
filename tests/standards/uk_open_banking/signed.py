"""A TPP that signs its calls, and reads the signatures of answers, with nothing of ours."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.conftest import NOON
from tests.eidas import signing

OWN = "http://openbanking.org.uk/"
IAT, ISS, TAN = f"{OWN}iat", f"{OWN}iss", f"{OWN}tan"
PADDING = padding.PSS(padding.MGF1(hashes.SHA256()), 32)


@dataclass
class Signer:
    """A key under an id, and the name under which the directory knows the TPP."""

    issuer: str
    kid: str = "buddy-2026"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def jwk(self) -> dict[str, str]:
        """The public key, as the directory keeps it."""
        numbers = self.key.public_key().public_numbers()
        parts = {"n": numbers.n, "e": numbers.e}
        return {"kty": "RSA", "kid": self.kid, "use": "sig"} | {
            name: base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
            for name, number in parts.items()
        }

    def header(self, **changes: Any) -> dict[str, Any]:
        """The JOSE header of 3.1.4 and later; None takes a claim away."""
        said = {
            "alg": "PS256",
            "kid": self.kid,
            "typ": "JOSE",
            "cty": "application/json",
            IAT: int(NOON.timestamp()),
            ISS: self.issuer,
            TAN: "localhost",
            "crit": [IAT, ISS, TAN],
            **changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, body: bytes, **changes: Any) -> str:
        """The value of x-jws-signature."""
        return signing.detached(self.key, self.header(**changes), body)


#: What 3.1.3 and earlier have instead: the payload as it is.
UNENCODED = {"b64": False, "crit": ["b64", IAT, ISS, TAN]}


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def read(signature: str, body: bytes, keys: list[dict[str, str]]) -> dict[str, Any] | None:
    """The JOSE header of an answer's signature that one of the published keys has made; None if none has."""
    protected, payload, signed = signature.split(".")
    assert payload == ""
    header = json.loads(_decoded(protected))
    [jwk] = [one for one in keys if one["kid"] == header["kid"]]
    n, e = (int.from_bytes(_decoded(jwk[part]), "big") for part in ("n", "e"))
    sent = body if header.get("b64") is False else base64url(body).encode()
    try:
        rsa.RSAPublicNumbers(e, n).public_key().verify(
            _decoded(signed), protected.encode() + b"." + sent, PADDING, hashes.SHA256()
        )
    except InvalidSignature:
        return None
    return header


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
