"""What people have arranged is what their statements show month after month, and what the next ones will."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from sandbox.bank import accounts, arrangements, ledger, offers, payments, products, statements, verify
from sandbox.bank import profiles as bank_profiles
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Window
from sandbox.bank.payments import Frequency, Instruction, PaymentOrder, Schedule
from sandbox.bank.profile import Scheme, Service
from sandbox.bank.statements import StatementUnknown
from sandbox.kernel import places
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.money import Money
from sandbox.population import people
from sandbox.population.populate import Population
from sandbox.standards.registry import STANDARDS
from sandbox.workspaces import workspace as workspaces
from tests.population.test_kin import COUSIN, LONDON, PARENT

NOON = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
STILL = Clock(ClockMode.FROZEN, 0.0, NOON)
SHIPPED = bank_profiles.load(places.mock_banks(), {one.id: one.switches for one in STANDARDS.values()})
PROFILES = {one: SHIPPED[one] for one in ("fjordbanken", "hansekontor", "vesterhav")} | {LONDON.id: LONDON}
EVER = Window(date(2020, 1, 1), date(2040, 1, 1), newest_first=False)


@pytest.fixture
def fjord(database):
    """The Norwegian bank at noon, in a world in which nobody has moved in yet."""
    with database.writing() as work:
        workspaces.create(work, "bergen", name="test", clock=STILL)
        yield Bank(PROFILES["fjordbanken"], work, "test", "bergen", STILL, Population(PROFILES), PROFILES)
        work.flush()
        assert verify.whole_database(work) == []


def of(bank, number, kind=None):
    """The accounts of a person by name, moved in; at the bank of their country."""
    person = people.person("bergen", bank.profile.country, number)
    bank.people.move_in(bank, person.id)
    found = accounts.of_customer(bank, person.id)
    return {one.name: one for one in found if kind in (None, one.kind)}


def lines(bank, account_id):
    return ledger.lines(bank, account_id, EVER)


def after(bank, **later):
    """The bank so long after, everybody grown up to then."""
    then = bank.at(bank.now + timedelta(**later))
    then.people.grow(then)
    return then


@pytest.mark.parametrize(
    ("bank_id", "number", "name", "kinds"),
    [
        ("fjordbanken", 0, "Brukskonto", {"rent"}),
        ("fjordbanken", 2, "Brukskonto", {"transfer"}),
        ("fjordbanken", 18, "Brukskonto", {"rent", "pocket_money"}),
        ("fjordbanken", 22, "Driftskonto", {"salary"}),
        ("hansekontor", 0, "Girokonto", {"rent"}),
        (LONDON.id, 0, "Current Account", {"rent"}),
    ],
)
def test_a_standing_order_is_what_was_paid_before_and_what_will_be_paid_next(
    fjord, bank_id, number, name, kinds
):
    bank = fjord.neighbour(bank_id)
    account = of(bank, number)[name]

    orders = arrangements.standing_orders(bank, account.id)

    history, found = lines(bank, account.id), set()
    for order in orders:
        paid = [
            row
            for row in history
            if (row.party_name, row.party_account) == (order.creditor_name, order.creditor.iban)
            and row.kind in kinds
        ]
        found |= {row.kind for row in paid}
        assert order.schedule.frequency is Frequency.MONTHLY
        assert order.last.amount.minor == -paid[-1].amount_minor == order.amount.minor
        assert order.last.booked_on.isoformat() == paid[-1].booked_on
        assert order.next_on > bank.today
        assert order.schedule.start_on.isoformat() >= account.opened_on

        then = after(bank, days=(order.next_on - bank.today).days + 1)
        [new] = [row for row in lines(then, account.id) if row.booked_on == order.next_on.isoformat()
                 and (row.party_name, row.kind) == (order.creditor_name, paid[-1].kind)]  # fmt: skip
        assert new.amount_minor == -order.amount.minor
    assert found == kinds


def test_the_rent_rises_with_the_year_and_the_order_says_so_before(fjord):
    account = of(fjord, 0)["Brukskonto"]
    december = after(fjord, days=285)

    [order] = arrangements.standing_orders(december, account.id)

    assert order.next_on.year == 2027
    assert order.amount.minor > order.last.amount.minor
    [same] = arrangements.standing_orders(fjord, account.id)
    assert same.id == order.id


def test_looking_each_month_or_once_is_the_same(fjord):
    often, once = fjord, fjord.neighbour("hansekontor")
    ours, theirs = of(often, 12)["Brukskonto"], of(once, 12)["Girokonto"]
    for _ in range(4):
        often = after(often, days=40)
        arrangements.direct_debits(often, ours.id)
    late = once.at(often.now)
    fresh = arrangements.direct_debits(late, theirs.id)

    again = Bank(*(often.profile, often.work, "test", "bergen", often.clock, Population(PROFILES), PROFILES))
    assert len(fresh) == len(arrangements.direct_debits(again, ours.id))
    assert arrangements.direct_debits(again, ours.id) == arrangements.direct_debits(often, ours.id)


def test_every_mandate_has_collected_what_the_statement_shows(fjord):
    london = fjord.neighbour(LONDON.id)
    account = of(london, 0)["Current Account"]

    mandates = arrangements.direct_debits(london, account.id)

    collected = [row for row in lines(london, account.id) if row.kind == "direct_debit"]
    assert {one.creditor_name for one in mandates} == {row.party_name for row in collected}
    for one in mandates:
        theirs = [row for row in collected if row.party_name == one.creditor_name]
        assert {row.mandate_id for row in theirs} == {one.mandate_id}
        assert one.last.amount.minor == -theirs[-1].amount_minor
        assert one.frequency is Frequency.MONTHLY
    assert "Sandcastle Borough Council" in {one.creditor_name for one in mandates}  # which pauses in March


def test_who_collects_as_it_comes_has_no_frequency(fjord):
    account = of(fjord, 12)["Brukskonto"]

    found = {one.creditor_name: one.frequency for one in arrangements.direct_debits(fjord, account.id)}

    assert None in found.values()
    assert Frequency.MONTHLY in found.values()


def test_a_bill_is_scheduled_for_two_weeks_and_then_paid(fjord):
    account = of(fjord, 22)["Driftskonto"]

    found = arrangements.scheduled_payments(fjord, account.id)
    bill = found[-1]
    then = after(fjord, days=(bill.due_on - fjord.today).days + 1)

    assert max(one.due_on for one in found) - fjord.today <= timedelta(days=14)

    [paid] = [
        row for row in lines(then, account.id) if row.reference == bill.reference and row.kind == "bill"
    ]
    assert (paid.amount_minor, paid.party_name) == (-bill.amount.minor, bill.creditor_name)
    assert paid.booked_on == bill.due_on.isoformat()
    assert bill.id not in {one.id for one in arrangements.scheduled_payments(then, account.id)}


def test_the_landlord_is_trusted_and_the_cousin_abroad_is_known(fjord):
    london = fjord.neighbour(LONDON.id)
    ours, theirs = of(fjord, 32)["Brukskonto"], of(london, 14)["Current Account"]

    here, there = arrangements.beneficiaries(fjord, ours.id), arrangements.beneficiaries(london, theirs.id)

    [cousin] = [one for one in here if one.name == COUSIN.name]
    [parent] = [one for one in there if one.name == PARENT.name]
    assert (cousin.account.iban, cousin.bic) == (theirs.iban, LONDON.bic)
    assert (parent.account.iban, parent.bic) == (ours.iban, fjord.profile.bic)
    trusted = [one.account.iban for one in there if one.trusted]
    assert trusted == [one.creditor.iban for one in arrangements.standing_orders(london, theirs.id)]
    assert trusted
    assert not cousin.trusted


def test_what_apps_have_initiated_stands_beside_it(fjord):
    account = of(fjord, 0)["Brukskonto"]
    one = Instruction(Money(12_300, "NOK"), "Nora", AccountRef(iban="NO8330001234567"), remittance="Piano")
    debtor = AccountRef(iban=account.iban)
    order = PaymentOrder(
        *(Service.PERIODIC, Scheme.DOMESTIC_INSTANT, "instant", (one,), debtor),
        schedule=Schedule(date(2026, 3, 20), Frequency.WEEKLY),
    )
    later = PaymentOrder(
        *(Service.SINGLE, Scheme.DOMESTIC_INSTANT, "instant", (one,), debtor), requested_on=date(2026, 4, 1)
    )
    for asked in (order, later):
        payments.agree(fjord, payments.initiate(fjord, "app-1", asked), "no-0")

    *_, weekly = arrangements.standing_orders(fjord, account.id)
    scheduled = arrangements.scheduled_payments(fjord, account.id)

    assert weekly.payment_id
    assert (weekly.next_on, weekly.amount.minor, weekly.last) == (date(2026, 3, 20), 12_300, None)
    assert [one.due_on for one in scheduled if one.payment_id] == [date(2026, 4, 1)]


def test_the_statements_of_the_months_follow_one_another(fjord):
    account = of(fjord, 0)["Brukskonto"]

    found = statements.of_account(fjord, account.id)

    assert (found[0].start_on, found[-1].end_on) == (date(2024, 4, 1), date(2026, 2, 28))
    assert found[-1].created_on == date(2026, 3, 1)
    for earlier, one in pairwise(found):
        assert one.opening_minor == earlier.closing_minor
    for one in found:
        assert one.closing_minor == ledger.balance_on(fjord, account.id, one.end_on)
        rows = ledger.lines(fjord, account.id, Window(one.start_on, one.end_on))
        assert (one.credits + one.debits, one.credits_minor + one.debits_minor) == (
            len(rows),
            sum(row.amount_minor for row in rows),
        )
        assert one.fees_minor < 0
    assert statements.get(fjord, account.id, found[3].id) == found[3]
    with pytest.raises(StatementUnknown):
        statements.get(fjord, account.id, f"{account.id}-202603")


def test_a_young_account_has_its_first_statement_from_its_opening(fjord):
    movers = [f"no-{number}" for number in range(34, 9000, 1000)]
    for one in movers:
        fjord.people.move_in(fjord, one)
    theirs = (account for one in movers for account in accounts.of_customer(fjord, one))
    account = next(one for one in theirs if one.opened_on > "2024-04-01" and lines(fjord, one.id))

    first, *_ = statements.of_account(fjord, account.id)

    assert first.start_on.isoformat() == account.opened_on
    assert first.opening_minor == 0


def test_a_product_says_what_the_statement_shows(fjord):
    found = of(fjord, 2)
    for account in found.values():
        product = products.of_account(fjord, account)
        fees = {row.amount_minor for row in lines(fjord, account.id) if row.kind == "fee"}
        assert fees in (set(), {-product.monthly_fee_minor})
        assert (product.credit_basis_points > 0) == (account.kind == "savings")
        assert (product.debit_basis_points > 0) == (account.kind == "loan")
        assert product.credit_limit_minor == account.credit_limit_minor
    assert products.of_account(fjord, found["Brukskonto"]).monthly_fee_minor > 0


def test_an_offer_lasts_a_quarter_and_is_the_same_whenever_it_is_asked_for(fjord):
    every = [one for number in range(0, 30, 2) for one in of(fjord, number).values()]

    found = {one.id: offers.of_account(fjord, one) for one in every}

    kinds = {offer.kind for listed in found.values() for offer in listed}
    assert kinds == set(offers.OfferKind)
    assert {len(listed) for listed in found.values()} == {0, 1}
    ends = {(offer.starts_on, offer.ends_on) for listed in found.values() for offer in listed}
    assert ends == {(date(2026, 1, 1), date(2026, 3, 31))}
    last_day = fjord.at(datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert all(offers.of_account(last_day, one) == found[one.id] for one in every)
