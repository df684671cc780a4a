"""The roots of trust: one that every bank here trusts, and a stranger's that none of them does.

They belong to the installation, not to a workspace: the TLS port trusts them before it knows who calls.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text, wall_now
from sandbox.kernel.db import Base, Instant, Work

#: An authority outlives every clock that a workspace may be moved to.
NOT_BEFORE, NOT_AFTER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
_OPENED_MAX = 512


class Root(StrEnum):
    """Which root. The stranger's is for the special order of a certificate by an unknown authority."""

    SANDBOX = "sandbox"
    STRANGER = "stranger"


#: Who stands behind each root, as its certificates say.
ORGANISATIONS = {Root.SANDBOX: "Bryggen Test Trust Service", Root.STRANGER: "Stranger Test Trust Service"}


class TrustRoot(Base):
    """A root of this installation. It has no workspace: on a sharded database, a reference table."""

    __tablename__ = "trust_root"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    private_key: Mapped[str] = mapped_column(Text)
    certificate: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority at work: its certificate, and the key with which it signs."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """Its certificate, to be handed on."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        """The same, in the form that other machines fetch."""
        return self.certificate.public_bytes(serialization.Encoding.DER)


def of(work: Work, root: Root) -> Issuer:
    """A root of this installation, made when it is first needed."""
    found = _kept(work, root)
    if found is None:
        work.write()
        made = sign_authority(common_name(root), root)
        # Two processes may begin at once: the first one's root is everybody's.
        work.run(
            "INSERT INTO trust_root (name, private_key, certificate, created_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (name) DO NOTHING",
            (root.value, *sealed(made), instant_text(wall_now())),
        )
        found = _kept(work, root)
        assert found is not None
    return found


def common_name(root: Root) -> str:
    """What the root calls itself."""
    return f"{ORGANISATIONS[root].removesuffix(' Trust Service')} Root CA"


def sign_authority(name: str, root: Root, parent: Issuer | None = None) -> Issuer:
    """A fresh authority of that common name; a root without a parent. Source: RFC 5280, section 4.2.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATIONS[root]),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    signer = parent.key if parent else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent.certificate.subject if parent else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0 if parent else 1), critical=True)
        .add_extension(_SIGNS_CERTIFICATES, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    return Issuer(builder.sign(signer, hashes.SHA256()), key)


def sealed(issuer: Issuer) -> tuple[str, str]:
    """An authority as it is kept: its key and its certificate."""
    key = issuer.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key.decode(), issuer.pem


@lru_cache(maxsize=_OPENED_MAX)
def opened(private_key: str, certificate: str) -> Issuer:
    """An authority as it works, from what was kept."""
    key = serialization.load_pem_private_key(private_key.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("an authority signs with a key on a curve")
    return Issuer(x509.load_pem_x509_certificate(certificate.encode()), key)


def _kept(work: Work, root: Root) -> Issuer | None:
    found = work.rows("SELECT private_key, certificate FROM trust_root WHERE name = ?", (root.value,))
    return opened(*found[0]) if found else None


_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
