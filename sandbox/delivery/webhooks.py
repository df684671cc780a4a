"""The sandbox's own words for an event, for the webhooks of a team and for `bryggen listen`.

Source: Standard Webhooks 1.0.0, "Payload structure": type, timestamp, data.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.bank.events import TYPES, Event, EventKind
from sandbox.delivery.courier import News
from sandbox.kernel.clock import instant_text


def write(news: News) -> Mapping[str, Any]:
    """The body of a message."""
    return body(news.event)


def body(event: Event) -> Mapping[str, Any]:
    """What happened, when by the world's clock, and to what. `data` has the bank's own words beside it."""
    return {
        "type": TYPES[EventKind(event.kind)],
        "timestamp": instant_text(event.at),
        "data": {
            "event_id": event.id,
            "workspace": event.workspace_id,
            "bank": event.bank_id,
            "app_id": event.app_id,
            "subject": event.subject,
            "subject_id": event.subject_id,
            **event.payload,
        },
    }
