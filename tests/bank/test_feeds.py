"""Feeds: what an app fetches by itself waits until it has it, in order, and is written with what happened."""

import pytest

from sandbox.bank import events
from sandbox.bank.events import EventKind, FeedTaken, FeedUnknown
from sandbox.workspaces import lifecycle, workspace
from tests.bank import paying as p


def happens(bank, app_id="app-1", subject_id="consent-1", status="valid"):
    return events.record(bank, EventKind.CONSENT_STATUS, app_id, "funds", subject_id, status=status)


def fetched(bank, app_id="app-1", limit=10):
    return [one.id for one in events.waiting(bank, app_id, limit)]


def test_what_happens_waits_in_order_until_the_app_has_it(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        happens(bank)
        events.open_feed(bank, "app-1", {"of": "a dialect"})
        first, second = happens(bank), happens(bank)

    with database.writing() as work:
        bank = p.bank_at(work)
        assert fetched(bank) == [first, second], "nothing of before"
        assert fetched(bank, limit=1) == [first]
        events.taken(bank, "app-1", [first, "never-heard-of"])
        assert fetched(bank) == [second]


def test_what_is_undone_was_never_in_the_feed(database):
    with database.writing() as work:
        p.settle_in(work)
        events.open_feed(p.bank_at(work), "app-1", {})

    with database.work() as work:
        work.write()
        happens(p.bank_at(work))
        work.rollback()

    with database.reading() as work:
        assert fetched(p.bank_at(work)) == []


def test_each_app_and_each_bank_has_a_feed_of_its_own(database):
    with database.writing() as work:
        p.settle_in(work)
        here, there = p.bank_at(work), p.bank_at(work, profile=p.THERE)
        events.open_feed(here, "app-1", {})

        happens(here, "app-2")
        happens(there, "app-1")

        assert fetched(here) == fetched(here, "app-2") == fetched(there) == []
        with pytest.raises(FeedTaken):
            events.open_feed(here, "app-1", {})
        events.open_feed(there, "app-1", {})


def test_a_feed_is_changed_and_closed_by_its_own_app_alone(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        feed = events.open_feed(bank, "app-1", {"types": 1})
        happens(bank)
        with pytest.raises(FeedUnknown):
            events.get_feed(bank, "app-2", feed.id)

        events.change_feed(bank, events.get_feed(bank, "app-1", feed.id), {"types": 2})
        assert events.get_feed(bank, "app-1", feed.id).terms == {"types": 2}
        events.close_feed(bank, feed)

        assert (events.feed_of(bank, "app-1"), fetched(bank)) == (None, [])


def test_a_reset_empties_it_and_a_fork_does_not_take_it_along(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        events.open_feed(bank, "app-1", {})
        happens(bank)
        world = workspace.get(work, "test")

        lifecycle.fork(work, world, name="other")
        assert work.rows("SELECT count(*) FROM event_feed WHERE workspace_id = ?", ("other",)) == [(0,)]
        lifecycle.reset(work, world)

        assert work.rows("SELECT count(*) FROM feed_event", ()) == [(0,)]
