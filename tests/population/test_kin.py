"""A Norwegian has a cousin in London, and what the one pays stands on both statements."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sandbox.bank import accounts, ledger, payments, timeline, verify
from sandbox.bank import profiles as bank_profiles
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Window
from sandbox.bank.payments import Instruction, PaymentOrder, PaymentStatus
from sandbox.bank.profile import PaymentRules, Scheme, Service
from sandbox.kernel import places
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.money import Money
from sandbox.population import people
from sandbox.population.populate import Population
from sandbox.standards.registry import STANDARDS
from sandbox.workspaces import workspace as workspaces
from tests.population.test_accounts_plan import a_profile

NOON = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
STILL = Clock(ClockMode.FROZEN, 0.0, NOON)
SHIPPED = bank_profiles.load(places.mock_banks(), {one.id: one.switches for one in STANDARDS.values()})
LONDON = replace(
    a_profile("kelpbank", "GB"),
    zone="Europe/London",
    bic="KELPGB20",
    payments=PaymentRules(schemes=(Scheme.DOMESTIC, Scheme.DOMESTIC_INSTANT, Scheme.CROSS_BORDER)),
)
PROFILES = {"fjordbanken": SHIPPED["fjordbanken"], LONDON.id: LONDON}
PARENT = people.person("bergen", "NO", 32)
COUSIN = people.person("bergen", "GB", 14)
LINES = Window(NOON.date(), datetime(2026, 12, 31, tzinfo=UTC).date(), newest_first=False)


def test_the_cousin_has_the_family_s_name_and_lives_in_london():
    [there] = people.relatives_of("bergen", PARENT)
    [back] = people.relatives_of("bergen", COUSIN)

    assert (there.relation, there.person) == ("cousin", COUSIN)
    assert (back.relation, back.person) == ("cousin", PARENT)
    assert COUSIN.family_name == PARENT.family_name
    assert COUSIN.town == "London"


@pytest.mark.parametrize("number", [1014, 77_014])
def test_each_thousand_has_its_own_cousins(number):
    cousin = people.person("bergen", "GB", number)

    [parent] = people.relatives_of("bergen", cousin)

    assert parent.person.id == f"no-{number + 18}"
    assert parent.person.family_name == cousin.family_name


def test_nobody_else_has_kin_abroad():
    others = [people.person("bergen", country, 15) for country in ("NO", "GB", "SE")]
    others += [people.person("bergen", "SE", 14), people.person("bergen", "GB", 32)]
    others += [people.person("bergen", "NO", 33), people.person("bergen", "GB", 1114)]

    assert [people.relatives_of("bergen", one) for one in others] == [[]] * len(others)


@pytest.fixture
def town(database):
    """A world in which both have moved in: the Norwegian bank, the British one, and the unit of work."""
    with database.writing() as work:
        workspaces.create(work, "bergen", name="test", clock=STILL)
        population = Population(PROFILES)
        oslo = Bank(PROFILES["fjordbanken"], work, "test", "bergen", STILL, population, PROFILES)
        london = oslo.neighbour(LONDON.id)
        oslo.people.move_in(oslo, PARENT.id)
        london.people.move_in(london, COUSIN.id)
        yield oslo, london
        work.flush()
        assert verify.whole_database(work) == []


def account_of(bank, person, name):
    return next(one for one in accounts.of_customer(bank, person.id) if one.name == name)


def paid(bank, scheme, money, debtor, creditor, person):
    """A payment with its yes, named by what people write on it."""
    one = Instruction(
        money, person.name, AccountRef(iban=creditor), end_to_end_id="E2E-1", remittance="For the boat"
    )
    order = PaymentOrder(
        Service.SINGLE,
        scheme,
        scheme.value,
        (one,),
        debtor=AccountRef(iban=debtor.iban, currency=debtor.currency),
    )
    payment = payments.initiate(bank, "app-1", order)
    payments.agree(bank, payment, accounts.holders(bank, debtor.id)[0].person_id)
    return payment


def told(bank, account):
    """What the statement says of the payment, its amount aside."""
    [line] = [row for row in ledger.lines(bank, account.id, LINES) if row.end_to_end_id == "E2E-1"]
    return line.amount_minor, line.currency, line.remittance, line.party_name, line.booked_on


def test_pounds_from_oslo_stand_on_both_statements(town):
    oslo, london = town
    here, there = account_of(oslo, PARENT, "Brukskonto"), account_of(london, COUSIN, "Current Account")

    payment = paid(oslo, Scheme.CROSS_BORDER, Money(25_000, "GBP"), here, there.iban, COUSIN)
    thursday = NOON.replace(day=19)
    timeline.catch_up(oslo.at(thursday))

    assert payment.status == PaymentStatus.SETTLED
    # 250.00 pounds at 11.70 kroner and 0.87 pounds a euro.
    assert told(oslo, here) == (-336_207, "NOK", "For the boat", COUSIN.name, "2026-03-16")
    assert told(london, there) == (25_000, "GBP", "For the boat", here.owner_name, "2026-03-18")


def test_kroner_from_london_stand_on_both_statements(town):
    oslo, london = town
    here, there = account_of(oslo, PARENT, "Brukskonto"), account_of(london, COUSIN, "Current Account")

    paid(london, Scheme.CROSS_BORDER, Money(100_000, "NOK"), there, here.iban, PARENT)
    timeline.catch_up(london.at(NOON.replace(day=19)))

    assert told(london, there)[:2] == (-7_436, "GBP")
    assert told(oslo, here) == (100_000, "NOK", "For the boat", COUSIN.name, "2026-03-18")


def test_a_payment_by_sort_code_finds_the_neighbour(town):
    _, london = town
    there = account_of(london, COUSIN, "Current Account")
    neighbour = people.person("bergen", "GB", 0)
    london.people.move_in(london, neighbour.id)
    theirs = account_of(london, neighbour, "Current Account")
    one = Instruction(
        Money(1_500, "GBP"), neighbour.name, AccountRef(bban=theirs.bban), end_to_end_id="E2E-1"
    )
    order = PaymentOrder(
        *(Service.SINGLE, Scheme.DOMESTIC_INSTANT, "faster"), (one,),
        debtor=AccountRef(iban=there.iban, currency="GBP"),
    )  # fmt: skip

    payment = payments.initiate(london, "app-1", order)
    payments.agree(london, payment, COUSIN.id)

    assert payment.status == PaymentStatus.CREDITED
    assert told(london, theirs)[0] == 1_500


def test_faster_payments_carry_a_million_and_no_more(town):
    _, london = town
    there = account_of(london, COUSIN, "Current Account")

    paid(london, Scheme.DOMESTIC_INSTANT, Money(100_000_000, "GBP"), there, there.iban, COUSIN)
    with pytest.raises(payments.AmountInvalid):
        paid(london, Scheme.DOMESTIC_INSTANT, Money(100_000_001, "GBP"), there, there.iban, COUSIN)
