"""What every document of a bank has, whatever its standard: the sandbox's own headers, and nothing unused."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.gateway.faults import HEADER as FAILURE
from sandbox.gateway.noting import TRACE

_FAILURE: Mapping[str, Any] = {
    "name": FAILURE,
    "in": "header",
    "required": False,
    "description": "Of the sandbox alone: the name of a failure that this call shall meet, from"
    " `GET /_sandbox/failures`; what takes time takes `; seconds=2` besides.",
    "schema": {"type": "string"},
    "example": "too_many_requests",
}
_TRACE: Mapping[str, Any] = {
    "description": "Of the sandbox alone: by which the inspector finds this call.",
    "schema": {"type": "string"},
}
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_PARAMETERS, _RESPONSES, _REF = "parameters", "responses", "$ref"
_COMPONENTS = "#/components/"


def finished(document: dict[str, Any]) -> dict[str, Any]:
    """A bank's own document, made complete: no bank that lives has these headers, and none needs them."""
    components = document["components"]
    components.setdefault(_PARAMETERS, {})[FAILURE] = dict(_FAILURE)
    for item in document["paths"].values():
        item[_PARAMETERS] = [*item.get(_PARAMETERS, ()), {_REF: f"{_COMPONENTS}{_PARAMETERS}/{FAILURE}"}]
    operations = [
        operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in _METHODS
    ]
    for holder in (components, *operations):
        for answer in holder.get(_RESPONSES, {}).values():
            if _REF not in answer:
                answer["headers"] = {**answer.get("headers", {}), TRACE: dict(_TRACE)}
    _leave_out_what_nobody_uses(document)
    return document


def _leave_out_what_nobody_uses(document: dict[str, Any]) -> None:
    """A schema, answer or parameter stays where an operation leads to it, be it by way of another one."""
    components = document["components"]
    waiting, used = list(_references(document["paths"])), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            kind, _, which = name.partition("/")
            waiting += _references(components[kind][which])
    for kind, found in components.items():
        if kind != "securitySchemes":
            components[kind] = {which: one for which, one in found.items() if f"{kind}/{which}" in used}


def _references(node: Any) -> Iterator[str]:
    """What a part of the document refers to: `schemas/Account`."""
    if isinstance(node, list):
        for one in node:
            yield from _references(one)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key == _REF and isinstance(value, str):
                yield value.removeprefix(_COMPONENTS)
            else:
                yield from _references(value)
