"""Feeds: what an app fetches by itself waits until it has it, in order, and is written with what happened."""

import pytest

from sandbox.bank import events
from sandbox.bank.events import Endpoint, EventKind, FeedTaken, FeedUnknown, Wanted
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


# Apps that are called

HERE, THERE = Endpoint("https://tpp.example/here", "uk"), Endpoint("https://tpp.example/there", "uk")


def called(bank):
    """Where each event goes, oldest first."""
    found, _ = events.newest(bank.work, bank.workspace_id, Wanted(), 100)
    return [[(each.uri, each.path) for each in one.deliveries] for one in reversed(found)]


def test_an_app_is_called_about_all_its_resources_and_not_of_each_step(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        made = events.open_callback(bank, "app-1", {}, HERE)

        happens(bank)
        events.record(bank, EventKind.SCA_STATUS, "app-1", "consent", "consent-1", status="finalised")
        happens(bank, "app-2")

        assert called(bank) == [[(HERE.uri, made.id)], [], []]
        assert fetched(bank) == [], "it has no feed"


def test_where_there_is_a_feed_its_address_decides(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        events.open_callback(bank, "app-1", {}, HERE)
        feed = events.open_feed(bank, "app-1", {}, THERE)

        first = happens(bank)
        events.change_feed(bank, feed, {})
        second = happens(bank)
        events.close_feed(bank, feed)
        happens(bank)

        assert [[uri for uri, _ in one] for one in called(bank)] == [[THERE.uri], [], [HERE.uri]]
        assert fetched(bank) == [], f"{first} and {second} are gone with the feed"


def test_an_app_is_called_at_one_address(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        made = events.open_callback(bank, "app-1", {"of": "a dialect"}, HERE)

        with pytest.raises(FeedTaken):
            events.open_callback(bank, "app-1", {}, THERE)
        for app_id, callback_id in (("app-2", made.id), ("app-1", "another")):
            with pytest.raises(FeedUnknown):
                events.get_callback(bank, app_id, callback_id)
        assert events.listener(bank, "app-1", made.id) is made
        events.change_callback(bank, made, {}, THERE)
        happens(bank)
        events.close_callback(bank, made)
        happens(bank)

        assert [[uri for uri, _ in one] for one in called(bank)] == [[THERE.uri], []]
        assert events.listener(bank, "app-1", made.id) is None


def test_what_an_app_was_told_by_a_call_waits_no_more(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        events.open_feed(bank, "app-1", {}, HERE)
        first, second = happens(bank), happens(bank)

        events.delivered(work, events.get(work, bank.workspace_id, first).event)

        assert fetched(bank) == [second]
