"""A rush on one account: as many payments as there is money for, and nobody waits for ever."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from sandbox.bank import payments, timeline, verify
from sandbox.bank.payments import PaymentNotOpen, PaymentStatus
from sandbox.bank.profile import Reuse, Scheme
from sandbox.kernel.errors import Refusal
from tests.bank import factories as a
from tests.bank import paying as p

_ROOT = Path(__file__).resolve().parents[2]
#: Money for ten of them.
MINOR = p.START_MINOR // 10
RUSH = 50


def waiting(database, count, **other):
    """So many payments of Kari's that wait for her yes; their ids."""
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        return [p.initiated(bank, p.an_instruction(MINOR), **other).id for _ in range(count)]


def say_yes(database, payment_id):
    """Kari's yes in a unit of work of its own, as a request is one; the status after it."""
    with database.work() as work:
        bank = p.bank_at(work)
        payment = payments.of_subject(bank, payment_id)
        payments.agree(bank, payment, a.KARI)
        work.commit()
        return payment.status


def told(database, count, accepted):
    """So many were accepted and the rest rejected, and the books say the same."""
    with database.reading() as work:
        bank = p.bank_at(work)
        found = [one.status for one in payments.every(work, "test", limit=count)]
        assert sorted(found) == sorted(
            [PaymentStatus.REJECTED] * (count - accepted) + [PaymentStatus.IN_PROCESS] * accepted
        )
        assert p.available(bank, "kari-1") == p.START_MINOR - accepted * MINOR
        assert verify.whole_database(work) == []


def test_of_fifty_at_once_ten_are_accepted_where_there_is_money_for_ten(database):
    ids = waiting(database, RUSH)
    together = Barrier(RUSH)

    def pay(payment_id):
        together.wait()
        return say_yes(database, payment_id)

    with ThreadPoolExecutor(RUSH) as pool:
        said = list(pool.map(pay, ids))

    assert said.count(PaymentStatus.IN_PROCESS) == 10
    told(database, RUSH, 10)


def test_of_fifty_from_several_processes_ten_are_accepted(database):
    ids = waiting(database, RUSH)
    url = database.engine.url.render_as_string(hide_password=False)
    hands = [ids[place::5] for place in range(5)]

    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bank.says_yes", url, *mine],
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for mine in hands
    ]
    for one in running:
        assert one.stdout.readline() == "ready\n"
    said = [one.communicate("go\n", timeout=60)[0].split() for one in running]

    assert [one.returncode for one in running] == [0] * 5
    assert sum(statuses.count(PaymentStatus.IN_PROCESS) for statuses in said) == 10
    told(database, RUSH, 10)


def test_a_payment_that_many_say_yes_to_at_once_is_accepted_once(database):
    [payment_id] = waiting(database, 1)
    together = Barrier(10)

    def pay(_):
        together.wait()
        try:
            return say_yes(database, payment_id)
        except PaymentNotOpen:
            return None

    with ThreadPoolExecutor(10) as pool:
        said = [one for one in pool.map(pay, range(10)) if one]

    assert said == [PaymentStatus.IN_PROCESS]
    told(database, 1, 1)


@pytest.mark.parametrize("scheme", [Scheme.DOMESTIC, Scheme.DOMESTIC_INSTANT])
def test_neighbours_who_pay_one_another_crosswise_wait_for_nobody_for_ever(database, scheme):
    with database.writing() as work:
        p.settle_in(work)
        bank = p.bank_at(work)
        there = [p.initiated(bank, p.an_instruction(100, p.OLAS), scheme=scheme).id for _ in range(10)]
        back = [
            p.initiated(bank, p.an_instruction(100, p.KARIS), scheme=scheme, debtor=p.OLAS).id
            for _ in range(10)
        ]
    together = Barrier(20)

    def pay(which):
        payment_id, who = which
        together.wait()
        with database.work() as work:
            bank = p.bank_at(work)
            payments.agree(bank, payments.of_subject(bank, payment_id), who)
            work.commit()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(pay, [(one, a.KARI) for one in there] + [(one, a.OLA) for one in back]))

    with database.writing() as work:
        bank = p.bank_at(work, days=1)
        timeline.catch_up(bank)
        assert p.booked(bank, "kari-1") == p.booked(bank, "ola-1") == p.START_MINOR
        assert verify.whole_database(work) == []


def test_yeses_cancellations_recalls_and_time_at_once_end_well_whoever_is_first(database):
    """What may be too late is refused; nothing waits in a circle, nothing is done by halves."""
    ids = waiting(database, 8)
    for payment_id in ids[:6]:
        say_yes(database, payment_id)
    together = Barrier(24)

    def act(number):
        payment_id = ids[number % 8]
        with database.work() as work:
            bank = p.bank_at(work, hours=2)
            payment = payments.of_subject(bank, payment_id)
            payments.transfers(bank, payment)  # what was seen before the lock may be old under it
            together.wait()
            try:
                match number // 8:
                    case 0:
                        timeline.catch_up(bank)
                    case 1:
                        payments.cancel(bank, payment)
                    case _:
                        payments.go_on(bank, payment)
            except Refusal:
                work.rollback()
                return
            work.commit()

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(act, range(24)))

    with database.writing() as work:
        timeline.catch_up(p.bank_at(work, days=9))
        assert verify.whole_database(work) == []
        bank = p.bank_at(work)
        settled = [one for one in payments.every(work, "test") if one.status == PaymentStatus.SETTLED]
        assert p.booked(bank, "liv-1") == p.START_MINOR + len(settled) * MINOR


def test_the_same_request_id_twice_at_once_is_one_payment_where_the_bank_replays_it(database):
    with database.writing() as work:
        p.settle_in(work)
    profile = replace(p.HERE, payments=replace(p.RULES, request_id_reuse=Reuse.REPLAY))
    together = Barrier(8)

    def ask(_):
        together.wait()
        with database.work() as work:
            bank = p.bank_at(work, profile=profile)
            payment = p.initiated(bank, request_id="99391c7e-ad88-49ec-a2ad-99ddcb1f7721")
            work.commit()
            return payment.id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
