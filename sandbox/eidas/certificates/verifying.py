"""Whether a certificate is good: issued by the workspace's authority, strong, in its time, not taken back."""

from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from sandbox.eidas.certificates import parsing
from sandbox.eidas.certificates.model import Certificate, CertificateKind
from sandbox.eidas.certificates.parsing import Reading
from sandbox.eidas.certificates.refusals import (
    CertificateBlocked,
    CertificateExpired,
    CertificateFromStranger,
    CertificateKeyWeak,
    CertificateKindWrong,
    CertificateNotYetValid,
    CertificateRevoked,
    RoleMissing,
)
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Work
from sandbox.workspaces.organisations import PspRole

_REMEMBERED_MAX = 4096
_HOLD = x509.ReasonFlags.certificate_hold.value
#: Every certificate-bound request asks this, so it goes straight to the driver.
_BOOKS = (
    "SELECT a.certificate, c.app_id, c.revoked_at, c.revocation FROM trust_authority a"
    " LEFT JOIN trust_certificate c ON c.workspace_id = a.workspace_id AND c.serial = ?"
    " WHERE a.workspace_id = ? AND a.root = 'sandbox'"
)


def verify(work: Work, presented: bytes, at: datetime, *, kind: CertificateKind | None = None) -> Certificate:
    """Verify a certificate, DER or PEM, at a moment of its workspace; `kind` where only one will do.

    A chain may follow in the PEM and is not needed: the authority is known here. Raises
    CertificateUnreadable, CertificateFromStranger, CertificateKeyWeak, CertificateKindWrong,
    CertificateNotYetValid, CertificateExpired, CertificateBlocked, CertificateRevoked.
    Source: RFC 5280, section 6.1.3.
    """
    found = parsing.read(presented)
    app_id, revoked_at, revocation = _in_the_books(work, found)
    if found.weak:
        raise CertificateKeyWeak(detail=f"serial {found.serial}")
    if kind is not None and found.kind is not kind:
        raise CertificateKindWrong(detail=f"{found.kind} where {kind} is asked for")
    _in_its_time(found, at)
    if revocation == _HOLD:
        raise CertificateBlocked(detail=f"serial {found.serial} is on hold since {revoked_at}")
    if revoked_at is not None or app_id is None:
        since = f"revoked at {revoked_at}, {revocation}" if revoked_at else "no longer in the books"
        raise CertificateRevoked(detail=f"serial {found.serial}: {since}")
    return _verified(found, app_id)


def identify(work: Work, presented: bytes) -> tuple[str, str]:
    """The workspace and the app that a certificate was issued to, whether or not it is good now.

    Raises CertificateUnreadable, CertificateFromStranger, CertificateRevoked where the app is gone.
    """
    found = parsing.read(presented)
    app_id, _, _ = _in_the_books(work, found)
    if app_id is None or found.workspace_id is None:
        raise CertificateRevoked(detail=f"serial {found.serial}: no longer in the books")
    return found.workspace_id, app_id


def require_role(certificate: Certificate, *roles: PspRole) -> None:
    """Let a certificate pass that carries one of these roles. Raises RoleMissing."""
    if not set(roles) & set(certificate.roles):
        carried = ", ".join(certificate.roles) or "none"
        raise RoleMissing(detail=f"{' or '.join(roles)} is needed, the certificate carries {carried}")


def _in_the_books(work: Work, found: Reading) -> tuple[str | None, str | None, str | None]:
    """App, moment and reason of revocation, as its authority has them. Raises CertificateFromStranger."""
    rows = work.rows(_BOOKS, (found.serial, found.workspace_id)) if found.workspace_id else []
    if not rows or not _issued(found.der, rows[0][0]):
        raise CertificateFromStranger(detail=f"issuer {found.issuer}")
    _, app_id, revoked_at, revocation = rows[0]
    return app_id, revoked_at, revocation


def _in_its_time(found: Reading, at: datetime) -> None:
    if at < found.not_before:
        since = instant_text(found.not_before)
        raise CertificateNotYetValid(detail=f"valid from {since}, and it is {instant_text(at)}")
    # RFC 5280 4.1.2.5: the period includes both its ends.
    if at > found.not_after:
        until = instant_text(found.not_after)
        raise CertificateExpired(detail=f"valid until {until}, and it is {instant_text(at)}")


@lru_cache(maxsize=_REMEMBERED_MAX)
def _issued(der: bytes, authority: str) -> bool:
    """Whether that authority has signed the certificate, which cannot change."""
    leaf, issuer = x509.load_der_x509_certificate(der), x509.load_pem_x509_certificate(authority.encode())
    try:
        leaf.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _verified(found: Reading, app_id: str) -> Certificate:
    assert found.workspace_id is not None
    return Certificate(
        workspace_id=found.workspace_id,
        app_id=app_id,
        serial=found.serial,
        thumbprint=found.thumbprint,
        kind=found.kind,
        subject=found.subject,
        issuer=found.issuer,
        organisation_identifier=found.organisation_identifier,
        roles=found.statements.roles,
        domains=found.domains,
        public_key=found.public_key,
        not_before=found.not_before,
        not_after=found.not_after,
    )
