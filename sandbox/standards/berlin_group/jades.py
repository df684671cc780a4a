"""The header x-jws-signature: a detached JWS that signs headers, the digest of the body among them.

Source: psd2-api 1.3.16, x-jws-signature; ETSI TS 119 182-1 (JAdES), sections 5.1.11 and 5.2.8.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from sandbox.bank.profile_security import Signing
from sandbox.eidas.certificates import CertificateMissing
from sandbox.eidas.signatures import Message, SignatureCoverageWrong, SignatureMalformed, cavage, jws
from sandbox.eidas.signatures.jws import Detached
from sandbox.kernel.clock import parse_instant

_MECHANISM = "http://uri.etsi.org/19182/HttpHeaders"
_UNDERSTOOD = frozenset({"sigT", "sigD"})
_NAMES_MAX = 40


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it came: what it covers, when it was made, and by whose key it says so."""

    jws: Detached
    covered: tuple[str, ...]
    made_at: datetime
    certificate: str | None
    thumbprint: str | None
    algorithms: tuple[str, ...]


def read(header: str, signing: Signing) -> Signed:
    """Read the header. Raises SignatureMalformed, SignatureCoverageWrong, CertificateMissing."""
    found = jws.read(header)
    said = found.protected
    certificate, thumbprint = _chain_end(said), said.get("x5t#S256")
    if signing.certificate_mandated and certificate is None:
        raise CertificateMissing("The call is signed, and x-jws-signature carries no x5c.")
    if not isinstance(thumbprint, str | None) or (certificate is None and thumbprint is None):
        raise SignatureMalformed(detail="the protected header names no certificate: x5c, or x5t#S256")
    critical = said.get("crit")
    # TS 119 182-1 5.1.9, 5.1.10: sigD must be critical, and with it b64, which must be false.
    if said.get("b64") is not False or not isinstance(critical, list) or "sigD" not in critical:
        raise SignatureCoverageWrong(detail="b64 must be false, and crit must hold b64 and sigD")
    return Signed(
        found, _covered(said.get("sigD")), _made_at(said), certificate, thumbprint, signing.algorithms
    )


def verify(signed: Signed, message: Message, key: CertificatePublicKeyTypes) -> str:
    """Hold the signature against the headers that it covers; what is signed.

    Raises SignatureAlgorithmUnfit, SignatureCoverageWrong, SignatureWrong.
    """
    payload = cavage.lines(signed.covered, message).encode("latin-1", "replace")
    return jws.verify(signed.jws, payload, key, algorithms=signed.algorithms, understood=_UNDERSTOOD)


def _chain_end(said: Mapping[str, Any]) -> str | None:
    chain = said.get("x5c")
    if chain is None:
        return None
    # RFC 7515 4.1.6: the certificate of the key must be the first.
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str) or not chain[0]:
        raise SignatureMalformed(detail="x5c is no list of certificates in base64")
    return chain[0]


def _covered(reference: object) -> tuple[str, ...]:
    """TS 119 182-1 5.2.8.2: the names, in small letters, of the headers that are signed, in their order."""
    names = reference.get("pars") if isinstance(reference, dict) else None
    if not isinstance(reference, dict) or reference.get("mId") != _MECHANISM or not isinstance(names, list):
        raise SignatureCoverageWrong(detail=f"sigD must hold mId {_MECHANISM} and pars, the names of headers")
    covered = tuple(one for one in names[:_NAMES_MAX] if isinstance(one, str) and one == one.lower())
    if len(covered) != len(names) or len(set(covered)) != len(covered):
        raise SignatureCoverageWrong(detail="pars takes names of headers in small letters, each once")
    return covered


def _made_at(said: Mapping[str, Any]) -> datetime:
    """TS 119 182-1 5.1.11: sigT, a date and time in UTC; its later version has iat instead."""
    moment, issued = said.get("sigT"), said.get("iat")
    try:
        if isinstance(moment, str):
            return parse_instant(moment)
        if isinstance(issued, int) and not isinstance(issued, bool):
            return datetime.fromtimestamp(issued, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SignatureMalformed(detail=f"sigT or iat is no moment: {error}") from error
    raise SignatureMalformed(detail="the protected header does not say when it was made: sigT, or iat")
