"""Client certificates: whose one is. Whether it may be believed, the corridor has asked. Source: RFC 8705."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from sandbox.kernel import jose

_Name = type[x509.DNSName] | type[x509.UniformResourceIdentifier] | type[x509.RFC822Name]
_SAN: Mapping[str, _Name] = {
    "tls_client_auth_san_dns": x509.DNSName,
    "tls_client_auth_san_uri": x509.UniformResourceIdentifier,
    "tls_client_auth_san_email": x509.RFC822Name,
}
_SUBJECT = "tls_client_auth_subject_dn"
#: Short names as RFC 4514 and those who write after OpenSSL and Go have them, beside the dotted numbers.
_NAMES = {NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier", NameOID.EMAIL_ADDRESS: "emailAddress"}


def thumbprint(certificate: bytes) -> str:
    """`x5t#S256`: the hash of the certificate as DER."""
    return jose.digest(certificate)


def is_of_subject(certificate: bytes | None, registered: Mapping[str, str]) -> bool:
    """Whether a certificate has the one name with which a client was registered. RFC 8705 2.1.2."""
    if certificate is None:
        return False
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        if _SUBJECT in registered:
            return _parts(registered[_SUBJECT]) in _spellings(parsed.subject)
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return False
    return any(
        registered.get(member) in names.get_values_for_type(kind)
        for member, kind in _SAN.items()
        if member in registered
    )


def is_of_keys(certificate: bytes | None, keys: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a certificate is the `x5c` of one of a client's keys. RFC 8705 2.2.2."""
    if certificate is None:
        return False
    encoded = base64.b64encode(certificate).decode()
    return any(isinstance(one.get("x5c"), list) and one["x5c"][:1] == [encoded] for one in keys)


def _spellings(subject: x509.Name) -> list[list[str]]:
    """A distinguished name in the ways in which people write one: either order, by name or by number."""
    forms = (subject.rfc4514_string(), subject.rfc4514_string(_NAMES))
    found = [_parts(one) for one in forms]
    return [*found, *(one[::-1] for one in found)]


def _parts(name: str) -> list[str]:
    """`CN=a, O=b` as its parts, without the spaces that some put between them."""
    parts: list[str] = []
    for one in name.split(","):
        if parts and parts[-1].endswith("\\"):
            parts[-1] += f",{one}"
        else:
            parts.append(one.strip())
    return parts
