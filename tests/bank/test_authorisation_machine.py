"""Authorisations in any order of steps: whatever a TPP, a PSU and the clock do, the promises hold."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select

from sandbox import migrations
from sandbox.bank import authorisations, consents
from sandbox.bank.authorisations import Authorisation, ScaStatus, Wish
from sandbox.bank.authorisations.tables import AuthorisationRow
from sandbox.bank.consents import Consent, ConsentAccount, ConsentStatus
from sandbox.bank.profile import Profile
from sandbox.kernel.db import Database
from sandbox.kernel.errors import Refusal
from tests.bank import factories as a

LOGINS = st.sampled_from(["kari", "kari", "kari", "ola", "nobody"])
MOSTLY = st.sampled_from([True, True, True, False])
SELDOM = st.sampled_from([False, False, False, False, True])
PICKS = st.sampled_from([None, None, None, ["kari-1"], ["kari-2", "kari-1"], ["ola-1"], []])
TRANSITIONS = {ConsentStatus: consents.TRANSITIONS, ScaStatus: authorisations.TRANSITIONS}
FINAL = {ScaStatus.FINALISED, ScaStatus.FAILED, ScaStatus.EXEMPTED}


class Watch:
    """Notes every change of a status, also those that no step leaves behind."""

    def __init__(self):
        self.changes = set()  # of this run
        self.reached = set()  # in all runs

    def __enter__(self):
        def noting(authorisation, name, value):
            if name == "status":
                self.note(ScaStatus, value, getattr(authorisation, name, None))
            object.__setattr__(authorisation, name, value)

        event.listen(Consent.status, "set", self.note_consent, active_history=True)
        Authorisation.__setattr__ = noting
        return self

    def __exit__(self, *_):
        del Authorisation.__setattr__
        event.remove(Consent.status, "set", self.note_consent)

    def note_consent(self, _, new, old, __):
        self.note(ConsentStatus, new, old)

    def note(self, kind, new, old):
        self.changes.add((kind, kind(old) if isinstance(old, str) else None, kind(new)))
        self.reached.add((kind, kind(new)))


class Authorising(RuleBasedStateMachine):
    """One bank, two apps, two PSUs; each step is a unit of work that a refusal takes back whole."""

    database: Database
    profile: Profile
    methods: tuple[str, ...]
    watch: Watch
    asked = Bundle("asked")

    @initialize()
    def open(self):
        self.watch.changes.clear()
        self.work = self.database.work()
        self.work.write()
        a.settle_in(self.work, methods=self.methods)
        self.minutes = 0
        self.ended = {}

    def teardown(self):
        if hasattr(self, "work"):
            self.work.rollback()
            self.work.close()

    @property
    def bank(self):
        return a.a_bank(self.work, self.profile, minutes=self.minutes)

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

    def consent(self, it):
        return self.work.get(Consent, ("test", it.subject_id))

    def begin(self, consent, approach, psu_login):
        wish = Wish(approach, "https://tpp.example/ok", "https://tpp.example/no", psu_login)
        begun = self.step(authorisations.start, authorisations.ConsentSubject(consent), wish)
        return begun.authorisation if begun else multiple()

    # The TPP

    @precondition(lambda self: len(self.rows(Consent)) < 4)
    @rule(
        target=asked,
        app_id=st.sampled_from(["app-1", "app-1", "app-2"]),
        recurring=MOSTLY,
        named=st.sampled_from([None, None, "kari"]),
        approach=st.sampled_from(a.EVERY_APPROACH),
    )
    def order(self, app_id, recurring, named, approach):
        wanted = replace(a.an_order(recurring=recurring), psu_login=named)
        return self.begin(consents.create(self.bank, app_id, wanted), approach, None)

    @precondition(lambda self: len(self.rows(AuthorisationRow)) < 8)
    @rule(
        target=asked,
        it=asked,
        approach=st.sampled_from(a.EVERY_APPROACH),
        psu_login=st.sampled_from([None, None, "kari", "ola"]),
    )
    def start_again(self, it, approach, psu_login):
        return self.begin(self.consent(it), approach, psu_login)

    @rule(it=asked, right=MOSTLY)
    def confirm_with_code(self, it, right):
        code = authorisations.confirmation_code(self.bank, it) if right else "wrong"
        self.step(authorisations.confirm_with_code, it, code)

    # The PSU

    @rule(it=asked, login=LOGINS, right=MOSTLY)
    def log_in(self, it, login, right):
        self.step(authorisations.identify, it, login)
        self.step(authorisations.authenticate, it, f"secret-{it.person_id}" if right else "wrong")

    @rule(it=asked, login=LOGINS)
    def identify(self, it, login):
        self.step(authorisations.identify, it, login)

    @rule(it=asked)
    def authenticate_wrongly(self, it):
        self.step(authorisations.authenticate, it, "wrong")

    @rule(it=asked, method=st.sampled_from(["sms", "app", "pigeon"]))
    def choose_method(self, it, method):
        self.step(authorisations.choose_method, it, method)

    @rule(it=asked, right=MOSTLY, picked=PICKS)
    def confirm(self, it, right, picked):
        code = authorisations.code_for_testing(self.bank, it) if right else "wrong"
        self.step(authorisations.confirm, it, code, picked)

    @rule(it=asked, login=LOGINS, picked=PICKS)
    def say_yes(self, it, login, picked):
        self.log_in(it, login, True)
        if authorisations.methods(self.bank, it):
            self.choose_method(it, "sms")
        self.confirm(it, True, picked)
        if it.status == ScaStatus.UNCONFIRMED and picked:
            self.confirm_with_code(it, True)

    @rule(it=asked, person_id=st.sampled_from([a.KARI, a.KARI, a.KARI, a.OLA, "no-9"]), picked=PICKS)
    def approve(self, it, person_id, picked):
        self.step(authorisations.approve, it, person_id, picked)

    # The end, which comes seldom, so that there is something to end

    @rule(it=asked, early=SELDOM)
    def revoke(self, it, early):
        if early or self.consent(it).status == ConsentStatus.VALID:
            self.step(consents.revoke, self.consent(it))

    @rule(it=asked, early=SELDOM)
    def delete(self, it, early):
        if early or self.consent(it).status == ConsentStatus.VALID:
            self.step(consents.delete, self.consent(it))

    @rule(it=asked, really=SELDOM)
    def decline(self, it, really):
        if really:
            self.step(authorisations.decline, it)

    @rule(minutes=st.sampled_from([0, 1, 1, 1, 5, 5, 21]), far=SELDOM, days=st.sampled_from([1, 181]))
    def wait(self, minutes, far, days):
        self.minutes += days * 24 * 60 if far else minutes

    @rule(it=asked)
    def look(self, it):
        found = consents.get(self.bank, it.app_id, it.subject_id)
        assert found.status == consents.current_status(self.bank, found)
        for one in authorisations.every(self.bank, it.app_id, authorisations.ConsentSubject(found)):
            assert one.status == authorisations.current_status(self.bank, one)
        for one in authorisations.waiting_for(self.bank, a.KARI):
            assert (one.person_id, one.status) == (a.KARI, ScaStatus.STARTED)

    # What always holds

    @invariant()
    def every_change_of_a_status_is_a_transition(self):
        for kind, old, new in self.watch.changes:
            following = {kind.RECEIVED} if old is None else TRANSITIONS[kind][old]
            assert new in following, f"{kind.__name__}: {old} to {new}"

    @invariant()
    def a_finished_authorisation_never_changes_and_no_tries_are_below_none(self):
        for row in self.rows(AuthorisationRow):
            assert row.password_attempts_left >= 0
            assert row.code_attempts_left >= 0
            if row.status in FINAL:
                assert self.ended.setdefault(row.id, row) == row
            else:
                assert row.id not in self.ended

    @invariant()
    def a_valid_consent_has_its_psu_its_moment_its_accounts_and_its_one_yes(self):
        owners = {"kari-1": a.KARI, "kari-2": a.KARI, "ola-1": a.OLA}
        given, yeses = self.rows(ConsentAccount), self.rows(AuthorisationRow)
        for row in self.rows(Consent):
            its_yeses = [
                one.person_id
                for one in yeses
                if one.subject_id == row.id and one.status in FINAL - {ScaStatus.FAILED}
            ]
            its_owners = {owners[one.account_id] for one in given if one.consent_id == row.id}
            if row.authorised_at is None:
                assert row.status not in (ConsentStatus.VALID, ConsentStatus.REVOKED_BY_PSU)
                assert (its_yeses, its_owners) == ([], set())
            else:
                assert row.status not in (ConsentStatus.RECEIVED, ConsentStatus.REJECTED)
                assert (its_yeses, its_owners) == ([row.person_id], {row.person_id})

    @invariant()
    def a_psu_has_given_a_tpp_at_most_one_recurring_consent_that_is_valid(self):
        valid = [
            (row.app_id, row.person_id)
            for row in self.rows(Consent)
            if row.recurring and row.status == ConsentStatus.VALID
        ]
        assert len(valid) == len(set(valid))

    def rows(self, model):
        return self.work.execute(select(model.__table__)).all() if hasattr(self, "work") else []


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """One database for all runs: none of them is ever committed, so that it stays in memory."""
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('machine') / 'books.sqlite3'}")
    migrations.upgrade(opened)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("methods", "confirmation_code", "yes"),
    [
        (("sms",), False, ScaStatus.FINALISED),
        (("sms", "app"), True, ScaStatus.UNCONFIRMED),
        ((), False, ScaStatus.EXEMPTED),
    ],
)
def test_no_order_of_steps_breaks_a_promise(books, methods, confirmation_code, yes):
    Authorising.database = books
    Authorising.profile = a.with_rules(sca={"confirmation_code": confirmation_code})
    Authorising.methods = methods
    chosen = settings(
        max_examples=60,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with Watch() as watch:
        Authorising.watch = watch
        run_state_machine_as_test(Authorising, settings=chosen)

    # The steps went far enough to have something to prove.
    assert watch.reached >= {
        (ScaStatus, yes),
        (ScaStatus, ScaStatus.FAILED),
        (ConsentStatus, ConsentStatus.VALID),
    }
