"""The OpenAPI document of one bank: the versions that it speaks, and the resources that it has."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from sandbox.bank.profile import Profile
from sandbox.standards.uk_open_banking import offers, signing, switches


def of_bank(whole: Mapping[str, Any], profile: Profile, url: str) -> dict[str, Any]:
    """The document of all banks, narrowed to this one, which is at `url`."""
    document: dict[str, Any] = deepcopy(dict(whole))
    spoken = " and ".join(one.published for one in switches.spoken(profile))
    document["info"] |= {
        "title": f"{profile.name}: open banking",
        "description": f"{profile.description} UK Open Banking {spoken}. A fictional bank of a sandbox.",
        "version": switches.spoken(profile)[-1].published,
    }
    document["servers"] = [{"url": url}]
    document["paths"] = {
        path: _signed(path, item, profile)
        for path, item in document["paths"].items()
        if offers.serves(profile, path)
    }
    return document


def _signed(path: str, item: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The operations at a path, with the signature of those that are signed."""
    found = dict(item)
    for method, operation in item.items():
        if more := signing.parameters(method, path, profile):
            found[method] = {**operation, "parameters": [*operation.get("parameters", ()), *more]}
    return found
