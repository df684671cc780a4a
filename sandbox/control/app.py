"""The Flask app of the sandbox's own door, mounted at `/_sandbox`."""

from typing import Any

import sandbox
from sandbox.control import (
    agenda,
    apps,
    authorisations,
    calls,
    certificates,
    clock,
    door,
    events,
    failures,
    health,
    invitations,
    members,
    organisations,
    payments,
    people,
    progressions,
    published,
    software,
    trust,
    webhooks,
    workspaces,
)
from sandbox.control import refusals as told
from sandbox.control.operations import ERROR
from sandbox.control.schemas import Error
from sandbox.gateway import openapi, refusals
from sandbox.gateway.hooks import Door
from sandbox.gateway.services import Services

_BLUEPRINTS = (
    health.blueprint,
    workspaces.blueprint,
    members.blueprint,
    invitations.blueprint,
    apps.blueprint,
    software.blueprint,
    organisations.blueprint,
    published.blueprint,
    people.blueprint,
    clock.blueprint,
    agenda.blueprint,
    progressions.blueprint,
    authorisations.blueprint,
    payments.blueprint,
    events.blueprint,
    failures.blueprint,
    calls.blueprint,
    certificates.blueprint,
    trust.blueprint,
    webhooks.blueprint,
)

_KEYS = {
    "adminKey": {
        "type": "apiKey",
        "in": "header",
        "name": door.ADMIN_KEY,
        "description": "The key of whoever runs a public installation.",
    }
}


def create_app(services: Services) -> Door:
    """Open the door through which testers turn the clock and look behind the counter."""
    app = Door(__name__, services, static_folder=None)
    content = {"application/json": {"schema": Error}}
    errors = {ERROR: {"description": "Refused.", "content": content}}
    openapi.publish(app, "Bryggen: control", sandbox.__version__, _BLUEPRINTS, errors, _KEYS)
    app.add_url_rule("/openapi.json", "openapi", lambda: document(app), methods=["GET"])
    refusals.register(app, told.answer, told.bug)
    app.url_map.strict_slashes = False
    return app


def document(app: Door) -> dict[str, Any]:
    """The OpenAPI document of this door."""
    return {**app.document(), "servers": [{"url": f"{app.services.origin}/_sandbox"}]}
