"""The published files as a judge: is this answer one that the version allows?"""

import copy
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from werkzeug.test import TestResponse

_SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs" / "uk"
FOLDERS = {"v3.1": _SPECS / "v3.1.11r5", "v4.0": _SPECS / "v4.0-Update-4"}
FILES = {
    "aisp": "account-info-openapi.json",
    "pisp": "payment-initiation-openapi.json",
    "cbpii": "confirmation-funds-openapi.json",
    "vrp": "vrp-openapi.json",
    "events": "events-openapi.json",
    "event-notifications": "event-notifications-openapi.json",
}
#: What the files have had no more since 3.1.7 stands in the text alone: Callback URL, data dictionary.
_CALLBACK = {
    "type": "object",
    "required": ["CallbackUrlId", "Url", "Version"],
    "additionalProperties": False,
    "properties": {
        "CallbackUrlId": {"type": "string", "minLength": 1, "maxLength": 40},
        "Url": {"type": "string", "format": "uri"},
        "Version": {"type": "string", "minLength": 1, "maxLength": 10},
    },
}
CALLBACK_OPERATIONS = {
    ("POST", "/callback-urls"): "201",
    ("GET", "/callback-urls"): "200",
    ("PUT", "/callback-urls/{CallbackUrlId}"): "200",
    ("DELETE", "/callback-urls/{CallbackUrlId}"): "204",
}
#: What has been called with success in this process: version, file, method and path.
SUCCEEDED: set[tuple[str, str, str, str]] = set()
#: The sandbox's own names beside those of the standard: Namespaced Enumerations, "ASPSPs may".
_OWN_NAMES = r"^UK\.Bryggen\."
#: Where this standard is told to developers.
PAGE = Path(__file__).resolve().parents[3] / "docs" / "standards" / "uk_open_banking.md"
CODES = _SPECS / "codesets" / "OB_Internal_Codeset.csv"

needs_the_published_files = pytest.mark.skipif(
    not _SPECS.exists(), reason="the published files are not at ../shared/specs/uk"
)
#: Errors of these statuses may do without a body: Read/Write 3.1.11 and 4.0, 403 and 401.
_BODY_OPTIONAL = (401, 403)
#: What the text allows besides the files: "MAY return other standard HTTP status codes".
_OTHER_STATUSES = (413,)


def judge(method: str, path: str, response: TestResponse) -> None:
    """Fail where the answer is not valid against the file of its version. `path` without the bank."""
    version, service, resource = re.fullmatch(
        r"/open-banking/(v[34]\.\d)(?:/(aisp|pisp|cbpii))?(/.*)", path
    ).groups()
    service = service or "events"
    if resource.startswith("/domestic-vrp"):
        service = "vrp"
    assert response.headers["x-fapi-interaction-id"]
    if not _SPECS.exists() or response.status_code in (404, *_OTHER_STATUSES):
        return
    template, operation = _operation(version, service, method, resource)
    if response.status_code == 405:
        return
    assert operation is not None, f"{method} {resource} is not in the published file of {version}"
    if response.status_code < 300:
        SUCCEEDED.add((version, service, method, template))
    said = operation["responses"].get(str(response.status_code))
    assert said is not None, f"{method} {template} has no answer {response.status_code} in {version}"
    content = _resolved(version, service, said).get("content")
    if not response.get_data():
        assert content is None or response.status_code in _BODY_OPTIONAL
        return
    if content is None:
        # Read/Write 4.0, 401: with a code where the bank has expired the token; the file has no body for it.
        assert (version, response.status_code) == ("v4.0", 401)
        schema = {"$ref": "#/components/schemas/OBErrorResponse1"}
    elif resource.endswith(("/file", "/report-file")) and response.status_code == 200:
        # Read/Write 4.0, Statements: binary or text, as the Accept header says; the file has JSON alone.
        assert service == "pisp" or not response.is_json
        return
    else:
        # The file of events names the alphabet with the type.
        by_type = {name.partition(";")[0]: one for name, one in content.items()}
        assert response.mimetype in by_type, f"{response.mimetype} is not in the published file"
        schema = by_type[response.mimetype]["schema"]
    faults = [
        f"{fault.instance_path}: {fault.message}"
        for fault in _validator(version, service, json.dumps(schema)).iter_errors(response.json)
    ]
    assert not faults, f"{method} {template} {response.status_code}: {faults}\n{response.text[:2000]}"


def operations(version: str, service: str = "aisp") -> set[tuple[str, str]]:
    """Every operation of the file: method and path."""
    return {
        (method.upper(), path)
        for path, item in document(version, service)["paths"].items()
        for method in item
        if method in ("get", "post", "put", "delete", "patch")
    }


@cache
def document(version: str, service: str = "aisp") -> dict[str, Any]:
    """A published file, made ready to judge by."""
    said = json.loads((FOLDERS[version] / FILES[service]).read_text(encoding="utf-8"))
    if service == "events":
        _add_callbacks(said)
    return _normal(said)


def _add_callbacks(said: dict[str, Any]) -> None:
    """Callback URLs answer as subscriptions do, with data of their own."""
    listed = {"type": "object", "properties": {"CallbackUrl": {"type": "array", "items": _CALLBACK}}}
    for (method, path), status in CALLBACK_OPERATIONS.items():
        like = "/event-subscriptions" + ("/{EventSubscriptionId}" if path.endswith("}") else "")
        operation = copy.deepcopy(said["paths"][like][method.lower()])
        if status != "204":
            data = listed if method == "GET" else _CALLBACK
            links = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("Links", "Meta")}
            whole = {"type": "object", "required": ["Data"], "properties": {"Data": data, **links}}
            operation["responses"][status] = {"content": {"application/json": {"schema": whole}}}
        said["paths"].setdefault(path, {})[method.lower()] = operation


def _normal(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema; what is namespaced is held to the names that the standard has."""
    if isinstance(node, list):
        return [_normal(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    said = {("anyOf" if key == "oneOf" else key): _normal(value) for key, value in node.items()}
    if "x-namespaced-enum" in said:
        said["anyOf"] = [{"enum": said.pop("x-namespaced-enum")}, {"pattern": _OWN_NAMES}]
    return said


def _operation(version: str, service: str, method: str, path: str) -> tuple[str, dict[str, Any] | None]:
    path = path.partition("?")[0]
    for template, item in sorted(
        document(version, service)["paths"].items(), key=lambda one: one[0].count("{")
    ):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            return template, item.get(method.lower())
    return path, None


def _resolved(version: str, service: str, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        at: Any = document(version, service)
        for step in node["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        node = at
    return node


def notification(version: str) -> jsonschema_rs.Validator:
    """What judges the claims of a token by which a TPP is called. The file has one sort of event alone."""
    return _validator(version, "event-notifications", '{"$ref": "#/components/schemas/OBEventNotification1"}')


@cache
def _validator(version: str, service: str, schema: str) -> jsonschema_rs.Validator:
    whole = {"components": document(version, service)["components"], "allOf": [json.loads(schema)]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
