"""Records: one object for a row in a unit of work, and one statement for what has changed of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from sandbox.kernel.records import Records
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Workspace

TITLE = "SELECT title FROM workspace WHERE id = ?"
NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """A workspace as a record: a table that every database has."""

    id: str
    title: str
    seed: str = "bergen"
    clock_mode: str = "live"
    clock_offset_seconds: float = 0.0
    clock_frozen_at: datetime | None = None
    created_at: datetime = NOON
    strictness: str = "open"


WORLDS = Records(World, Workspace)


@pytest.fixture
def kept(database):
    with database.writing() as work:
        WORLDS.add(work, World(id="world", title="Before"))
    return database


def elsewhere(database, title):
    """Another unit of work changes the row."""
    with database.writing() as work:
        WORLDS.get(work, "world").title = title


def title(database):
    with database.reading() as work:
        return work.rows(TITLE, ("world",))[0][0]


def test_a_record_comes_back_as_it_was_written(kept):
    with kept.writing() as work:
        WORLDS.get(work, "world").clock_frozen_at = NOON

    with kept.reading() as work:
        found = WORLDS.get(work, "world")
        assert (found.title, found.clock_frozen_at, found.created_at) == ("Before", NOON, NOON)
        assert WORLDS.get(work, "nowhere") is None


def test_there_is_one_object_for_a_row(kept):
    with kept.reading() as work:
        found = WORLDS.get(work, "world")

        assert WORLDS.get(work, "world") is found
        assert WORLDS.select(work, "WHERE seed = ? ORDER BY id", "bergen") == [found]


def test_what_is_changed_is_seen_by_who_reads_the_table(kept):
    with kept.writing() as work:
        WORLDS.get(work, "world").title = "After"

        assert work.rows(TITLE, ("world",)) == [("After",)]
        assert WORLDS.select(work, "WHERE title = ?", "Before") == []


def test_only_what_has_changed_is_written(kept):
    with kept.writing() as work:
        found = WORLDS.get(work, "world")
        work.put("UPDATE workspace SET seed = 'oslo' WHERE id = 'world'", ())
        found.title = "After"

    with kept.reading() as work:
        assert work.rows("SELECT title, seed FROM workspace", ()) == [("After", "oslo")]


def test_a_record_in_hand_is_as_it_is_under_the_lock(kept):
    with kept.work() as work:
        found = WORLDS.get(work, "world")
        elsewhere(kept, "After")
        workspaces.lock(work, "world")

        assert found.title == "After"


def test_what_another_unit_has_changed_is_seen_in_the_next_one(kept):
    with kept.work() as work:
        found = WORLDS.get(work, "world")
        work.commit()
        elsewhere(kept, "After")

        assert WORLDS.get(work, "world") is found
        assert found.title == "After"


def test_a_record_is_as_before_when_the_unit_is_undone(kept):
    with kept.work() as work:
        work.write()
        found = WORLDS.get(work, "world")
        found.title = "After"
        work.flush()
        new = World(id="other", title="New")
        WORLDS.add(work, new)
        work.rollback()

        assert found.title == "Before"
        assert WORLDS.get(work, "other") is None
    assert title(kept) == "Before"


def test_a_record_is_as_before_when_a_part_of_the_unit_is_undone(kept):
    with kept.writing() as work:
        found = WORLDS.get(work, "world")
        found.title = "Between"
        part = work.begin_nested()
        found.title = "After"
        WORLDS.add(work, World(id="other", title="New"))
        part.rollback()

        assert found.title == "Between"
        assert WORLDS.get(work, "other") is None
    assert title(kept) == "Between"


def test_who_lets_go_has_written_what_was_changed_and_reads_it_anew(kept):
    with kept.writing() as work:
        WORLDS.add(work, World(id="in-hand", title="Before"))
        held, passed = WORLDS.get(work, "in-hand"), WORLDS.get(work, "world")
        passed.title = "After"

        work.let_go(but={("workspace", ("in-hand",))})
        held.title = "Still written"

        assert WORLDS.get(work, "in-hand") is held
        assert WORLDS.get(work, "world") is not passed
        assert WORLDS.get(work, "world").title == "After"
        assert work.rows(TITLE, ("in-hand",)) == [("Still written",)]
