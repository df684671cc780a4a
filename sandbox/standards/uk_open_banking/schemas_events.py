"""What event subscriptions and polling look like. Source: OBEventSubscription1, OBEventPolling1."""

from functools import cache

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from sandbox.standards.uk_open_banking.schema_parts import Members, envelope, named, text
from sandbox.standards.uk_open_banking.schemas_payment_parts import nested, said
from sandbox.standards.uk_open_banking.versions import Version

_POLLED_MAX = 1_000_000


def _subscription() -> Members:
    return {
        "CallbackUrl": text(),
        "Version": said(10, required=True),
        "EventTypes": fields.List(fields.String()),
    }


@cache
def subscription_request(version: Version) -> type[Schema]:
    """The request of a subscription."""
    data = nested(named("EventSubscriptionRequestData", version, _subscription()), required=True)
    return named("EventSubscriptionRequest", version, {"Data": data})


@cache
def subscription_change(version: Version) -> type[Schema]:
    """The request to change one, which is the subscription as it was told."""
    members = {**_subscription(), "EventSubscriptionId": said(40, required=True)}
    data = nested(named("EventSubscriptionChangeData", version, members), required=True)
    whole: Members = {"Data": data, "Links": fields.Dict(), "meta": fields.Dict(data_key="Meta")}
    return named("EventSubscriptionChange", version, whole)


@cache
def subscription(version: Version) -> type[Schema]:
    """A subscription."""
    return envelope(
        "EventSubscription", version, {"EventSubscriptionId": said(40, required=True), **_subscription()}
    )


@cache
def subscriptions(version: Version) -> type[Schema]:
    """The subscriptions of a TPP: one, or none."""
    members = {"EventSubscriptionId": said(40, required=True), **_subscription()}
    one = nested(named("EventSubscriptionListed", version, members))
    return envelope("EventSubscriptions", version, {"EventSubscription": fields.List(one)})


def _callback() -> Members:
    return {"Url": text(required=True), "Version": said(10, required=True)}


@cache
def callback_request(version: Version) -> type[Schema]:
    """The request to be called. Source: OBCallbackUrl1."""
    data = nested(named("CallbackUrlRequestData", version, _callback()), required=True)
    return named("CallbackUrlRequest", version, {"Data": data})


@cache
def callback_change(version: Version) -> type[Schema]:
    """The request to be called elsewhere, which is the callback as it was told."""
    members = {**_callback(), "CallbackUrlId": said(40, required=True)}
    data = nested(named("CallbackUrlChangeData", version, members), required=True)
    whole: Members = {"Data": data, "Links": fields.Dict(), "meta": fields.Dict(data_key="Meta")}
    return named("CallbackUrlChange", version, whole)


@cache
def callback(version: Version) -> type[Schema]:
    """Where a TPP is called. Source: OBCallbackUrlResponse1."""
    return envelope("CallbackUrl", version, {"CallbackUrlId": said(40, required=True), **_callback()})


@cache
def callbacks(version: Version) -> type[Schema]:
    """Where a TPP is called: at one address, or nowhere. Source: OBCallbackUrlsResponse1."""
    members = {"CallbackUrlId": said(40, required=True), **_callback()}
    one = nested(named("CallbackUrlListed", version, members))
    return envelope("CallbackUrls", version, {"CallbackUrl": fields.List(one)})


@cache
def polling(version: Version) -> type[Schema]:
    """What a TPP has taken, what it could not read, and how much more it takes."""
    fault: Members = {"err": said(40, required=True), "description": said(256, required=True)}
    members: Members = {
        "maxEvents": fields.Integer(strict=True, validate=Range(0, _POLLED_MAX)),
        "returnImmediately": fields.Boolean(truthy={True}, falsy={False}),
        "ack": fields.List(fields.String(validate=Length(1, 128))),
        "setErrs": fields.Dict(
            keys=fields.String(), values=nested(named("EventPollingError", version, fault))
        ),
    }
    return named("EventPolling", version, members)


@cache
def polled(version: Version) -> type[Schema]:
    """What is told: the tokens by their ids."""
    members: Members = {
        "moreAvailable": fields.Boolean(required=True),
        "sets": fields.Dict(keys=fields.String(), values=fields.String(), required=True),
    }
    return named("EventPolled", version, members)
