"""The algorithms of draft-cavage-http-signatures: by their names, or by the key alone.

Source: draft-cavage-http-signatures-12, appendix E.2, the registry of algorithms; `rsa-sha512` as the
libraries of the field have it beside `rsa-sha256`.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from sandbox.eidas.signatures.refusals import SignatureAlgorithmUnfit

_RSA = {"rsa-sha256": hashes.SHA256(), "rsa-sha512": hashes.SHA512()}
_EC = {"ecdsa-sha256": hashes.SHA256()}
#: The key decides. The registry recommends RSASSA-PSS and ECDSA, each with SHA-512.
BY_THE_KEY = "hs2019"
_PSS = padding.PSS(padding.MGF1(hashes.SHA512()), padding.PSS.AUTO)

NAMES = (*_RSA, *_EC, BY_THE_KEY)


def fits(algorithm: str, key: CertificatePublicKeyTypes, signature: bytes, signed: bytes) -> bool:
    """Whether the signature is one of that key over those bytes. Raises SignatureAlgorithmUnfit."""
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
            key.verify(signature, signed, padding.PKCS1v15(), _RSA[algorithm])
        elif isinstance(key, rsa.RSAPublicKey) and algorithm == BY_THE_KEY:
            key.verify(signature, signed, _PSS, hashes.SHA512())
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _EC:
            key.verify(signature, signed, ec.ECDSA(_EC[algorithm]))
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == BY_THE_KEY:
            key.verify(signature, signed, ec.ECDSA(hashes.SHA512()))
        else:
            raise SignatureAlgorithmUnfit(detail=_unfit(algorithm, key))
    except InvalidSignature:
        return False
    return True


def _unfit(algorithm: str, key: CertificatePublicKeyTypes) -> str:
    kind = type(key).__name__.removesuffix("PublicKey")
    return f"{algorithm[:40]!r} with a key of kind {kind}; known are {', '.join(NAMES)}"
