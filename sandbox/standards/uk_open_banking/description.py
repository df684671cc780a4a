"""The OpenAPI document of one bank: the versions that it speaks, and the resources that it has."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from sandbox.bank.profile import Profile
from sandbox.gateway import openapi_bank
from sandbox.standards.uk_open_banking import offers, signing, switches
from sandbox.standards.uk_open_banking.versions import VERSIONS, Version


def path(version: str) -> str:
    """Where the document of that version is served: at the root of its paths."""
    return f"{_version(version).root('')}/openapi.json"


def of_interface(whole: Mapping[str, Any], profile: Profile, url: str, version: str) -> dict[str, Any]:
    """The document of one version that the bank speaks."""
    return _of(whole, profile, url, [_version(version)])


def of_bank(whole: Mapping[str, Any], profile: Profile, url: str) -> dict[str, Any]:
    """The document of all banks, narrowed to this one, which is at `url`."""
    return _of(whole, profile, url, switches.spoken(profile))


def _version(published: str) -> Version:
    return next(one for one in VERSIONS if one.published == published)


def _of(whole: Mapping[str, Any], profile: Profile, url: str, versions: Sequence[Version]) -> dict[str, Any]:
    roots = tuple(f"{one.root('')}/" for one in versions)
    document: dict[str, Any] = deepcopy({**whole, "paths": _beginning(whole["paths"], roots)})
    spoken = " and ".join(one.published for one in versions)
    document["info"] |= {
        "title": f"{profile.name}: open banking",
        "description": f"{profile.description} UK Open Banking {spoken}. A fictional bank of a sandbox.",
        "version": versions[-1].published,
    }
    document["servers"] = [{"url": url}]
    document["paths"] = {
        path: _signed(path, item, profile)
        for path, item in document["paths"].items()
        if offers.serves(profile, path)
    }
    used = {tag for item in document["paths"].values() for one in item.values() for tag in _tags(one)}
    document["tags"] = [one for one in document["tags"] if one["name"] in used]
    return openapi_bank.finished(document)


def _tags(operation: object) -> Sequence[str]:
    """The tags of an operation; what else stands at a path has none."""
    return operation.get("tags", ()) if isinstance(operation, dict) else ()


def _beginning(paths: Mapping[str, Any], roots: tuple[str, ...]) -> dict[str, Any]:
    return {path: item for path, item in paths.items() if path.startswith(roots)}


def _signed(path: str, item: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The operations at a path, with the signature of those that are signed."""
    found = dict(item)
    for method, operation in item.items():
        if more := signing.parameters(method, path, profile):
            found[method] = {**operation, "parameters": [*operation.get("parameters", ()), *more]}
    return found
