"""Who comes into a team's world: codes, passes, roles, and how often somebody may try."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from sandbox.kernel.db import Database
from sandbox.workspaces import (
    admin,
    apps,
    audit,
    hackathon,
    invitations,
    lifecycle,
    limits,
    members,
    passes,
    quotas,
)
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.audit import Actor, ActorKind
from sandbox.workspaces.hackathon import Plan
from sandbox.workspaces.invitations import Standing, Terms
from sandbox.workspaces.limits import Limit
from sandbox.workspaces.members import MAY, Act, OwnersOnly, Role
from sandbox.workspaces.quotas import Quotas
from tests.conftest import STILL

TODAY = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TWO_A_MINUTE = Limit("test", 2, timedelta(minutes=1))
KARI = Actor(ActorKind.MEMBER, "1", "Kari")


def a_world(work, name="north"):
    return workspaces.create(work, "bergen", name=name, clock=STILL)


def come_in(work, code, name="Kari"):
    """Whoever has the code, let in; None where it is nobody's."""
    found = invitations.find(work, invitations.read(code))
    return found and invitations.accept(work, workspaces.get(work, found.workspace_id), found, name)


def test_a_code_lets_one_in_and_then_nobody(database: Database):
    with database.writing() as work:
        _, code = invitations.create(work, a_world(work))

        kari = come_in(work, code)

        assert (kari.workspace_id, kari.name, kari.role) == ("north", "Kari", "member")
        with pytest.raises(invitations.InvitationClosed):
            come_in(work, code, "Ola")


def test_a_code_for_a_team_lets_in_as_many_as_it_says(database: Database):
    with database.writing() as work:
        world = a_world(work)
        made, code = invitations.create(work, world, Terms(Role.OWNER, 2))

        assert [come_in(work, code, name).role for name in ("Kari", "Ola")] == ["owner", "owner"]
        assert made.standing is Standing.USED_UP
        with pytest.raises(invitations.InvitationClosed):
            come_in(work, code, "Per")
        _, anybody = invitations.create(work, world, Terms(uses_max=None))
        assert all(come_in(work, anybody, name) for name in "abcde")


def test_a_code_runs_out_by_the_wall_s_clock_although_the_world_s_stands_still(database: Database):
    with database.writing() as work, time_machine.travel(TODAY, tick=False) as clock:
        made, code = invitations.create(work, a_world(work), Terms(uses_max=None, lasts=timedelta(days=2)))

        clock.move_to(TODAY + timedelta(days=2))

        assert made.standing is Standing.EXPIRED
        with pytest.raises(invitations.InvitationClosed):
            come_in(work, code)


def test_a_code_is_read_as_people_write_it(database: Database):
    with database.writing() as work:
        world = a_world(work, "team-01")
        letters = "0111-0abc"
        made, _ = invitations.create(work, world, Terms(uses_max=None))
        made.code_hash = invitations.read(f"team-01-{letters}").code_hash
        work.flush()

        for written in (
            "team-01-0111-0abc",
            "TEAM-01-OILL-OABC",
            " team-01 - oil1 oabc ".replace(" oabc", "-oabc"),
            "team-01-01110abc",
        ):
            assert come_in(work, written, "Kari"), written


@pytest.mark.parametrize(
    "text",
    ["", "north", "north-", "0123-4567", "north-0123-456", "north-0123-45678x", "nörth-01234567", "%00"],
)
def test_what_is_no_code_opens_nothing(database: Database, text):
    with database.writing() as work:
        invitations.create(work, a_world(work))

        assert come_in(work, text) is None


def test_a_code_is_not_kept_and_opens_its_own_world_only(database: Database):
    with database.writing() as work:
        made, code = invitations.create(work, a_world(work))
        a_world(work, "south")
        letters = code.removeprefix("north-")

        assert letters.replace("-", "") not in made.code_hash
        assert come_in(work, f"south-{letters}") is None
        invitations.withdraw(work, "north", made.id)
        assert come_in(work, code) is None
        with pytest.raises(invitations.InvitationUnknown):
            invitations.withdraw(work, "south", made.id)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(uses_max=-1),
        Terms(uses_max=1001),
        Terms(lasts=timedelta(minutes=59)),
        Terms(lasts=timedelta(days=91)),
    ],
)
def test_an_invitation_has_its_bounds(database: Database, terms):
    with database.writing() as work, pytest.raises(invitations.InvitationUnfit):
        invitations.create(work, a_world(work), terms)


def test_a_pass_is_its_member_s_until_it_runs_out_or_the_member_goes(database: Database):
    with database.writing() as work, time_machine.travel(TODAY, tick=False) as clock:
        world = a_world(work)
        members.add(work, world, "Kari", Role.OWNER)
        ola = members.add(work, world, "Ola")
        first, second = passes.issue(work, ola), passes.issue(work, ola)

        assert passes.member_of(work, first) == ola
        assert passes.member_of(work, first.replace("north.", "south.")) is None
        passes.give_back(work, first)
        work.expire_all()
        assert passes.member_of(work, first) is None
        clock.move_to(TODAY + passes.LASTS)
        assert passes.member_of(work, second) is None
        third = passes.issue(work, ola)
        members.remove(work, "north", ola.id)
        work.expire_all()
        assert passes.member_of(work, third) is None
        assert work.rows("SELECT count(*) FROM member_session", ()) == [(0,)]


def test_the_admin_s_pass_ends_with_the_key_for_which_it_was_issued(database: Database):
    with database.writing() as work, time_machine.travel(TODAY, tick=False) as clock:
        key = admin.first(work, "")
        shown = passes.issue_to_admin(work, admin.hash_of(work, ""))

        assert admin.first(work, "") is None
        assert admin.is_right(work, "", key)
        assert passes.is_admin_s(work, shown, admin.hash_of(work, ""))
        new = admin.renew(work)
        assert (admin.is_right(work, "", key), admin.is_right(work, "", new)) == (False, True)
        assert not passes.is_admin_s(work, shown, admin.hash_of(work, ""))
        last = passes.issue_to_admin(work, admin.hash_of(work, ""))
        clock.shift(passes.ADMIN_LASTS)
        assert not passes.is_admin_s(work, last, admin.hash_of(work, ""))


def test_the_operator_s_own_admin_key_counts_alone(database: Database):
    with database.writing() as work:
        made = admin.first(work, "")

        assert admin.is_right(work, "a key of my very own", "a key of my very own")
        assert not admin.is_right(work, "a key of my very own", made)
    with pytest.raises(admin.AdminKeyShort):
        admin.check("too short")


@pytest.mark.parametrize(
    ("role", "act", "may"),
    [
        (Role.OWNER, Act.USE, True),
        (Role.OWNER, Act.FORK, True),
        (Role.OWNER, Act.RESET, True),
        (Role.OWNER, Act.DELETE, True),
        (Role.OWNER, Act.INVITE, True),
        (Role.OWNER, Act.CHANGE_MEMBERS, True),
        (Role.MEMBER, Act.USE, True),
        (Role.MEMBER, Act.FORK, True),
        (Role.MEMBER, Act.RESET, False),
        (Role.MEMBER, Act.DELETE, False),
        (Role.MEMBER, Act.INVITE, False),
        (Role.MEMBER, Act.CHANGE_MEMBERS, False),
    ],
)
def test_what_each_role_may_do(role, act, may):
    assert (act in MAY[role]) is may
    if may:
        members.allow(role, act)
        return
    with pytest.raises(OwnersOnly):
        members.allow(role, act)


def test_the_last_owner_neither_leaves_nor_steps_down(database: Database):
    with database.writing() as work:
        world = a_world(work)
        kari = members.add(work, world, "Kari", Role.OWNER)
        ola = members.add(work, world, "Ola")

        with pytest.raises(members.LastOwner):
            members.change(work, kari, Role.MEMBER)
        members.change(work, ola, Role.OWNER)
        members.change(work, kari, Role.MEMBER)
        with pytest.raises(members.LastOwner):
            members.remove(work, "north", ola.id)


def test_nobody_gains_by_the_key_of_an_app(database: Database):
    with database.writing() as work:
        world = a_world(work)
        owner_s, _ = apps.create(work, world, "Budget", Role.OWNER)
        member_s, old = apps.create(work, world, "Pay")

        assert apps.renew(member_s, Role.MEMBER) != old
        with pytest.raises(OwnersOnly):
            apps.renew(owner_s, Role.MEMBER)
        assert apps.renew(owner_s, Role.OWNER)


def test_the_team_stays_through_a_reset_and_is_not_copied_into_a_fork(database: Database):
    with database.writing() as work:
        world = a_world(work)
        _, code = invitations.create(work, world, Terms(uses_max=None))
        shown = passes.issue(work, come_in(work, code))

        copy = lifecycle.fork(work, world, "twin")
        lifecycle.reset(work, world)

        assert passes.member_of(work, shown)
        assert come_in(work, code, "Ola")
        assert (members.every(work, "twin"), invitations.every(work, "twin")) == ([], [])
        assert copy.team == "north"
        assert lifecycle.fork(work, copy, "again").team == "north"
        lifecycle.remove(work, world)
        assert work.rows("SELECT count(*) FROM invitation", ()) == [(0,)]


def test_what_was_done_outlives_the_world_and_is_hidden_from_the_next_of_that_name(database: Database):
    with database.writing() as work, time_machine.travel(TODAY, tick=False) as clock:
        world = a_world(work)
        audit.note(work, "north", KARI, "workspace.delete", "North")
        lifecycle.remove(work, world)
        clock.shift(1)
        again = a_world(work)
        audit.note(work, "north", KARI, "app.create", "Budget")

        assert [(one.actor_name, one.act) for one in audit.of_world(work, again)] == [("Kari", "app.create")]
        newest, oldest = audit.whole(work)
        assert (newest.act, oldest.act) == ("app.create", "workspace.delete")
        assert [one.act for one in audit.whole(work, before=newest.id)] == ["workspace.delete"]


def test_what_is_undone_was_not_done(database: Database):
    with database.work() as work:
        work.write()
        audit.note(work, "north", KARI, "workspace.create")
        work.rollback()

    with database.reading() as work:
        assert audit.whole(work) == []


def test_so_many_in_a_while_and_then_again(database: Database):
    with database.writing() as work, time_machine.travel(TODAY, tick=False) as clock:
        counted = [limits.count(work, TWO_A_MINUTE, "203.0.113.7") for _ in range(3)]
        assert counted == [0, 0, 60]
        assert limits.count(work, TWO_A_MINUTE, "203.0.113.8") == 0

        clock.shift(59)
        assert limits.count(work, TWO_A_MINUTE, "203.0.113.7") == 1
        clock.shift(2)
        assert limits.count(work, TWO_A_MINUTE, "203.0.113.7") == 0
        limits.uncount(work, TWO_A_MINUTE, "203.0.113.7")
        assert [limits.count(work, TWO_A_MINUTE, "203.0.113.7") for _ in range(2)] == [0, 0]
        with pytest.raises(limits.TooOften, match="1 minute"):
            limits.take(work, TWO_A_MINUTE, "203.0.113.7")


def test_who_has_not_been_here_for_long_is_forgotten(database: Database):
    with database.writing() as work, time_machine.travel(TODAY, tick=False) as clock:
        limits.count(work, TWO_A_MINUTE, "203.0.113.7")
        clock.shift(61)
        limits.count(work, TWO_A_MINUTE, "203.0.113.8")

        assert work.rows("SELECT who FROM tally", ()) == [("203.0.113.8",)]


_TRIES = """
import sys
from datetime import timedelta
from sandbox.kernel.db import Database
from sandbox.workspaces import limits
limit, opened = limits.Limit("test", 25, timedelta(hours=1)), Database(sys.argv[1])
allowed = 0
for _ in range(20):
    with opened.writing() as work:
        allowed += not limits.count(work, limit, "203.0.113.7")
print(allowed)
"""


def test_two_processes_count_together(database: Database):
    tries = [
        subprocess.Popen([sys.executable, "-c", _TRIES, database.url], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    allowed = [int(one.communicate(timeout=60)[0]) for one in tries]

    assert sum(allowed) == 25


def test_there_is_room_for_so_many_and_no_more(database: Database):
    with database.writing() as work:
        north = a_world(work)
        fork = lifecycle.fork(work, north, "twin")
        apps.create(work, north, "Budget")

        quotas.allow_workspace(work, Quotas())
        quotas.allow_workspace(work, Quotas(workspaces=3, per_team=3), fork)
        quotas.allow_app(work, Quotas(apps=2), "north")
        with pytest.raises(quotas.WorkspacesFull, match="2 of 3"):
            quotas.allow_workspace(work, Quotas(workspaces=3), count=2)
        with pytest.raises(quotas.TeamFull, match="2 of 2"):
            quotas.allow_workspace(work, Quotas(per_team=2), fork)
        with pytest.raises(quotas.AppsFull, match="1 of 1"):
            quotas.allow_app(work, Quotas(apps=1), "north")


def test_a_hackathon_passes_over_the_numbers_that_are_taken(database: Database):
    with database.writing() as work:
        a_world(work, "team-02")

        made = hackathon.create(work, Plan(3, "bergen"), audit.COMMAND)

        assert [one.workspace.id for one in made] == ["team-01", "team-03", "team-04"]
        assert len({one.code for one in made}) == 3
        assert come_in(work, made[1].code).workspace_id == "team-03"
        assert {one.act for one in audit.whole(work)} == {"workspace.create"}
        for wrong in (0, 201):
            with pytest.raises(hackathon.TeamsUnfit):
                hackathon.create(work, Plan(wrong, "bergen"), audit.COMMAND)
