"""Digests of bodies: `Digest` as RFC 3230 writes it, and `Content-Digest`, which has replaced it.

Source: RFC 3230, section 4.3.2, with the algorithms of RFC 5843; RFC 9530, section 2.
"""

import hashlib
from collections.abc import Mapping

from sandbox.eidas.signatures import octets, structured
from sandbox.eidas.signatures.refusals import DigestMalformed, DigestWrong
from sandbox.kernel.ids import same

#: What may be relied on, by the name that either header has for it. RFC 9530, section 5, forbids the others.
_MAKES = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_HEADER_MAX = 1000


def digest(body: bytes, algorithm: str = "SHA-256") -> str:
    """The `Digest` of a body, an empty one too: `SHA-256=47DEQpj8…`."""
    return f"{algorithm}={octets.encoded(_MAKES[algorithm.lower()](body).digest())}"


def check(header: str, body: bytes) -> None:
    """Hold a `Digest` against the body: each of its values must fit. Raises DigestMalformed, DigestWrong."""
    said: dict[str, str] = {}
    for part in header[:_HEADER_MAX].split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() in said:
            raise DigestMalformed(detail=f"{name} stands twice in Digest: {header[:_HEADER_MAX]}")
        said[name.lower()] = value
    _fits({name: octets.decoded(value) for name, value in said.items()}, body, f"Digest: {header}")


def check_content(header: str, body: bytes) -> None:
    """Hold a `Content-Digest` against the body in the same way. Raises DigestMalformed, DigestWrong."""
    try:
        read = structured.dictionary(header[:_HEADER_MAX])
    except ValueError as error:
        raise DigestMalformed(detail=f"{error} in Content-Digest: {header[:_HEADER_MAX]}") from error
    said = {name: value if isinstance(value, bytes) else None for name, (value, _) in read.items()}
    _fits(said, body, f"Content-Digest: {header}")


def _fits(said: Mapping[str, bytes | None], body: bytes, header: str) -> None:
    shown = header[:_HEADER_MAX]
    if not said:
        raise DigestMalformed(detail=shown)
    for name, value in said.items():
        if name not in _MAKES or value is None:
            raise DigestMalformed(detail=f"{name!r} in {shown}")
        expected = _MAKES[name](body).digest()
        if not same(octets.encoded(expected), octets.encoded(value)):
            right = octets.encoded(expected)
            raise DigestWrong(
                detail=f"{name} of the {len(body)} bytes received is {right}, not as in {shown}"
            )
