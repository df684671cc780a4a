"""The OpenAPI document of one bank: what it offers, and nothing else."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from sandbox.bank.profile import Profile, Service
from sandbox.gateway import openapi_bank
from sandbox.standards.berlin_group import offers, products, signatures, switches

_PARAMETERS = "parameters"
#: What only a version with verification of payee has: words of a status, and headers.
_PAYEE_WORDS = frozenset({"RVCM", "RVNC", "RCVC"})
_PAYEE_HEADERS = "Client-VOP-"


def path(version: str) -> str:  # noqa: ARG001  # a bank speaks one version, at the same paths
    """Where the document of that version is served: at the root of its paths."""
    return f"/{switches.ROOTS[0]}/openapi.json"


def of_interface(whole: Mapping[str, Any], profile: Profile, url: str, version: str) -> dict[str, Any]:  # noqa: ARG001
    """The document of one version: a bank speaks no other one."""
    return of_bank(whole, profile, url)


def of_bank(whole: Mapping[str, Any], profile: Profile, url: str) -> dict[str, Any]:
    """The document of all banks, narrowed to this one, which is at `url`."""
    document: dict[str, Any] = deepcopy(dict(whole))
    version = switches.version(profile)
    document["info"] |= {
        "title": f"{profile.name}: accounts and payments",
        "description": f"{profile.description} NextGenPSD2 {version}. A fictional bank of a sandbox.",
        "version": version,
    }
    document["servers"] = [{"url": url}]
    if switches.of(profile).bearer_app_key:
        document["components"]["securitySchemes"] |= {"bearerAppKey": {"type": "http", "scheme": "bearer"}}
        document["security"] = [*document["security"], {"bearerAppKey": []}]
    narrowed = ((path, _narrowed(path, item, profile)) for path, item in document["paths"].items())
    document["paths"] = {
        path: {**item, _PARAMETERS: [*item.get(_PARAMETERS, ()), *signatures.parameters(path, profile)]}
        for path, item in narrowed
        if item is not None
    }
    return openapi_bank.finished(document if switches.knows_payees(profile) else _without_payees(document))


def _without_payees(node: Any) -> Any:
    """The document without the headers and the words of verification of payee."""
    if isinstance(node, list):
        return [_without_payees(one) for one in node if not _is_of_payees(one)]
    if not isinstance(node, dict):
        return node
    return {key: _without_payees(value) for key, value in node.items() if not _is_of_payees(value)}


def _is_of_payees(node: Any) -> bool:
    if not isinstance(node, dict):
        return isinstance(node, str) and node in _PAYEE_WORDS
    return str(node.get("name")).startswith(_PAYEE_HEADERS)


def _narrowed(path: str, item: dict[str, Any], profile: Profile) -> dict[str, Any] | None:
    """A path with the services and products of this bank alone; None where it has none of them."""
    if not offers.serves(profile, path):
        return None
    choice = {one["name"]: one["schema"] for one in item.get(_PARAMETERS, ())}
    if "paymentProduct" not in choice:
        return item
    word = path.split("/")[2]
    asked = [one for one in Service if products.SERVICE[one] == word] or list(Service)
    has = {products.SERVICE[one]: products.offered(profile, one) for one in asked}
    words = list(dict.fromkeys(product for found in has.values() for product in found))
    if word in has:
        # One path is for JSON, the other, with the prefix in it, for XML.
        in_xml = products.XML_PREFIX in path
        words = [one.removeprefix(products.XML_PREFIX) for one in words if products.is_xml(one) is in_xml]
    if not words:
        return None
    choice["paymentProduct"] |= {"enum": words}
    if "paymentService" in choice:
        choice["paymentService"]["enum"] = [service for service, found in has.items() if found]
    return item
