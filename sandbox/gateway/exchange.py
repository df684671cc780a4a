"""The exchange: what was asked and answered in a call, as far as it may be written down."""

import base64
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from sandbox.gateway import exchange_secrets as secrets

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: Pages and pictures: what a PSU sees is not what an app is sent.
_PAGES = ("text/html", "text/css", "image/")
_HEADER_MAX = 2000
_TOO_LARGE = 1_000_000


class Said(NamedTuple):
    """One side: its headers, its body as far as it is kept, and its length. `withheld` says why not."""

    headers: Sequence[tuple[str, str]]
    body: bytes | None
    size: int
    withheld: str | None = None
    cut: bool = False


def request(asked: Request, limit: int, *, of_a_psu: bool) -> Said:
    """What was asked. `of_a_psu`: it came from a PSU's browser, whose forms are nobody's business."""
    headers = [
        (name, secrets.header(name, value[:_HEADER_MAX]))
        for key, value in asked.environ.items()
        if isinstance(value, str) and value and (name := _header_of(key))
    ]
    if not asked.content_length:
        return Said(headers, None, 0)
    sent = _sent(asked)
    if sent is None:
        return Said(headers, None, asked.content_length or 0, "it could not be read, or is too large")
    kept, cut = sent[:limit], len(sent) > limit
    if of_a_psu:
        return Said(headers, secrets.names_only(kept.decode("latin-1")).encode(), len(sent))
    if asked.mimetype == _FORM:
        return Said(headers, secrets.fields(kept.decode("latin-1")).encode(), len(sent), cut=cut)
    if asked.mimetype == _MULTIPART and secrets.body(kept) != kept:
        return Said(headers, None, len(sent), "a part of it holds a secret")
    return Said(headers, secrets.body(kept), len(sent), cut=cut)


def answer(given: Response, limit: int, *, of_a_read: bool) -> Said:
    """What was answered. `of_a_read`: nothing but links to a PSU's pages is a secret in it."""
    headers = [(name, secrets.header(name, value[:_HEADER_MAX])) for name, value in given.headers]
    if given.direct_passthrough or given.is_streamed:
        return Said(headers, None, given.content_length or 0, "it was sent piece by piece")
    if (given.mimetype or "").startswith(_PAGES):
        return Said(headers, None, given.content_length or 0, "a page")
    body = given.get_data()
    kept = body[:limit]
    return Said(
        headers, secrets.links(kept) if of_a_read else secrets.body(kept), len(body), cut=len(body) > limit
    )


def shown(said: Said) -> dict[str, Any]:
    """A side as a document; what is no text is base64."""
    document: dict[str, Any] = {"headers": [list(one) for one in said.headers], "size": said.size}
    if said.withheld:
        document["withheld"] = said.withheld
    if said.body:
        try:
            document["body"] = said.body.decode()
        except UnicodeDecodeError as error:
            if error.start >= len(said.body) - 3 and error.reason == "unexpected end of data":
                document["body"] = said.body[: error.start].decode()  # cut in the midst of a letter
            else:
                document["body"], document["encoding"] = base64.b64encode(said.body).decode(), "base64"
    if said.cut:
        document["truncated"] = True
    return document


def _sent(asked: Request) -> bytes | None:
    """The bytes of the body, read or not; of a form that was taken apart, the same again."""
    if (asked.content_length or 0) > _TOO_LARGE:
        return None
    try:
        raw = asked.get_data()
        if raw or "form" not in asked.__dict__:
            return raw
        parts = [
            *asked.form.items(multi=True),
            *((name, one.filename or "") for name, one in asked.files.items()),
        ]
        return urlencode(parts).encode()
    except (HTTPException, OSError):
        return None


@lru_cache(maxsize=1024)
def _header_of(key: str) -> str | None:
    """The name of a header in WSGI, as people write it; None where it is none."""
    if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return key.replace("_", "-").title()
    if not key.startswith("HTTP_") or key == "HTTP_HOST":
        return None
    return "-".join(_PARTS.get(part, part.title()) for part in key[5:].split("_"))


_PARTS = {
    "ID": "ID",
    "PSU": "PSU",
    "TPP": "TPP",
    "IP": "IP",
    "API": "API",
    "JWS": "JWS",
    "URI": "URI",
    "SCA": "SCA",
}
