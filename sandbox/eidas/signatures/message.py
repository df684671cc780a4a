"""An HTTP request as a signature sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Message:
    """A request: `url` is absolute and public, `headers` by small letters, each with its lines joined.

    The values of headers are text as WSGI has it: each character one byte of the wire.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """Path and query, as the request line has them."""
        parts = urlsplit(self.url)
        return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def on_the_wire(text: str) -> bytes:
    """The bytes of a header's text."""
    return text.encode("latin-1", "replace")
