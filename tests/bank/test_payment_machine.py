"""Payments in any order of steps: whatever TPPs, PSUs, testers, time and death do, the books balance."""

from dataclasses import dataclass, replace
from datetime import timedelta

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
from sqlalchemy import event, func, select

from sandbox.bank import accounts, authorisations, ledger, payments, timeline, verify
from sandbox.bank.accounts import Holder
from sandbox.bank.authorisations import Authorisation, Wish
from sandbox.bank.clearing import Reason
from sandbox.bank.ledger import Book
from sandbox.bank.payments import Frequency, Payment, PaymentStatus, Roll, Schedule
from sandbox.bank.profile import NoFunds, Scheme, Service
from sandbox.kernel.db import Database
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import progressions
from sandbox.workspaces.progressions import Progression, ProgressionKind, ProgressionMode
from tests.bank import factories as a
from tests.bank import paying as p

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
CREDITORS = [p.LIVS, p.LIVS, p.OLAS, p.KARIS_SAVINGS, p.LIVS_CLOSED, p.LIVS_BLOCKED, p.NOBODYS, p.OUTSIDE]
AMOUNTS = st.sampled_from([1, 100, 10_000, 40_000, 99_999, 100_001])
CARRIED = {Scheme.DOMESTIC: "NOK", Scheme.DOMESTIC_INSTANT: "NOK", Scheme.SEPA: "EUR"}
SUBJECTS = st.sampled_from([authorisations.PaymentSubject, authorisations.CancellationSubject])
APPS = st.sampled_from(["app-1", "app-2"])


@dataclass(frozen=True)
class Wanted:
    """What a TPP may want to have paid; the days are counted from the day on which it asks."""

    scheme: Scheme
    minors: list[int]
    service: Service
    creditor: str
    debtor: str | None
    ahead: int | None
    impatient: bool
    frequency: Frequency
    roll: Roll
    lasts: int | None

    def __call__(self, today):
        """The order of that day."""
        bulk, periodic = self.service == Service.BULK, self.service == Service.PERIODIC
        first = today + timedelta(days=self.ahead or 0)
        end_on = None if self.lasts is None else first + timedelta(days=self.lasts)
        return p.an_order(
            *(
                p.an_instruction(minor, self.creditor, CARRIED[self.scheme])
                for minor in (self.minors if bulk else self.minors[:1])
            ),
            scheme=self.scheme,
            service=self.service,
            debtor=self.debtor,
            requested_on=None if periodic or self.ahead is None else first,
            schedule=Schedule(first, self.frequency, end_on, self.roll, months=(3, 4, 7))
            if periodic
            else None,
            reject_without_funds=self.impatient,
        )


WISHES = st.builds(
    Wanted,
    scheme=st.sampled_from(sorted(CARRIED)),
    minors=st.lists(AMOUNTS, min_size=1, max_size=3),
    service=st.sampled_from(Service),
    creditor=st.sampled_from(CREDITORS),
    debtor=st.sampled_from([p.KARIS, p.KARIS, p.KARIS_SAVINGS, p.OLAS, None]),
    ahead=st.sampled_from([None, None, 0, 1, 5, 40]),
    impatient=st.sampled_from([False, False, True]),
    frequency=st.sampled_from(Frequency),
    roll=st.sampled_from(Roll),
    lasts=st.sampled_from([None, 0, 10, 60]),
)


class Interrupted(Exception):
    """The process dies here."""


class Paying(RuleBasedStateMachine):
    """Three banks, two apps; each step is a unit of work that a refusal or a death takes back whole."""

    database: Database
    profile = p.HERE
    reached: set[str]
    asked = Bundle("asked")
    started = Bundle("started")

    @initialize()
    def open(self):
        self.work = self.database.work()
        self.work.write()
        p.settle_in(self.work, self.profile)
        # Of the second account two have to sign.
        self.work.query(Holder).filter_by(account_id="kari-2").update({"role": "signatory"})
        p.also_holds(self.work, "kari-2", a.OLA, "signatory")
        accounts.get(self.bank_of(timedelta(0)), "kari-1").credit_limit_minor = 5_000
        self.passed = timedelta(0)
        self.histories = {}

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
        return self.work.get(Payment, ("test", payment_id))

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
        if by is not None:
            self.step(payments.agree, payment, by)
        return payment.id

    @rule(target=started, payment=asked, subject=SUBJECTS)
    def ask(self, payment, subject):
        begun = self.step(authorisations.start, subject(self.payment(payment)), Wish())
        return begun.authorisation.id if begun else multiple()

    @rule(it=started, by=st.sampled_from([a.KARI, a.KARI, a.OLA, None]))
    def answer(self, it, by):
        it = self.work.get(Authorisation, ("test", it))
        if by is None:
            self.step(authorisations.decline, it)
        else:
            self.step(authorisations.approve, it, by)

    @rule(payment=asked, by=st.sampled_from([a.KARI, a.OLA, None]))
    def sign_or_cancel(self, payment, by):
        if by is None:
            self.step(payments.cancel, self.payment(payment))
        else:
            self.step(payments.agree, self.payment(payment), by)

    # The tester

    @rule(payment=asked, verb=st.sampled_from([payments.read, payments.go_on, payments.recall]))
    def hurry(self, payment, verb):
        what = [0, Reason.DUPLICATION] if verb is payments.recall else []
        self.step(verb, self.payment(payment), *what)

    @rule(mode=MODES)
    def choose_how_payments_go_on(self, mode):
        progressions.choose(self.work, "test", ProgressionKind.PAYMENT, mode)

    @rule(status=st.sampled_from(["enabled", "enabled", "enabled", "blocked", "closed"]))
    def block_or_open(self, status):
        accounts.get(self.bank, "kari-1").status = status

    # Time

    @rule(
        hours=st.sampled_from([1, 2, 5, 24, 24, 72]),
        far=st.sampled_from([0, 0, 0, 0, 30]),
        dies_after=st.sampled_from([None, None, 0, 1, 2, 5]),
    )
    def wait(self, hours, far, dies_after):
        self.passed += timedelta(hours=hours, days=far)
        if dies_after is not None:
            self.die(dies_after)
        timeline.catch_up(self.bank)

    def die(self, after):
        """A process catches up, and dies on the way: nothing of it is left."""
        before = self.work.begin_nested()
        taken = 0

        def count(*_):
            nonlocal taken
            taken += 1
            if taken == 20 * after + 1:  # once: what is rolled back afterwards goes through here too
                raise Interrupted

        connection = self.work.connection()
        event.listen(connection, "before_cursor_execute", count)
        try:
            timeline.catch_up(self.bank)
        except Interrupted:
            pass
        finally:
            event.remove(connection, "before_cursor_execute", count)
            before.rollback()
            self.work.expunge_all()

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
            steps = [(one.status, one.at) for one in payments.history(self.bank, payment)]
            known = self.histories.get(payment.id, [])
            assert steps[: len(known)] == known
            assert [at for _, at in steps] == sorted(at for _, at in steps)
            self.histories[payment.id] = steps
            self.reached |= {status for status, _ in steps}

    def rows(self):
        return list(self.work.scalars(select(Payment))) if hasattr(self, "work") else []


@pytest.mark.parametrize("no_funds", NoFunds)
def test_no_order_of_steps_breaks_the_books(books, no_funds):
    Paying.database = books
    rules = replace(p.RULES, no_funds=no_funds, fees_minor={Scheme.SEPA: 500})
    Paying.profile = replace(p.HERE, payments=rules)
    Paying.reached = set()
    chosen = settings(
        max_examples=60,
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
    never = set() if no_funds == NoFunds.WAIT else {PaymentStatus.PENDING}
    # The bank is in Norway, and verifies no payees.
    never |= {PaymentStatus.VERIFIED, PaymentStatus.DOUBTED}
    assert Paying.reached == set(PaymentStatus) - never
