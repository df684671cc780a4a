"""What is seen of payments beside their way: what they cost, what is under way, what falls due."""

from dataclasses import replace
from datetime import date

import pytest

from sandbox.bank import accounts, authorisations, ledger, payments
from sandbox.bank.accounts import AccountRef, Holder
from sandbox.bank.authorisations import PaymentSubject, Wish
from sandbox.bank.payments import Frequency, Instruction, PaymentOrder, PaymentStatus, Schedule
from sandbox.bank.profile import PaymentRules, Scheme, Service
from sandbox.kernel.money import Money
from sandbox.workspaces import agenda
from tests.bank import factories as a

RULES = PaymentRules(
    schemes=(Scheme.DOMESTIC, Scheme.CROSS_BORDER),
    services=tuple(Service),
    debtor_account_optional=True,
    fees_minor={Scheme.CROSS_BORDER: 5_000},
)
PROFILE = replace(a.PROFILE, payments=RULES)
SAVINGS = "NO2160001234568"
OUTSIDE = AccountRef(iban="NO2230001234567")


class Neighbours(a.Neighbours):
    """Kari banks here; everybody whom she pays lives in the world outside."""

    def keeper(self, bank, iban):
        return bank if iban in (a.KARIS_IBAN, SAVINGS) else None


@pytest.fixture
def bank(database):
    with database.writing() as work:
        a.settle_in(work, PROFILE)
        here = replace(a.a_bank(work, PROFILE), people=Neighbours(), neighbours={PROFILE.id: PROFILE})
        for account_id in ("kari-1", "kari-2", "ola-1"):
            ledger.open_book(
                *(here, account_id, "NOK"), opening_minor=100_000, opened_at="2020-01-01T00:00:00.000000Z"
            )
        yield here


def initiated(bank, *amounts, scheme=Scheme.DOMESTIC, debtor=a.KARIS_IBAN, currency="NOK", **order):
    service = order.pop("service", Service.SINGLE)
    asked = tuple(Instruction(Money(one, currency), "Somebody", OUTSIDE) for one in amounts or (10_000,))
    number = AccountRef(iban=debtor) if debtor else None
    return payments.initiate(bank, "app-1", PaymentOrder(service, scheme, "x", asked, number, **order))


def paid(bank, *amounts, by=a.KARI, **order):
    payment = initiated(bank, *amounts, **order)
    payments.agree(bank, payment, by)
    return payment


def cost_of(bank, payment, account_id="kari-1"):
    return payments.cost(bank, payment, accounts.get(bank, account_id), payments.asked(bank, payment))


def test_a_payment_costs_its_amount(bank):
    cost = cost_of(bank, initiated(bank, 100_000))

    assert (cost.debit_minor, cost.fee_minor, cost.is_covered, cost.exchanged) == (100_000, 0, True, False)


def test_a_cost_counts_the_fee_of_each_transfer_and_says_what_is_missing(bank):
    bulk = initiated(bank, 50_000, 50_000, service=Service.BULK, scheme=Scheme.CROSS_BORDER)

    cost = cost_of(bank, bulk)

    assert (cost.fee_minor, cost.short_minor, cost.is_covered) == (10_000, 10_000, False)


def test_a_cost_in_another_currency_is_at_the_rate_of_the_day(bank):
    cost = cost_of(bank, initiated(bank, 1_000, scheme=Scheme.CROSS_BORDER, currency="EUR"))

    assert (cost.debit_minor, cost.currency, cost.exchanged) == (11_700, "NOK", True)


def test_what_is_reserved_already_is_not_available_to_the_next_payment(bank):
    paid(bank, 60_000)

    assert cost_of(bank, initiated(bank, 60_000)).short_minor == 20_000


def test_under_way_is_what_is_signed_and_not_over_first_things_first(bank):
    order = paid(bank, service=Service.PERIODIC, schedule=Schedule(date(2026, 4, 1), Frequency.MONTHLY))
    planned = paid(bank, requested_on=date(2026, 3, 20))
    now = paid(bank)
    initiated(bank)
    over = paid(bank)
    payments.go_on(bank, over)
    gone = paid(bank, requested_on=date(2026, 3, 20))
    payments.cancel(bank, gone)

    assert payments.under_way(bank, a.KARI) == [now, planned, order]
    assert payments.under_way(bank, a.OLA) == []


def test_a_payment_with_one_signature_is_under_way_for_both_who_sign(bank):
    for person_id, account_id in ((a.KARI, "kari-2"), (a.OLA, "kari-2")):
        bank.work.merge(
            Holder(workspace_id="test", bank_id=bank.id, person_id=person_id, account_id=account_id,
                   role="signatory", position=0)
        )  # fmt: skip
    bank.work.flush()
    signed = paid(bank, debtor=SAVINGS)

    assert signed.status == PaymentStatus.PARTIALLY_AUTHORISED
    assert payments.under_way(bank, a.OLA) == payments.under_way(bank, a.KARI) == [signed]


def test_the_payments_of_a_world_are_listed_newest_first(bank):
    first = paid(bank)
    second = initiated(replace(bank.at(bank.now.replace(hour=10))))

    def every(**wanted):
        return payments.every(bank.work, "test", **wanted)

    assert every() == [second, first]
    assert every(limit=1, offset=1) == [first]
    assert every(status=PaymentStatus.RECEIVED) == [second]
    assert every(bank_id="elsewhere") == []
    assert payments.every(bank.work, "elsewhere") == []


def test_the_agenda_knows_what_is_about_a_payment_and_its_transfers(bank):
    planned, now = paid(bank, requested_on=date(2026, 3, 20)), paid(bank)

    def about(payment):
        return [one.what for one in agenda.about(bank.work, "test", payment.id)]

    assert about(planned) == ["payment_due"]
    assert about(now) == ["transfer_leaves"]


def test_what_is_answered_does_not_lapse_any_more(bank):
    payment = initiated(bank)
    started = authorisations.start(bank, PaymentSubject(payment), Wish())

    def lapses():
        return [one.what for one in agenda.about(bank.work, "test", started.authorisation.id)]

    assert lapses() == ["authorisation_lapses"]
    authorisations.approve(bank, started.authorisation, a.KARI)

    assert lapses() == []
