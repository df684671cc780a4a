"""The doorplate: the certificate with which this installation serves TLS, and whom its handshake lets in.

The handshake asks whether somebody holds the key of what they show, no more. Expired, revoked, of another
kind or from a stranger: that is for the bank behind the door to say, in the words of its standard.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox.eidas import roots
from sandbox.eidas.roots import Issuer, Root
from sandbox.kernel.clock import instant_text, wall_now
from sandbox.kernel.db import Work

#: Browsers take no server certificate of more than 398 days. Source: CA/Browser Forum Baseline, 6.3.2.
_LIFETIME, _SLACK = timedelta(days=397), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Doorplate:
    """A server certificate and its key, and the root to which it leads; each as PEM."""

    certificate: str
    key: str
    root: str


def make(work: Work, hosts: Sequence[str]) -> Doorplate:
    """A fresh one for these names and numbers, under the sandbox's root. By the wall's clock, as TLS is."""
    root = roots.of(work, Root.SANDBOX)
    key = ec.generate_private_key(ec.SECP256R1())
    now = wall_now()
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])]))
        .issuer_name(root.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + _LIFETIME)
    )
    for extension, critical in _extensions(root, key.public_key(), hosts):
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(root.key, hashes.SHA256())
    return Doorplate(signed.public_bytes(serialization.Encoding.PEM).decode(), _pem(key), root.pem)


def anchors(work: Work, since: datetime) -> list[str]:
    """Whose certificates the handshake lets in, as PEM: both roots', and those of authorities made `since`.

    The authorities stand here too, for a client that sends its certificate without the chain. `since` is a
    time of the wall: who asks for each connection has most of them already.
    """
    above = [roots.of(work, one).pem for one in Root]
    below = work.rows("SELECT certificate FROM trust_authority WHERE created_at >= ?", (instant_text(since),))
    return [*above, *(row[0] for row in below)]


def _extensions(
    root: Issuer, key: ec.EllipticCurvePublicKey, hosts: Sequence[str]
) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.SubjectAlternativeName([_name(one) for one in hosts]), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), False),
    ]


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
