"""The directory's key store: the public keys of software, those it was registered with and its certificates'.

Source: the directory of UK Open Banking, whose key stores have the certificates as JWKs with `x5c`.
"""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwk

from sandbox.eidas import certificates
from sandbox.eidas.certificates import CertificateKind, IssuedCertificate
from sandbox.eidas.roots import Root
from sandbox.kernel import jose
from sandbox.kernel.db import Work
from sandbox.workspaces.organisations import Organisation
from sandbox.workspaces.software import Software

#: RFC 7517 4.2 lets the field choose its own words for what is neither sig nor enc.
_USES = {CertificateKind.QSEAL: "sig", CertificateKind.QWAC: "tls"}
_DIRECTORY = "/_sandbox/directory/"
_FILE = "jwks.json"


def keys_of(work: Work, software: Software, at: datetime) -> list[dict[str, Any]]:
    """The keys that are good at that moment, the registered ones first."""
    own = list((software.jwks or {}).get("keys", []))
    known = {jose.thumbprint(one) for one in own}
    good = [
        one
        for one in _certificates(work, software)
        if one.revoked_at is None and one.not_before <= at <= one.not_after
    ]
    return own + [key for key in _as_keys(good) if key["kid"] not in known]


def revoked_keys_of(work: Work, software: Software) -> list[dict[str, Any]]:
    """The keys of certificates that were taken back."""
    return list(_as_keys(one for one in _certificates(work, software) if one.revoked_at is not None))


def address(origin: str, software: Software) -> str:
    """Where the keys of software are found; elsewhere, if it was registered so."""
    return software.jwks_uri or f"{_folder(origin, software)}/{_FILE}"


def revoked_address(origin: str, software: Software) -> str:
    """Where the keys that were taken back are found."""
    return f"{_folder(origin, software)}/revoked.json"


def organisation_address(origin: str, organisation: Organisation) -> str:
    """Where the keys of an organisation's software are found, all together."""
    return f"{origin}{_DIRECTORY}organisations/{organisation.workspace_id}/{organisation.id}/{_FILE}"


def named(origin: str, uri: str) -> tuple[str, str] | None:
    """The workspace and the software that an address is of, where it is one of this key store's."""
    before = f"{origin}{_DIRECTORY}software/"
    parts = uri.removeprefix(before).split("/") if uri.startswith(before) else []
    return (parts[0], parts[1]) if len(parts) == 3 and parts[2] == _FILE else None


def _folder(origin: str, software: Software) -> str:
    return f"{origin}{_DIRECTORY}software/{software.workspace_id}/{software.id}"


def _certificates(work: Work, software: Software) -> list[IssuedCertificate]:
    issued = certificates.every(work, software.workspace_id, software.app_id)
    return [one for one in issued if one.root == Root.SANDBOX]


def _as_keys(issued: Iterable[IssuedCertificate]) -> Iterable[dict[str, Any]]:
    """Certificates as JWKs. Two of the same key are one."""
    seen: set[str] = set()
    for one in issued:
        certificate = x509.load_pem_x509_certificate(one.certificate.encode())
        public = certificate.public_key()
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        key = jwk.import_key(pem, "RSA" if isinstance(public, rsa.RSAPublicKey) else "EC")
        kid = key.thumbprint()
        if kid not in seen:
            seen.add(kid)
            der = certificate.public_bytes(serialization.Encoding.DER)
            yield {
                **key.as_dict(private=False),
                "kid": kid,
                "use": _USES[CertificateKind(one.kind)],
                "x5c": [base64.b64encode(der).decode()],
                "x5t#S256": one.thumbprint,
            }
