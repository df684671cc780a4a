"""Workspaces: worlds that know nothing of one another."""

from datetime import timedelta

import pytest

from sandbox.bank import ledger, verify
from sandbox.kernel.db import Database
from sandbox.workspaces import apps, lifecycle, members
from sandbox.workspaces import workspace as workspaces
from tests.bank.test_ledger import a_bank, a_booking
from tests.conftest import NOON, STILL


def a_world(work, name="test"):
    return workspaces.create(work, "bergen", name=name, clock=STILL)


def test_a_world_has_a_name_of_its_own(database: Database):
    with database.writing() as work:
        a_world(work)

        with pytest.raises(workspaces.WorkspaceTaken):
            a_world(work)
        for name in ("", "A", "a_b", "9lives", "x" * 41, "a/b"):
            with pytest.raises(workspaces.WorkspaceNameMalformed):
                a_world(work, name or "?")


def test_a_key_opens_its_own_world_only(database: Database):
    with database.writing() as work:
        app, key = apps.create(work, a_world(work), "Budget Buddy")
        a_world(work, "other")

        caller = apps.caller(work, key)

        assert (caller.workspace_id, caller.app_id, caller.clock.now()) == ("test", app.id, NOON)
        assert key not in app.key_hash
        with pytest.raises(apps.KeyUnknown):
            apps.caller(work, key.replace("_test_", "_other_"))


@pytest.mark.parametrize("key", ["x", "bk_test_app", "bk_test_nobody_secret", "bk_______", "bk_test_%00_é"])
def test_what_is_no_key_opens_nothing(database: Database, key):
    with database.writing() as work:
        a_world(work)

        with pytest.raises(apps.KeyUnknown):
            apps.caller(work, key)


def test_a_renewed_key_shuts_out_the_old_one(database: Database):
    with database.writing() as work:
        app, old = apps.create(work, a_world(work), "Budget Buddy")
        new = apps.renew(app)
        work.flush()

        assert apps.caller(work, new).app_id == app.id
        with pytest.raises(apps.KeyUnknown):
            apps.caller(work, old)


def test_a_fork_begins_where_the_world_is_and_goes_its_own_way(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        ledger.book(bank, [a_booking(1, 100)])
        source = workspaces.get(work, "test")

        copy = lifecycle.fork(work, source, "twin")
        twin = type(bank)(bank.profile, work, copy.id, copy.seed, copy.clock, bank.people)
        ledger.book(twin, [a_booking(2, 11)])

        assert (ledger.balance(bank, "kari"), ledger.balance(twin, "kari")) == (100, 111)
        assert copy.clock.now() == source.clock.now()
        assert verify.whole_database(work) == []


def test_a_reset_keeps_the_team_and_forgets_the_rest(database: Database):
    with database.writing() as work:
        bank = a_bank(work)
        world = workspaces.get(work, "test")
        _, key = apps.create(work, world, "Budget Buddy")
        members.add(work, world, "Kari", members.Role.OWNER)
        ledger.book(bank, [a_booking(1, 100)])
        world.set_clock(world.clock.at(NOON + timedelta(days=9)))

        lifecycle.reset(work, world)

        assert apps.caller(work, key).workspace_id == "test"
        assert [member.name for member in members.every(work, "test")] == ["Kari"]
        ledger.open_book(bank, "kari", "NOK")
        assert ledger.balance(bank, "kari") == 0


def test_a_deleted_world_leaves_nothing_and_touches_no_other(database: Database):
    with database.writing() as work:
        ledger.book(a_bank(work), [a_booking(1, 100)])
        world = workspaces.get(work, "test")
        lifecycle.fork(work, world, "twin")

        lifecycle.remove(work, world)

        assert [one.id for one in workspaces.every(work)] == ["twin"]
        assert verify.whole_database(work) == []


def test_a_workspace_keeps_its_last_owner(database: Database):
    with database.writing() as work:
        world = a_world(work)
        owner = members.add(work, world, "Kari", members.Role.OWNER)
        guest = members.add(work, world, "Ola")

        members.remove(work, "test", guest.id)
        with pytest.raises(members.LastOwner):
            members.remove(work, "test", owner.id)
