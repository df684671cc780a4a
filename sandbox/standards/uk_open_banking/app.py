"""The one Flask app that serves every bank of this standard, in every version."""

from functools import partial
from typing import Any

from flask import request

from sandbox.gateway import context, guard, openapi
from sandbox.gateway import refusals as corridor
from sandbox.gateway.hooks import Door
from sandbox.gateway.noting import Keeps
from sandbox.gateway.refusals import Message
from sandbox.gateway.services import Services
from sandbox.standards.uk_open_banking import (
    accounts,
    callbacks,
    consents,
    description,
    errors,
    events,
    funds,
    headers,
    lists,
    offers,
    parties,
    payment_consents,
    payment_uploads,
    payments,
    refusals,
    schemas,
    signing,
    statements,
    switches,
    transactions,
    vrp_consents,
    vrps,
)
from sandbox.standards.uk_open_banking.versions import ROOT, VERSIONS, Version

_ROOMS = (
    consents,
    accounts,
    transactions,
    parties,
    lists,
    statements,
    payment_consents,
    payment_uploads,
    payments,
    vrp_consents,
    vrps,
    funds,
    events,
    callbacks,
)
_BLUEPRINTS = tuple(room.blueprint(version) for version in VERSIONS for room in _ROOMS)
#: The ends of the paths whose views have another format than JSON.
_FILES = ("/file", "/report-file")
#: Served without a key: what the interface looks like is no secret.
_OPEN = {"openapi", *(f"openapi_{one.path}" for one in VERSIONS)}
_PLAYED_BACK = {
    headers.INTERACTION: {
        "description": "The id of the interaction.",
        "required": True,
        "schema": {"type": "string"},
    }
}


def create_app(services: Services) -> Door:
    """Open the door through which TPPs call the banks that speak this standard."""
    app = Door(__name__, services, keeps=Keeps.CALLS, static_folder=None)
    api = openapi.publish(app, "UK Open Banking", VERSIONS[-1].published, _BLUEPRINTS, _error_responses())
    described = partial(_described, app, api)
    for path in ("/openapi.json", f"/{ROOT}/openapi.json"):
        app.add_url_rule(path, "openapi", described, methods=["GET"])
    for one in VERSIONS:
        described = partial(_described, app, api, one)
        app.add_url_rule(description.path(one.published), f"openapi_{one.path}", described, methods=["GET"])
    app.before_request(_admit)
    app.after_request(headers.complete)
    app.after_request(signing.seal)
    corridor.register(app, refusals.answer, lambda text: errors.answer(errors.BUG, (Message(text),)))
    app.url_map.strict_slashes = False
    return app


def _error_responses() -> dict[str, dict[str, Any]]:
    """Every error by the name of its status: its body is that of either version."""
    bodies = [schemas.errors(version) for version in VERSIONS]
    content = {"application/json": {"schema": {"anyOf": bodies}}}
    return {
        status.name: {
            "description": status.phrase,
            "headers": _PLAYED_BACK,
            **({"content": content} if status in errors.WITH_BODY else {}),
        }
        for status in errors.STATUSES
    }


def _admit() -> None:
    """Ask who calls and whether JSON will do, before anything is read. Nobody is asked at an unknown path."""
    if request.routing_exception is not None or request.endpoint in _OPEN or request.method == "OPTIONS":
        return
    if not offers.serves(context.profile(), request.path):
        raise corridor.PathUnknown(Message("This bank does not offer the resource in this version."))
    guard.admit()
    signing.inspect()
    if not request.path.endswith(_FILES) and headers.accepts(headers.JSON) is None:
        raise errors.NotAcceptable(Message(errors.NotAcceptable.text))


def _described(app: Door, api: openapi.Description, version: Version | None = None) -> dict[str, Any]:
    """The bank's document, or that of one of the versions that it speaks. Raises PathUnknown."""
    profile = context.profile()
    url = f"{app.services.origin}/{profile.id}"
    if version is None:
        return description.of_bank(api.read(), profile, url)
    if version not in switches.spoken(profile):
        raise corridor.PathUnknown(Message("This bank does not speak that version."))
    return description.of_interface(api.read(), profile, url, version.published)
