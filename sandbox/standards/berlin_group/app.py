"""The one Flask app that serves every bank of this standard."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, request
from marshmallow import Schema

from sandbox.bank.profile import Oauth2
from sandbox.gateway import bearer, context, guard, openapi
from sandbox.gateway import refusals as corridor
from sandbox.gateway.hooks import Door
from sandbox.gateway.noting import Keeps
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal
from sandbox.standards.berlin_group import (
    access_tokens,
    accounts,
    authorisations,
    baskets,
    cards,
    consents,
    description,
    errors,
    funds,
    headers,
    links,
    offers,
    payees,
    payments,
    refusals,
    roles,
    signatures,
    switches,
    transactions,
)
from sandbox.standards.berlin_group.errors import Message
from sandbox.standards.berlin_group.schemas import Problem, TppErrors
from sandbox.standards.berlin_group.schemas_payees import ApiClientErrors
from sandbox.workspaces import apps

_BLUEPRINTS = (
    consents.blueprint,
    payments.blueprint,
    funds.blueprint,
    baskets.blueprint,
    payees.blueprint,
    authorisations.blueprint,
    accounts.blueprint,
    transactions.blueprint,
    cards.blueprint,
)
#: Served without a key: what the interface looks like is no secret.
_OPEN = {"openapi"}
#: The ends of paths whose views choose among several formats themselves.
_SEVERAL_FORMATS = ("/transactions", payments.PAYMENT, f"{payments.PAYMENT}/status")


_ECHO = {
    "X-Request-ID": {
        "description": "The id of the call.",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
}


def create_app(services: Services) -> Door:
    """Open the door through which TPPs call the banks that speak this standard."""
    app = Door(__name__, services, keeps=Keeps.CALLS, static_folder=None)
    api = openapi.publish(
        app, "NextGenPSD2 accounts and payments", switches.VERSIONS[0], _BLUEPRINTS, _error_responses()
    )
    described = partial(_described, app, api)
    for path in ("/openapi.json", description.path(switches.VERSIONS[0])):
        app.add_url_rule(path, "openapi", described, methods=["GET"])
    app.before_request(_admit)
    app.after_request(headers.complete)
    corridor.register(app, _refused, lambda text: errors.answer(errors.BUG, Message(text)))
    app.url_map.strict_slashes = False
    return app


def _error_responses() -> dict[str, dict[str, Any]]:
    """Every error as one of this standard's two bodies, by the name of its status."""
    return _errors_by(TppErrors, lambda name: name) | _errors_by(ApiClientErrors, errors.of_payees)


def _errors_by(schema: type[Schema], named: Callable[[str], str]) -> dict[str, dict[str, Any]]:
    content = {"application/json": {"schema": schema}, errors.PROBLEM: {"schema": Problem}}
    return {
        named(status.name): {"description": status.phrase, "headers": _ECHO, "content": content}
        for status in errors.STATUSES
    }


def _admit() -> None:
    """Ask who calls and whether JSON will do, before anything is read. Nobody is asked at an unknown path."""
    if request.routing_exception is not None or request.endpoint in _OPEN or request.method == "OPTIONS":
        return
    profile, path = context.profile(), request.path
    needed = roles.needed(path)
    guard.admit(roles=needed, bearer_app_key=switches.of(profile).bearer_app_key)
    if not offers.serves(profile, path):
        raise corridor.PathUnknown(Message("This bank does not offer the service."))
    access_tokens.check(needed)
    signatures.inspect(path, profile)
    if request.url_rule is None or not request.url_rule.rule.endswith(_SEVERAL_FORMATS):
        headers.chosen(headers.JSON)


def _refused(refusal: Refusal) -> Response:
    """Say a refusal in this standard's words."""
    messages = getattr(refusal, "messages", None) or (Message(refusal.text),)
    profile, more, found = context.profile(), {}, {}
    asks = isinstance(refusal, apps.KeyMissing) and profile.sca.authorization_server.oauth2 != Oauth2.NONE
    if isinstance(refusal, bearer.TokenRefused) or asks:
        token = refusal if isinstance(refusal, bearer.TokenRefused) else bearer.TokenMissing()
        more = bearer.asking(token)
        found = {"scaOAuth": links.authorization_server(f"{context.visit().services.origin}/{profile.id}")}
    return errors.answer(refusals.said(refusal), *messages, headers=more, links=found)


def _described(app: Door, api: openapi.Description) -> dict[str, Any]:
    profile = context.profile()
    return description.of_bank(api.read(), profile, f"{app.services.origin}/{profile.id}")
