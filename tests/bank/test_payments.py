"""Payments: the order, the yes, the money that is set aside, leaves, and never leaves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sandbox.bank import accounts, authorisations, ledger, payments
from sandbox.bank.payments import TRANSITIONS, PaymentNotOpen, PaymentStatus, lifecycle
from sandbox.bank.profile import NoFunds, Reuse, Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.workspaces import agenda, progressions
from sandbox.workspaces.progressions import Progression, ProgressionKind, ProgressionMode
from tests.bank import factories as a
from tests.bank import paying as p

RECEIVED, PARTLY_SIGNED, ACCEPTED = (
    PaymentStatus.RECEIVED,
    PaymentStatus.PARTIALLY_AUTHORISED,
    PaymentStatus.ACCEPTED,
)
PENDING, IN_PROCESS = PaymentStatus.PENDING, PaymentStatus.IN_PROCESS
SETTLED, CREDITED = PaymentStatus.SETTLED, PaymentStatus.CREDITED
REJECTED, CANCELLED, PARTLY = (
    PaymentStatus.REJECTED,
    PaymentStatus.CANCELLED,
    PaymentStatus.PARTLY_ACCEPTED,
)


def with_rules(bank, **rules):
    """The same bank with other choices about payments."""
    profile = replace(bank.profile, payments=replace(bank.profile.payments, **rules))
    return replace(bank, profile=profile, neighbours=dict(bank.neighbours) | {profile.id: profile})


def goes_on(bank, mode, **numbers):
    """Let payments go on in another way than in life."""
    progressions.choose(
        *(bank.work, bank.workspace_id, ProgressionKind.PAYMENT), Progression(mode, **numbers)
    )


# The order


def test_an_order_moves_no_money(bank):
    payment = p.initiated(bank)

    assert payment.status == RECEIVED
    assert p.available(bank, "kari-1") == p.START_MINOR


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        (p.an_order(scheme=Scheme.GIRO), payments.SchemeUnsupported),
        (p.an_order(p.an_instruction(0)), payments.AmountInvalid),
        (p.an_order(p.an_instruction(-1)), payments.AmountInvalid),
        (p.an_order(p.an_instruction(10**11)), payments.AmountInvalid),
        (p.an_order(p.an_instruction(currency="EUR")), payments.CurrencyInvalid),
        (p.an_order(p.an_instruction(currency="XAU"), scheme=Scheme.CROSS_BORDER), payments.CurrencyInvalid),
        (p.an_order(p.an_instruction(reference="123")), payments.ReferenceInvalid),
        (p.an_order(requested_on=a.NOON.date() - timedelta(days=1)), payments.ExecutionDateInvalid),
        (p.an_order(requested_on=a.NOON.date() + timedelta(days=366)), payments.ExecutionDateInvalid),
        (p.an_order(debtor=p.LIVS), payments.DebtorUnknown),
        (p.an_order(debtor=p.OUTSIDE), payments.DebtorUnknown),
    ],
)
def test_what_cannot_be_paid_is_refused_before_anybody_is_asked(bank, order, refusal):
    with pytest.raises(refusal):
        payments.initiate(bank, "app-1", order)

    assert agenda.coming(bank.work, "test") == []


def test_a_payment_is_its_own_app_s_only(bank):
    payment = p.initiated(bank)

    assert payments.get(bank, "app-1", payment.id) is payment
    with pytest.raises(payments.PaymentUnknown):
        payments.get(bank, "app-2", payment.id)


def test_a_bank_may_replay_refuse_or_accept_a_request_id(bank):
    again = {"request_id": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721"}
    accepting = p.initiated(bank, **again)
    assert p.initiated(bank, **again).id != accepting.id

    replaying = with_rules(bank, request_id_reuse=Reuse.REPLAY)
    assert p.initiated(replaying, p.an_instruction(), app_id="app-2", **again).id != accepting.id
    first = p.initiated(replaying, app_id="app-3", **again)
    assert p.initiated(replaying, app_id="app-3", **again) is first
    with pytest.raises(payments.RequestReused):
        p.initiated(replaying, p.an_instruction(1), app_id="app-3", **again)

    with pytest.raises(payments.RequestReused):
        p.initiated(with_rules(bank, request_id_reuse=Reuse.REFUSE), app_id="app-3", **again)


def test_a_logical_duplicate_is_one_of_the_same_day(bank):
    strict = with_rules(bank, logical_duplicates=Reuse.REFUSE)
    p.initiated(strict)

    with pytest.raises(payments.LogicalDuplicate):
        p.initiated(strict)
    p.initiated(strict, p.an_instruction(9_999))
    p.initiated(p.later(strict, days=1))


# The yes


def test_the_yes_sets_the_amount_aside_until_the_next_window(bank):
    payment = p.paid(bank)

    assert p.statuses(bank, payment) == [RECEIVED, ACCEPTED, IN_PROCESS]
    assert p.available(bank, "kari-1") == p.START_MINOR - 10_000
    assert p.booked(bank, "kari-1") == p.START_MINOR

    noon = p.later(bank, hours=2)

    assert p.statuses(noon, payment) == [RECEIVED, ACCEPTED, IN_PROCESS, SETTLED]
    assert p.booked(noon, "kari-1") == p.START_MINOR - 10_000
    assert p.booked(noon, "liv-1") == p.START_MINOR + 10_000


def test_an_instant_payment_is_with_the_creditor_at_once_also_on_a_sunday_night(bank):
    sunday = p.later(bank, days=6, hours=12)

    payment = p.paid(sunday, scheme=Scheme.DOMESTIC_INSTANT)

    assert p.statuses(sunday, payment) == [RECEIVED, ACCEPTED, IN_PROCESS, CREDITED]
    assert p.booked(sunday, "liv-1") == p.START_MINOR + 10_000


def test_the_psu_chooses_the_account_where_the_tpp_names_none(bank):
    payment = p.initiated(bank, debtor=None)
    assert [one.id for one in payments.offered(bank, payment, a.KARI)] == ["kari-1", "kari-2"]

    payments.agree(bank, payment, a.KARI, "kari-2")

    assert payment.debtor_account_id == "kari-2"
    assert p.available(bank, "kari-2") == p.START_MINOR - 10_000


def test_nobody_pays_from_an_account_of_somebody_else(bank):
    payment = p.initiated(bank)

    with pytest.raises(payments.DebtorUnknown):
        payments.agree(bank, payment, a.OLA)
    open_choice = p.initiated(bank, p.an_instruction(1), debtor=None)
    with pytest.raises(payments.DebtorUnknown):
        payments.agree(bank, open_choice, a.OLA, "kari-1")


@pytest.mark.parametrize("kind", ["card", "loan"])
def test_cards_and_loans_are_not_paid_from(work, bank, kind):
    a.add_account(work, "kari-3", a.KARI, kind, "NO99KARI3")
    p.open_book(bank, "kari-3")

    assert "kari-3" not in {one.id for one in payments.offered(bank, p.initiated(bank, debtor=None), a.KARI)}


def test_a_minor_s_guardian_pays_and_the_minor_does_not(work, bank):
    p.also_holds(work, "ola-1", a.KARI, "guardian")
    payment = p.initiated(bank, debtor=p.OLAS)

    with pytest.raises(payments.DebtorUnknown):
        payments.agree(bank, payment, a.OLA)
    payments.agree(bank, payment, a.KARI)

    assert payment.status == IN_PROCESS


def test_a_company_is_bound_by_two_signatures_of_two_people(work, bank):
    a.add_account(work, "firm-1", a.KARI, "current", "NO99FIRM1")
    work.query(accounts.Holder).filter_by(account_id="firm-1").update({"role": "signatory"})
    p.also_holds(work, "firm-1", a.OLA, "signatory")
    p.open_book(bank, "firm-1")
    payment = p.initiated(bank, debtor=None)

    payments.agree(bank, payment, a.KARI, "firm-1")
    assert payment.status == PARTLY_SIGNED
    assert p.available(bank, "firm-1") == p.START_MINOR
    with pytest.raises(payments.AlreadySigned):
        payments.agree(bank, payment, a.KARI)

    payments.agree(bank, payment, a.OLA)
    assert p.statuses(bank, payment) == [RECEIVED, PARTLY_SIGNED, ACCEPTED, IN_PROCESS]
    assert payment.signed_by == [a.KARI, a.OLA]


def test_a_second_yes_changes_nothing(bank):
    payment = p.paid(bank)

    with pytest.raises(PaymentNotOpen):
        payments.agree(bank, payment, a.KARI)

    assert p.available(bank, "kari-1") == p.START_MINOR - 10_000


def test_a_no_rejects(bank):
    payment = p.initiated(bank)

    payments.refuse(bank, payment)

    assert (payment.status, payment.reason) == (REJECTED, Reason.NOT_SPECIFIED_BY_CUSTOMER)
    assert agenda.coming(bank.work, "test") == []


def test_a_payment_that_nobody_authorises_lapses_at_the_end_of_the_next_day(bank):
    payment = p.initiated(bank)

    evening = p.later(bank, at=bank.now.replace(day=17, hour=22, minute=59))
    assert payment.status == RECEIVED
    p.later(evening, minutes=1)

    assert (payment.status, payment.reason) == (REJECTED, Reason.NOT_SPECIFIED_BY_CUSTOMER)


def test_the_second_signature_may_take_a_week(work, bank):
    p.also_holds(work, "kari-1", a.OLA, "signatory")
    work.query(accounts.Holder).filter_by(account_id="kari-1").update({"role": "signatory"})
    payment = p.paid(bank)
    assert payment.status == PARTLY_SIGNED

    a_week_on = p.later(bank, days=7)
    assert payment.status == PARTLY_SIGNED
    p.later(a_week_on, days=1)

    assert (payment.status, payment.reason) == (REJECTED, Reason.NOT_SPECIFIED_BY_CUSTOMER)


def test_the_second_signatory_who_lets_the_sca_lapse_may_be_asked_again(work, bank):
    p.also_holds(work, "kari-1", a.OLA, "signatory")
    work.query(accounts.Holder).filter_by(account_id="kari-1").update({"role": "signatory"})
    payment = p.paid(bank)
    subject = authorisations.PaymentSubject(payment)
    authorisations.start(bank, subject, authorisations.Wish())

    tomorrow = p.later(bank, days=1)
    assert payment.status == PARTLY_SIGNED
    again = authorisations.start(tomorrow, subject, authorisations.Wish()).authorisation
    authorisations.approve(tomorrow, again, a.OLA)

    assert payment.status == IN_PROCESS


# The account that is debited


@pytest.mark.parametrize(("status", "reason"), [("blocked", Reason.BLOCKED), ("closed", Reason.CLOSED)])
def test_no_money_leaves_an_account_that_is_blocked_or_closed(bank, status, reason):
    a.change_account(bank, "kari-1", status=status)

    payment = p.paid(bank)

    assert (payment.status, payment.reason) == (REJECTED, reason)


def test_the_overdraft_may_be_used_to_the_last_ore_and_not_further(bank):
    a.change_account(bank, "kari-1", credit_limit_minor=5_000)

    to_the_limit = p.paid(bank, p.an_instruction(p.START_MINOR + 5_000))
    one_more = p.paid(bank, p.an_instruction(1))

    assert to_the_limit.status == IN_PROCESS
    assert (one_more.status, one_more.reason) == (REJECTED, Reason.INSUFFICIENT_FUNDS)
    assert (to_the_limit.funds_available, one_more.funds_available) == (True, False)
    assert p.available(bank, "kari-1") == 0


def test_a_fee_is_set_aside_with_the_amount_and_booked_beside_it(bank):
    dear = with_rules(bank, fees_minor={Scheme.DOMESTIC: 250})
    payment = p.paid(dear)
    assert p.available(dear, "kari-1") == p.START_MINOR - 10_250

    p.later(dear, hours=2)

    assert payment.status == SETTLED
    kinds = [(row.kind, row.amount_minor) for row in ledger.lines(dear, "kari-1", _whole_year(dear))]
    assert sorted(kinds) == [("fee", -250), ("payment", -10_000)]


def test_the_fee_must_be_there_as_well(bank):
    dear = with_rules(bank, fees_minor={Scheme.DOMESTIC: 250})

    payment = p.paid(dear, p.an_instruction(p.START_MINOR - 249))

    assert (payment.status, payment.reason) == (REJECTED, Reason.INSUFFICIENT_FUNDS)


def test_a_fee_is_given_back_with_the_amount(bank):
    dear = with_rules(bank, fees_minor={Scheme.DOMESTIC: 250})
    payment = p.paid(dear)

    payments.cancel(dear, payment)

    assert p.available(dear, "kari-1") == p.START_MINOR


def _whole_year(bank):
    return ledger.Window(date(bank.today.year, 1, 1), date(bank.today.year, 12, 31))


# No funds


def test_a_patient_bank_tries_again_each_bank_day_until_the_money_is_there(bank):
    patient = with_rules(bank, no_funds=NoFunds.WAIT)
    payment = p.paid(patient, p.an_instruction(p.START_MINOR + 1))
    assert p.statuses(patient, payment) == [RECEIVED, ACCEPTED, PENDING]

    tomorrow = p.later(patient, days=1)
    assert payment.status == PENDING
    p.paid(tomorrow, p.an_instruction(1, to=p.KARIS), by=a.OLA, debtor=p.OLAS, scheme=Scheme.DOMESTIC_INSTANT)
    p.later(tomorrow, days=1)

    assert p.statuses(patient, payment) == [RECEIVED, ACCEPTED, PENDING, IN_PROCESS, SETTLED]


def test_the_third_bank_day_without_funds_is_the_last(bank):
    patient = with_rules(bank, no_funds=NoFunds.WAIT)
    payment = p.paid(patient, p.an_instruction(p.START_MINOR + 1))

    wednesday = p.later(patient, days=2)
    assert payment.status == PENDING
    p.later(wednesday, days=1)

    assert p.statuses(patient, payment) == [RECEIVED, ACCEPTED, PENDING, REJECTED]
    assert payment.reason == Reason.INSUFFICIENT_FUNDS
    assert agenda.coming(patient.work, "test") == []


def test_what_waits_for_funds_over_a_weekend_waits_for_bank_days(bank):
    friday = p.later(with_rules(bank, no_funds=NoFunds.WAIT), days=4)
    payment = p.paid(friday, p.an_instruction(p.START_MINOR + 1))

    tuesday = p.later(friday, days=4)
    assert payment.status == PENDING
    p.later(tuesday, days=1)

    assert payment.status == REJECTED


def test_a_payment_dated_ahead_waits_for_funds_from_its_day_on(bank):
    patient = with_rules(bank, no_funds=NoFunds.WAIT)
    payment = p.paid(patient, p.an_instruction(p.START_MINOR + 1), requested_on=date(2026, 3, 23))

    p.later(patient, days=8)
    assert payment.status == PENDING
    p.later(patient, days=10)

    assert payment.status == REJECTED


def test_the_tpp_may_prefer_a_rejection_to_waiting(bank):
    patient = with_rules(bank, no_funds=NoFunds.WAIT)

    payment = p.paid(patient, p.an_instruction(p.START_MINOR + 1), reject_without_funds=True)

    assert (payment.status, payment.reason) == (REJECTED, Reason.INSUFFICIENT_FUNDS)


def test_an_instant_payment_that_waited_is_credited_once_the_money_is_there(bank):
    patient = with_rules(bank, no_funds=NoFunds.WAIT)
    payment = p.paid(patient, p.an_instruction(p.START_MINOR + 1), scheme=Scheme.DOMESTIC_INSTANT)
    p.paid(patient, p.an_instruction(1, to=p.KARIS), by=a.OLA, debtor=p.OLAS, scheme=Scheme.DOMESTIC_INSTANT)

    p.later(patient, days=1)

    assert p.statuses(patient, payment) == [RECEIVED, ACCEPTED, PENDING, IN_PROCESS, CREDITED]


# The day


def test_a_payment_dated_ahead_sets_nothing_aside_before_its_day(bank):
    payment = p.paid(bank, requested_on=date(2026, 3, 20))
    thursday = p.later(bank, days=3)
    assert (payment.status, payment.due_on) == (ACCEPTED, date(2026, 3, 20))
    assert p.available(thursday, "kari-1") == p.START_MINOR

    p.later(thursday, at=a.NOON.replace(day=20, hour=5, minute=0))

    assert (payment.status, payment.due_on) == (IN_PROCESS, None)


def test_a_payment_whose_day_has_passed_before_the_yes_is_carried_out_at_once(bank):
    payment = p.initiated(bank, requested_on=bank.today)

    payments.agree(p.later(bank, days=1), payment, a.KARI)

    assert payment.status == IN_PROCESS


# Bulk


def three(bank, *minors, **other):
    return p.paid(bank, *(p.an_instruction(minor) for minor in minors), service=Service.BULK, **other)


def test_a_bulk_payment_is_settled_when_all_of_it_is(bank):
    payment = three(bank, 1_000, 2_000, 3_000)

    p.later(bank, hours=2)

    assert payment.status == SETTLED
    assert p.booked(bank, "kari-1") == p.START_MINOR - 6_000
    assert p.booked(bank, "liv-1") == p.START_MINOR + 6_000


def test_a_bulk_payment_with_a_bad_entry_is_accepted_in_part(bank):
    payment = three(bank, 1_000, p.START_MINOR, 3_000)
    assert payment.status == IN_PROCESS

    p.later(bank, hours=2)

    assert p.statuses(bank, payment) == [RECEIVED, ACCEPTED, IN_PROCESS, PARTLY]
    assert p.of_transfers(bank, payment) == [
        (SETTLED, None),
        (REJECTED, Reason.INSUFFICIENT_FUNDS),
        (SETTLED, None),
    ]


def test_a_bulk_payment_of_which_nothing_can_be_paid_is_rejected(bank):
    payment = three(bank, p.START_MINOR + 1, p.START_MINOR + 2)

    assert (payment.status, payment.reason) == (REJECTED, Reason.INSUFFICIENT_FUNDS)


def test_of_a_bulk_payment_one_entry_may_wait_while_another_is_settled(bank):
    patient = with_rules(bank, no_funds=NoFunds.WAIT)
    payment = three(patient, 1_000, p.START_MINOR)

    tomorrow = p.later(patient, days=1)
    assert p.of_transfers(bank, payment) == [(SETTLED, None), (PENDING, None)]
    assert payment.status == IN_PROCESS
    p.later(tomorrow, days=3)

    assert payment.status == PARTLY


# Taking back


def test_an_order_can_be_taken_back_before_the_yes(bank):
    payment = p.initiated(bank)

    payments.cancel(bank, payment)

    assert p.statuses(bank, payment) == [RECEIVED, CANCELLED]
    assert not payments.needs_yes_to_cancel(bank, payment) or payment.status == CANCELLED


@pytest.mark.parametrize("other", [{}, {"requested_on": date(2026, 3, 20)}])
def test_what_has_not_left_can_be_taken_back_after_the_yes(bank, other):
    payment = p.paid(bank, **other)
    assert payments.needs_yes_to_cancel(bank, payment)

    payments.cancel(bank, payment)
    p.later(bank, days=10)

    assert (payment.status, payment.reason) == (CANCELLED, Reason.CUSTOMER_REQUEST)
    assert p.available(bank, "kari-1") == p.START_MINOR
    assert p.booked(bank, "liv-1") == p.START_MINOR


@pytest.mark.parametrize("scheme", [Scheme.DOMESTIC, Scheme.DOMESTIC_INSTANT])
def test_what_has_left_cannot_be_taken_back(bank, scheme):
    payment = p.paid(bank, scheme=scheme)
    noon = p.later(bank, hours=2)

    with pytest.raises(payments.CancellationInvalid):
        payments.cancel(noon, payment)


def test_what_waits_for_funds_can_be_taken_back(bank):
    patient = with_rules(bank, no_funds=NoFunds.WAIT)
    payment = p.paid(patient, p.an_instruction(p.START_MINOR + 1))

    payments.cancel(patient, payment)

    assert payment.status == CANCELLED
    assert agenda.coming(bank.work, "test") == []


@pytest.mark.parametrize("ended", [REJECTED, CANCELLED])
def test_what_is_over_cannot_be_taken_back(bank, ended):
    payment = p.initiated(bank)
    {REJECTED: payments.refuse, CANCELLED: payments.cancel}[ended](bank, payment)

    with pytest.raises(payments.CancellationInvalid):
        payments.cancel(bank, payment)


# How states go on


def test_by_hand_a_payment_waits_for_the_tester(bank):
    goes_on(bank, ProgressionMode.BY_HAND)
    payment = p.paid(bank)
    next_week = p.later(bank, days=7)
    assert payment.status == IN_PROCESS

    payments.go_on(next_week, payment)

    assert payment.status == SETTLED
    assert p.booked(next_week, "liv-1") == p.START_MINOR + 10_000
    with pytest.raises(PaymentNotOpen):
        payments.go_on(next_week, payment)


def test_a_tester_need_not_wait_for_the_window(bank):
    payment = p.paid(bank)

    payments.go_on(bank, payment)
    p.later(bank, days=1)

    assert p.statuses(bank, payment) == [RECEIVED, ACCEPTED, IN_PROCESS, SETTLED]
    assert p.booked(bank, "liv-1") == p.START_MINOR + 10_000


def test_the_third_read_takes_a_payment_on(bank):
    goes_on(bank, ProgressionMode.AFTER_READS, reads=3)
    payment = p.paid(bank)

    seen = []
    for _ in range(4):
        payments.read(bank, payment)
        seen.append(payment.status)

    assert seen == [IN_PROCESS, IN_PROCESS, SETTLED, SETTLED]


@pytest.mark.parametrize(
    ("choice", "later"),
    [
        (Progression(ProgressionMode.AT_ONCE), timedelta(0)),
        (Progression(ProgressionMode.AFTER_TIME, seconds=90), timedelta(seconds=90)),
    ],
)
def test_a_world_may_have_its_payments_sooner(bank, choice, later):
    progressions.choose(bank.work, "test", ProgressionKind.PAYMENT, choice)
    sunday = p.later(bank, days=6)
    payment = p.paid(sunday)

    p.later(sunday, seconds=max(later.total_seconds() - 1, 0))
    assert payment.status == (IN_PROCESS if later else SETTLED)
    p.later(sunday, seconds=later.total_seconds())

    assert payment.status == SETTLED
    assert p.booked(sunday, "liv-1") == p.START_MINOR + 10_000


# The table


@pytest.mark.parametrize("before", PaymentStatus)
@pytest.mark.parametrize("after", PaymentStatus)
def test_a_status_follows_another_where_the_table_says_so_and_nowhere_else(books, before, after):
    with books.work() as work:
        work.write()
        p.settle_in(work)
        bank = p.bank_at(work)
        payment = p.initiated(bank)
        payment.status = before

        if after in TRANSITIONS[before]:
            lifecycle.move(bank, payment, after)
            assert p.statuses(bank, payment) == [RECEIVED, after]
        else:
            with pytest.raises(PaymentNotOpen):
                lifecycle.move(bank, payment, after)
            assert payment.status == before
        work.rollback()


def test_every_status_has_its_row_and_the_final_ones_an_empty_one():
    assert set(TRANSITIONS) == set(PaymentStatus)
    final = {one for one, following in TRANSITIONS.items() if not following}
    assert final == {SETTLED, CREDITED, PARTLY, REJECTED, CANCELLED}


# Asked for by an authorisation


def test_an_authorisation_that_waits_too_long_ends_the_payment_with_it(bank):
    payment = p.initiated(bank)
    begun = authorisations.start(bank, authorisations.PaymentSubject(payment), authorisations.Wish())

    p.later(bank, minutes=15)

    assert payment.status == REJECTED
    assert begun.authorisation.status == authorisations.ScaStatus.FAILED
