"""Callback URLs: where a TPP is called when a resource of its own has changed.

Source: Read/Write 4.0, Callback URL API Profile and Callback URL; the published files have them no more.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response

from sandbox.bank import events
from sandbox.bank.bank import Bank
from sandbox.bank.events import Endpoint, EventCallback
from sandbox.gateway.context import Context
from sandbox.standards.uk_open_banking import headers, schemas_events, subscribers
from sandbox.standards.uk_open_banking.answers import app_id, here_url, say
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import Version

_PATH = "/callback-urls"
_ONE = f"{_PATH}/<CallbackUrlId>"


def blueprint(version: Version) -> Blueprint:
    """The operations on callback URLs in that version."""
    made = Blueprint("callbacks", version, "Where a TPP is called when something has happened.", "")

    @made.route(_PATH, methods=["POST"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_events.callback_request(version))
    @made.response(201, schemas_events.callback(version))
    @made.alt_response(409, description="The TPP has a callback URL already.")
    def create_callback_url(_: dict[str, str], body: dict[str, Any]) -> Response:
        """Have the TPP called when a resource changes. There is one callback URL for each TPP."""
        here, data = subscribers.client(), body["Data"]
        kept = subscribers.terms(here, version.path, data)
        callback = events.open_callback(here.bank, app_id(here), kept, _endpoint(here, data))
        return say(_told(callback), status=201, links={"Self": f"{here_url()}/{callback.id}"})

    @made.route(_PATH, methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_events.callbacks(version))
    def list_callback_urls(_: dict[str, str]) -> Response:
        """List the callback URL of the TPP, if this version may see it."""
        here = subscribers.client()
        callback = events.callback_of(here.bank, app_id(here))
        seen = callback is not None and subscribers.is_seen(version, callback)
        return say({"CallbackUrl": [_told(callback)] if callback is not None and seen else []})

    @made.route(_ONE, methods=["PUT"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_events.callback_change(version))
    @made.response(200, schemas_events.callback(version))
    def change_callback_url(_: dict[str, str], body: dict[str, Any], *, CallbackUrlId: str) -> Response:
        """Have the TPP called elsewhere."""
        here, data = subscribers.client(), dict(body["Data"])
        bank, callback = _of_caller(here, version, CallbackUrlId)
        subscribers.check_named(data.pop("CallbackUrlId"), CallbackUrlId, "Data.CallbackUrlId")
        kept = subscribers.terms(here, subscribers.made(callback), data)
        events.change_callback(bank, callback, kept, _endpoint(here, data))
        return say(_told(callback))

    @made.route(_ONE, methods=["DELETE"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(204)
    def delete_callback_url(_: dict[str, str], *, CallbackUrlId: str) -> Response:
        """Have the TPP called no more."""
        events.close_callback(*_of_caller(subscribers.client(), version, CallbackUrlId))
        return subscribers.gone()

    return made


def _endpoint(here: Context, data: Mapping[str, Any]) -> Endpoint:
    """Raises FieldInvalid."""
    return subscribers.endpoint(here, data["Url"], data["Version"], "Data.Url")


def _told(callback: EventCallback) -> dict[str, Any]:
    return {"CallbackUrlId": callback.id, **subscribers.said(callback)}


def _of_caller(here: Context, version: Version, callback_id: str) -> tuple[Bank, EventCallback]:
    """Raises FeedUnknown."""
    found = events.get_callback(here.bank, app_id(here), callback_id)
    return here.bank, subscribers.of_caller(version, found)
