"""A unit of work: rows and objects in one transaction, whichever of them comes first."""

import pytest

from sandbox import migrations
from sandbox.kernel.db import Database
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Workspace

TITLES = "SELECT title FROM workspace WHERE id = ?"


def a_world(database, title="Before"):
    with database.writing() as work:
        workspaces.create(work, "bergen", name="world", title=title)


def change(database, title):
    with database.writing() as work:
        workspaces.get(work, "world").title = title


def titles(database):
    with database.reading() as work:
        return [row[0] for row in work.rows(TITLES, ("world",))]


def test_rows_see_what_the_session_has_flushed(database):
    a_world(database)
    with database.writing() as work:
        workspaces.get(work, "world").title = "After"
        work.flush()

        assert work.rows(TITLES, ("world",)) == [("After",)]


def test_what_rows_are_read_before_objects_is_committed_with_them(database):
    a_world(database)
    with database.work() as work:
        work.rows(TITLES, ("world",))
        work.write()
        workspaces.get(work, "world").title = "After"
        work.commit()

    assert titles(database) == ["After"]


@pytest.mark.parametrize("end", ["rollback", "close"])
def test_what_is_not_committed_is_undone(database, end):
    a_world(database)
    with database.work() as work:
        work.write()
        work.rows(TITLES, ("world",))
        work.run("UPDATE workspace SET title = ? WHERE id = ?", ("After", "world"))
        getattr(work, end)()

    assert titles(database) == ["Before"]


def test_a_unit_of_work_goes_on_after_its_end(database):
    a_world(database)
    with database.work() as work:
        work.rows(TITLES, ("world",))
        work.rollback()
        change(database, "After")

        assert work.rows(TITLES, ("world",)) == [("After",)]
        assert work.get(Workspace, "world").title == "After"


RETITLE = "UPDATE workspace SET title = ? WHERE id = ?"


def test_what_waits_is_written_before_a_statement_that_names_its_table(database):
    a_world(database)
    with database.writing() as work:
        work.later(RETITLE, ("After", "world"))

        assert work.rows("SELECT id FROM app WHERE workspace_id = ?", ("world",)) == []
        assert work.rows(TITLES, ("world",)) == [("After",)]


def test_what_waits_goes_out_in_the_order_in_which_it_was_said(database):
    a_world(database)
    with database.writing() as work:
        for title in ("First", "Second", "Third"):
            work.later(RETITLE, (title, "world"))

    assert titles(database) == ["Third"]


def test_what_waits_is_undone_with_the_rest(database):
    a_world(database)
    with database.writing() as work:
        work.later(RETITLE, ("After", "world"))
        work.rollback()

    assert titles(database) == ["Before"]


def test_what_was_read_is_remembered_until_its_table_is_written_to(database):
    a_world(database)
    with database.writing() as work:

        def told():
            return work.once("workspace", "title", lambda: work.rows(TITLES, ("world",)))

        first = told()
        assert told() is first
        work.put(RETITLE, ("After", "world"))
        assert told() == [("After",)]
        workspaces.get(work, "world").title = "Later"
        work.flush()
        assert told() == [("Later",)]


def test_what_was_read_before_a_lock_is_not_remembered_after_it(database):
    a_world(database)
    with database.work() as work:
        work.once("workspace", "title", lambda: work.rows(TITLES, ("world",)))
        change(database, "After")
        workspaces.lock(work, "world")

        assert work.once("workspace", "title", lambda: work.rows(TITLES, ("world",))) == [("After",)]


def test_on_sqlite_a_request_sees_one_moment_by_rows_and_by_objects(make_database_url):
    database = Database(make_database_url("sqlite"))
    migrations.upgrade(database)
    a_world(database)
    with database.work() as work:
        work.rows(TITLES, ("world",))
        change(database, "After")

        assert work.get(Workspace, "world").title == "Before"
        assert work.rows(TITLES, ("world",)) == [("Before",)]
    database.close()
