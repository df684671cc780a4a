"""Feeds: what an app comes to fetch by itself, of all that happens to its resources at one bank.

With an address it is called, too; and an app may have itself called without a feed.
Source: UK Open Banking Read/Write 4.0, Aggregated Polling API Profile and Callback URL API Profile; RFC 8936.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.bank import Bank
from sandbox.bank.events.model import Endpoint, Event
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces import workspace as workspaces


class FeedUnknown(Refusal):
    """The app has no feed of that id at this bank."""

    text = "There is no such subscription."


class FeedTaken(Refusal):
    """The app has a feed at this bank; there is one for each app."""

    text = "This app has a subscription here already."


class EventFeed(Base):
    """That an app wants to fetch what happens at a bank. `terms` is the dialect's own.

    With a `uri` the app is called there, too, in the words of `standard`.
    """

    __tablename__ = "event_feed"
    __table_args__ = ({"info": {"stays": True}},)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(36))
    terms: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    standard: Mapped[str | None] = mapped_column(String(40))
    uri: Mapped[str | None] = mapped_column(Text)


class EventCallback(Base):
    """That an app wants to be called about what happens at a bank. Where it has a feed, that one decides."""

    __tablename__ = "event_callback"
    __table_args__ = ({"info": {"stays": True}},)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(36))
    terms: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    standard: Mapped[str] = mapped_column(String(40))
    uri: Mapped[str] = mapped_column(Text)


class FeedEvent(Base):
    """An event that an app has not said yet to have taken."""

    __tablename__ = "feed_event"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "event_id"], ["event.workspace_id", "event.id"]),
        Index("ix_feed_event_event", "workspace_id", "event_id"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)


_Found = TypeVar("_Found", EventFeed, EventCallback)


def open_feed(
    bank: Bank, app_id: str, terms: Mapping[str, Any], endpoint: Endpoint | None = None
) -> EventFeed:
    """From here on, keep for the app what happens; with an endpoint, call it, too. Raises FeedTaken."""
    workspaces.lock(bank.work, bank.workspace_id)
    if feed_of(bank, app_id) is not None:
        raise FeedTaken(detail=app_id)
    feed = EventFeed(
        **_begun(bank, app_id, terms),
        standard=endpoint.standard if endpoint else None,
        uri=endpoint.uri if endpoint else None,
    )
    bank.work.add(feed)
    bank.work.flush()
    return feed


def _begun(bank: Bank, app_id: str, terms: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "workspace_id": bank.workspace_id,
        "bank_id": bank.id,
        "app_id": app_id,
        "id": new_uuid(),
        "terms": dict(terms),
        "created_at": bank.now,
    }


def feed_of(bank: Bank, app_id: str) -> EventFeed | None:
    """The app's feed at this bank, if it has one."""
    return bank.work.get(EventFeed, (bank.workspace_id, bank.id, app_id))


def get_feed(bank: Bank, app_id: str, feed_id: str) -> EventFeed:
    """The app's feed of that id. Raises FeedUnknown, also for another TPP's."""
    return _of_id(feed_of(bank, app_id), feed_id)


def change_feed(
    bank: Bank, feed: EventFeed, terms: Mapping[str, Any], endpoint: Endpoint | None = None
) -> None:
    """From here on the app wants it otherwise; what waits is left waiting, what is on its way goes on."""
    bank.work.write()
    feed.terms = dict(terms)
    feed.standard = endpoint.standard if endpoint else None
    feed.uri = endpoint.uri if endpoint else None
    bank.work.flush()


def close_feed(bank: Bank, feed: EventFeed) -> None:
    """The app fetches nothing more; what was not taken is forgotten."""
    bank.work.write()
    bank.work.put(
        "DELETE FROM feed_event WHERE workspace_id = ? AND bank_id = ? AND app_id = ?",
        (bank.workspace_id, bank.id, feed.app_id),
    )
    bank.work.delete(feed)
    bank.work.flush()


def waiting(bank: Bank, app_id: str, limit: int) -> list[Event]:
    """What the app has not taken yet, oldest first."""
    wanted = (
        select(Event)
        .join(FeedEvent, (FeedEvent.workspace_id == Event.workspace_id) & (FeedEvent.event_id == Event.id))
        .where(
            FeedEvent.workspace_id == bank.workspace_id,
            FeedEvent.bank_id == bank.id,
            FeedEvent.app_id == app_id,
        )
        .order_by(Event.id)
        .limit(limit)
    )
    return list(bank.work.scalars(wanted))


def taken(bank: Bank, app_id: str, event_ids: Sequence[str]) -> None:
    """The app has these; they are not told again. What does not wait is no matter."""
    if event_ids:
        bank.work.write()
        bank.work.run_many(
            "DELETE FROM feed_event WHERE workspace_id = ? AND bank_id = ? AND app_id = ? AND event_id = ?",
            [(bank.workspace_id, bank.id, app_id, one) for one in event_ids],
        )


def delivered(work: Work, event: Event) -> None:
    """The app was called and has the event: it need not fetch it any more."""
    work.put(
        "DELETE FROM feed_event WHERE workspace_id = ? AND bank_id = ? AND app_id = ? AND event_id = ?",
        (event.workspace_id, event.bank_id, event.app_id, event.id),
    )


def open_callback(bank: Bank, app_id: str, terms: Mapping[str, Any], endpoint: Endpoint) -> EventCallback:
    """From here on, call the app about what happens. Raises FeedTaken where it is called already."""
    workspaces.lock(bank.work, bank.workspace_id)
    if callback_of(bank, app_id) is not None:
        raise FeedTaken(detail=app_id)
    callback = EventCallback(**_begun(bank, app_id, terms), standard=endpoint.standard, uri=endpoint.uri)
    bank.work.add(callback)
    bank.work.flush()
    return callback


def callback_of(bank: Bank, app_id: str) -> EventCallback | None:
    """Where the app is called by this bank without a feed, if it is."""
    return bank.work.get(EventCallback, (bank.workspace_id, bank.id, app_id))


def get_callback(bank: Bank, app_id: str, callback_id: str) -> EventCallback:
    """The app's callback of that id. Raises FeedUnknown, also for another TPP's."""
    return _of_id(callback_of(bank, app_id), callback_id)


def change_callback(
    bank: Bank, callback: EventCallback, terms: Mapping[str, Any], endpoint: Endpoint
) -> None:
    """From here on the app is called elsewhere; what is on its way goes on."""
    bank.work.write()
    callback.terms, callback.standard, callback.uri = dict(terms), endpoint.standard, endpoint.uri
    bank.work.flush()


def close_callback(bank: Bank, callback: EventCallback) -> None:
    """The app is called no more."""
    bank.work.write()
    bank.work.delete(callback)
    bank.work.flush()


def listener(bank: Bank, app_id: str, listener_id: str) -> EventFeed | EventCallback | None:
    """The feed or the callback of that id, if the app has it still."""
    both = (feed_of(bank, app_id), callback_of(bank, app_id))
    return next((one for one in both if one is not None and one.id == listener_id), None)


def _of_id(found: _Found | None, wanted: str) -> _Found:
    if found is None or found.id != wanted:
        raise FeedUnknown(detail=wanted)
    return found
