"""Bytes in base64, read strictly: each run of bytes has one text, and no other stands for it."""

import base64
import binascii


def decoded(text: str) -> bytes | None:
    """The bytes; None where there are none, or the text is not as RFC 4648, section 4, writes base64."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # RFC 4648 3.5: the bits that pad the last character should be zero.
    return found if found and base64.b64encode(found).decode() == text else None


def encoded(octets: bytes) -> str:
    """The bytes as base64."""
    return base64.b64encode(octets).decode()
