"""Baskets in any order of steps: whatever two PSUs, the TPP and the clock do, all of it is signed or none."""

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from sandbox.bank import authorisations, baskets, consents, payments, timeline, verify
from sandbox.bank.accounts import Holder, Role
from sandbox.bank.authorisations import Authorisation, BasketSubject, ConsentSubject, PaymentSubject, Wish
from sandbox.bank.baskets import Basket, BasketOrder, BasketStatus
from sandbox.bank.consents import Consent, ConsentStatus
from sandbox.bank.payments import Payment, PaymentStatus
from sandbox.bank.payments.tables import PaymentRow
from sandbox.bank.profile import BasketRules, Grouping, ScaApproach
from sandbox.kernel.errors import Refusal
from tests.bank import factories as a
from tests.bank import paying as p

PROFILE = replace(p.HERE, baskets=BasketRules((Grouping.ALL,), size_max=4))
REDIRECT = Wish(ScaApproach.REDIRECT, "https://tpp.example/ok")
PSUS = st.sampled_from([a.KARI, a.KARI, a.OLA])
ACCOUNTS = st.sampled_from([p.KARIS, p.KARIS, p.KARIS_SAVINGS, p.OLAS])


class Signing(RuleBasedStateMachine):
    """One bank, one app, two PSUs who sign for the second account together; a refusal takes its step back."""

    reached: set[str]
    loose = Bundle("loose")
    filled = Bundle("filled")
    asked = Bundle("asked")

    @initialize()
    def open(self):
        self.work = self.database.work()
        self.work.write()
        p.settle_in(self.work, PROFILE)
        for holder in self.work.scalars(select(Holder).where(Holder.account_id == "kari-2")):
            holder.role = Role.SIGNATORY
        p.also_holds(self.work, "kari-2", a.OLA, Role.SIGNATORY)
        self.minutes = 0
        self.seen = {}

    def teardown(self):
        if hasattr(self, "work"):
            self.work.flush()
            found = verify.whole_database(self.work)
            self.work.rollback()
            self.work.close()
            assert found == []

    @property
    def bank(self):
        return p.bank_at(self.work, profile=PROFILE, minutes=self.minutes)

    def step(self, verb, *args):
        """Run one verb; None where it was refused."""
        before = self.work.begin_nested()
        try:
            done = verb(self.bank, *args)
        except Refusal:
            before.rollback()
            return None
        before.commit()
        return done

    # The TPP

    @precondition(lambda self: len(self.rows(PaymentRow)) < 4)
    @rule(target=loose, minor=st.sampled_from([1, 60_000]), debtor=ACCOUNTS)
    def pay(self, minor, debtor):
        return p.initiated(self.bank, p.an_instruction(minor), debtor=debtor)

    @precondition(lambda self: len(self.rows(Consent)) < 2)
    @rule(target=loose, iban=ACCOUNTS)
    def read(self, iban):
        return consents.create(self.bank, "app-1", a.an_order(a.dedicated(iban), recurring=False))

    @rule(target=filled, together=st.lists(loose, min_size=1, max_size=3, unique_by=lambda one: one.id))
    def put(self, together):
        paying = tuple(one.id for one in together if isinstance(one, Payment))
        reading = tuple(one.id for one in together if isinstance(one, Consent))
        return self.step(baskets.create, "app-1", BasketOrder(paying, reading)) or multiple()

    @precondition(lambda self: self.rows(PaymentRow) or self.rows(Consent))
    @rule(target=filled, one=loose, other=loose)
    def put_again(self, one, other):
        return self.put([one, other] if one.id != other.id else [one])

    @rule(target=asked, basket=filled)
    def ask(self, basket):
        begun = self.step(authorisations.start, BasketSubject(basket), REDIRECT)
        return begun.authorisation if begun else multiple()

    @rule(target=asked, one=loose)
    def ask_by_itself(self, one):
        subject = PaymentSubject(one) if isinstance(one, Payment) else ConsentSubject(one)
        begun = self.step(authorisations.start, subject, REDIRECT)
        return begun.authorisation if begun else multiple()

    @rule(basket=filled, really=st.sampled_from([False, True]))
    def take_apart(self, basket, really):
        if really:
            self.step(baskets.cancel, basket)

    @rule(one=loose, really=st.sampled_from([False, False, False, True]))
    def withdraw(self, one, really):
        if really:
            self.step(payments.cancel if isinstance(one, Payment) else consents.delete, one)

    # The PSU

    @rule(it=asked, person_id=PSUS)
    def approve(self, it, person_id):
        self.step(authorisations.approve, it, person_id)

    @rule(basket=filled, person_id=PSUS)
    def sign(self, basket, person_id):
        it = self.ask(basket)
        if isinstance(it, Authorisation):
            self.approve(it, person_id)

    @rule(it=consumes(asked), really=st.sampled_from([False, False, True]))
    def decline(self, it, really):
        if really:
            self.step(authorisations.decline, it)

    @rule(minutes=st.sampled_from([1, 1, 5, 16, 24 * 60]))
    def wait(self, minutes):
        self.minutes += minutes
        timeline.catch_up(self.bank)

    # What always holds

    @invariant()
    def every_change_of_a_status_is_a_transition(self):
        for row in self.rows(Basket):
            now, before = BasketStatus(row.status), self.seen.get(row.id, BasketStatus.RECEIVED)
            assert now == before or now in baskets.TRANSITIONS[before]
            self.seen[row.id] = now
            self.reached.add(now)

    @invariant()
    def all_of_it_is_signed_or_none_of_it(self):
        for basket in self.work.scalars(select(Basket)) if hasattr(self, "work") else ():
            paying, reading = baskets.members(self.bank, basket)
            signatures = {len(one.signed_by) for one in paying}
            waiting = any(payments.is_open(one) for one in paying)
            waiting |= any(one.status == ConsentStatus.RECEIVED for one in reading)
            match basket.status:
                case BasketStatus.RECEIVED:
                    assert signatures <= {0}
                    assert all(one.authorised_at is None for one in reading)
                case BasketStatus.PARTIALLY_AUTHORISED:
                    assert 1 in signatures
                    assert {one.status for one in paying if payments.is_open(one)} <= {
                        PaymentStatus.PARTIALLY_AUTHORISED
                    }
                case BasketStatus.AUTHORISED:
                    assert not waiting
                case BasketStatus.REJECTED:
                    assert not waiting

    @invariant()
    def nothing_lies_in_two_open_baskets(self):
        held = [
            one.id
            for basket in (self.work.scalars(select(Basket)) if hasattr(self, "work") else ())
            if basket.status in baskets.OPEN
            for part in baskets.members(self.bank, basket)
            for one in part
        ]
        assert len(held) == len(set(held))

    def rows(self, model):
        return self.work.execute(select(model.__table__)).all() if hasattr(self, "work") else []


def test_no_order_of_steps_signs_half_a_basket(books):
    Signing.database = books
    Signing.reached = set()
    chosen = settings(
        max_examples=120,
        stateful_step_count=40,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Signing, settings=chosen)

    # The steps went far enough to have something to prove.
    assert Signing.reached == set(BasketStatus)
