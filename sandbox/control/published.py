"""What the directory publishes for everybody: its key, the keys of software, and the banks. Without a key."""

from collections.abc import Iterable
from typing import Any

from sandbox.control import door
from sandbox.control.operations import Blueprint
from sandbox.control.schemas_directory import DirectoryBanks, KeySet
from sandbox.eidas import key_store, statements
from sandbox.workspaces import organisations, software
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.software import Software

blueprint = Blueprint("directory", __name__, description="The directory: keys and banks, for everybody.")
_OPEN: list[dict[str, list[str]]] = [{}]


@blueprint.get("/directory/jwks.json")
@blueprint.doc(security=_OPEN)
@blueprint.response(200, KeySet)
def keys() -> dict[str, Any]:
    """Publish the keys with which the directory signs software statements."""
    return {"keys": statements.published(door.work())}


@blueprint.get("/directory/banks")
@blueprint.doc(security=_OPEN)
@blueprint.response(200, DirectoryBanks)
def banks() -> dict[str, Any]:
    """List the banks, with what a registration at each has as its audience."""
    services = door.services()
    return {
        "banks": [
            {
                "id": one.id,
                "name": one.name,
                "organisation_id": statements.bank_organisation_id(one.id),
                "issuer": f"{services.origin}/{one.id}",
            }
            for one in services.profiles.values()
        ]
    }


@blueprint.get("/directory/software/<workspace_id>/<software_id>/jwks.json")
@blueprint.doc(security=_OPEN)
@blueprint.response(200, KeySet)
def software_keys(workspace_id: str, software_id: str) -> dict[str, Any]:
    """Publish the keys of software: those it was registered with, and those of its certificates."""
    return _good([software.of_id(door.work(), workspace_id, software_id)], workspace_id)


@blueprint.get("/directory/software/<workspace_id>/<software_id>/revoked.json")
@blueprint.doc(security=_OPEN)
@blueprint.response(200, KeySet)
def revoked_keys(workspace_id: str, software_id: str) -> dict[str, Any]:
    """Publish the keys of certificates of the software that were taken back."""
    found = software.of_id(door.work(), workspace_id, software_id)
    return {"keys": key_store.revoked_keys_of(door.work(), found)}


@blueprint.get("/directory/organisations/<workspace_id>/<organisation_id>/jwks.json")
@blueprint.doc(security=_OPEN)
@blueprint.response(200, KeySet)
def organisation_keys(workspace_id: str, organisation_id: str) -> dict[str, Any]:
    """Publish the keys of all software of an organisation."""
    found = organisations.get(door.work(), workspace_id, organisation_id)
    return _good(software.of_organisation(door.work(), found), workspace_id)


def _good(found: Iterable[Software], workspace_id: str) -> dict[str, Any]:
    now = workspaces.get(door.work(), workspace_id).clock.now()
    return {"keys": [key for one in found for key in key_store.keys_of(door.work(), one, now)]}
