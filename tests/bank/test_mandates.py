"""Payment mandates: one yes, then payments within limits, until they are used up or somebody ends it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest

from sandbox.bank import accounts, authorisations, events, mandates, payments, verify
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import MandateSubject, ScaStatus, Wish
from sandbox.bank.consents import RENEWABLE_TRANSITIONS, AccountNotOffered, ConsentStatus
from sandbox.bank.events import Wanted
from sandbox.bank.mandates import (
    Alignment,
    Bound,
    BoundKind,
    LimitExceeded,
    LimitInvalid,
    Limits,
    MandateDaysInvalid,
    MandateExpired,
    MandateNotOpen,
    MandateOrder,
    MandateUnknown,
    PeriodicLimit,
    PeriodKind,
)
from sandbox.bank.payments import DebtorUnknown, PaymentStatus, SchemeUnsupported
from sandbox.bank.profile import NoFunds, Reuse, ScaApproach, Scheme
from sandbox.bank.reasons import Reason
from sandbox.kernel.money import Money
from sandbox.workspaces import agenda, lifecycle, workspace
from tests.bank import factories as a
from tests.bank import paying as p

DAY = timedelta(days=1)
#: At most 300 at once, 500 a day and 1000 in a calendar month, of which 16 of 31 days are left.
DAILY = PeriodicLimit(PeriodKind.DAY, Alignment.START, 50_000)
MONTHLY = PeriodicLimit(PeriodKind.MONTH, Alignment.CALENDAR, 100_000)
FIRST_MONTH = 100_000 * 16 // 31
STATES = tuple(ConsentStatus)


def limits(*periodic, individual=30_000, **days):
    return Limits("NOK", individual, periodic or (DAILY, MONTHLY), **days)


def a_mandate(bank, *, by=a.KARI, app_id="app-1", debtor=p.KARIS, within=None, **order):
    """A mandate with its yes, unless nobody says it."""
    named = AccountRef(iban=debtor) if debtor else None
    wanted = MandateOrder(within or limits(), Scheme.DOMESTIC_INSTANT, {"of": "a dialect"}, named, **order)
    mandate = mandates.create(bank, app_id, wanted)
    if by is not None:
        yes(bank, mandate, by)
    return mandate


def yes(bank, mandate, by=a.KARI, picked=None):
    started = authorisations.start(bank, MandateSubject(mandate), Wish(ScaApproach.REDIRECT))
    authorisations.approve(bank, started.authorisation, by, picked)
    return started.authorisation


def pays(bank, mandate, minor=10_000, to=p.LIVS, **other):
    order = p.an_order(p.an_instruction(minor, to, **other), scheme=Scheme.DOMESTIC_INSTANT, debtor=None)
    return mandates.pay(bank, mandate, order, {"said": minor})


def bound_of(call, *args, **kwargs):
    with pytest.raises(LimitExceeded) as caught:
        call(*args, **kwargs)
    return caught.value.bound


# Paying


def test_payments_are_made_without_another_yes_and_leave_the_account_of_the_mandate(bank):
    mandate = a_mandate(bank)

    first, second = pays(bank, mandate, 10_000), pays(bank, mandate, 20_000)

    assert [first.status, second.status] == [PaymentStatus.CREDITED] * 2
    assert p.booked(bank, "kari-1") == p.START_MINOR - 30_000
    assert p.booked(p.bank_at(bank.work, profile=p.THERE), "liv-1") == p.START_MINOR + 30_000
    assert mandates.of_payment(bank, first.id) == (mandate.id, {"said": 10_000})


def test_one_payment_is_no_duplicate_of_the_other_even_where_the_bank_looks_for_them(bank):
    for choice in (Reuse.REPLAY, Reuse.REFUSE):
        rules = replace(bank.profile.payments, logical_duplicates=choice)
        strict = replace(bank, profile=replace(bank.profile, payments=rules))
        mandate = a_mandate(strict)

        assert pays(strict, mandate, 100).id != pays(strict, mandate, 100).id


def test_nothing_above_what_one_payment_may_come_to_is_paid(bank):
    mandate = a_mandate(bank)

    assert pays(bank, mandate, 30_000).status == PaymentStatus.CREDITED
    assert bound_of(pays, bank, mandate, 30_001) == Bound(BoundKind.INDIVIDUAL)
    assert bound_of(pays, bank, mandate, 100, currency="EUR") == Bound(BoundKind.INDIVIDUAL)


def test_the_limit_of_a_period_is_used_to_the_last_penny_and_is_there_again_in_the_next(bank):
    mandate = a_mandate(bank)
    pays(bank, mandate, 30_000)
    pays(bank, mandate, 20_000)

    assert bound_of(pays, bank, mandate, 1) == Bound(BoundKind.PERIODIC, 0)
    tomorrow = p.later(bank, days=1)
    left = FIRST_MONTH - 50_000
    assert bound_of(pays, tomorrow, mandate, left + 1) == Bound(BoundKind.PERIODIC, 1)
    assert pays(tomorrow, mandate, left).status == PaymentStatus.CREDITED
    april = p.later(bank, at=datetime(2026, 4, 1, 6, tzinfo=UTC))
    assert [one.minor for one in mandates.spent(april, mandate)] == [0, 0]
    assert mandates.spent(april, mandate)[1].period.minor == 100_000


def test_the_day_of_a_payment_is_the_bank_s_and_not_that_of_greenwich(bank):
    mandate = a_mandate(bank)
    pays(bank, mandate, 30_000)

    night = p.later(bank, at=datetime(2026, 3, 16, 22, 30, tzinfo=UTC))
    assert bound_of(pays, night, mandate, 30_000) == Bound(BoundKind.PERIODIC, 0)
    oslo_tomorrow = p.later(bank, at=datetime(2026, 3, 16, 23, 30, tzinfo=UTC))
    assert mandates.spent(oslo_tomorrow, mandate)[0].minor == 0


def test_what_is_rejected_counts_for_nothing_and_what_comes_back_counts_on(bank):
    mandate = a_mandate(bank, within=limits(DAILY, individual=50_000))
    p.paid(bank, p.an_instruction(80_000))

    assert pays(bank, mandate, 50_000).status == PaymentStatus.REJECTED
    assert mandates.spent(bank, mandate)[0].minor == 0
    returned = pays(bank, mandate, 20_000)
    payments.recall(bank, returned, 0, Reason.CUSTOMER_REQUEST)
    assert payments.transfers(bank, returned)[0].returned_at is not None
    assert mandates.spent(bank, mandate)[0].minor == 20_000


def test_what_waits_for_money_holds_its_share_until_it_is_given_up(bank):
    rules = replace(bank.profile.payments, no_funds=NoFunds.WAIT)
    patient = replace(bank, profile=replace(bank.profile, payments=rules))
    week = PeriodicLimit(PeriodKind.FORTNIGHT, Alignment.START, 50_000)
    mandate = a_mandate(patient, within=limits(week, individual=50_000))
    p.paid(patient, p.an_instruction(80_000))

    waiting = pays(patient, mandate, 50_000)

    assert (waiting.status, mandates.spent(patient, mandate)[0].minor) == (PaymentStatus.PENDING, 50_000)
    then = replace(p.bank_at(bank.work, days=6), profile=patient.profile, neighbours=patient.neighbours)
    given_up = replace(then, neighbours={**then.neighbours, then.id: patient.profile})
    p.later(given_up)
    assert payments.of_subject(bank, waiting.id).status == PaymentStatus.REJECTED
    assert mandates.spent(given_up, mandate)[0].minor == 0


def test_funds_are_there_or_not_and_nothing_is_set_aside_for_the_answer(bank):
    mandate = a_mandate(bank)

    assert mandates.is_funded(bank, mandate, Money(p.START_MINOR, "NOK"))
    assert not mandates.is_funded(bank, mandate, Money(p.START_MINOR + 1, "NOK"))
    assert p.available(bank, "kari-1") == p.START_MINOR


# Days


def test_it_begins_on_its_first_day_and_its_periods_with_it(bank):
    begins = bank.today + 4 * DAY
    mandate = a_mandate(bank, within=limits(MONTHLY, valid_from=begins))

    assert bound_of(pays, bank, mandate) == Bound(BoundKind.VALID_FROM)
    then = p.later(bank, days=4)
    assert pays(then, mandate).status == PaymentStatus.CREDITED
    assert mandates.spent(then, mandate)[0].period.minor == 100_000 * 12 // 31


def test_it_is_good_until_the_end_of_its_last_day_where_the_bank_is(bank):
    mandate = a_mandate(bank, within=limits(valid_to=bank.today + DAY))
    [due] = agenda.about(bank.work, "test", mandate.id)

    last = p.later(bank, at=due.at - timedelta(seconds=1))
    assert pays(last, mandate).status == PaymentStatus.CREDITED
    over = p.later(bank, at=due.at)

    assert mandate.status == ConsentStatus.EXPIRED, "time has written it down"
    with pytest.raises(MandateExpired):
        pays(over, mandate)
    told = events.newest(bank.work, "test", Wanted(subject_id=mandate.id), 1)[0][0]
    assert told.event.payload == {"status": "expired"}


@pytest.mark.parametrize(
    ("within", "bound"),
    [
        (limits(individual=0), Bound(BoundKind.INDIVIDUAL)),
        (limits(DAILY, replace(DAILY, minor=0)), Bound(BoundKind.PERIODIC, 1)),
        (
            limits(PeriodicLimit(PeriodKind.FORTNIGHT, Alignment.CALENDAR, 1)),
            Bound(BoundKind.PERIODIC, 0),
        ),
        (limits(valid_to=date(2026, 3, 15)), Bound(BoundKind.VALID_TO)),
        (
            limits(valid_from=date(2026, 4, 2), valid_to=date(2026, 4, 1)),
            Bound(BoundKind.VALID_TO),
        ),
    ],
)
def test_limits_that_nobody_could_keep_are_refused(bank, within, bound):
    with pytest.raises((LimitInvalid, MandateDaysInvalid)) as caught:
        a_mandate(bank, within=within)

    assert caught.value.bound == bound


# The yes


def test_the_psu_picks_the_account_where_the_tpp_names_none(bank):
    mandate = a_mandate(bank, by=None, debtor=None)
    with pytest.raises(AccountNotOffered):
        yes(bank, mandate, picked=["ola-1"])

    yes(bank, mandate, picked=["kari-2"])

    assert (mandate.status, mandate.account_id) == (ConsentStatus.VALID, "kari-2")
    pays(bank, mandate)
    assert p.booked(bank, "kari-2") == p.START_MINOR - 10_000


def test_nobody_says_yes_for_an_account_of_somebody_else(bank):
    mandate = a_mandate(bank, by=None, debtor=p.OLAS)

    authorisation = yes(bank, mandate)

    assert (authorisation.status, mandate.status) == (ScaStatus.FAILED, ConsentStatus.REJECTED)


def test_an_account_that_needs_two_signatures_gives_no_mandate(bank):
    bank.work.query(accounts.Holder).filter_by(account_id="kari-2").update({"role": "signatory"})
    p.also_holds(bank.work, "kari-2", a.OLA, accounts.Role.SIGNATORY)

    mandate = a_mandate(bank, by=None, debtor=None)

    assert [one.id for one in mandates.offered(bank, mandate, a.KARI)] == ["kari-1"]


def test_an_account_that_is_not_the_bank_s_cannot_be_named(bank):
    for number in (p.LIVS, p.NOBODYS):
        with pytest.raises(DebtorUnknown):
            a_mandate(bank, by=None, debtor=number)


def test_a_scheme_that_the_bank_has_not_is_refused(bank):
    rules = replace(bank.profile.payments, schemes=(Scheme.SEPA,))
    with pytest.raises(SchemeUnsupported):
        a_mandate(replace(bank, profile=replace(bank.profile, payments=rules)), by=None)


def test_a_mandate_that_the_psu_took_back_is_given_again_by_the_same_psu_with_what_is_used(bank):
    mandate = a_mandate(bank, within=limits(DAILY))
    pays(bank, mandate, 30_000)

    mandates.revoke(bank, mandate)
    with pytest.raises(MandateNotOpen):
        pays(bank, mandate, 100)
    yes(bank, mandate)

    assert bound_of(pays, bank, mandate, 20_001) == Bound(BoundKind.PERIODIC, 0)
    assert pays(bank, mandate, 20_000).status == PaymentStatus.CREDITED


def test_what_the_tpp_deletes_is_not_there_any_more_and_what_is_paid_stays_paid(bank):
    mandate = a_mandate(bank)
    payment = pays(bank, mandate)

    mandates.delete(bank, mandate)

    with pytest.raises(MandateUnknown):
        mandates.get(bank, "app-1", mandate.id)
    assert payments.get(bank, "app-1", payment.id).status == PaymentStatus.CREDITED
    assert mandates.of_psu(bank, a.KARI)[0].status == ConsentStatus.TERMINATED_BY_TPP


def test_another_tpp_finds_no_mandate(bank):
    mandate = a_mandate(bank)

    with pytest.raises(MandateUnknown):
        mandates.get(bank, "app-2", mandate.id)


# Every state


ACTIONS = {
    "yes": (mandates.authorise, ConsentStatus.VALID),
    "no": (mandates.reject, ConsentStatus.REJECTED),
    "revoke": (mandates.revoke, ConsentStatus.REVOKED_BY_PSU),
    "delete": (mandates.delete, ConsentStatus.TERMINATED_BY_TPP),
}


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_on_every_state_is_as_the_table_says(bank, status, action):
    verb, to = ACTIONS[action]
    mandate = a_mandate(bank, by=None)
    mandate.status = status
    more = (a.KARI, "kari-1") if action == "yes" else ()

    if to in RENEWABLE_TRANSITIONS[status]:
        verb(bank, mandate, *more)
        assert mandate.status == to
    elif action == "no":
        verb(bank, mandate, *more)
        assert mandate.status == status, "a no comes too late, and changes nothing"
    else:
        with pytest.raises(MandateNotOpen):
            verb(bank, mandate, *more)


@pytest.mark.parametrize("status", [one for one in STATES if one is not ConsentStatus.VALID])
def test_nothing_is_paid_and_nothing_is_said_but_while_it_is_in_force(bank, status):
    mandate = a_mandate(bank)
    mandate.status = status
    refusal = MandateExpired if status is ConsentStatus.EXPIRED else MandateNotOpen

    with pytest.raises(refusal):
        pays(bank, mandate)
    with pytest.raises(refusal):
        mandates.is_funded(bank, mandate, Money(1, "NOK"))


# At the same moment


def test_of_twenty_payments_at_once_as_many_are_made_as_the_limit_allows(database):
    with database.writing() as work:
        p.settle_in(work)
        a_day = PeriodicLimit(PeriodKind.DAY, Alignment.START, 5_000)
        mandate_id = a_mandate(p.bank_at(work), within=limits(a_day)).id
    together = Barrier(20)

    def pay(_):
        together.wait()
        try:
            with database.work() as work:
                bank = p.bank_at(work)
                pays(bank, mandates.get(bank, "app-1", mandate_id), 1_000)
                work.commit()
        except LimitExceeded:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(pay, range(20)))

    assert made.count(True) == 5
    with database.reading() as work:
        assert p.booked(p.bank_at(work), "kari-1") == p.START_MINOR - 5_000
        assert verify.whole_database(work) == []


# Worlds


def test_a_fork_goes_on_with_what_is_used_and_a_reset_forgets_it(bank):
    mandate = a_mandate(bank)
    pays(bank, mandate, 30_000)
    bank.work.flush()

    lifecycle.fork(bank.work, workspace.get(bank.work, "test"), name="other")
    there = replace(bank, workspace_id="other")
    copy = mandates.of_subject(there, mandate.id)

    assert mandates.spent(there, copy)[0].minor == 30_000
    lifecycle.reset(bank.work, workspace.get(bank.work, "other"))
    bank.work.expire_all()
    with pytest.raises(MandateUnknown):
        mandates.of_subject(there, mandate.id)
