"""What has been taken back: the list that anybody may fetch, and the answer about one certificate.

Times are those of the workspace. Source: RFC 5280, section 5; RFC 6960.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from sqlalchemy import select

from sandbox.eidas import authority
from sandbox.eidas.authority import Authority
from sandbox.eidas.certificates.model import IssuedCertificate
from sandbox.eidas.certificates.parsing import serial_text
from sandbox.eidas.roots import Issuer, Root
from sandbox.kernel.db import Work

#: How long an answer may be relied on. It is made anew for each who asks.
_GOOD_FOR = timedelta(hours=1)
_REQUEST_BYTES_MAX = 10_000
#: RFC 8954 2.1: a nonce has 1 to 32 octets; a longer one is ignored.
_NONCE_MAX = 32


def crl(work: Work, workspace_id: str, at: datetime) -> bytes:
    """The revocation list of a workspace's authority, DER. An authority that is not there yet is made."""
    issuer = authority.of(work, workspace_id)
    number = work.scalar(
        select(Authority.crl_number).where(
            Authority.workspace_id == workspace_id, Authority.root == Root.SANDBOX.value
        )
    )
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + _GOOD_FOR)
        .add_extension(x509.CRLNumber(number or 1), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    )
    for one in _taken_back(work, workspace_id):
        builder = builder.add_revoked_certificate(_entry(one))
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def answer(work: Work, workspace_id: str, request: bytes, at: datetime) -> bytes:
    """The OCSP response to a request, both DER; what cannot be read is answered as RFC 6960 says."""
    asked = _asked(request)
    if asked is None:
        return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    issuer = authority.of(work, workspace_id)
    if not _asks_about(asked, issuer):
        # RFC 5019 2.2.3: a responder that is not authoritative for the certificate says so.
        return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    found = work.get(IssuedCertificate, (workspace_id, serial_text(asked.serial_number)))
    return _answered(asked, issuer, found, at)


def _taken_back(work: Work, workspace_id: str) -> list[IssuedCertificate]:
    wanted = select(IssuedCertificate).where(
        IssuedCertificate.workspace_id == workspace_id,
        IssuedCertificate.root == Root.SANDBOX.value,
        IssuedCertificate.revoked_at.is_not(None),
    )
    return list(work.scalars(wanted.order_by(IssuedCertificate.revoked_at, IssuedCertificate.serial)))


def _entry(one: IssuedCertificate) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(int(one.serial, 16))
    reason = x509.ReasonFlags(one.revocation)
    if reason is not x509.ReasonFlags.unspecified:
        # RFC 5280 5.3.1: "unspecified" should be left out rather than written.
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    assert one.revoked_at is not None
    return builder.revocation_date(one.revoked_at).build()


def _asked(request: bytes) -> ocsp.OCSPRequest | None:
    if len(request) > _REQUEST_BYTES_MAX:
        return None
    try:
        asked = ocsp.load_der_ocsp_request(request)
        # More than one certificate in a request is none that the library reads, and it says so here.
        asked.serial_number, asked.hash_algorithm, asked.extensions  # noqa: B018
    except (ValueError, TypeError, NotImplementedError, UnsupportedAlgorithm, x509.DuplicateExtension):
        return None
    # RFC 5280 4.1.2.2: a serial number is positive; the library reads others and cannot write them.
    return asked if asked.serial_number > 0 else None


def _asks_about(asked: ocsp.OCSPRequest, issuer: Issuer) -> bool:
    """Whether the authority that the request names is this one."""
    name = issuer.certificate.subject.public_bytes()
    # RFC 6960 4.1.1: the key as it stands in the bit string, without its algorithm.
    key = issuer.key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    mine = tuple(_hash(one, asked.hash_algorithm) for one in (name, key))
    return mine == (asked.issuer_name_hash, asked.issuer_key_hash)


def _hash(text: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(text)
    return digest.finalize()


def _answered(
    asked: ocsp.OCSPRequest, issuer: Issuer, found: IssuedCertificate | None, at: datetime
) -> bytes:
    status, revoked_at, reason = ocsp.OCSPCertStatus.UNKNOWN, None, None
    if found is not None:
        status = ocsp.OCSPCertStatus.GOOD
    if found is not None and found.revoked_at is not None:
        status, revoked_at = ocsp.OCSPCertStatus.REVOKED, found.revoked_at
        reason = x509.ReasonFlags(found.revocation)
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=asked.issuer_name_hash,
        issuer_key_hash=asked.issuer_key_hash,
        serial_number=asked.serial_number,
        algorithm=asked.hash_algorithm,
        cert_status=status,
        this_update=at,
        next_update=at + _GOOD_FOR,
        revocation_time=revoked_at,
        revocation_reason=reason,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
    nonce = _nonce(asked)
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _nonce(asked: ocsp.OCSPRequest) -> bytes | None:
    for extension in asked.extensions:
        if isinstance(extension.value, x509.OCSPNonce) and 0 < len(extension.value.nonce) <= _NONCE_MAX:
            return extension.value.nonce
    return None


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    made = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    return made.public_bytes(serialization.Encoding.DER)
