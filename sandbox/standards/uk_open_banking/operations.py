"""Blueprints as this standard needs them: faults have codes, and answers are made by the views."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, NoReturn

from flask import Request
from marshmallow import Schema, ValidationError

from sandbox.gateway import openapi, reading
from sandbox.standards.uk_open_banking.errors import STATUSES, Fault, FieldInvalid
from sandbox.standards.uk_open_banking.versions import AISP, Version
from sandbox.standards.uk_open_banking.walltime import NOT_A_MOMENT

_MISSING = ("Missing data for required field.",)
_UNKNOWN = ("Unknown field.",)


class Parser(reading.Parser):
    """Reads requests; each thing that is wrong gets the code that the standard has for it."""

    def handle_error(
        self,
        error: ValidationError,
        req: Request,  # noqa: ARG002  # the library's signature
        schema: Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Raises FieldInvalid with one fault per thing that is wrong."""
        by_location: dict[str, object] = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise FieldInvalid(*(fault for place, said in by_location.items() for fault in faults(place, said)))


def faults(location: str, said: object) -> Iterator[Fault]:
    """What a schema has found wrong, each with its code."""
    for one in reading.messages(said):
        yield Fault(one.text, one.path, _code(location, one.text))


def _code(location: str, text: str) -> str:
    """Source: the code sets, OBExternalStatusReason1Code, U001 to U007."""
    if location == "headers":
        return "U007" if text in _MISSING else "U006"
    if text in _MISSING:
        return "U004"
    if text in _UNKNOWN:
        return "U005"
    return "U003" if text == NOT_A_MOMENT else "U002"


class Blueprint(openapi.AnsweringBlueprint):
    """The operations of one version; each documents every error of this standard."""

    ARGUMENTS_PARSER = Parser()
    ERRORS: ClassVar[Mapping[int, str]] = {int(status): status.name for status in STATUSES}

    def __init__(self, name: str, version: Version, description: str, service: str = AISP) -> None:
        self.version = version
        super().__init__(
            f"{name}_{version.path.replace('.', '_')}",
            __name__,
            url_prefix=version.root(service),
            description=description,
        )
