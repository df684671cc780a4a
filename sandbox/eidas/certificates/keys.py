"""Keys: made for who sends none, and read from the signing request of who has their own."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sandbox.eidas.certificates.model import KeyAlgorithm, Order, SpecialOrder
from sandbox.eidas.certificates.refusals import CsrKeyUnfit, CsrMalformed

_EXPONENT = 65537
_WEAK_BITS = 1024
_RSA_BITS = {KeyAlgorithm.RSA_2048: 2048, KeyAlgorithm.RSA_3072: 3072}
_RSA_BITS_MIN, _RSA_BITS_MAX = 2048, 8192
_CURVES = (ec.SECP256R1, ec.SECP384R1)
_CSR_BYTES_MAX = 32_768

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def of(order: Order) -> tuple[PublicKey, PrivateKey | None]:
    """The key of a certificate, and its private half where it is ours. Raises CsrMalformed, CsrKeyUnfit."""
    weak = order.special is SpecialOrder.WEAK_KEY
    if order.csr is not None:
        return _requested(order.csr, weak=weak), None
    made = _made(order.algorithm, weak=weak)
    return made.public_key(), made


def pem(key: PrivateKey) -> str:
    """A private key as PKCS#8."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _made(algorithm: KeyAlgorithm, *, weak: bool) -> PrivateKey:
    if weak:
        return rsa.generate_private_key(_EXPONENT, _WEAK_BITS)
    if algorithm is KeyAlgorithm.P_256:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(_EXPONENT, _RSA_BITS[algorithm])


def _requested(csr: bytes, *, weak: bool) -> PublicKey:
    """The key in a signing request. What else stands in it does not count: the directory knows the holder."""
    if len(csr) > _CSR_BYTES_MAX:
        raise CsrMalformed(detail=f"{len(csr)} bytes are too many")
    try:
        request = x509.load_pem_x509_csr(csr)
        # RFC 2986 3: the signature proves that who asks has the key.
        sound = request.is_signature_valid
        key = request.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature, x509.InvalidVersion) as error:
        raise CsrMalformed(detail=f"{type(error).__name__}: {error}"[:500]) from error
    if not sound:
        raise CsrMalformed(detail="the signature does not fit the key")
    if isinstance(key, rsa.RSAPublicKey) and (weak or key.key_size >= _RSA_BITS_MIN):
        if key.key_size <= _RSA_BITS_MAX:
            return key
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return key
    raise CsrKeyUnfit(detail=type(key).__name__)
