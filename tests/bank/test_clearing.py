"""Clearing: by which window money leaves, when it arrives, and how it comes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.bank import accounts, clearing, ledger, payments
from sandbox.bank.payments import PaymentNotOpen, PaymentStatus
from sandbox.bank.profile import Scheme
from sandbox.bank.reasons import Reason
from sandbox.kernel import bankdays, rates
from sandbox.kernel.money import Money
from tests.bank import factories as a
from tests.bank import paying as p

IN_PROCESS, SETTLED, CREDITED = PaymentStatus.IN_PROCESS, PaymentStatus.SETTLED, PaymentStatus.CREDITED
REJECTED = PaymentStatus.REJECTED


def way(country, scheme, currency, moment):
    """When a payment leaves and arrives, in UTC, as `day hour:minute`."""
    found = bankdays.passage(country, scheme, currency, datetime.fromisoformat(moment))
    return tuple(f"{one:%m-%d %H:%M}" for one in (found.leaves_at, found.arrives_at))


@pytest.mark.parametrize(
    ("country", "scheme", "currency", "ready", "leaves", "arrives"),
    [
        # NICS: five windows a day, the last one at 15:35 in Oslo; winter time until 29 March 2026.
        ("NO", "domestic", "NOK", "2026-03-16T04:00+00:00", "03-16 04:35", "03-16 04:35"),
        ("NO", "domestic", "NOK", "2026-03-16T14:35+00:00", "03-16 14:35", "03-16 14:35"),
        ("NO", "domestic", "NOK", "2026-03-16T14:35:01+00:00", "03-17 04:35", "03-17 04:35"),
        ("NO", "domestic", "NOK", "2026-03-20T20:00+00:00", "03-23 04:35", "03-23 04:35"),
        # Summer time begins in the weekend.
        ("NO", "domestic", "NOK", "2026-03-28T20:00+00:00", "03-30 03:35", "03-30 03:35"),
        # 17 May 2027 is a Monday: krone stand still, euro do not.
        ("NO", "domestic", "NOK", "2027-05-17T08:00+00:00", "05-18 03:35", "05-18 03:35"),
        ("NO", "sepa", "EUR", "2027-05-17T08:00+00:00", "05-17 12:30", "05-18 12:30"),
        # Maundy Thursday to Easter Monday: krone rest for five days, euro for four.
        ("NO", "domestic", "NOK", "2026-04-02T08:00+00:00", "04-07 03:35", "04-07 03:35"),
        ("DE", "sepa", "EUR", "2026-04-02T20:00+00:00", "04-07 06:30", "04-07 06:30"),
        ("DE", "sepa", "EUR", "2026-03-16T07:00+00:00", "03-16 07:30", "03-16 07:30"),
        ("NO", "crossBorder", "USD", "2026-03-19T08:00+00:00", "03-19 12:30", "03-23 12:30"),
        ("NO", "domesticInstant", "NOK", "2026-05-17T02:00+00:00", "05-17 02:00", "05-17 02:00"),
        ("SE", "giro", "SEK", "2026-03-16T11:00+00:00", "03-17 08:00", "03-18 08:00"),
        ("FI", "target2", "EUR", "2026-03-16T15:01+00:00", "03-17 09:00", "03-17 09:00"),
        ("DK", "domestic", "DKK", "2026-03-16T15:00+00:00", "03-16 15:30", "03-16 15:30"),
    ],
)
def test_each_scheme_keeps_its_hours(country, scheme, currency, ready, leaves, arrives):
    assert way(country, scheme, currency, ready) == (leaves, arrives)


# Where it arrives


def test_both_ends_at_one_bank(bank):
    p.paid(bank, p.an_instruction(to=p.OLAS))

    p.later(bank, hours=2)

    assert p.booked(bank, "kari-1") == p.START_MINOR - 10_000
    assert p.booked(bank, "ola-1") == p.START_MINOR + 10_000


def test_both_ends_in_one_household(bank):
    p.paid(bank, p.an_instruction(to=p.KARIS_SAVINGS), scheme=Scheme.DOMESTIC_INSTANT)

    assert p.booked(bank, "kari-1") == p.START_MINOR - 10_000
    assert p.booked(bank, "kari-2") == p.START_MINOR + 10_000


def test_an_account_may_pay_itself_and_has_two_lines_of_it(bank):
    p.paid(bank, p.an_instruction(to=p.KARIS), scheme=Scheme.DOMESTIC_INSTANT)

    assert p.booked(bank, "kari-1") == p.START_MINOR
    assert len(lines(bank, "kari-1")) == 2


def test_what_leaves_the_mock_banks_is_with_the_world(bank):
    before = p.booked(bank, "world:provebanken:NOK")

    payment = p.paid(bank, p.an_instruction(5_000, p.OUTSIDE, "EUR"), scheme=Scheme.SEPA)
    p.later(bank, days=3)

    assert payment.status == SETTLED
    assert p.booked(bank, "world:provebanken:NOK") == before + 58_500
    assert p.booked(bank, "kari-1") == p.START_MINOR - 58_500


# Exchange


def test_euro_from_a_krone_account_cost_the_day_s_rate_and_arrive_whole(bank):
    payment = p.paid(bank, p.an_instruction(5_000, p.EVAS, "EUR"), scheme=Scheme.SEPA)
    assert p.available(bank, "kari-1") == p.START_MINOR - 58_500

    p.later(bank, days=2)

    assert payment.status == SETTLED
    assert p.booked(bank, "eva-1") == p.START_MINOR + 5_000


def test_the_rate_of_the_day_of_the_yes_is_the_one_that_is_booked(bank):
    eve = p.later(bank, at=datetime(2026, 6, 30, 12, 0, tzinfo=UTC))

    payment = p.paid(eve, p.an_instruction(5_000, p.EVAS, "EUR"), scheme=Scheme.SEPA)
    july = p.later(eve, days=2)

    assert rates.exchanged(Money(5_000, "EUR"), "NOK", july.today).minor == 57_750
    assert [row.amount_minor for row in lines(bank, "kari-1")] == [-58_500]
    assert payment.status == SETTLED


def test_dollars_reach_an_account_in_euro_as_euro(bank):
    p.paid(bank, p.an_instruction(1_170, p.EVAS, "USD"), scheme=Scheme.CROSS_BORDER)

    p.later(bank, days=4)

    assert p.booked(bank, "eva-1") == p.START_MINOR + 1_000


def test_the_smallest_amount_costs_the_smallest_amount(work, bank):
    a.add_account(work, "kari-eur", a.KARI, "current", p.KARIS_EURO, currency="EUR")
    p.open_book(bank, "kari-eur")

    payment = p.paid(bank, p.an_instruction(1), debtor=p.KARIS_EURO, scheme=Scheme.DOMESTIC_INSTANT)

    assert payment.status == CREDITED
    assert p.booked(bank, "kari-eur") == p.START_MINOR - 1
    assert p.booked(bank, "liv-1") == p.START_MINOR + 1


def test_of_a_multi_currency_account_the_part_in_the_bank_s_currency_is_debited(work, bank):
    a.add_account(work, "multi", a.KARI, "multi", p.KARIS_MULTI)
    for currency in ("EUR", "NOK"):
        a.add_account(
            *(work, f"multi-{currency}", a.KARI, "current", p.KARIS_MULTI),
            currency=currency,
            parent_id="multi",
        )
        p.open_book(bank, f"multi-{currency}")

    in_krone = p.paid(bank, debtor=p.KARIS_MULTI)
    euro = p.an_order(p.an_instruction(5_000, p.EVAS, "EUR"), scheme=Scheme.SEPA)
    named = replace(euro, debtor=accounts.AccountRef(iban=p.KARIS_MULTI, currency="EUR"))
    in_euro = payments.initiate(bank, "app-1", named)
    payments.agree(bank, in_euro, a.KARI)

    assert in_krone.debtor_account_id == "multi-NOK"
    assert in_euro.debtor_account_id == "multi-EUR"
    assert p.available(bank, "multi-EUR") == p.START_MINOR - 5_000


def test_a_fee_is_taken_in_the_account_s_currency(work, bank):
    rules = replace(bank.profile.payments, fees_minor={Scheme.SEPA: 1_170})
    dear = replace(bank, profile=replace(bank.profile, payments=rules))
    a.add_account(work, "kari-eur", a.KARI, "current", p.KARIS_EURO, currency="EUR")
    p.open_book(bank, "kari-eur")

    p.paid(dear, p.an_instruction(5_000, p.EVAS, "EUR"), debtor=p.KARIS_EURO, scheme=Scheme.SEPA)

    assert p.available(dear, "kari-eur") == p.START_MINOR - 5_000 - 100


# What the creditor's bank does not take

FAULTS = [
    (p.LIVS_CLOSED, Reason.CLOSED),
    (p.LIVS_BLOCKED, Reason.BLOCKED),
    (p.NOBODYS, Reason.CREDITOR_ACCOUNT_INVALID),
]


@pytest.mark.parametrize(("creditor", "reason"), FAULTS)
def test_an_instant_payment_is_refused_at_once_before_any_money_moves(bank, creditor, reason):
    payment = p.paid(bank, p.an_instruction(to=creditor), scheme=Scheme.DOMESTIC_INSTANT)

    assert (payment.status, payment.reason) == (REJECTED, reason)
    assert p.booked(bank, "kari-1") == p.available(bank, "kari-1") == p.START_MINOR


@pytest.mark.parametrize(("creditor", "reason"), FAULTS)
def test_another_comes_back_after_two_settlement_days(bank, creditor, reason):
    payment = p.paid(bank, p.an_instruction(to=creditor))
    wednesday = p.later(bank, at=bank.now.replace(day=18, hour=10, minute=29))
    assert payment.status == SETTLED
    assert p.booked(wednesday, "kari-1") == p.START_MINOR - 10_000

    p.later(wednesday, minutes=1)

    [sent] = payments.transfers(bank, payment)
    assert (payment.status, sent.return_reason) == (SETTLED, reason)
    assert p.booked(bank, "kari-1") == p.START_MINOR
    back = lines(bank, "kari-1")[-1]
    assert (back.kind, back.code, back.booked_on) == ("return", "PMNT-RCDT-RRTN", "2026-03-18")
    assert back.remittance == reason.value


def test_what_arrives_on_friday_is_back_on_tuesday(bank):
    friday = p.later(bank, days=4)
    p.paid(friday, p.an_instruction(to=p.NOBODYS))

    monday = p.later(friday, days=3)
    assert p.booked(bank, "kari-1") == p.START_MINOR - 10_000
    p.later(monday, days=1, hours=2)

    assert lines(bank, "kari-1")[-1].booked_on == "2026-03-24"


# Recall


def recalled(bank, payment, reason=Reason.DUPLICATION):
    payments.recall(bank, payment, 0, reason)
    p.later(bank, days=10)


def test_a_recall_takes_the_money_from_the_creditor_and_gives_it_back(bank):
    payment = p.paid(bank, scheme=Scheme.DOMESTIC_INSTANT)

    recalled(p.later(bank, days=3), payment)

    assert p.booked(bank, "kari-1") == p.booked(bank, "liv-1") == p.START_MINOR
    assert [row.code for row in lines(p.bank_at(bank.work, profile=p.THERE), "liv-1")] == [
        "PMNT-RRCT-DMCT",
        clearing.RETURN_CODES[0],
    ]


def test_a_recall_of_what_is_still_on_its_way_stops_it(bank):
    payment = p.paid(bank, p.an_instruction(5_000, p.EVAS, "EUR"), scheme=Scheme.SEPA)
    afternoon = p.later(bank, hours=6)
    assert payment.status == SETTLED

    recalled(afternoon, payment)

    assert p.booked(bank, "kari-1") == p.START_MINOR
    assert lines(p.bank_at(bank.work, profile=p.ABROAD), "eva-1") == []


def test_a_recall_of_what_is_on_its_way_back_is_the_only_return(bank):
    payment = p.paid(bank, p.an_instruction(to=p.NOBODYS))
    noon = p.later(bank, hours=2)

    recalled(noon, payment)

    assert p.booked(bank, "kari-1") == p.START_MINOR
    assert len(lines(bank, "kari-1")) == 2


def test_a_recall_takes_back_what_was_credited_though_the_rate_has_moved(bank):
    eve = p.later(bank, at=datetime(2026, 6, 24, 12, 0, tzinfo=UTC))
    payment = p.paid(eve, p.an_instruction(1_170, p.EVAS, "USD"), scheme=Scheme.CROSS_BORDER)
    july = p.later(eve, days=20)
    assert p.booked(bank, "eva-1") == p.START_MINOR + 1_000

    recalled(july, payment)

    assert p.booked(bank, "eva-1") == p.START_MINOR


@pytest.mark.parametrize("earlier", [timedelta(0), timedelta(hours=2)])
def test_nothing_is_recalled_twice_or_before_it_has_left(bank, earlier):
    payment = p.paid(bank)
    then = p.later(bank, seconds=earlier.total_seconds())
    if earlier:
        payments.recall(then, payment, 0, Reason.CUSTOMER_REQUEST)

    with pytest.raises(PaymentNotOpen):
        payments.recall(then, payment, 0, Reason.CUSTOMER_REQUEST)
    with pytest.raises(PaymentNotOpen):
        payments.recall(then, payment, 7, Reason.CUSTOMER_REQUEST)


def lines(bank, account_id):
    """Every line of an account, oldest first."""
    every = ledger.Window(date(2020, 1, 1), date(2030, 1, 1), newest_first=False)
    return ledger.lines(bank, account_id, every)
