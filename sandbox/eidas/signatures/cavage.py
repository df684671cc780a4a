"""The header `Signature` of draft-cavage-http-signatures: read, and held against a message.

Source: draft-cavage-http-signatures-12, sections 2.1 to 2.5; Berlin Group and its like profile version 10.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from sandbox.eidas.signatures import algorithms, octets
from sandbox.eidas.signatures.message import Message, on_the_wire
from sandbox.eidas.signatures.refusals import SignatureCoverageWrong, SignatureMalformed, SignatureWrong

_HEADER_MAX = 8192
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([0-9]{1,12}))\s*(?:,|$)')
_KNOWN = frozenset({"keyId", "signature", "algorithm", "headers", "created", "expires"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+|\((request-target|created|expires)\)")


@dataclass(frozen=True, slots=True)
class Signature:
    """What the header says: `covered` are the names it signs, small letters, in their order.

    Where no algorithm is named, the key decides.
    """

    key_id: str
    algorithm: str | None
    covered: tuple[str, ...]
    octets: bytes
    created: int | None = None
    expires: int | None = None

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """When it was made and when it runs out, where it says so."""
        created, expires = (
            None if one is None else datetime.fromtimestamp(one, UTC) for one in (self.created, self.expires)
        )
        return created, expires


def read(header: str) -> Signature:
    """Read the header. Raises SignatureMalformed."""
    if len(header) > _HEADER_MAX:
        raise SignatureMalformed(detail=f"Signature has {len(header)} characters; {_HEADER_MAX} are the most")
    said = _parameters(header)
    missing = {"keyId", "signature"} - said.keys()
    if missing:
        raise SignatureMalformed(detail=f"Signature lacks {', '.join(sorted(missing))}")
    signature = octets.decoded(said["signature"])
    if signature is None:
        raise SignatureMalformed(detail="the parameter signature of Signature is not base64")
    return Signature(
        said["keyId"],
        said.get("algorithm"),
        tuple(_covered(said)),
        signature,
        _moment(said, "created"),
        _moment(said, "expires"),
    )


def signing_string(signature: Signature, message: Message) -> str:
    """What is signed: one line for each covered name, in the order given. Raises SignatureCoverageWrong.

    Source: section 2.3.
    """
    return "\n".join(f"{name}: {_value(name, signature, message)}" for name in signature.covered)


def lines(names: Sequence[str], message: Message) -> str:
    """The same lines where nobody but the message says what they hold. Raises SignatureCoverageWrong."""
    return signing_string(Signature("", "", tuple(names), b""), message)


def verify(signature: Signature, message: Message, key: CertificatePublicKeyTypes) -> str:
    """Hold the signature against the message; what is signed.

    Raises SignatureCoverageWrong, SignatureAlgorithmUnfit, SignatureWrong.
    """
    expected = signing_string(signature, message)
    algorithm = signature.algorithm or algorithms.BY_THE_KEY
    if not algorithms.fits(algorithm, key, signature.octets, on_the_wire(expected)):
        raise SignatureWrong(expected)
    return expected


def _parameters(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = _PARAMETER.match(header, at)
        if match is None:
            raise SignatureMalformed(
                detail=f'name="value" and a comma are expected in Signature at {header[at : at + 40]!r}'
            )
        name, quoted, number = match.groups()
        # Section 2.2: a parameter must not stand there twice.
        if name in found:
            raise SignatureMalformed(detail=f"{name} stands twice in Signature")
        # Section 2.2: parameters that are not known must be ignored.
        if name in _KNOWN:
            found[name] = quoted if number is None else number
        at = match.end()
    return found


def _covered(said: dict[str, str]) -> Iterator[str]:
    """Section 2.1.6: without `headers`, `(created)` alone; a list that is empty is not valid."""
    names = said.get("headers", "(created)").lower().split(" ")
    seen: set[str] = set()
    for name in names:
        if name in seen or not _TOKEN.fullmatch(name):
            raise SignatureMalformed(
                detail=f"headers of Signature: {name[:40]!r} is no name, or stands twice"
            )
        seen.add(name)
        yield name


def _moment(said: dict[str, str], name: str) -> int | None:
    text = said.get(name)
    if text is None:
        return None
    if not text.isdecimal() or not text.isascii() or len(text) > 11:
        raise SignatureMalformed(detail=f"{name} of Signature is not in seconds of Unix time")
    return int(text)


def _value(name: str, signature: Signature, message: Message) -> str:
    match name:
        case "(request-target)":
            return f"{message.method.lower()} {message.target}"
        case "(created)" | "(expires)":
            moment = signature.created if name == "(created)" else signature.expires
            # Section 2.3: the algorithms that name what they do must not sign these.
            if moment is None or signature.algorithm not in {None, algorithms.BY_THE_KEY}:
                raise SignatureCoverageWrong(detail=f"{name} is signed, which takes hs2019 and the parameter")
            return str(moment)
        case _:
            value = message.headers.get(name)
            if value is None:
                # Section 2.3: a header that is named and not there makes the signature invalid.
                raise SignatureCoverageWrong(detail=f"{name} is signed, and the call does not carry it")
            return value.strip()
