"""What a certificate is: as it was ordered, as it is kept, and as it is known once it has been verified."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.eidas.qc_statements import QcType
from sandbox.kernel.db import Base, Document, Instant
from sandbox.workspaces.organisations import PspRole


class CertificateKind(StrEnum):
    """A qualified website authentication certificate for TLS, or a qualified seal for signatures."""

    QWAC = "qwac"
    QSEAL = "qseal"


#: What each kind says of itself in its statements.
QC_TYPES = {CertificateKind.QWAC: QcType.WEBSITE, CertificateKind.QSEAL: QcType.SEAL}


class KeyAlgorithm(StrEnum):
    """What key is made for who sends none."""

    RSA_2048 = "rsa-2048"
    RSA_3072 = "rsa-3072"
    P_256 = "p-256"


class SpecialOrder(StrEnum):
    """A certificate with one thing wrong, to see how an app takes the refusal."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    BLOCKED = "blocked"
    WRONG_ROLE = "wrong_role"
    WRONG_ORGANISATION = "wrong_organisation"
    UNKNOWN_CA = "unknown_ca"
    WEAK_KEY = "weak_key"


class CertificateState(StrEnum):
    """Where a certificate stands in the books. BLOCKED may be lifted, REVOKED never."""

    GOOD = "good"
    BLOCKED = "blocked"
    REVOKED = "revoked"


_HOLD = x509.ReasonFlags.certificate_hold
#: Why a certificate may be taken back, as RFC 5280, section 5.3.1 calls it; that of an authority is not.
REASONS = tuple(
    one.value
    for one in (
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.key_compromise,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
        x509.ReasonFlags.privilege_withdrawn,
        _HOLD,
    )
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate is about: the app, and the organisation behind it. `domains` are its own."""

    app_id: str
    app_name: str
    organisation: str
    organisation_identifier: str
    country: str
    authority_name: str
    authority_id: str
    roles: tuple[PspRole, ...]
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. With `csr` (PEM) the key is the holder's own, and `algorithm` does not matter.

    `origin` is where the authority is reached, for the addresses of CRL and OCSP inside. `domains` are the
    names in a QWAC: the holder's where none is given, and a made-up one where they have none.
    """

    kind: CertificateKind
    origin: str
    algorithm: KeyAlgorithm = KeyAlgorithm.P_256
    special: SpecialOrder | None = None
    csr: bytes | None = None
    domains: tuple[str, ...] = ()


class IssuedCertificate(Base):
    """A certificate in the books of the authority that issued it. The key is not kept."""

    __tablename__ = "trust_certificate"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "app_id"], ["app.workspace_id", "app.id"], ondelete="CASCADE"),
        Index("ix_trust_certificate_app", "workspace_id", "app_id"),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    serial: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16))
    root: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    special: Mapped[str | None] = mapped_column(String(24))
    thumbprint: Mapped[str] = mapped_column(String(43))
    subject: Mapped[str] = mapped_column(Text)
    organisation_identifier: Mapped[str] = mapped_column(String(80))
    roles: Mapped[list[str]] = mapped_column(Document)
    not_before: Mapped[datetime] = mapped_column(Instant)
    not_after: Mapped[datetime] = mapped_column(Instant)
    certificate: Mapped[str] = mapped_column(Text)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revocation: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def state(self) -> CertificateState:
        """Where it stands."""
        if self.revoked_at is None:
            return CertificateState.GOOD
        return CertificateState.BLOCKED if self.revocation == _HOLD.value else CertificateState.REVOKED


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that has been verified: whose it is, and what it allows.

    `serial` is hexadecimal without leading zeros, `thumbprint` SHA-256 as base64url (`x5t#S256`), `subject`
    and `issuer` are names by RFC 4514.
    """

    workspace_id: str
    app_id: str
    serial: str
    thumbprint: str
    kind: CertificateKind
    subject: str
    issuer: str
    organisation_identifier: str
    roles: tuple[PspRole, ...]
    domains: tuple[str, ...]
    public_key: CertificatePublicKeyTypes
    not_before: datetime
    not_after: datetime
