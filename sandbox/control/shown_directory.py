"""How the directory is shown; the command line shows it the same way."""

from typing import Any

from sandbox.control.registering import PAGES
from sandbox.eidas import key_store
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Work
from sandbox.workspaces import organisations
from sandbox.workspaces import software as registered
from sandbox.workspaces.apps import App
from sandbox.workspaces.organisations import Organisation


def organisation(work: Work, one: Organisation) -> dict[str, Any]:
    """An organisation, and the apps that it stands behind."""
    return {
        "id": one.id,
        "name": one.name,
        "country": one.country,
        "identifier": one.identifier,
        "supervisor": one.supervisor,
        "supervisor_id": one.supervisor_id,
        "number": one.number,
        "roles": list(one.roles),
        "contacts": list(one.contacts),
        "apps": [each.app_id for each in registered.of_organisation(work, one)],
        "created_at": instant_text(one.created_at),
    }


def software(work: Work, app: App, origin: str) -> dict[str, Any]:
    """What an app is registered with."""
    one = registered.of_app(work, app.workspace_id, app.id)
    return {
        "id": one.id,
        "app_id": app.id,
        "name": app.name,
        "organisation_id": one.organisation_id,
        "organisation_identifier": organisations.get(work, app.workspace_id, one.organisation_id).identifier,
        "roles": list(one.roles),
        "redirect_uris": list(one.redirect_uris),
        "jwks": one.jwks,
        "jwks_uri": one.jwks_uri,
        "jwks_endpoint": key_store.address(origin, one),
        "description": one.description,
        **{name: one.pages.get(name) for name in PAGES},
        "created_at": instant_text(one.created_at),
    }
