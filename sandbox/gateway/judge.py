"""The judge of strict mode: no answer leaves a door that the door's own OpenAPI document does not promise."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Request, Response

if TYPE_CHECKING:
    import jsonschema_rs

_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


class AnswerInvalid(Exception):
    """A bug of ours: the answer is not as documented. `detail` names the operation and the place."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class Judge:
    """Holds answers against one OpenAPI document: status, media type, and the body to its last member."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Judge by this document; each schema is compiled when it is first needed."""
        self._document = document
        self._components = _as_json_schema(document.get("components", {}))
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def hold(self, request: Request, response: Response) -> None:
        """Let the answer pass if it is one of this operation, or there is no such operation.

        Raises AnswerInvalid.
        """
        path = _VARIABLE.sub(r"{\1}", request.url_rule.rule) if request.url_rule else ""
        method = "get" if request.method == "HEAD" else request.method.lower()
        operation = self._document["paths"].get(path, {}).get(method)
        if operation is None:
            return
        name = f"{method.upper()} {path} {response.status_code}"
        promised = self._resolved(operation["responses"].get(str(response.status_code)))
        if promised is None:
            raise AnswerInvalid(f"{name}: the status is not documented")
        content, mimetype = promised.get("content", {}), response.mimetype or "no media type"
        if response.is_streamed and mimetype in content:
            return  # it is not there yet
        if not response.get_data() and (not content or response.status_code >= 400):
            return  # an error may do without words
        if mimetype not in content:
            raise AnswerInvalid(f"{name}: {mimetype} is not documented")
        if mimetype.endswith("json"):
            validator = self._validator(f"{name} {mimetype}", content[mimetype]["schema"])
            for fault in validator.iter_errors(response.get_json()):
                place = ".".join(str(step) for step in fault.instance_path)
                raise AnswerInvalid(f"{name}: {place or 'the body'}: {fault.message}")

    def _validator(self, name: str, schema: Mapping[str, Any]) -> "jsonschema_rs.Validator":
        if name not in self._validators:
            # Whoever is not strict does not pay for the import.
            import jsonschema_rs

            whole = {"components": self._components, "allOf": [_as_json_schema(schema)]}
            self._validators[name] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[name]

    def _resolved(self, node: Any) -> Any:
        while isinstance(node, Mapping) and "$ref" in node:
            found: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node


def _as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: there, `nullable` is a type."""
    if isinstance(node, list):
        return [_as_json_schema(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    made = {key: _as_json_schema(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") is True else made
