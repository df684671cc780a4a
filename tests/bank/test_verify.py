"""The proof finds what is wrong: each rule is broken by hand, and names the row that breaks it."""

import pytest

from sandbox.bank import authorisations, baskets, consents, sessions, verify
from sandbox.bank.authorisations import PaymentSubject, SessionSubject, Wish
from sandbox.bank.baskets import BasketOrder
from sandbox.workspaces import agenda, lifecycle
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.agenda import Due
from tests.bank import factories as a
from tests.bank import paying as p
from tests.bank.test_basket_machine import PROFILE


@pytest.fixture
def lived_in(database):
    """A world with a payment and a session asked for, a basket of two, a consent in force; all in order."""
    with database.writing() as work:
        p.settle_in(work, PROFILE)
        bank = p.bank_at(work, profile=PROFILE)
        authorisations.start(bank, PaymentSubject(p.initiated(bank)), Wish())
        authorisations.start(bank, SessionSubject(sessions.ask(bank, "app-1", ["AIS"])), Wish())
        together = [p.initiated(bank, p.an_instruction(minor)).id for minor in (100, 200)]
        baskets.create(bank, "app-1", BasketOrder(payment_ids=tuple(together)))
        consent = consents.create(bank, "app-1", a.an_order(a.dedicated(p.KARIS)))
        consents.authorise(bank, consent, a.KARI, consents.offered(bank, consent, a.KARI))
        work.flush()
        assert verify.whole_database(work) == []
    return database


def test_a_word_on_the_agenda_that_time_does_not_know_is_found(lived_in):
    with lived_in.writing() as work:
        agenda.enter(work, "test", Due(a.NOON, p.HERE.id, "moon_rises", "kari-1"))

        found = verify.broken(work, "time knows what every word on the agenda means")

        assert [one.where for one in found] == ["test: moon_rises kari-1"]


@pytest.mark.parametrize(
    ("rule", "sql"),
    [
        ("what lies in a basket is there, and its own TPP's", "UPDATE basket SET app_id = 'app-2'"),
        (
            "nothing lies in two open baskets",
            "INSERT INTO basket SELECT workspace_id, 'other', bank_id, app_id, tpp_name, status, person_id,"
            " created_at FROM basket; "
            "INSERT INTO basket_member SELECT workspace_id, 'other', position, kind, member_id"
            " FROM basket_member",
        ),
        (
            "of a basket all is signed or nothing",
            "UPDATE payment SET signed_by = '[\"no-2\"]' WHERE id IN (SELECT member_id FROM basket_member)",
        ),
        ("of a basket all is signed or nothing", "UPDATE basket SET status = 'authorised'"),
        (
            "what a PSU is asked and a TPP is told is about something in the same world",
            "UPDATE authorisation SET subject_id = 'gone'",
        ),
        (
            "what a PSU is asked and a TPP is told is about something in the same world",
            "DELETE FROM psu_session",
        ),
        (
            "what is debited, and what is asked about, is an account of the same world",
            "UPDATE payment SET debtor_account_id = 'gone'",
        ),
    ],
)
def test_what_is_wrong_with_a_basket_or_a_subject_is_found(lived_in, rule, sql):
    with lived_in.writing() as work:
        for one in sql.split("; "):
            work.run(one, ())

        assert rule in {finding.rule for finding in verify.whole_database(work)}
        work.rollback()


def test_a_fork_and_a_reset_of_a_world_in_use_leave_nothing_that_is_about_nothing(lived_in):
    with lived_in.writing() as work:
        world = workspaces.get(work, "test")
        lifecycle.fork(work, world, "twin")
        assert verify.whole_database(work) == []

        lifecycle.reset(work, world)
        assert verify.whole_database(work) == []


@pytest.mark.parametrize("table", ["basket_member", "payment_step"])
def test_a_fork_that_forgot_something_is_found(lived_in, table):
    with lived_in.writing() as work:
        lifecycle.fork(work, workspaces.get(work, "test"), "twin")
        work.run(f"DELETE FROM {table} WHERE workspace_id = 'twin'", ())

        assert {one.where.partition(":")[0] for one in verify.whole_database(work)} == {"twin"}
