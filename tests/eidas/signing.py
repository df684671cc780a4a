"""How a TPP signs: with nothing of ours, so that both sides have to understand the specification alike."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def digest(body: bytes, algorithm: str = "SHA-256") -> str:
    """The header Digest."""
    made = hashlib.new(algorithm.replace("-", "").lower(), body).digest()
    return f"{algorithm}={base64.b64encode(made).decode()}"


def content_digest(body: bytes) -> str:
    """The header Content-Digest."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def octets(key, signed: bytes, algorithm: str) -> bytes:
    """The signature of a name of draft-cavage, or of JOSE."""
    sha = hashes.SHA256() if algorithm.endswith("256") else hashes.SHA512()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        der = key.sign(signed, ec.ECDSA(sha))
        return _plain(der, 32) if algorithm.startswith("ES") else der
    if algorithm.startswith(("PS", "hs")):
        return key.sign(signed, padding.PSS(padding.MGF1(sha), sha.digest_size), sha)
    return key.sign(signed, padding.PKCS1v15(), sha)


def cavage(key, key_id: str, lines: dict[str, str], algorithm: str = "rsa-sha256") -> str:
    """The header Signature of draft-cavage over those lines, in their order."""
    signed = "\n".join(f"{name.lower()}: {value}" for name, value in lines.items())
    made = base64.b64encode(octets(key, signed.encode(), algorithm)).decode()
    names = " ".join(lines)
    return f'keyId="{key_id}",algorithm="{algorithm}",headers="{names}",signature="{made}"'


def jades(key, lines: dict[str, str], algorithm: str = "ES256", **said) -> str:
    """The header x-jws-signature over those lines, by the mechanism HttpHeaders of JAdES.

    `said` are other members of the protected header; None takes one away.
    """
    protected = {
        "alg": algorithm,
        "b64": False,
        "crit": ["sigT", "sigD", "b64"],
        "sigD": {"pars": list(lines), "mId": "http://uri.etsi.org/19182/HttpHeaders"},
        **said,
    }
    kept = {name: value for name, value in protected.items() if value is not None}
    payload = "\n".join(f"{name}: {value}" for name, value in lines.items())
    return detached(key, kept, payload.encode())


def detached(key, protected: dict[str, object], payload: bytes) -> str:
    """A detached JWS over a payload, which is signed in base64url where `b64` does not say false."""
    header = _base64url(json.dumps(protected).encode())
    signed = payload if protected.get("b64") is False else _base64url(payload).encode()
    made = octets(key, header.encode() + b"." + signed, protected["alg"])
    return f"{header}..{_base64url(made)}"


def message(key, lines: dict[str, str], parameters: str, algorithm: str = "ES256") -> dict[str, str]:
    """The headers Signature-Input and Signature of RFC 9421 over those components."""
    covered = " ".join(f'"{name}"' for name in lines)
    said = f"({covered}){parameters}"
    base = "\n".join(
        [*(f'"{name}": {value}' for name, value in lines.items()), f'"@signature-params": {said}']
    )
    made = base64.b64encode(octets(key, base.encode(), algorithm)).decode()
    return {"Signature-Input": f"sig1={said}", "Signature": f"sig1=:{made}:"}


def _plain(der: bytes, size: int) -> bytes:
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(der))


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
