"""Event subscriptions, and aggregated polling: a TPP fetches what has happened, as signed tokens.

Source: Read/Write 4.0, Event Notification Subscription API Profile; Aggregated Polling API Profile.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

from sandbox.bank import events
from sandbox.bank.bank import Bank
from sandbox.bank.events import Endpoint, EventFeed
from sandbox.eidas import bank_keys
from sandbox.gateway.context import Context
from sandbox.standards.uk_open_banking import (
    headers,
    mapping_events,
    schemas_events,
    signing,
    subscribers,
    switches,
)
from sandbox.standards.uk_open_banking.answers import app_id, here_url, say
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import Version

_PATH = "/event-subscriptions"
_ONE = f"{_PATH}/<EventSubscriptionId>"
#: The most that one poll is told, and how many of those that wait are looked at for it.
_AT_ONCE_MAX, _LOOKED_AT_MAX = 100, 1000


def blueprint(version: Version) -> Blueprint:
    """The operations on events in that version."""
    made = Blueprint("events", version, "What a TPP fetches of all that happened.", "")
    _serve_subscriptions(made, version)

    @made.route("/events", methods=["POST"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_events.polling(version))
    @made.response(200, schemas_events.polled(version))
    def poll_events(_: dict[str, str], body: dict[str, Any]) -> Response:
        """Take what has happened, and say what was taken before. What is not acknowledged is told again."""
        return _poll(subscribers.client(), version, body)

    return made


def _serve_subscriptions(made: Blueprint, version: Version) -> None:
    @made.route(_PATH, methods=["POST"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_events.subscription_request(version))
    @made.response(201, schemas_events.subscription(version))
    @made.alt_response(409, description="The TPP has a subscription already.")
    def create_subscription(_: dict[str, str], body: dict[str, Any]) -> Response:
        """Have events kept for the TPP, which fetches them or is called. There is one for each TPP."""
        here, data = subscribers.client(), body["Data"]
        kept = _terms(here, version.path, data)
        feed = events.open_feed(here.bank, app_id(here), kept, _endpoint(here, version, data))
        return say(_told(feed), status=201, links={"Self": f"{here_url()}/{feed.id}"})

    @made.route(_PATH, methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_events.subscriptions(version))
    def list_subscriptions(_: dict[str, str]) -> Response:
        """List the subscription of the TPP, if this version may see it."""
        here = subscribers.client()
        feed = events.feed_of(here.bank, app_id(here))
        found = [_told(feed)] if feed is not None and subscribers.is_seen(version, feed) else []
        return say({"EventSubscription": found})

    @made.route(_ONE, methods=["PUT"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_events.subscription_change(version))
    @made.response(200, schemas_events.subscription(version))
    def change_subscription(_: dict[str, str], body: dict[str, Any], *, EventSubscriptionId: str) -> Response:
        """Change what the TPP is told of."""
        here, data = subscribers.client(), body["Data"]
        bank, feed = _of_caller(here, version, EventSubscriptionId)
        named = data["EventSubscriptionId"]
        subscribers.check_named(named, EventSubscriptionId, "Data.EventSubscriptionId")
        kept = _terms(here, subscribers.made(feed), data)
        events.change_feed(bank, feed, kept, _endpoint(here, version, data))
        return say(_told(feed))

    @made.route(_ONE, methods=["DELETE"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(204)
    def delete_subscription(_: dict[str, str], *, EventSubscriptionId: str) -> Response:
        """Have no more events kept; what was not taken is forgotten."""
        events.close_feed(*_of_caller(subscribers.client(), version, EventSubscriptionId))
        return subscribers.gone()


def _terms(here: Context, made: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept with a subscription. Raises FieldInvalid."""
    for position, one in enumerate(data.get("EventTypes", ())):
        if one not in mapping_events.TYPES:
            text = f"This bank tells of: {', '.join(mapping_events.TYPES)}."
            raise FieldInvalid(Fault(text, f"Data.EventTypes[{position}]", "U024"))
    said = {name: data[name] for name in ("CallbackUrl", "Version", "EventTypes") if name in data}
    return subscribers.terms(here, made, said)


def _endpoint(here: Context, version: Version, data: Mapping[str, Any]) -> Endpoint | None:
    """Where the TPP is called, if it wants that. Raises FieldInvalid."""
    if "CallbackUrl" not in data:
        return None
    if not switches.of(here.bank.profile, version).real_time_events:
        # Subscription API Profile: an ASPSP may offer aggregated polling, real time notifications, or both.
        text = "This bank does not call back: fetch events by POST /events."
        raise FieldInvalid(Fault(text, "Data.CallbackUrl", "U005"))
    return subscribers.endpoint(here, data["CallbackUrl"], data["Version"], "Data.CallbackUrl")


def _told(feed: EventFeed) -> dict[str, Any]:
    return {"EventSubscriptionId": feed.id, **subscribers.said(feed)}


def _of_caller(here: Context, version: Version, feed_id: str) -> tuple[Bank, EventFeed]:
    """Raises FeedUnknown."""
    found = events.get_feed(here.bank, app_id(here), feed_id)
    return here.bank, subscribers.of_caller(version, found)


def _poll(here: Context, version: Version, body: Mapping[str, Any]) -> Response:
    """The tokens of what waits. What a TPP could not read waits on, as what it has not acknowledged.

    A TPP without a subscription, or with one of a newer version, is told nothing.
    """
    bank, app = here.bank, app_id(here)
    events.taken(bank, app, body.get("ack", ()))
    feed = events.feed_of(bank, app)
    found: dict[str, str] = {}
    more = False
    if feed is not None and subscribers.is_seen(version, feed):
        most = min(body.get("maxEvents", _AT_ONCE_MAX), _AT_ONCE_MAX)
        found, more = _sets(here, feed, most)
    return Response(orjson.dumps({"moreAvailable": more, "sets": found}), 200, mimetype="application/json")


def _sets(here: Context, feed: EventFeed, most: int) -> tuple[dict[str, str], bool]:
    """So many tokens, oldest first; and whether there are more. What is none of the TPP's waits no more."""
    bank = here.bank
    key = bank_keys.current(bank.work, bank.id, signing.ALGORITHM)
    found: dict[str, str] = {}
    passed: list[str] = []
    more = False
    for event in events.waiting(bank, feed.app_id, _LOOKED_AT_MAX):
        token = subscribers.token(bank, feed, event, here.base_url, key)
        if token is None:
            passed.append(event.id)
        elif len(found) == most:
            more = True
            break
        else:
            found[event.id] = token
    events.taken(bank, feed.app_id, passed)
    return found, more
