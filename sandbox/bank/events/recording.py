"""Recording: an event and its deliveries, written in the unit of work in which it happened.

So neither is ever without the other, and a process that dies has told nobody of what did not happen.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from sandbox.bank.bank import Bank
from sandbox.bank.events import webhooks
from sandbox.bank.events.model import (
    CALLED,
    CONTENT_OF,
    Content,
    DeliveryState,
    EventKind,
    Notification,
    Watched,
    Wish,
)
from sandbox.kernel.clock import instant_text
from sandbox.kernel.ids import new_ordered_uuid

_EVENT_INSERT = (
    "INSERT INTO event (workspace_id, id, bank_id, app_id, kind, subject, subject_id, payload, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FEED_INSERT = "INSERT INTO feed_event (workspace_id, bank_id, app_id, event_id) VALUES (?, ?, ?, ?)"
#: How an app wants to hear of all its resources at a bank: by a feed (first, for it decides), or by calls.
_LISTENING = " UNION ALL ".join(
    f"SELECT {is_feed} AS is_feed, standard, id, uri FROM {table}"
    " WHERE workspace_id = ? AND bank_id = ? AND app_id = ?"
    for is_feed, table in ((1, "event_feed"), (0, "event_callback"))
)
_DELIVERY_INSERT = (
    "INSERT INTO delivery (workspace_id, id, event_id, standard, path, uri, state, attempts, due_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)"
)
#: Where an app wants to hear of a resource, and of what: one address at most, in words of `Content`.
_WISHED = (
    f"SELECT standard, path, uri, {', '.join(Content)} FROM notification"
    " WHERE workspace_id = ? AND subject_id = ? AND app_id = ?"
)


def record(
    bank: Bank,
    kind: EventKind,
    app_id: str,
    subject: str,
    subject_id: str,
    *,
    last: bool = False,
    told: bool = True,
    also: Sequence[str] = (),
    **what: Any,
) -> str:
    """Write down what happened; where the app has asked to hear of it, a delivery that is due now. Its id.

    `what` is the bank's own words, such as `status=…`. `last`: no other status will follow, for as long as
    nobody changes their mind. `told`: whether it is any change to the TPP, whom a bank need not tell all.
    `also`: ids of what else it is about; who has subscribed to one of them hears of it, too.
    """
    event_id, at = new_ordered_uuid(), instant_text(bank.now)
    of = (app_id, kind.value, subject, subject_id)
    payload = orjson.dumps(what, option=orjson.OPT_SORT_KEYS).decode()
    bank.work.later(_EVENT_INSERT, (bank.workspace_id, event_id, bank.id, *of, payload, at))
    for webhook_id, uri in webhooks.wanting(bank.work, bank.workspace_id, kind):
        _deliver(bank, event_id, (webhooks.WORDS, webhook_id, uri), at)
    if not told:
        return event_id
    called = _fed(bank, kind, app_id, event_id)
    if kind in CONTENT_OF:
        contents = {CONTENT_OF[kind], Content.LAST} if last else {CONTENT_OF[kind]}
        wishes = [one for about in (subject_id, *also) for one in _wished(bank, app_id, about)]
        called += [where for where, wanted in wishes if not contents.isdisjoint(wanted)]
    for where in called:
        _deliver(bank, event_id, where, at)
    return event_id


def _fed(bank: Bank, kind: EventKind, app_id: str, event_id: str) -> list[tuple[str, ...]]:
    """Put it into the feed of the app, if it has one; where the app is called (standard, path, address)."""
    key = (bank.workspace_id, bank.id, app_id)
    # The address of a feed is first: Event Notification API Profile 4.0, it supersedes a callback URL.
    found = bank.work.once("event_feed", key, lambda: bank.work.rows(_LISTENING, (*key, *key)))
    is_feed, *where = max(found, default=(0, None, None, None))
    if is_feed:
        bank.work.later(_FEED_INSERT, (*key, event_id))
    return [tuple(where)] if where[2] is not None and kind in CALLED else []


def _deliver(bank: Bank, event_id: str, where: tuple[str, ...], at: str) -> None:
    """Put a delivery into the outbox, due now; `where` is in whose words, of what path, to which address."""
    key = (bank.workspace_id, new_ordered_uuid(), event_id)
    bank.work.later(_DELIVERY_INSERT, (*key, *where, DeliveryState.WAITING.value, at))
    bank.work.ring()


def _wished(bank: Bank, app_id: str, subject_id: str) -> list[tuple[tuple[str, ...], frozenset[Content]]]:
    """To where the app wants to be told of the resource (standard, path, address), and of what."""
    key = (bank.workspace_id, subject_id, app_id)
    found = bank.work.once("notification", key, lambda: bank.work.rows(_WISHED, key))
    return [
        (row[:3], frozenset(one for one, yes in zip(Content, row[3:], strict=True) if yes)) for row in found
    ]


def subscribe(bank: Bank, app_id: str, subject_id: str, path: str, wish: Wish) -> None:
    """From here on, tell the app of what happens to that resource; a newer address replaces an older one.

    `path` is where the standard has the resource, below the bank's base URL.
    """
    bank.work.write()
    bank.work.merge(
        Notification(
            workspace_id=bank.workspace_id,
            subject_id=subject_id,
            app_id=app_id,
            standard=wish.standard,
            path=path,
            uri=wish.uri,
            **{one.value: one in wish.contents for one in Content},
        )
    )
    bank.work.flush()


def watch(bank: Bank, app_id: str, subject_id: str, books: Sequence[Watched]) -> None:
    """From here on, tell the app of what these books book, if it wants to hear of accounts at all."""
    bank.work.run_many(
        "INSERT INTO watched_account (workspace_id, book_id, subject_id, account_id, account_kind, app_id)"
        " SELECT workspace_id, ?, subject_id, ?, ?, app_id FROM notification"
        " WHERE workspace_id = ? AND subject_id = ? AND app_id = ? AND accounts ON CONFLICT DO NOTHING",
        [
            (one.book_id, one.account_id, one.account_kind, bank.workspace_id, subject_id, app_id)
            for one in books
        ],
    )


def unwatch(bank: Bank, subject_id: str) -> None:
    """The consent is over: what is booked from here on is not the app's to know."""
    bank.work.put(
        "DELETE FROM watched_account WHERE workspace_id = ? AND subject_id = ?",
        (bank.workspace_id, subject_id),
    )


def booked(bank: Bank, book_ids: Iterable[str]) -> None:
    """Entries were booked, one for each time that a book is named: tell whoever watches it."""
    entries = Counter(book_ids)
    if not entries:
        return
    watchers = bank.work.rows(
        "SELECT app_id, subject_id, book_id, account_id, account_kind FROM watched_account"
        f" WHERE workspace_id = ? AND book_id IN ({', '.join('?' * len(entries))})"
        " ORDER BY book_id, subject_id, account_id",
        (bank.workspace_id, *entries),
    )
    for app_id, subject_id, book_id, account_id, kind in watchers:
        what = {"account_id": account_id, "account_kind": kind, "entries": entries[book_id]}
        record(bank, EventKind.TRANSACTION_BOOKED, app_id, "consent", subject_id, **what)
