"""Events: what happened that a TPP may want to hear of, and the outbox of what is on its way to one."""

from sandbox.bank.events.model import (
    CONTENT_OF,
    Content,
    Delivery,
    DeliveryState,
    DeliveryUnknown,
    Event,
    EventKind,
    EventUnknown,
    Notification,
    Watched,
    WatchedAccount,
    Wish,
)
from sandbox.bank.events.reading import Told, Wanted, get, newest, redeliver
from sandbox.bank.events.recording import booked, record, subscribe, unwatch, watch

__all__ = [
    "CONTENT_OF",
    "Content",
    "Delivery",
    "DeliveryState",
    "DeliveryUnknown",
    "Event",
    "EventKind",
    "EventUnknown",
    "Notification",
    "Told",
    "Wanted",
    "Watched",
    "WatchedAccount",
    "Wish",
    "booked",
    "get",
    "newest",
    "record",
    "redeliver",
    "subscribe",
    "unwatch",
    "watch",
]
