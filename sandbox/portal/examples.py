"""An example of a call: all that must be sent; what only the caller knows is in capitals."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.gateway.calls import Call
from sandbox.kernel.ids import new_uuid
from sandbox.portal.operations import Document, Operation

_JSON = "json"
_BY_FORMAT: Mapping[str, str] = {
    "date": "2026-12-31",
    "date-time": "2026-12-31T12:00:00Z",
    "ipv4": "192.0.2.1",
    "url": "https://tpp.example/back",
    "uri": "https://tpp.example/back",
    "email": "kari@example.com",
}
_DEEPEST = 8


def call(document: Document, operation: Operation, app_key: str, currency: str) -> Call:
    """The operation with all that it needs; of what needs nothing, the first member."""
    url, query, headers = document.url + operation.path, list[str](), {"X-API-Key": app_key}
    if operation.raw.get("security") == []:
        del headers["X-API-Key"]
    maker = _Maker(document, currency)
    for said in (*operation.shared, *operation.raw.get("parameters", ())):
        one = document.resolved(said)
        value = str(maker.value(one["name"], one["schema"]))
        if one["in"] == "path":
            url = url.replace(f"{{{one['name']}}}", value)
        elif one.get("required") and one["in"] == "query":
            query.append(f"{one['name']}={value}")
        elif one.get("required") and one["in"] == "header":
            headers[one["name"]] = value
    bodies = [one for one in document.sent(operation) if _JSON in one.media_type]
    body = maker.value("body", bodies[0].schema) if bodies else None
    return Call(operation.method, f"{url}?{'&'.join(query)}" if query else url, headers, body)


class _Maker:
    """Makes a value of each kind, in one currency."""

    def __init__(self, document: Document, currency: str) -> None:
        self._document, self._currency = document, currency

    def value(self, name: str, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """A value that the schema allows, as far as it says what it allows."""
        found = self._document.resolved(schema)
        said = [found.get("example"), found.get("default"), *found.get("enum", ())[:1]]
        told = next((one for one in said if one is not None), None)
        return self._made(name, found, depth) if told is None else told

    def _made(self, name: str, schema: Mapping[str, Any], depth: int) -> Any:
        for form in schema.get("oneOf") or schema.get("anyOf") or ():
            return self.value(name, form, depth + 1)
        match schema.get("type"):
            case "array":
                return [self.value(name, schema.get("items", {}), depth + 1)] if depth < _DEEPEST else []
            case "boolean":
                return True
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "string":
                return self._text(name, schema)
            case _:
                return self._members(schema, depth)

    def _members(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        parts = [self._document.resolved(one) for one in schema.get("allOf", ())]
        told = {name: one for part in (schema, *parts) for name, one in part.get("properties", {}).items()}
        needed = [name for part in (schema, *parts) for name in part.get("required", ())]
        if depth >= _DEEPEST:
            return {}
        sent = [name for name in told if name in needed] or list(told)[:1]
        return {name: self.value(name, told[name], depth + 1) for name in sent}

    def _text(self, name: str, schema: Mapping[str, Any]) -> str:
        if schema.get("format") == "uuid":
            return new_uuid()
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        match name.lower():
            case "currency":
                return self._currency
            case "amount":
                return "12.50"
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").upper()
