"""What an event is, who hears of it, and what is on its way to somebody.

Source: psd2-api 1.3.11, TPP-Notification-Content-Preferred, for who hears of what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.db import Base, Document, Instant
from sandbox.kernel.errors import Refusal


class EventUnknown(Refusal):
    """Nothing of that id has happened in this workspace."""

    text = "There is no such event in this workspace."


class DeliveryUnknown(Refusal):
    """No delivery has that id."""

    text = "There is no such delivery in this workspace."


class EventKind(StrEnum):
    """What happened."""

    CONSENT_STATUS = "consent_status"
    PAYMENT_STATUS = "payment_status"
    PAYMENT_RETURNED = "payment_returned"
    BASKET_STATUS = "basket_status"
    SCA_STATUS = "sca_status"
    TRANSACTION_BOOKED = "transaction_booked"
    CONSENT_EXPIRING = "consent_expiring"
    ACCOUNT_STATUS = "account_status"


class Content(StrEnum):
    """What a TPP wants to hear of a resource. Source: psd2-api 1.3.11, TPP-Notification-Content-Preferred.

    ACCOUNTS has no word there: bookings on the accounts of a consent, and that it will soon end.
    """

    SCA = "sca"
    PROCESS = "process"
    LAST = "last"
    ACCOUNTS = "accounts"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


#: Of what an app hears that wants to be called about all its resources at a bank: not of every step by which
#: a PSU authenticates, and of no booking.
CALLED = frozenset(
    {EventKind.CONSENT_STATUS, EventKind.PAYMENT_STATUS, EventKind.BASKET_STATUS, EventKind.ACCOUNT_STATUS}
)
#: Which content an event belongs to. A status that is the last one also belongs to LAST. Those that are not
#: here are told to whom wants to hear of all resources alone.
CONTENT_OF: Mapping[EventKind, Content] = {
    EventKind.CONSENT_STATUS: Content.PROCESS,
    EventKind.PAYMENT_STATUS: Content.PROCESS,
    EventKind.BASKET_STATUS: Content.PROCESS,
    EventKind.SCA_STATUS: Content.SCA,
    EventKind.TRANSACTION_BOOKED: Content.ACCOUNTS,
    EventKind.CONSENT_EXPIRING: Content.ACCOUNTS,
}


class Event(Base):
    """Something that happened to a resource of an app. Later events have greater ids.

    `subject` is what `subject_id` is the id of: consent, funds, payment, cancellation, basket. `payload`
    holds the words of the bank's own rooms; the standard that tells the TPP puts them into its own.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "workspace_id", "subject_id"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    at: Mapped[datetime] = mapped_column(Instant)


class Notification(Base):
    """Where an app wants to hear of one resource, of what, and in which standard's words.

    `path` is where that standard has the resource, below the bank's base URL.
    """

    __tablename__ = "notification"
    __table_args__ = ({"info": {"stays": True}},)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    subject_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16))
    standard: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(Text)
    uri: Mapped[str] = mapped_column(Text)
    sca: Mapped[bool]
    process: Mapped[bool]
    last: Mapped[bool]
    accounts: Mapped[bool]


class Delivery(Base):
    """An event on its way to one address. `due_at` is in the world's time; `claimed_until` in the machine's.

    Whoever sends it claims it first; a process that dies while sending lets the claim run out.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "event_id"], ["event.workspace_id", "event.id"]),
        Index(
            "ix_delivery_due",
            *("workspace_id", "due_at", "id"),
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_delivery_event", "workspace_id", "event_id"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36))
    standard: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(Text)
    uri: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)


class WatchedAccount(Base):
    """A book behind an account of a valid consent, of whose bookings the consent's app wants to hear.

    A multi-currency account has several books, and each may be an account of the consent itself.
    """

    __tablename__ = "watched_account"
    __table_args__ = ({"info": {"stays": True}},)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    book_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    account_kind: Mapped[str] = mapped_column(String(10))
    app_id: Mapped[str] = mapped_column(String(16))


@dataclass(frozen=True, slots=True)
class Watched:
    """A book, and the account by which the TPP knows it."""

    book_id: str
    account_id: str
    account_kind: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an app is called about all its resources at a bank, and in the words of which standard."""

    uri: str
    standard: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a TPP wants to be told, of what, and in the words of which standard."""

    uri: str
    contents: frozenset[Content]
    standard: str
