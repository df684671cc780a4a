"""The Flask app of the sandbox's own door, mounted at `/_sandbox`."""

from typing import Any

import flask_smorest
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

import sandbox
from sandbox.control import apps, authorisations, clock, health, members, people, workspaces
from sandbox.control import refusals as told
from sandbox.control.schemas import Error
from sandbox.gateway.hooks import Door
from sandbox.gateway.judge import AnswerInvalid
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal

_BLUEPRINTS = (
    health.blueprint,
    workspaces.blueprint,
    members.blueprint,
    apps.blueprint,
    people.blueprint,
    clock.blueprint,
    authorisations.blueprint,
)
_SECURITY = {
    "appKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The key of an app."}
}


class Api(flask_smorest.Api):  # type: ignore[misc]  # the library has no types
    """The OpenAPI document, with this door's error in place of the library's one."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the app."""

    def _register_responses(self) -> None:
        content = {"application/json": {"schema": Error}}
        self.spec.components.response("ERROR", {"description": "Refused.", "content": content}, lazy=True)


def create_app(services: Services) -> Door:
    """Open the door through which testers turn the clock and look behind the counter."""
    app = Door(__name__, services, static_folder=None)
    app.config.update(
        API_TITLE="Bryggen: control",
        API_VERSION=sandbox.__version__,
        OPENAPI_VERSION="3.0.3",
    )
    api = Api(app, spec_kwargs={"components": {"securitySchemes": _SECURITY}, "security": [{"appKey": []}]})
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.promise(api.spec.to_dict())
    app.add_url_rule("/openapi.json", "openapi", lambda: _openapi(app, api), methods=["GET"])
    app.register_error_handler(Refusal, told.answer)
    app.register_error_handler(HTTPException, _not_served)
    app.register_error_handler(Exception, _failed)
    app.url_map.strict_slashes = False
    return app


def _openapi(app: Door, api: Api) -> dict[str, Any]:
    document: dict[str, Any] = api.spec.to_dict()
    return {**document, "servers": [{"url": f"{app.services.origin}/_sandbox"}]}


def _not_served(error: HTTPException) -> Response:
    """Say the framework's own refusals in this door's form."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # a redirect of the router
    match error:
        case NotFound():
            return told.answer(told.PathUnknown(f"There is nothing at {request.path}."))
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            response = told.answer(told.MethodUnsupported(f"{request.method} is not available here."))
            response.headers["Allow"] = allowed
            return response
        case RequestEntityTooLarge():
            return told.answer(told.BodyTooLarge())
        case _ if (error.code or 500) < 500:
            return told.answer(told.RequestMalformed(error.description or error.name))
        case _:
            return _failed(error)


def _failed(error: Exception) -> Response:
    """Say that the fault is ours; what it was is in the log, and in strict mode in the answer too."""
    current_app.logger.exception("a bug answered %s %s", request.method, request.path, exc_info=error)
    text = "The sandbox could not serve the request. This is a fault of ours."
    if isinstance(error, AnswerInvalid):
        text = f"{text} The answer is not as documented: {error.detail}"
    return told.error(500, "bug", text, "The log says more.")
