"""Blueprints as this standard needs them: bodies read strictly, every refusal documented by itself."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

import flask_smorest
import orjson
from flask import Request
from marshmallow import Schema, ValidationError
from webargs import missing
from webargs.flaskparser import FlaskParser

from sandbox.standards.berlin_group.errors import STATUSES, ContentTypeInvalid, FormatError, Message

View = TypeVar("View", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Reads requests; whatever is wrong with one is a FormatError that names the place."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012  # the library's own attribute
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "json": None,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002  # the library's signature
        """The body as JSON; nothing where there is none. Raises ContentTypeInvalid, FormatError."""
        raw = req.get_data()
        if not raw.strip():
            return missing
        if not req.is_json:
            raise ContentTypeInvalid(Message(ContentTypeInvalid.text, "Content-Type"))
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise FormatError(Message(f"The body is not JSON: {error}.")) from error

    def handle_error(
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002
        schema: Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Raises FormatError with one message per thing that is wrong."""
        by_location: dict[str, object] = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise FormatError(*(message for said in by_location.values() for message in _messages(said, "")))


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    """A blueprint whose operations document every error of this standard."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_document_errors)

    def route(self, *args: Any, **kwargs: Any) -> Callable[[View], View]:
        """Serve the view at a path."""
        decorator: Callable[[View], View] = super().route(*args, **kwargs)
        return decorator

    def arguments(self, schema: type[Schema], **kwargs: Any) -> Callable[[View], View]:
        """Give the view its headers, query or body, read by a schema that is made once, not per request."""
        decorator: Callable[[View], View] = super().arguments(schema(), **kwargs)
        return decorator

    def alt_response(self, *args: Any, **kwargs: Any) -> Callable[[View], View]:
        """Document what else the view may answer."""
        decorator: Callable[[View], View] = super().alt_response(*args, **kwargs)
        return decorator

    def response(self, *args: Any, **kwargs: Any) -> Callable[[View], View]:
        """Document what the view answers."""
        decorator: Callable[[View], View] = super().response(*args, **kwargs)
        return decorator


def _document_errors(doc: dict[str, Any], _: Mapping[str, Any], **__: object) -> dict[str, Any]:
    responses = doc.setdefault("responses", {})
    for status in STATUSES:
        # The library has put its own word for 400 there, under the number.
        responses.pop(int(status), None)
        responses[str(int(status))] = status.name
    return doc


def _messages(said: object, path: str) -> list[Message]:
    """The library's nested messages, flat: `access.balances[0].iban`."""
    if isinstance(said, str):
        return [Message(said, path or None)]
    if isinstance(said, Mapping):
        return [one for key, value in said.items() for one in _messages(value, _joined(path, key))]
    if isinstance(said, list):
        return [one for value in said for one in _messages(value, path)]
    return [Message(str(said), path or None)]


def _joined(path: str, key: object) -> str:
    if key == "_schema":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)
