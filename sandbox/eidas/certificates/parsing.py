"""Reading certificates: what is in one, remembered by its bytes, since clients show the same all the time.

Nothing that depends on the time or on the books is decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtensionOID, NameOID

from sandbox.eidas import authority, qc_statements
from sandbox.eidas.certificates.model import QC_TYPES, CertificateKind
from sandbox.eidas.certificates.refusals import CertificateUnreadable
from sandbox.eidas.qc_statements import QcStatements
from sandbox.kernel import jose

#: How many certificates a process remembers, and the longest that is read at all, in bytes.
_REMEMBERED_MAX, _BYTES_MAX = 2048, 32_768
_RSA_BITS_MIN = 2048
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_KINDS = {said: kind for kind, said in QC_TYPES.items()}
#: What the library raises at something that is no certificate, or not a sound one.
_UNSOUND = (
    ValueError,
    TypeError,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
    # At a serial number that is not positive: it warns now, and will raise one day.
    CryptographyDeprecationWarning,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a certificate says, whether it is true or not."""

    der: bytes
    certificate: x509.Certificate
    serial: str
    thumbprint: str
    issuer: str
    subject: str
    workspace_id: str | None
    organisation_identifier: str
    kind: CertificateKind
    statements: QcStatements
    domains: tuple[str, ...]
    public_key: CertificatePublicKeyTypes
    weak: bool
    not_before: datetime
    not_after: datetime


def read(presented: bytes) -> Reading:
    """Read a certificate, DER or PEM; of a chain in PEM the first one. Raises CertificateUnreadable."""
    if len(presented) > _BYTES_MAX:
        raise CertificateUnreadable(detail=f"{len(presented)} bytes are too many")
    return _read(presented)


def thumbprint(certificate: x509.Certificate) -> str:
    """SHA-256 over the DER, base64url without padding. Source: RFC 8705, section 3.1, x5t#S256."""
    return jose.encoded(certificate.fingerprint(hashes.SHA256()))


def serial_text(number: int) -> str:
    """A serial number as we write it: hexadecimal, small letters, no leading zeros."""
    return f"{number:x}"


def is_weak(key: object) -> bool:
    """Whether nobody may rely on a key of that kind and size. Source: ETSI TS 119 312, section 9."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size < _RSA_BITS_MIN
    return not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES))


@lru_cache(maxsize=_REMEMBERED_MAX)
def _read(presented: bytes) -> Reading:
    try:
        return _reading(_loaded(presented))
    except _UNSOUND as error:
        raise CertificateUnreadable(detail=f"{type(error).__name__}: {error}"[:500]) from error


def _loaded(presented: bytes) -> x509.Certificate:
    if b"-----BEGIN" in presented:
        return x509.load_pem_x509_certificate(presented)
    return x509.load_der_x509_certificate(presented)


def _reading(found: x509.Certificate) -> Reading:
    # RFC 5280 4.1.2.2: the serial number must be a positive integer.
    if found.serial_number <= 0:
        raise ValueError("the serial number is not positive")
    extension = found.extensions.get_extension_for_oid(qc_statements.EXTENSION).value
    if not isinstance(extension, x509.UnrecognizedExtension):
        raise TypeError("the library has come to know qcStatements; read them from it")
    statements = qc_statements.decode(extension.value)
    if statements.type not in _KINDS or not statements.compliant:
        raise ValueError("the statements name no seal and no website certificate that is qualified")
    names = _values(found.issuer, NameOID.COMMON_NAME)
    key = found.public_key()
    return Reading(
        der=found.public_bytes(serialization.Encoding.DER),
        certificate=found,
        serial=serial_text(found.serial_number),
        thumbprint=thumbprint(found),
        issuer=found.issuer.rfc4514_string(),
        subject=found.subject.rfc4514_string(),
        workspace_id=authority.workspace_named(names[0]) if names else None,
        organisation_identifier="".join(_values(found.subject, NameOID.ORGANIZATION_IDENTIFIER)[:1]),
        kind=_KINDS[statements.type],
        statements=statements,
        domains=_domains(found),
        public_key=key,
        weak=is_weak(key),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
    )


def _values(name: x509.Name, attribute: x509.ObjectIdentifier) -> list[str]:
    found: Iterable[str | bytes] = (one.value for one in name.get_attributes_for_oid(attribute))
    return [one for one in found if isinstance(one, str)]


def _domains(found: x509.Certificate) -> tuple[str, ...]:
    try:
        names = found.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return ()
    if not isinstance(names, x509.SubjectAlternativeName):
        raise TypeError("the names are not as RFC 5280 has them")
    return tuple(names.get_values_for_type(x509.DNSName))
