"""The timeline: what falls due happens in order, each thing once, whoever comes and whoever dies."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from sandbox.bank import authorisations, consents, payments, timeline, verify
from sandbox.bank.authorisations import ScaStatus
from sandbox.bank.consents import ConsentStatus
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.workspaces import agenda
from sandbox.workspaces.agenda import Due
from tests.bank import factories as a
from tests.bank import paying as p

_ROOT = Path(__file__).resolve().parents[2]


# Order


def test_what_is_due_at_one_moment_happens_in_the_order_in_which_it_was_entered(bank):
    """Two payments of one day, money for one: the one that came first is paid."""
    first, second = (p.paid(bank, p.an_instruction(60_000), requested_on=date(2026, 3, 20)) for _ in range(2))

    p.later(bank, days=5)

    assert first.status == PaymentStatus.SETTLED
    assert (second.status, second.reason) == (PaymentStatus.REJECTED, Reason.INSUFFICIENT_FUNDS)


def test_each_thing_happens_at_its_own_moment_not_at_the_caller_s(bank):
    payment = p.paid(bank, requested_on=date(2026, 3, 20))

    p.later(bank, days=60)

    steps = [(one.status, f"{one.at:%m-%d %H:%M}") for one in payments.history(bank, payment)]
    assert steps[2:] == [("in_process", "03-20 05:00"), ("settled", "03-20 08:30")]


def test_what_happens_may_bring_more_that_is_due(bank):
    """A payment is carried out, leaves, arrives and comes back, all in one step of the clock."""
    p.paid(bank, p.an_instruction(to=p.NOBODYS), requested_on=date(2026, 3, 20))

    assert timeline.catch_up(bank.at(bank.now + timedelta(days=60))) == 3
    assert p.booked(bank, "kari-1") == p.START_MINOR


def test_something_entered_again_is_due_at_the_later_moment_alone(work, bank):
    for hours in (1, 2):
        due = Due(bank.now + timedelta(hours=hours), bank.id, "payment_lapses", "nobody's")
        agenda.enter(work, "test", due)

    assert [one.at for one in agenda.coming(work, "test")] == [bank.now + timedelta(hours=2)]
    agenda.strike(work, "test", "payment_lapses", "nobody's")


def test_a_bank_that_is_no_longer_installed_holds_nobody_up(work, bank):
    agenda.enter(work, "test", Due(bank.now, "gone", "payment_due", "nobody's"))
    payment = p.paid(bank)

    p.later(bank, days=1)

    assert payment.status == PaymentStatus.SETTLED


def test_an_account_that_closes_meanwhile_is_closed_for_what_falls_due_after_it(bank):
    class Leaving(p.Townsfolk):
        """Kari's account closes on the twentieth, whoever has it in hand."""

        def move_in(self, here, person_id):
            if here.today >= date(2026, 3, 20):
                closed = here.work.put("UPDATE account SET status = 'closed' WHERE id = 'kari-1'", ())
                assert closed
                here.work.flush()
                here.work.expire_all()

    leaving = replace(bank, people=Leaving())
    payment = p.paid(leaving, requested_on=date(2026, 3, 20))

    p.later(leaving, days=5)

    assert (payment.status, payment.reason) == (PaymentStatus.REJECTED, Reason.CLOSED)


# Expiry


def test_a_consent_ends_when_its_last_day_is_over(bank):
    consent = a.a_valid_consent(bank, a.an_order(valid_until=date(2026, 3, 31)))

    evening = p.later(bank, at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    assert consent.status == ConsentStatus.VALID
    p.later(evening, minutes=1)

    assert (consent.status, consent.last_action_on) == (ConsentStatus.EXPIRED, date(2026, 4, 1))


def test_a_one_off_consent_ends_soon_after_its_yes(bank):
    consent = a.a_valid_consent(bank, a.an_order(recurring=False))

    soon = p.later(bank, minutes=consents.ONE_OFF_MINUTES)
    assert consent.status == ConsentStatus.VALID
    p.later(soon, seconds=1)

    assert consent.status == ConsentStatus.EXPIRED


@pytest.mark.parametrize("end", [consents.revoke, consents.delete])
def test_a_consent_that_was_ended_before_leaves_nothing_on_the_agenda(bank, end):
    consent = a.a_valid_consent(bank)

    end(bank, consent)

    assert agenda.coming(bank.work, "test") == []


def test_one_sca_that_lapses_leaves_the_payment_to_another_that_waits(bank):
    payment = p.initiated(bank)
    subject = authorisations.PaymentSubject(payment)
    first = authorisations.start(bank, subject, authorisations.Wish()).authorisation
    soon = p.later(bank, minutes=10)
    second = authorisations.start(soon, subject, authorisations.Wish()).authorisation

    then = p.later(soon, minutes=5)
    assert (first.status, payment.status) == (ScaStatus.FAILED, PaymentStatus.RECEIVED)
    authorisations.approve(then, second, a.KARI)

    assert payment.status == PaymentStatus.IN_PROCESS


# Once, whoever comes


def filled(database, count=20):
    """A world with so many payments that are due on Friday, from Kari to Liv and back."""
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        for number in range(count):
            p.paid(bank, p.an_instruction(1_000 + number), requested_on=date(2026, 3, 20))


def dump(work):
    """All that payments leave in the books, row by row; a posted reservation counts as a posting."""
    asked = {
        "payment": "SELECT id, status, reason, due_on, funds_available FROM payment ORDER BY id",
        "step": "SELECT payment_id, place, status, reason, at FROM payment_step ORDER BY 1, 2",
        "transfer": "SELECT payment_id, position, status, reason, due_on, debit_minor, arrives_at,"
        " returned_at FROM credit_transfer ORDER BY 1, 2",
        "line": "SELECT account_id, seq, booked_on, entry_id, at, amount_minor, balance_minor, kind, code,"
        " remittance FROM line ORDER BY 1, 2",
        "book": "SELECT account_id, booked_minor, pending_minor, last_seq FROM book ORDER BY 1",
        "pending": "SELECT account_id, entry_id, at, amount_minor FROM pending ORDER BY 1, 2",
        "agenda": "SELECT what, subject_id, at, place FROM agenda ORDER BY 1, 2",
    }
    return {name: [tuple(row) for row in work.run(sql, ()).all()] for name, sql in asked.items()}


def test_of_many_processes_that_catch_up_at_once_each_thing_is_done_by_one(database):
    filled(database)
    together = Barrier(8)

    def catch_up(_):
        with database.work() as work:
            bank = p.bank_at(work, days=10)
            together.wait()
            done = timeline.catch_up(bank)
            work.commit()
            return done

    with ThreadPoolExecutor(8) as pool:
        done = sorted(pool.map(catch_up, range(8)))

    assert done == [0] * 7 + [40]
    with database.reading() as work:
        assert verify.whole_database(work) == []
        assert p.booked(p.bank_at(work), "liv-1") == p.START_MINOR + sum(range(1_000, 1_020))


@pytest.mark.parametrize("statements", [3, 30, 100, 200])
def test_a_process_that_is_killed_half_way_leaves_nothing_and_the_next_does_it_all(database, statements):
    filled(database)
    with database.reading() as work:
        before = dump(work)
    url = database.engine.url.render_as_string(hide_password=False)

    killed = subprocess.run(
        [sys.executable, "-m", "tests.bank.dies_catching_up", url, str(statements)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        timeout=60,
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    with database.reading() as work:
        assert dump(work) == before
    with database.writing() as work:
        assert timeline.catch_up(p.bank_at(work, days=10)) == 40
    with database.writing() as work:
        assert timeline.catch_up(p.bank_at(work, days=10)) == 0
        assert verify.whole_database(work) == []


# What it costs


def test_a_long_time_keeps_no_more_in_hand_than_was_there_before(bank):
    """Else each thing that happens would cost more than the one before it."""
    every_week = payments.Schedule(bank.today, payments.Frequency.WEEKLY)
    payment = p.paid(bank, p.an_instruction(100), service=Service.PERIODIC, schedule=every_week)
    in_hand = set(bank.work.records)

    then = p.later(bank, days=365)

    assert set(bank.work.records) == in_hand
    assert len(payments.transfers(then, payment)) == 54
    assert payment.due_on == then.today + timedelta(days=6)


# One step or many


def lived(books, steps):
    """What is left of a month with payments of every kind, the clock moved in so many steps."""
    ids = iter(f"00000000-0000-4000-8000-{number:012d}" for number in range(100))
    with books.work() as work, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sandbox.bank.payments.initiating.ids.new_uuid", lambda: next(ids))
        work.write()
        p.settle_in(work)
        bank = p.bank_at(work)
        p.paid(bank)
        p.paid(bank, p.an_instruction(to=p.NOBODYS))
        p.paid(bank, p.an_instruction(2_000, p.EVAS, "EUR"), scheme=Scheme.SEPA)
        p.paid(bank, requested_on=date(2026, 4, 1))
        p.initiated(bank)
        every_week = payments.Schedule(bank.today, payments.Frequency.WEEKLY)
        p.paid(
            *(bank, p.an_instruction(500, to=p.OLAS)),
            service=Service.PERIODIC,
            schedule=every_week,
        )
        for step in range(1, steps + 1):
            timeline.catch_up(bank.at(bank.now + timedelta(days=30) * step / steps))
        work.flush()
        left = dump(work)
        work.rollback()
    return left


def test_a_world_moved_in_one_step_keeps_the_same_books_as_one_moved_in_many(books):
    at_once = lived(books, 1)

    assert len(at_once["line"]) > 10
    for steps in (2, 7, 720):
        assert lived(books, steps) == at_once
