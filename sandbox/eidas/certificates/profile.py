"""How a qualified certificate of PSD2 is built: names, extensions, policies, addresses.

Source: ETSI TS 119 495, section 5; ETSI EN 319 412-3 (seals) and 412-4 (websites); EN 319 411-2, section 5.3.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from sandbox.eidas import qc_statements
from sandbox.eidas.certificates.keys import PublicKey
from sandbox.eidas.certificates.model import QC_TYPES, CertificateKind, Holder
from sandbox.eidas.qc_statements import QcStatements
from sandbox.eidas.roots import Issuer

#: TS 119 495 section 5.3 for websites of PSPs (QCP-w-psd2); EN 319 411-2 for seals of organisations (QCP-l).
_POLICIES = {CertificateKind.QWAC: "0.4.0.19495.3.1", CertificateKind.QSEAL: "0.4.0.194112.1.1"}


@dataclass(frozen=True, slots=True)
class Wording:
    """What a certificate shall say, once it is decided. `reached_at` is where the authority's pages are."""

    kind: CertificateKind
    holder: Holder
    key: PublicKey
    domains: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    reached_at: str


def sign(words: Wording, issuer: Issuer) -> x509.Certificate:
    """The certificate that says so, signed by that authority."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject(words))
        .issuer_name(issuer.certificate.subject)
        .public_key(words.key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(words.not_before)
        .not_valid_after(words.not_after)
    )
    for extension, critical in (*_everybodys(words, issuer), *_of_kind(words)):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer.key, hashes.SHA256())


def _subject(words: Wording) -> x509.Name:
    """The holder's name. The organisation identifier binds it to the authority's register."""
    holder = words.holder
    common = words.domains[0] if words.kind is CertificateKind.QWAC else holder.app_name
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, holder.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, holder.organisation[:64]),
            # TS 119 495, GEN-5.2.1-3: PSD, country, -, the authority's letters, -, the number given by it.
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, holder.organisation_identifier),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _everybodys(words: Wording, issuer: Issuer) -> list[tuple[x509.ExtensionType, bool]]:
    said = QcStatements(
        compliant=True,
        type=QC_TYPES[words.kind],
        roles=words.holder.roles,
        authority_name=words.holder.authority_name,
        authority_id=words.holder.authority_id,
    )
    # EN 319 412-5, GEN-4.3.4: the disclosure statement must be at an https address.
    disclosure = f"https://{words.reached_at.partition('://')[2]}/disclosure"
    statements = qc_statements.encode(said, disclosure)
    policy = x509.PolicyInformation(x509.ObjectIdentifier(_POLICIES[words.kind]), None)
    addresses = [
        x509.AccessDescription(method, x509.UniformResourceIdentifier(f"{words.reached_at}/{page}"))
        for method, page in (
            (AuthorityInformationAccessOID.OCSP, "ocsp"),
            (AuthorityInformationAccessOID.CA_ISSUERS, "ca.cer"),
        )
    ]
    crl = x509.UniformResourceIdentifier(f"{words.reached_at}/ca.crl")
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(words.key), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), False),
        (x509.CertificatePolicies([policy]), False),
        (x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)]), False),
        (x509.AuthorityInformationAccess(addresses), False),
        # EN 319 412-5 4.1: the statements must not be marked critical.
        (x509.UnrecognizedExtension(qc_statements.EXTENSION, statements), False),
    ]


def _of_kind(words: Wording) -> list[tuple[x509.ExtensionType, bool]]:
    """A website's key speaks TLS at both ends; a seal's key signs what cannot be disowned."""
    if words.kind is CertificateKind.QSEAL:
        return [(_usage(content_commitment=True), True)]
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return [
        (_usage(content_commitment=False), True),
        (x509.ExtendedKeyUsage(purposes), False),
        (x509.SubjectAlternativeName([x509.DNSName(one) for one in words.domains]), False),
    ]


def _usage(*, content_commitment: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not content_commitment,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
