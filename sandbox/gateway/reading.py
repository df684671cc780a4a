"""Reading requests: strictly by a schema, and what was asked before in the same words only once."""

from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from flask import Request, request
from marshmallow import Schema, ValidationError
from webargs import missing
from webargs.flaskparser import FlaskParser

from sandbox.gateway import checks, context
from sandbox.gateway.hooks import NUL
from sandbox.gateway.refusals import ContentTypeUnsupported, Message, RequestMalformed

#: How many ways of asking each operation remembers, and the longest that is worth it, in characters.
_REMEMBERED_MAX, _WORDS_MAX = 1000, 1000
#: The field that reads the header that is another one in every call, whatever the standard calls it.
_REQUEST_ID_FIELD = "request_id"
#: How JSON writes NUL; a text that only looks like it has one backslash more.
_NUL = b"\\u0000"


class Parser(FlaskParser):
    """Reads requests; whatever is wrong with one is a RequestMalformed that names the place."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012  # the library's own attribute
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "json": None,
        "query": None,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002  # the library's signature
        """The body as JSON; nothing where there is none. Raises ContentTypeUnsupported, RequestMalformed."""
        context.reached(checks.BODY)
        raw = req.get_data()
        if not raw.strip():
            return missing
        if not req.is_json:
            raise ContentTypeUnsupported(Message(ContentTypeUnsupported.text, "Content-Type"))
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise RequestMalformed(Message(f"The body is not JSON: {error}.")) from error
        if _NUL in raw:
            _check_nul(body)
        return body

    def handle_error(
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002
        schema: Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Raises RequestMalformed with one message per thing that is wrong."""
        by_location: dict[str, object] = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise RequestMalformed(*(message for said in by_location.values() for message in messages(said)))


class Reader:
    """Reads the headers or the query of a request, and remembers what the same words meant before.

    What a schema makes of them depends on nothing else, and a client sends the same ones again and again; a
    schema of a dozen fields costs as much as the rest of a small answer. Only what is right is remembered:
    what is wrong is read, and refused, in full each time.
    """

    def __init__(self, parser: Parser, schema: Schema, location: str) -> None:
        """Read by that schema in `location`: `headers` or `query`."""
        self._parser, self._schema, self._location = parser, schema, location
        self._check = checks.QUERY if location == "query" else checks.HEADERS
        self._request_id = schema.fields.get(_REQUEST_ID_FIELD)
        names = [field.data_key or name for name, field in schema.fields.items()]
        self._request_id_word = ""
        if self._request_id is not None:
            said = self._request_id.data_key or _REQUEST_ID_FIELD
            names.remove(said)
            self._request_id_word = _word(said)
        self._words = ["QUERY_STRING"] if location == "query" else list(map(_word, names))
        self._known: dict[tuple[str | None, ...], dict[str, Any]] = {}

    def read(self) -> dict[str, Any]:
        """What the request at hand says. Raises RequestMalformed."""
        here = context.visit()
        here.checks.append(self._check)
        environ = here.request.environ
        words = tuple(map(environ.get, self._words))
        known = self._known.get(words)
        if known is None:
            return self._learn(words)
        if self._request_id is None:
            return known.copy()
        try:
            sent = environ.get(self._request_id_word, missing)
            request_id = self._request_id.deserialize(sent)
        except ValidationError:
            return self._learn(words)
        if request_id is missing:
            return {name: value for name, value in known.items() if name != _REQUEST_ID_FIELD}
        return {**known, _REQUEST_ID_FIELD: request_id}

    def _learn(self, words: tuple[str | None, ...]) -> dict[str, Any]:
        read: dict[str, Any] = self._parser.parse(self._schema, request, location=self._location)
        if sum(len(word) for word in words if word) <= _WORDS_MAX:
            if len(self._known) >= _REMEMBERED_MAX:
                self._known.clear()
            self._known[words] = read.copy()
        return read


def _word(header: str) -> str:
    """Under which name WSGI has a header."""
    return f"HTTP_{header.upper().replace('-', '_')}"


def _check_nul(body: object) -> None:
    """Raises RequestMalformed at a place where NUL stands, however deep that is."""
    waiting = [("", body)]
    while waiting:
        path, found = waiting.pop()
        if isinstance(found, str) and "\0" in found:
            raise RequestMalformed(Message(NUL, path or None))
        if isinstance(found, list):
            waiting += [(_joined(path, place), one) for place, one in enumerate(found)]
        elif isinstance(found, dict):
            waiting += [(path, name) for name in found]
            waiting += [(_joined(path, name), one) for name, one in found.items()]


def messages(said: object, path: str = "") -> list[Message]:
    """The library's nested messages, flat: `access.balances[0].iban`."""
    if isinstance(said, str):
        return [Message(said, path or None)]
    if isinstance(said, Mapping):
        return [one for key, value in said.items() for one in messages(value, _joined(path, key))]
    if isinstance(said, list):
        return [one for value in said for one in messages(value, path)]
    return [Message(str(said), path or None)]


def _joined(path: str, key: object) -> str:
    if key == "_schema":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)
