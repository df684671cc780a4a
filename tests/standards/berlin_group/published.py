"""The published 1.3.11 file as a judge: is this answer one that the standard allows?"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from werkzeug.test import TestResponse

_FILE = "berlin_group/psd2-api_1.3.11_2021-10-01v1.yaml"
_ROOT = Path(__file__).resolve().parents[3]
PATH = _ROOT.parent / "shared" / "specs" / _FILE

needs_the_published_file = pytest.mark.skipif(
    not PATH.exists(), reason=f"the published file is not at ../shared/specs/{_FILE}"
)


def judge(method: str, path: str, response: TestResponse, *, but: Collection[str] = ()) -> None:
    """Fail where the answer is not valid against the published file. `path` without the bank's prefix.

    `but` names members in which a quirk of the bank breaks the file: those alone are not judged.
    """
    if not PATH.exists():
        return
    template, operation = _operation(method, path)
    said = operation["responses"].get(str(response.status_code))
    assert said is not None, f"{method} {template} has no answer {response.status_code} in the published file"
    said = _resolved(said)
    for name, header in said.get("headers", {}).items():
        if _resolved(header).get("required"):
            assert name in response.headers, f"the header {name} is missing"
    content = said.get("content")
    if content is None:
        return
    assert response.mimetype in content, f"{response.mimetype} is not in the published file: {list(content)}"
    if response.mimetype.endswith("json"):
        pointer = _pointer(template, method, response.status_code, response.mimetype)
        faults = [
            f"{fault.instance_path}: {fault.message}"
            for fault in pointer.iter_errors(response.json)
            if not set(but) & set(fault.instance_path)
        ]
        assert not faults, f"{method} {template} {response.status_code}: {faults}\n{response.text[:2000]}"


@cache
def _document() -> dict[str, Any]:
    return _normal(yaml.safe_load(PATH.read_text(encoding="utf-8")))  # type: ignore[no-any-return]


def _normal(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: nullable, exclusive bounds as booleans, patterns anchored, oneOf as anyOf.

    The file's own oneOf lists bodies that overlap (every answer to PUT is several of them at once).
    """
    if isinstance(node, list):
        return [_normal(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    made = {("anyOf" if key == "oneOf" else str(key)): _normal(value) for key, value in node.items()}
    if isinstance(made.get("pattern"), str):
        made["pattern"] = f"^(?:{made['pattern']})$"
    for bound in ("exclusiveMinimum", "exclusiveMaximum"):
        if isinstance(made.get(bound), bool):
            del made[bound]
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def _operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    path = path.partition("?")[0]
    # A path without variables wins over one that merely fits, as OpenAPI asks for.
    for template, operations in sorted(_document()["paths"].items(), key=lambda one: one[0].count("{")):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) and method.lower() in operations:
            return template, operations[method.lower()]
    raise AssertionError(f"{method} {path} is not in the published file")


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        at: Any = _document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        node = at
    return node


@cache
def _pointer(template: str, method: str, status: int, mimetype: str) -> jsonschema_rs.Validator:
    operation = _document()["paths"][template][method.lower()]
    schema = _resolved(operation["responses"][str(status)])["content"][mimetype]["schema"]
    whole = {"components": _document()["components"], "allOf": [schema]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
