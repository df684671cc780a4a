"""Blueprints as this door needs them: bodies read strictly, errors documented by themselves."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar, cast

import flask_smorest
import orjson
from flask import Request
from marshmallow import Schema, ValidationError
from webargs import missing
from webargs.flaskparser import FlaskParser

from sandbox.control.refusals import STATUSES, ContentTypeUnsupported, RequestMalformed

View = TypeVar("View", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Reads requests; whatever is wrong with one is a RequestMalformed that names the place."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012  # the library's own attribute
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "json": None,
        "query": None,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002  # the library's signature
        """The body as JSON; nothing where there is none."""
        raw = req.get_data()
        if not raw.strip():
            return missing
        if not req.is_json:
            raise ContentTypeUnsupported
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise RequestMalformed(f"The body is not JSON: {error}.") from error

    def handle_error(
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002
        schema: Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Raises RequestMalformed with every fault."""
        # webargs puts the messages of each location under its name.
        said: Any = error.messages
        faults = [one for below in said.values() for one in _faults(below, "")]
        raise RequestMalformed(" ".join(faults))


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    """A blueprint whose operations document the one form of error."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_document_errors)

    def arguments(self, schema: type[Schema], **kwargs: Any) -> Callable[[View], View]:
        """Read the request by that schema, and document it."""
        return cast(Callable[[View], View], super().arguments(schema, **kwargs))

    def response(self, status: int, schema: type[Schema] | None = None) -> Callable[[View], View]:
        """Answer by that schema, and document it."""
        return cast(Callable[[View], View], super().response(status, schema))

    def doc(self, **kwargs: Any) -> Callable[[View], View]:
        """Document what the other decorators do not."""
        return cast(Callable[[View], View], super().doc(**kwargs))

    def get(self, rule: str) -> Callable[[View], View]:
        """Answer GET at that path."""
        return cast(Callable[[View], View], super().get(rule))

    def post(self, rule: str) -> Callable[[View], View]:
        """Answer POST at that path."""
        return cast(Callable[[View], View], super().post(rule))

    def put(self, rule: str) -> Callable[[View], View]:
        """Answer PUT at that path."""
        return cast(Callable[[View], View], super().put(rule))

    def delete(self, rule: str) -> Callable[[View], View]:
        """Answer DELETE at that path."""
        return cast(Callable[[View], View], super().delete(rule))


def _document_errors(doc: dict[str, Any], _: Mapping[str, Any], **__: object) -> dict[str, Any]:
    responses = doc.setdefault("responses", {})
    for status in STATUSES:
        responses.pop(status, None)  # the library's own word for it
        responses[str(status)] = "ERROR"
    return doc


def _faults(said: object, path: str) -> list[str]:
    """The library's nested messages, flat: `clock.at: Not a valid datetime.`"""
    if isinstance(said, Mapping):
        return [
            one
            for key, value in said.items()
            for one in _faults(value, path if key == "_schema" else f"{path}.{key}" if path else str(key))
        ]
    if isinstance(said, list):
        return [one for value in said for one in _faults(value, path)]
    return [f"{path}: {said}" if path else str(said)]
