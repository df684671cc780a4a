"""Subscribers: which TPP hears of what, where it is called, and the token that it is told by.

Source: Read/Write 4.0, Event Notification API Profile, Callback URL API Profile and Event Notification
Subscription API Profile; RFC 8417.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask import Response

from sandbox.bank import events
from sandbox.bank.bank import Bank
from sandbox.bank.events import Endpoint, Event, EventCallback, EventFeed, FeedUnknown
from sandbox.delivery import AddressForbidden, AddressMalformed, Message, News, addresses
from sandbox.eidas import bank_keys
from sandbox.eidas.bank_keys import SigningKey
from sandbox.gateway import context
from sandbox.gateway.context import Context
from sandbox.kernel.ids import new_uuid
from sandbox.standards.uk_open_banking import callers, headers, mapping_events, signing, switches
from sandbox.standards.uk_open_banking.answers import app_id
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid
from sandbox.standards.uk_open_banking.intents import ACCOUNTS, FUNDS, PAYMENTS
from sandbox.standards.uk_open_banking.versions import BY_PATH, Version

#: Whoever listens: by a subscription, which may have an address, or by a callback URL alone.
Listener = EventFeed | EventCallback
_Found = TypeVar("_Found", EventFeed, EventCallback)
_MADE, _SAID, _AUDIENCE = "version", "data", "audience"
_ENDING = re.compile(r"/v(\d+(?:\.\d+)*)/event-notifications\Z")
#: Of these versions a TPP knows one sort of event. Source: Event-Notification Backwards Compatibility.
_OF_ONE_SORT = ("3.0", "3.1.0", "3.1.1")


def client() -> Context:
    """The TPP for itself, in whichever service. Raises TokenElsewhere."""
    return callers.client(ACCOUNTS, PAYMENTS, FUNDS)


def terms(here: Context, made: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept with a subscription that was made in that version: what was said, and who is told."""
    # RFC 8417 2.2, aud: who is told, by the name by which it asked.
    audience = here.token.client_id if here.token else f"{here.bank.workspace_id}.{app_id(here)}"
    return {_MADE: made, _SAID: dict(said), _AUDIENCE: audience}


def said(listener: Listener) -> dict[str, Any]:
    """What the TPP said when it subscribed, as it is told again."""
    found: dict[str, Any] = listener.terms[_SAID]
    return found


def made(listener: Listener) -> str:
    """In which version the TPP subscribed. Release Management: nobody changes that any more."""
    return str(listener.terms[_MADE])


def is_seen(version: Version, listener: Listener) -> bool:
    """Release Management: nothing of a newer version is there at an older endpoint."""
    return BY_PATH[made(listener)].age <= version.age


def of_caller(version: Version, listener: _Found) -> _Found:
    """What the caller has, where it is seen at this endpoint. Raises FeedUnknown."""
    if not is_seen(version, listener):
        raise FeedUnknown(detail=f"{listener.id} was made in a newer version")
    return listener


def check_named(in_body: str, in_path: str, place: str) -> None:
    """Raises FieldInvalid where the body is about another one than the path."""
    if in_body != in_path:
        raise FieldInvalid(Fault("The id in the body is another one than that in the path.", place))


def endpoint(here: Context, url: str, version: str, place: str) -> Endpoint:
    """Where the TPP wants to be called; the key that signs is made, if nobody has needed it yet.

    Raises FieldInvalid where the sandbox does not call.
    """
    ending = _ENDING.search(url)
    # Callback URL API Profile: it must end with the version of the API, then /event-notifications; the
    # member Version says the same.
    if ending is None or not f"{version}.".startswith(f"{ending[1]}."):
        text = f"The address must end in /v{version}/event-notifications."
        raise FieldInvalid(Fault(text, place))
    try:
        settings = context.visit().services.settings
        addresses.check(url, private=settings.allows_private_notifications)
    except (AddressMalformed, AddressForbidden) as refusal:
        raise FieldInvalid(Fault(refusal.text, place)) from refusal
    bank_keys.current(here.bank.work, here.bank.id, signing.ALGORITHM)
    return Endpoint(url, switches.STANDARD)


def gone() -> Response:
    """The answer to the end of a subscription."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def token(bank: Bank, listener: Listener, event: Event, base_url: str, key: SigningKey) -> str | None:
    """The event as a security event token; None where it is nothing that this TPP hears of."""
    audience = listener.terms.get(_AUDIENCE, f"{bank.workspace_id}.{listener.app_id}")
    claims = mapping_events.claims(bank, event, _wanted(listener), base_url, audience)
    # RFC 8417 2.3: secevent+jwt, so that nobody takes it for another sort of token.
    return None if claims is None else key.sign(claims, typ="secevent+jwt")


def _wanted(listener: Listener) -> Sequence[str]:
    # Event Notification API Profile: by a callback URL the types are limited to this one.
    if isinstance(listener, EventCallback) or said(listener)["Version"] in _OF_ONE_SORT:
        return (mapping_events.UPDATED,)
    wanted: Sequence[str] = said(listener).get("EventTypes", mapping_events.TYPES)
    return wanted


def written(news: News) -> Message | None:
    """The call to a TPP: the token alone. None where it hears of nothing any more, or not of this."""
    bank, event = news.bank, news.event
    listener = events.listener(bank, event.app_id, news.path)
    key = bank_keys.newest(bank.work, bank.id, signing.ALGORITHM)
    if listener is None or key is None:
        return None
    body = token(bank, listener, event, news.base_url, key)
    if body is None:
        return None
    # Published file of event notifications, POST /event-notifications.
    said = {
        "Content-Type": "application/jwt",
        headers.INTERACTION: new_uuid(),
        headers.FINANCIAL_ID: signing.issuer_of(bank.profile),
    }
    return Message(body, headers=said)
