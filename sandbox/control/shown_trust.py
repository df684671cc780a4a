"""How certificates are shown; the command line shows them the same way."""

import base64
from typing import Any

from sandbox.eidas import certificates
from sandbox.eidas.certificates import Issuance, IssuedCertificate
from sandbox.kernel.clock import instant_text


def certificate(one: IssuedCertificate) -> dict[str, Any]:
    """A certificate as the books have it."""
    return {
        "serial": one.serial,
        "app_id": one.app_id,
        "kind": one.kind,
        "special": one.special,
        "state": one.state.value,
        "reason": one.revocation,
        "revoked_at": instant_text(one.revoked_at) if one.revoked_at else None,
        "subject": one.subject,
        "organisation_identifier": one.organisation_identifier,
        "roles": list(one.roles),
        "thumbprint": one.thumbprint,
        "not_before": instant_text(one.not_before),
        "not_after": instant_text(one.not_after),
        "created_at": instant_text(one.created_at),
        "certificate": one.certificate,
    }


def bundle(issuance: Issuance, passphrase: str) -> dict[str, Any]:
    """A new certificate with all that its holder needs; the passphrase opens the PKCS#12."""
    made = certificates.bundle(issuance, passphrase)
    return {
        **certificate(issuance.issued),
        "chain": made.chain,
        "root": made.root,
        "key": made.key,
        "pkcs12": None if made.pkcs12 is None else base64.b64encode(made.pkcs12).decode(),
        "passphrase": None if made.pkcs12 is None else passphrase,
    }
