"""The certificate behind a signature: a seal of the caller's own organisation, and the names it goes by.

Source: NextGenPSD2 IG 1.3, sections 3 and 12.2.
"""

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import unquote

from cryptography import x509
from flask import request

from sandbox.eidas import certificates
from sandbox.eidas.certificates import Certificate, CertificateKind, CertificateMissing
from sandbox.eidas.signatures import SignatureKeyWrong
from sandbox.gateway import context, guard
from sandbox.standards.berlin_group import roles

#: base64 of the longest certificate that is read at all.
_LETTERS_MAX = 44_000
_MARKS = re.compile(r"-----(BEGIN|END) CERTIFICATE-----")
_KEY_ID = re.compile(r"SN=(?:0x)?([0-9A-Fa-f]{1,64}),\s*CA=(.+)", re.DOTALL)


def shown(header: str | None) -> Certificate:
    """The certificate in a header, verified: a seal, with the role, of the caller's organisation.

    Raises a CertificateRefused.
    """
    if not header:
        # IG 1.3, 12: the certificate must be there if a signature is.
        raise CertificateMissing("The call is signed, and carries no TPP-Signature-Certificate.")
    return _verified(_der(header))


def by_thumbprint(thumbprint: str | None) -> Certificate:
    """The caller's certificate of that thumbprint. Raises SignatureKeyWrong, and a CertificateRefused."""
    here = context.current()
    if here.caller is not None and thumbprint is not None:
        own = (here.bank.workspace_id, here.caller.app_id)
        found = certificates.of_thumbprint(here.bank.work, *own, thumbprint)
        if found is not None:
            return _verified(found)
    raise SignatureKeyWrong(detail=f"no certificate of this app has x5t#S256 {str(thumbprint)[:60]!r}")


def require_key_id(seal: Certificate, key_id: str) -> None:
    """Hold a keyId against the certificate. Raises SignatureKeyWrong.

    IG 1.3, 12.2: it must be SN= the serial number in hexadecimal, CA= the full distinguished name of the
    authority. The published example has the name percent-encoded; either order of its parts is read.
    """
    said = _KEY_ID.fullmatch(key_id)
    if said is None or int(said[1], 16) != int(seal.serial, 16) or _parts(said[2]) != _parts(seal.issuer):
        expected = f"SN={seal.serial},CA={seal.issuer}"
        raise SignatureKeyWrong(detail=f"expected: {expected}; the signature says {key_id[:500]}")


def require_thumbprint(seal: Certificate, thumbprint: str | None) -> None:
    """Hold a thumbprint against the certificate, where there is one. Raises SignatureKeyWrong."""
    if thumbprint is not None and thumbprint != seal.thumbprint:
        raise SignatureKeyWrong(detail=f"expected: {seal.thumbprint}; x5t#S256 says {thumbprint[:60]!r}")


def _verified(presented: bytes) -> Certificate:
    here = context.current()
    found = certificates.verify(here.bank.work, presented, here.bank.now, kind=CertificateKind.QSEAL)
    if here.caller is not None:
        guard.require_own(found, here.caller)
    needed = roles.needed(request.path)
    if needed:
        # IG 1.3, 12: the certificate must show the roles that the TPP has.
        certificates.require_role(found, *needed)
    return found


@lru_cache(maxsize=512)
def _der(header: str) -> bytes:
    """The bytes of base64, with or without the marks of PEM; nothing where it is none."""
    letters = "".join(_MARKS.sub(" ", header[:_LETTERS_MAX]).split())
    try:
        return base64.b64decode(letters, validate=True)
    except (binascii.Error, ValueError):
        return b""


@lru_cache(maxsize=512)
def _parts(name: str) -> tuple[str, ...] | None:
    """The parts of a distinguished name, in no order. RFC 5280 7.1: whatever their letters' case."""
    try:
        read = x509.Name.from_rfc4514_string(unquote(name))
    except (ValueError, TypeError):
        return None
    return tuple(sorted(part.rfc4514_string().casefold() for part in read.rdns))
