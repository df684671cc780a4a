"""A periodic payment in XML: a pain.001 and its days, as the two parts of a form.

Source: psd2-api 1.3.11, periodicPaymentInitiationMultipartBody; RFC 7578, multipart/form-data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from sandbox.gateway import iso20022
from sandbox.gateway.refusals import ContentTypeUnsupported
from sandbox.standards.berlin_group.errors import FormatError, Message
from sandbox.standards.berlin_group.formats import pain001
from sandbox.standards.berlin_group.formats.pain001 import Pain001
from sandbox.standards.berlin_group.formats.standing_order import StandingOrderType

MIMETYPE = "multipart/form-data"
XML, JSON = "xml_sct", "json_standingorderType"
_TYPES = {XML: ("application/xml", "text/xml"), JSON: ("application/json",)}
_BOUNDARY_MAX = 70  # RFC 2046 5.1.1
_ORDER = StandingOrderType()


@dataclass(frozen=True, slots=True)
class PeriodicPayment:
    """A periodic payment that has been read.

    `xml` is the first part as it came, `standing_order` the second one, `body` what the JSON body of the same
    payment would be: that of the pain.001 without its execution date, and the days.
    """

    xml: bytes
    message: Pain001
    standing_order: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is ready to be sent."""

    body: bytes
    content_type: str


def read(raw: bytes, content_type: str) -> PeriodicPayment:
    """Read the body of a periodic payment. Raises ContentTypeUnsupported, FormatError."""
    parts = _parts(raw, _boundary(content_type))
    message = pain001.read(parts[XML], bulk=False)
    standing_order = _standing_order(parts[JSON])
    # A standing order has a first day; the one day of the pain.001 has no meaning beside it.
    once = ("requestedExecutionDate", "requestedExecutionTime")
    payment = {name: value for name, value in message.body.items() if name not in once}
    return PeriodicPayment(parts[XML], message, standing_order, payment | standing_order)


def write(xml: bytes, standing_order: Mapping[str, Any]) -> Form:
    """The form with both parts; the same parts make the same form."""
    json = orjson.dumps(standing_order)
    boundary = sha256(xml + json).hexdigest()[:32]
    body = b"".join(
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\nContent-Type: %b\r\n\r\n%b\r\n'
        % (boundary.encode(), name.encode(), _TYPES[name][0].encode(), part)
        for name, part in ((XML, xml), (JSON, json))
    )
    return Form(body + b"--%b--\r\n" % boundary.encode(), f"{MIMETYPE}; boundary={boundary}")


def _boundary(content_type: str) -> bytes:
    mimetype, options = parse_options_header(content_type)
    if mimetype != MIMETYPE:
        raise ContentTypeUnsupported(
            Message(f"The body must be sent with Content-Type: {MIMETYPE}.", "Content-Type")
        )
    boundary = options.get("boundary", "")
    if not 0 < len(boundary) <= _BOUNDARY_MAX or not boundary.isascii():
        raise FormatError(Message("The boundary between the parts is missing or malformed.", "Content-Type"))
    return boundary.encode()


def _parts(raw: bytes, boundary: bytes) -> dict[str, bytes]:
    """Both parts, each once. Raises FormatError for any other set of parts."""
    if len(raw) > iso20022.BYTES_MAX:
        raise FormatError(Message(f"The body has more than {iso20022.BYTES_MAX} bytes."))
    found: dict[str, bytes] = {}
    try:
        for name, part in _decoded(raw, boundary):
            if name in found:
                raise FormatError(Message("This part is there twice.", name))
            found[name] = part
    except (ValueError, HTTPException) as error:
        raise FormatError(Message("The body is not a well-formed form.")) from error
    missing = [Message("This part is missing.", name) for name in _TYPES if name not in found]
    if missing:
        raise FormatError(*missing)
    return found


def _decoded(raw: bytes, boundary: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts in their order. Raises what the library raises for a broken form."""
    decoder = MultipartDecoder(boundary, max_parts=len(_TYPES) + 1)
    decoder.receive_data(raw)
    decoder.receive_data(None)
    name, pieces = "", bytearray()
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            name, pieces = event.name, bytearray()
            _check_headers(name, event.headers)
        elif isinstance(event, Data):
            pieces += event.data
            if not event.more_data:
                yield name, bytes(pieces)


def _check_headers(name: str, headers: Headers) -> None:
    if name not in _TYPES:
        raise FormatError(Message(f"Only the parts {XML} and {JSON} are expected."))
    mimetype, options = parse_options_header(headers.get("Content-Type"))
    if mimetype and mimetype not in _TYPES[name]:
        raise FormatError(Message(f"This part must be {' or '.join(_TYPES[name])}.", name))
    if options.get("charset", "utf-8").lower() != "utf-8":
        raise FormatError(Message("This part must be in UTF-8.", name))
    # RFC 7578 4.7: Content-Transfer-Encoding is deprecated; a part that uses one is not what it seems.
    if headers.get("Content-Transfer-Encoding", "binary").lower() not in ("7bit", "8bit", "binary"):
        raise FormatError(Message("This part must be sent as it is, without a transfer encoding.", name))


def _standing_order(raw: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise FormatError(Message(f"The part is not JSON: {error}.", JSON)) from error
    wrong = _ORDER.validate(told)
    if wrong:
        raise FormatError(*(Message("; ".join(_texts(said)), _member(name)) for name, said in wrong.items()))
    return dict(told)


def _member(name: str) -> str:
    return JSON if name == "_schema" else f"{JSON}.{name}"


def _texts(said: object) -> Iterator[str]:
    """The library's messages about one member, out of whatever they are nested in."""
    if isinstance(said, Mapping):
        said = list(said.values())
    if isinstance(said, list):
        for one in said:
            yield from _texts(one)
    else:
        yield str(said)
