"""The published files as a judge: is this answer one that the standard allows?"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from werkzeug.test import TestResponse

_FILE = "psd2-api_1.3.11_2021-10-01v1.yaml"
_FUNDS_FILE = "extended_services/psd2-confirmation-of-funds-consent_2.0_20190607.yaml"
_FUNDS_CONSENTS = "/v2/consents/confirmation-of-funds"
_FOLDER = Path(__file__).resolve().parents[4] / "shared" / "specs" / "berlin_group"
PATH = _FOLDER / _FILE

needs_the_published_file = pytest.mark.skipif(
    not PATH.exists(), reason=f"the published file is not at ../shared/specs/berlin_group/{_FILE}"
)


#: What 1.3.16 has besides, and a bank of that version may say: its file is not here.
_NEWER_PATHS = re.compile(r"/v1/(.*-verifications.*|.*/creditor-confirmation)")
_NEWER_STATUSES = ("RVCM", "RCVC")


def judge(
    method: str, path: str, response: TestResponse, *, but: Collection[str] = (), version: str = "1.3.11"
) -> None:
    """Fail where the answer is not valid against the published file. `path` without the bank's prefix.

    `but` names members in which a quirk of the bank breaks the file: those alone are not judged. `version` is
    what the bank speaks.
    """
    if not PATH.exists():
        return
    if version == "1.3.16" and _NEWER_PATHS.fullmatch(path):
        return
    file = _FILE
    if path.startswith(_FUNDS_CONSENTS):
        # The authorisations of this consent are in no file of their own: they are those of any consent.
        is_authorisation = "/authorisations" in path
        path = path.replace(_FUNDS_CONSENTS, "/v1/consents") if is_authorisation else path
        file = _FILE if is_authorisation else _FUNDS_FILE
    template, operation = _operation(file, method, path)
    said = operation["responses"].get(str(response.status_code))
    assert said is not None, f"{method} {template} has no answer {response.status_code} in the published file"
    said = _resolved(file, said)
    for name, header in said.get("headers", {}).items():
        if _resolved(file, header).get("required"):
            assert name in response.headers, f"the header {name} is missing"
    content = said.get("content")
    if content is None:
        return
    assert response.mimetype in content, f"{response.mimetype} is not in the published file: {list(content)}"
    if response.mimetype.endswith("json"):
        pointer = _pointer(file, template, method, response.status_code, response.mimetype)
        faults = [
            f"{fault.instance_path}: {fault.message}"
            for fault in pointer.iter_errors(_older(response.json, version))
            if not set(but) & set(fault.instance_path)
        ]
        assert not faults, f"{method} {template} {response.status_code}: {faults}\n{response.text[:2000]}"


def _older(body: Any, version: str) -> Any:
    """The body with the nearest status that 1.3.11 knows."""
    newer = (
        version == "1.3.16" and isinstance(body, dict) and body.get("transactionStatus") in _NEWER_STATUSES
    )
    return {**body, "transactionStatus": "RCVD"} if newer else body


@cache
def document(file: str = _FILE) -> dict[str, Any]:
    """A published file, made ready to judge by."""
    found = yaml.safe_load((_FOLDER / file).read_text(encoding="utf-8"))
    if file == _FILE:
        _mend(found["components"])
    return _normal(found)  # type: ignore[no-any-return]


def _mend(components: dict[str, Any]) -> None:
    """A slip of the file: to 400 of PIIS it gives the codes of AIS, though it defines NO_PIIS_ACTIVATION."""
    content = components["responses"]["BAD_REQUEST_400_PIIS"]["content"]
    for mimetype, schema in (("json", "Error400_NG_PIIS"), ("problem+json", "Error400_PIIS")):
        content[f"application/{mimetype}"]["schema"] = {"$ref": f"#/components/schemas/{schema}"}


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


def _operation(file: str, method: str, path: str) -> tuple[str, dict[str, Any]]:
    path = path.partition("?")[0]
    # A path without variables wins over one that merely fits, as OpenAPI asks for.
    for template, operations in sorted(document(file)["paths"].items(), key=lambda one: one[0].count("{")):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) and method.lower() in operations:
            return template, operations[method.lower()]
    raise AssertionError(f"{method} {path} is not in the published file")


def _resolved(file: str, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        at: Any = document(file)
        for step in node["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        node = at
    return node


@cache
def _pointer(file: str, template: str, method: str, status: int, mimetype: str) -> jsonschema_rs.Validator:
    operation = document(file)["paths"][template][method.lower()]
    schema = _resolved(file, operation["responses"][str(status)])["content"][mimetype]["schema"]
    whole = {"components": document(file)["components"], "allOf": [schema]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
