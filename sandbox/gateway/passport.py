"""The passport: the client certificate of a request, from the TLS handshake or from a proxy that we trust.

Source: RFC 9440.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sandbox.gateway import context
from sandbox.gateway.journal import Fault

_HEADER = "HTTP_CLIENT_CERT"
#: RFC 9440 2.3 leaves the limit to us: base64 of the longest certificate that is read at all.
_LETTERS_MAX = 44_000
#: How many certificates a process remembers as they were sent: clients show the same all the time.
_REMEMBERED_MAX = 512
_IGNORED = "The header Client-Cert was ignored: the call does not come from a trusted proxy."


@dataclass(frozen=True, slots=True)
class Passport:
    """What was shown, as DER; empty bytes where a proxy sent something that is none."""

    der: bytes


def of(environ: Mapping[str, Any]) -> Passport | None:
    """The certificate that this request shows; None where it shows none. Nothing of it is verified yet."""
    address = environ.get("REMOTE_ADDR", "")
    # RFC 9440 4: only a proxy that is known to have taken the header off its own callers may be believed.
    if context.visit().services.settings.trusted_proxies.hold(address):
        # The certificate of such a connection would be the proxy's own.
        sent = environ.get(_HEADER)
        return None if sent is None else Passport(_bytes_of(sent))
    if _HEADER in environ:
        context.visit().faults.append(Fault("ClientCertIgnored", _IGNORED, f"from {address}"))
    return _of_handshake(environ)


def _of_handshake(environ: Mapping[str, Any]) -> Passport | None:
    connection = environ.get("gunicorn.socket")
    ask = getattr(connection, "getpeercert", None)
    der = ask(True) if ask is not None else None
    return None if der is None else Passport(der)


@lru_cache(maxsize=_REMEMBERED_MAX)
def _bytes_of(sent: str) -> bytes:
    """The bytes of a structured field's byte sequence, `:…:`. Source: RFC 9440 2.1; RFC 9651 4.2.7."""
    written = sent.strip()
    if len(written) > _LETTERS_MAX or len(written) < 2 or written[0] != ":" or written[-1] != ":":
        return b""
    try:
        return base64.b64decode(written[1:-1], validate=True)
    except (binascii.Error, ValueError):
        return b""
