"""Certificates: issued to apps, taken back, and verified when they are shown."""

from sandbox.eidas.certificates.bundle import Bundle
from sandbox.eidas.certificates.bundle import of as bundle
from sandbox.eidas.certificates.issuing import Issuance, every, get, issue, pages, release, revoke
from sandbox.eidas.certificates.model import (
    Certificate,
    CertificateKind,
    Holder,
    IssuedCertificate,
    KeyAlgorithm,
    Order,
    SpecialOrder,
)
from sandbox.eidas.certificates.parsing import thumbprint
from sandbox.eidas.certificates.refusals import (
    CertificateBlocked,
    CertificateExpired,
    CertificateFromStranger,
    CertificateInvalid,
    CertificateKeyWeak,
    CertificateKindWrong,
    CertificateMissing,
    CertificateNotYetValid,
    CertificateNotYours,
    CertificateRefused,
    CertificateRevoked,
    CertificateUnknown,
    CertificateUnreadable,
    CsrKeyUnfit,
    CsrMalformed,
    RoleMissing,
)
from sandbox.eidas.certificates.verifying import identify, require_role, verify

__all__ = [
    "Bundle",
    "Certificate",
    "CertificateBlocked",
    "CertificateExpired",
    "CertificateFromStranger",
    "CertificateInvalid",
    "CertificateKeyWeak",
    "CertificateKind",
    "CertificateKindWrong",
    "CertificateMissing",
    "CertificateNotYetValid",
    "CertificateNotYours",
    "CertificateRefused",
    "CertificateRevoked",
    "CertificateUnknown",
    "CertificateUnreadable",
    "CsrKeyUnfit",
    "CsrMalformed",
    "Holder",
    "Issuance",
    "IssuedCertificate",
    "KeyAlgorithm",
    "Order",
    "RoleMissing",
    "SpecialOrder",
    "bundle",
    "every",
    "get",
    "identify",
    "issue",
    "pages",
    "release",
    "require_role",
    "revoke",
    "thumbprint",
    "verify",
]
