"""Doors with an OpenAPI document: their operations, and the document that describes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from threading import Lock
from typing import Any, ClassVar, TypeVar, cast

import flask_smorest
from marshmallow import Schema

from sandbox.bank.profile import Interface, Profile
from sandbox.gateway.hooks import Door
from sandbox.gateway.reading import Parser, Reader

View = TypeVar("View", bound=Callable[..., Any])

_SECURITY = {
    "appKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The key of your app.",
    }
}


class _Api(flask_smorest.Api):  # type: ignore[misc]  # the library has no types
    """The library's document, without its errors: each door has its own."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the door, which knows the bank even where no blueprint was reached."""

    def _register_responses(self) -> None:
        """Leave the error bodies to the door."""


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    """A blueprint whose requests are read strictly, and whose operations document every error."""

    ARGUMENTS_PARSER = Parser()
    #: Which response of the document tells of each error, by status.
    ERRORS: ClassVar[Mapping[int, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._document_errors)

    def route(self, *args: Any, **kwargs: Any) -> Callable[[View], View]:
        """Serve the view at a path."""
        return cast(Callable[[View], View], super().route(*args, **kwargs))

    def get(self, rule: str) -> Callable[[View], View]:
        """Answer GET at that path."""
        return self.route(rule, methods=["GET"])

    def post(self, rule: str) -> Callable[[View], View]:
        """Answer POST at that path."""
        return self.route(rule, methods=["POST"])

    def put(self, rule: str) -> Callable[[View], View]:
        """Answer PUT at that path."""
        return self.route(rule, methods=["PUT"])

    def delete(self, rule: str) -> Callable[[View], View]:
        """Answer DELETE at that path."""
        return self.route(rule, methods=["DELETE"])

    def arguments(
        self, schema: type[Schema], *, location: str = "json", **kwargs: Any
    ) -> Callable[[View], View]:
        """Give the view its headers, query or body, read by a schema that is made once, not per request."""
        made = _made(schema)
        document: Callable[[View], View] = super().arguments(made, location=location, **kwargs)
        reader = Reader(self.ARGUMENTS_PARSER, made, location) if location != "json" else None

        def decorator(view: View) -> View:
            documented = document(view)
            # The class here as well: see _Named.
            documented._apidoc["arguments"]["parameters"][-1]["schema"] = schema  # type: ignore[attr-defined]
            if reader is None:
                return documented

            @wraps(view)
            def reading(*args: Any, **named: Any) -> Any:
                return view(*args, reader.read(), **named)

            return documented_as(documented, reading)

        return decorator

    def response(self, status_code: int, schema: Any = None, **kwargs: Any) -> Callable[[View], View]:
        """Answer by that schema, and document it."""
        made = _Named(schema) if isinstance(schema, type) else schema
        return cast(Callable[[View], View], super().response(status_code, made, **kwargs))

    @staticmethod
    def _make_doc_response_schema(schema: Any) -> Any:
        """Note the class of a schema: at each further decorator the library copies what it has noted."""
        return schema.kind if isinstance(schema, _Named) else schema

    def alt_response(self, *args: Any, **kwargs: Any) -> Callable[[View], View]:
        """Document what else the view may answer."""
        return cast(Callable[[View], View], super().alt_response(*args, **kwargs))

    def doc(self, **kwargs: Any) -> Callable[[View], View]:
        """Document what the other decorators do not."""
        return cast(Callable[[View], View], super().doc(**kwargs))

    def _document_errors(self, doc: dict[str, Any], _: Mapping[str, Any], **__: object) -> dict[str, Any]:
        responses = doc.setdefault("responses", {})
        for status, name in self.ERRORS.items():
            # The library has put its own word for some of them there, under the number.
            responses.pop(status, None)
            responses[str(status)] = name
        return doc


class AnsweringBlueprint(Blueprint):
    """A blueprint whose views make their answers themselves: a schema only documents what they say."""

    def response(self, status_code: int, schema: Any = None, **kwargs: Any) -> Callable[[View], View]:
        """Document what the view answers, and leave its answer alone: it is a Response already."""
        document: Callable[[View], View] = super().response(status_code, schema, **kwargs)
        return lambda view: documented_as(document(view), view)


class _Named:
    """A schema that stands in the document by its class, and is made when it is first written by.

    The library makes one of each class that it is given, and copies it at each further decorator: with the
    fields in them those were a tenth of a worker's memory, and most of them were never used.
    """

    def __init__(self, kind: type[Schema]) -> None:
        self.kind = kind

    def dump(self, answer: Any) -> Any:
        """The answer as this schema writes it."""
        return _made(self.kind).dump(answer)


@cache
def _made(schema: type[Schema]) -> Schema:
    """The one schema of its class that reads or writes: a schema keeps nothing of what passes it."""
    return schema()


def documented_as(other: View, view: Callable[..., Any]) -> View:
    """The view, with what the library has noted about it on its own, slower wrapping."""
    view._apidoc = other._apidoc  # type: ignore[attr-defined]  # where the library keeps its notes
    return cast(View, view)


class Description:
    """The document of a door, written when somebody first asks for it: most who start a server never do."""

    def __init__(
        self,
        door: Door,
        blueprints: Sequence[Blueprint],
        errors: Mapping[str, Mapping[str, Any]],
        keys: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Describe what `door` serves, by blueprints and error responses; `keys` stand beside an app's."""
        self._door, self._blueprints, self._errors = door, blueprints, errors
        self._keys = {**_SECURITY, **keys}
        self._written: Mapping[str, Any] | None = None
        self._writing = Lock()

    def read(self) -> Mapping[str, Any]:
        """The document of the whole door; each bank narrows a copy of it."""
        with self._writing:
            if self._written is None:
                self._written = self._write()
            return self._written

    def _write(self) -> Mapping[str, Any]:
        components = {"securitySchemes": self._keys}
        api = _Api(self._door, spec_kwargs={"components": components, "security": [{"appKey": []}]})
        for name, response in self._errors.items():
            api.spec.components.response(name, {**response}, lazy=True)
        for blueprint in self._blueprints:
            blueprint.register_views_in_doc(api, self._door, api.spec, name=blueprint.name, parameters=None)
            api.spec.tag({"name": blueprint.name, "description": blueprint.description})
        return cast(Mapping[str, Any], api.spec.to_dict())


@dataclass(frozen=True, slots=True)
class Documents:
    """Where the documents come from: that of an interface of a bank, and that of the tester's door.

    `path` is where the bank serves that of an interface.
    """

    of_interface: Callable[[Profile, Interface], Mapping[str, Any]]
    control: Callable[[], Mapping[str, Any]]
    path: Callable[[Interface], str]


def publish(
    door: Door,
    title: str,
    version: str,
    blueprints: Sequence[Blueprint],
    errors: Mapping[str, Mapping[str, Any]],
    keys: Mapping[str, Mapping[str, Any]] | None = None,
) -> Description:
    """Serve the operations at the door, and describe them. `errors` are the responses that ERRORS names.

    `keys` are the door's own security schemes.
    """
    door.config.update(API_TITLE=title, API_VERSION=version, OPENAPI_VERSION="3.0.3")
    for blueprint in blueprints:
        door.register_blueprint(blueprint)
    described = Description(door, blueprints, errors, keys or {})
    door.promise(described.read)
    return described
