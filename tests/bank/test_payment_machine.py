"""Payments in any order of steps: whatever TPPs, PSUs, testers, time and death do, the books balance."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from sandbox.bank import authorisations, ledger, payments, timeline, verify
from sandbox.bank.accounts import Holder
from sandbox.bank.authorisations import Wish
from sandbox.bank.ledger import Book
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import NoFunds, Scheme
from sandbox.bank.reasons import Reason
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Database
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import agenda, progressions
from sandbox.workspaces.progressions import Progression, ProgressionKind, ProgressionMode
from tests.bank import dying
from tests.bank import factories as a
from tests.bank import paying as p
from tests.bank.wishes import GOOD, WISHES

MODES = st.sampled_from(
    [
        Progression(),
        Progression(),
        Progression(ProgressionMode.AT_ONCE),
        Progression(ProgressionMode.AFTER_TIME, seconds=3600),
        Progression(ProgressionMode.BY_HAND),
        Progression(ProgressionMode.AFTER_READS, reads=2),
    ]
)
SUBJECTS = st.sampled_from([authorisations.PaymentSubject, authorisations.CancellationSubject])
APPS = st.sampled_from(["app-1", "app-2"])
#: With these each run begins, and whether Kari has said yes to them.
GOOD_ORDERS = st.tuples(st.sampled_from(GOOD), st.sampled_from([True, True, False]))
NUMBERS = st.integers(0, 11)
#: Just before, and at, what banks do by the clock; and days over which bank days, a weekend and Easter lie.
HOURS = st.sampled_from([time(5, 59, 59), time(6), time(12), time(15, 30), time(23, 59, 59)])
DAYS = st.sampled_from([0, 0, 1, 1, 2, 3, 17])
_S = PaymentStatus
#: What no payment of this test comes to, since the bank verifies no payees.
UNSEEN = {_S.VERIFIED, _S.DOUBTED}
#: Steps that are too seldom to be waited for.
SELDOM = {
    (_S.ACCEPTED, _S.PARTLY_ACCEPTED),
    (_S.PENDING, _S.PARTLY_ACCEPTED),
    (_S.IN_PROCESS, _S.REJECTED),
    (_S.PARTIALLY_AUTHORISED, _S.CANCELLED),
}


class Interrupted(Exception):
    """The process dies here."""


class Paying(RuleBasedStateMachine):
    """Three banks, two apps; each step is a unit of work that a refusal or a death takes back whole."""

    database: Database
    profile = p.HERE
    reached: set[str]
    steps: set[tuple[str, str]]
    cancelled: set[tuple[str, bool]]
    came_back: set[str]
    asked = Bundle("asked")
    started = Bundle("started")

    @initialize(
        target=asked,
        wishes=st.lists(GOOD_ORDERS, min_size=4, max_size=6, unique_by=lambda one: GOOD.index(one[0])),
    )
    def open(self, wishes):
        self.work = self.database.work()
        self.work.write()
        p.settle_in(self.work, self.profile)
        # Of the second account two have to sign.
        self.work.query(Holder).filter_by(account_id="kari-2").update({"role": "signatory"})
        p.also_holds(self.work, "kari-2", a.OLA, "signatory")
        a.change_account(self.bank_of(timedelta(0)), "kari-1", credit_limit_minor=5_000)
        self.passed = timedelta(0)
        self.histories = {}
        self.incomes, self.ids = 0, []
        return multiple(*(self.begun(wish, signed=signed) for wish, signed in wishes))

    def begun(self, wish, *, signed):
        """The id of a payment that waits for Kari's yes, or has it."""
        payment = payments.initiate(self.bank, "app-1", wish(self.bank.today))
        self.ids.append(payment.id)
        if signed:
            payments.agree(self.bank, payment, a.KARI)
        return payment.id

    def teardown(self):
        if hasattr(self, "work"):
            self.work.rollback()
            self.work.close()

    def bank_of(self, passed):
        return p.bank_at(self.work, profile=self.profile, seconds=passed.total_seconds())

    @property
    def bank(self):
        return self.bank_of(self.passed)

    def payment(self, payment_id):
        return payments.of_world(self.work, "test", payment_id)

    def step(self, verb, *args):
        """Run one verb; None where it was refused."""
        before = self.work.begin_nested()
        try:
            done = verb(self.bank, *args)
            self.work.flush()
        except Refusal:
            before.rollback()
            return None
        before.commit()
        return done

    # The TPP, and the PSU at her bank

    @rule(target=asked, app_id=APPS, wish=WISHES, by=st.sampled_from([None, a.KARI, a.KARI, a.KARI, a.OLA]))
    def pay(self, app_id, wish, by):
        payment = self.step(payments.initiate, app_id, wish(self.bank.today))
        if payment is None:
            return multiple()
        self.ids.append(payment.id)
        if by is not None:
            self.step(payments.agree, payment, by)
        return payment.id

    @rule(target=started, payment=asked, subject=SUBJECTS)
    def ask(self, payment, subject):
        begun = self.step(authorisations.start, subject(self.payment(payment)), Wish())
        return begun.authorisation.id if begun else multiple()

    @rule(it=started, by=st.sampled_from([a.KARI, a.KARI, a.OLA, None]))
    def answer(self, it, by):
        it = authorisations.of_world(self.work, "test", it)
        if by is None:
            self.step(authorisations.decline, it)
        else:
            self.step(authorisations.approve, it, by)

    @rule(payment=asked, by=st.sampled_from([a.KARI, a.OLA]))
    def sign(self, payment, by):
        self.step(payments.agree, self.payment(payment), by)

    @rule(which=NUMBERS, number=NUMBERS)
    def cancel_whatever_its_status(self, which, number):
        statuses = sorted({one.status for one in self.rows()})
        if not statuses:
            return
        status = statuses[which % len(statuses)]
        standing = [one for one in self.rows() if one.status == status]
        payment = standing[number % len(standing)]
        in_time = payments.is_cancellable(self.bank, payment)

        self.step(payments.cancel, payment)

        assert (payment.status == PaymentStatus.CANCELLED) == (in_time or status == PaymentStatus.CANCELLED)
        self.cancelled.add((status, in_time))

    # The tester, and the world outside

    @rule(payment=asked, verb=st.sampled_from([payments.read, payments.go_on]))
    def hurry(self, payment, verb):
        self.step(verb, self.payment(payment))

    @rule(number=NUMBERS, reason=st.sampled_from([Reason.DUPLICATION, Reason.CUSTOMER_REQUEST]))
    def recall_what_is_paid(self, number, reason):
        paid = self.paid()
        if not paid:
            return
        one = paid[number % len(paid)]

        self.step(payments.recall, self.payment(one.payment_id), one.position, reason)

        assert one.returned_at == self.bank.now

    @rule(
        account_id=st.sampled_from(["kari-1", "kari-1", "ola-1"]),
        minor=st.sampled_from([1, 90_000]),
        is_seen=st.booleans(),
    )
    def an_income_lands(self, account_id, minor, is_seen):
        self.incomes += 1
        bank, entry, day = self.bank, f"income{self.incomes}", self.bank.today.isoformat()
        ledger.book(
            bank,
            [
                ledger.Booking(
                    *(account_id, ledger.world_id(bank.id, "NOK"), entry, entry),
                    *(instant_text(bank.now), day, day, minor, "NOK", "salary", "PMNT-RCDT-SALA", "LONN"),
                )
            ],
        )
        if is_seen:
            self.wait_for_the_next_thing(timedelta(0))

    @rule(mode=MODES)
    def choose_how_payments_go_on(self, mode):
        progressions.choose(self.work, "test", ProgressionKind.PAYMENT, mode)

    @rule(status=st.sampled_from(["enabled", "enabled", "enabled", "blocked", "closed"]))
    def block_or_open(self, status):
        a.change_account(self.bank, "kari-1", status=status)

    # Time

    @rule(
        hours=st.sampled_from([1, 2, 5, 24, 24, 72]),
        far=st.sampled_from([0, 0, 0, 0, 30]),
        dies_after=st.sampled_from([None, None, 0, 1, 2, 5]),
    )
    def wait(self, hours, far, dies_after):
        self.passed += timedelta(hours=hours, days=far)
        if dies_after is not None:
            self.die(20 * dies_after + 1, timeline.catch_up)
        timeline.catch_up(self.bank)

    @rule(days=DAYS, hour=HOURS)
    def wait_until(self, days, hour):
        zone = ZoneInfo(self.profile.zone)
        then = datetime.combine(self.bank.now.astimezone(zone).date() + timedelta(days=days), hour, zone)
        self.passed = max(self.passed, then - a.NOON)
        timeline.catch_up(self.bank)

    @rule(late=st.sampled_from([timedelta(microseconds=-1), timedelta(0)]))
    def wait_for_the_next_thing(self, late):
        for due in agenda.coming(self.work, "test", 1):
            self.passed = max(self.passed, due.at - a.NOON + late)
        timeline.catch_up(self.bank)

    @rule(
        number=NUMBERS,
        verb=st.sampled_from([payments.cancel, payments.go_on, payments.agree, payments.recall]),
        after=st.integers(1, 12),
    )
    def die_at_work(self, number, verb, after):
        if not self.rows():
            return
        payment = self.rows()[number % len(self.rows())]
        more = {payments.agree: [a.KARI], payments.recall: [0, Reason.DUPLICATION]}
        payment_id, before = payment.id, (self.steps_of(payment), payment.status)

        self.die(after, verb, payment, *more.get(verb, []))

        payment = self.payment(payment_id)
        assert (self.steps_of(payment), payment.status) == before

    def die(self, after, verb, *args):
        """A process dies at the statement of that number: nothing of what it did is left."""
        before = self.work.begin_nested()
        try:
            with dying.at_statement(after, self.die_now):
                verb(self.bank, *args)
        except (Interrupted, Refusal):
            pass
        finally:
            before.rollback()
            self.work.expunge_all()

    def die_now(self):
        raise Interrupted

    # What always holds

    @invariant()
    def the_books_and_the_agenda_are_in_order(self):
        if hasattr(self, "work"):
            self.work.flush()
            assert verify.whole_database(self.work) == []

    @invariant()
    def money_is_neither_made_nor_lost(self):
        if hasattr(self, "work"):
            for currency, minor in self.work.execute(
                select(Book.currency, func.sum(Book.booked_minor)).group_by(Book.currency)
            ):
                assert minor == 0, currency

    @invariant()
    def nobody_spends_more_than_they_may(self):
        if hasattr(self, "work"):
            for account_id, limit in (("kari-1", 5_000), ("kari-2", 0), ("ola-1", 0)):
                if not self.was_recalled(account_id):
                    assert p.available(self.bank, account_id) >= 0, limit

    def was_recalled(self, account_id):
        """A recall takes the money back also where it is spent."""
        bank = self.bank
        every = ledger.Window(a.NOON.date(), bank.today)
        return any(row.kind == "return" for row in ledger.lines(bank, account_id, every))

    @invariant()
    def history_is_only_ever_added_to(self):
        for payment in self.rows():
            steps = self.steps_of(payment)
            known = self.histories.get(payment.id, [])
            assert steps[: len(known)] == known
            assert [at for _, at in steps] == sorted(at for _, at in steps)
            self.histories[payment.id] = steps
            self.reached |= {status for status, _ in steps}

    @invariant()
    def every_step_is_one_that_the_table_allows(self):
        for payment in self.rows():
            statuses = [status for status, _ in self.steps_of(payment)]
            assert statuses[0] in payments.BEGINNINGS
            for before, after in pairwise(statuses):
                assert after in payments.TRANSITIONS[before]
                self.steps.add((before, after))
            self.came_back |= {
                one.return_reason for one in payments.transfers(self.bank, payment) if one.returned_at
            }

    def rows(self):
        """Every payment, in the order in which they were asked for: their ids say nothing of it."""
        return [self.payment(one) for one in self.ids] if hasattr(self, "ids") else []

    def paid(self):
        """Transfers that a bank may still be asked to give back."""
        return [
            one
            for payment in self.rows()
            for one in payments.transfers(self.bank, payment)
            if one.status in (PaymentStatus.SETTLED, PaymentStatus.CREDITED) and one.returned_at is None
        ]

    def steps_of(self, payment):
        return [(one.status, one.at) for one in payments.history(self.bank, payment)]


@pytest.mark.parametrize("no_funds", NoFunds)
def test_no_order_of_steps_breaks_the_books(books, no_funds):
    Paying.database = books
    rules = replace(p.RULES, no_funds=no_funds, fees_minor={Scheme.SEPA: 500})
    Paying.profile = replace(p.HERE, payments=rules)
    Paying.reached, Paying.steps, Paying.cancelled, Paying.came_back = set(), set(), set(), set()
    chosen = settings(
        max_examples=90,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        deadline=None,
        # A failing run is long; to make it short takes minutes, to read it takes one.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Paying, settings=chosen)

    # The steps went far enough to have something to prove.
    never = UNSEEN if no_funds == NoFunds.WAIT else UNSEEN | {PaymentStatus.PENDING}
    assert Paying.reached == set(PaymentStatus) - never
    allowed = {(one, to) for one, following in payments.TRANSITIONS.items() for to in following}
    possible = {(one, to) for one, to in allowed if not {one, to} & never}
    assert possible - Paying.steps <= SELDOM
    assert {status for status, _ in Paying.cancelled} == Paying.reached
    assert {Reason.DUPLICATION, Reason.CREDITOR_ACCOUNT_INVALID} <= Paying.came_back
