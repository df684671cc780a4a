"""The one Flask app that serves every bank of this standard."""

from copy import deepcopy
from typing import Any

import flask_smorest
from apispec import APISpec
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from sandbox.gateway import context, guard
from sandbox.gateway.hooks import Door
from sandbox.gateway.judge import AnswerInvalid
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal
from sandbox.standards.berlin_group import (
    accounts,
    authorisations,
    cards,
    consents,
    errors,
    headers,
    refusals,
    switches,
    transactions,
)
from sandbox.standards.berlin_group.errors import Message
from sandbox.standards.berlin_group.schemas import Problem, TppErrors

VERSION = "1.3.11"
_BLUEPRINTS = (
    consents.blueprint,
    authorisations.blueprint,
    accounts.blueprint,
    transactions.blueprint,
    cards.blueprint,
)
#: Served without a key: what the interface looks like is no secret.
_OPEN = {"openapi"}
#: The last segments of paths whose views choose among several formats themselves.
_SEVERAL_FORMATS = ("/transactions",)


class Api(flask_smorest.Api):  # type: ignore[misc]  # the library has no types
    """The OpenAPI document, with this standard's two error bodies in place of the library's one."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the app, which knows the bank even where no blueprint was reached."""

    def _register_responses(self) -> None:
        spec: APISpec = self.spec
        for status in errors.STATUSES:
            content = {
                "application/json": {"schema": TppErrors},
                errors.PROBLEM: {"schema": Problem},
            }
            spec.components.response(
                status.name,
                {"description": status.phrase, "headers": _ECHO, "content": content},
                lazy=True,
            )


_ECHO = {
    "X-Request-ID": {
        "description": "The id of the call.",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
}


def create_app(services: Services) -> Door:
    """Open the door through which TPPs call the banks that speak this standard."""
    app = Door(__name__, services, static_folder=None)
    app.config.update(
        API_TITLE="NextGenPSD2 account information",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.0.3",
    )
    api = Api(app, spec_kwargs={"components": {"securitySchemes": _SECURITY}, "security": [{"appKey": []}]})
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.promise(api.spec.to_dict())
    app.add_url_rule("/openapi.json", "openapi", lambda: _openapi(app, api), methods=["GET"])
    app.before_request(_admit)
    app.after_request(headers.complete)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _not_served)
    app.register_error_handler(Exception, _failed)
    app.url_map.strict_slashes = False
    return app


_SECURITY = {
    "appKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The key of your app.",
    }
}


def _admit() -> None:
    """Ask who calls and whether JSON will do, before anything is read. Nobody is asked at an unknown path."""
    if request.routing_exception is not None or request.endpoint in _OPEN or request.method == "OPTIONS":
        return
    guard.admit(bearer_app_key=switches.of(context.profile()).bearer_app_key)
    if request.url_rule is None or not request.url_rule.rule.endswith(_SEVERAL_FORMATS):
        headers.require_json_accepted()


def _refused(refusal: Refusal) -> Response:
    """Say a refusal in this standard's words."""
    messages = getattr(refusal, "messages", None) or (Message(refusal.text),)
    return errors.answer(refusals.said(refusal), *messages)


def _not_served(error: HTTPException) -> Response:
    """Say the framework's own refusals in this standard's words: unknown path, wrong method, too large."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # a redirect of the router
    match error:
        case NotFound():
            return _refused(errors.PathUnknown(Message(f"There is nothing at {request.path}.")))
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            said = Message(f"{request.method} is not available here; {allowed} is.")
            return errors.answer(refusals.REFUSALS[errors.MethodInvalid], said, headers={"Allow": allowed})
        case RequestEntityTooLarge():
            return _refused(errors.BodyTooLarge())
        case _ if (error.code or 500) < 500:
            return _refused(errors.FormatError(Message(error.description or error.name)))
        case _:
            return _failed(error)


def _failed(error: Exception) -> Response:
    """Say that the fault is ours; what it was is in the log, and in strict mode in the answer too."""
    current_app.logger.error("a bug answered %s %s", request.method, request.path, exc_info=error)
    text = "The bank could not serve the request. This is a fault of ours."
    if isinstance(error, AnswerInvalid):
        text = f"{text} The answer is not as documented: {error.detail}"
    return errors.answer(errors.BUG, Message(text))


def _openapi(app: Door, api: Api) -> dict[str, Any]:
    """The document of this bank's interface."""
    profile = context.profile()
    document: dict[str, Any] = deepcopy(api.spec.to_dict())
    document["info"] |= {
        "title": f"{profile.name}: account information",
        "description": f"{profile.description} NextGenPSD2 {VERSION}. A fictional bank of a sandbox.",
    }
    document["servers"] = [{"url": f"{app.services.origin}/{profile.id}"}]
    if switches.of(profile).bearer_app_key:
        document["components"]["securitySchemes"] |= {"bearerAppKey": {"type": "http", "scheme": "bearer"}}
        document["security"] = [*document["security"], {"bearerAppKey": []}]
    return document
