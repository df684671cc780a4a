"""What a month brings: who is paid when, what shops are open, and what a child may buy."""

from sandbox.bank import profiles as bank_profiles
from sandbox.kernel import places, references
from sandbox.population import people
from sandbox.population.accounts_plan import accounts_of
from sandbox.population.economy import Life, life_of
from sandbox.population.livelihoods import at_the_beginning, plan_month
from sandbox.population.telling import Teller
from sandbox.population.unfolding import unfold
from sandbox.standards.registry import STANDARDS
from tests.population.test_accounts_plan import a_profile

_PROFILES = bank_profiles.load(places.mock_banks(), {one.id: one.switches for one in STANDARDS.values()})


def _life(number: int, country: str = "NO", bank_id: str = "fjordbanken") -> Life:
    household = people.household_of("bergen", country, number)
    accounts = [one for one in accounts_of("bergen", household, _PROFILES.values()) if one.bank_id == bank_id]
    return life_of("bergen", household, accounts, bank_id)


def test_the_same_month_is_planned_the_same_twice():
    assert plan_month(_life(0), 2025, 5) == plan_month(_life(0), 2025, 5)


def test_norwegian_holiday_pay_comes_in_june_instead_of_the_salary_and_december_takes_half_tax():
    plans = {month: plan_month(_life(0), 2025, month) for month in (5, 6, 12)}
    pay = {
        m: [(p.kind, p.minor) for p in plan if p.kind in ("salary", "holiday_pay")]
        for m, plan in plans.items()
    }

    assert [kind for kind, _ in pay[6]] == ["holiday_pay"]
    assert pay[6][0][1] > pay[5][0][1]
    assert pay[12][0][1] > pay[5][0][1]


def test_no_wine_and_no_groceries_on_a_norwegian_sunday_or_holiday():
    bought = [
        one.at[:10]
        for number in range(100, 140)
        for one in plan_month(_life(number), 2025, 5)
        if one.party and one.party.mcc in ("5411", "5921")
    ]

    closed = {
        "2025-05-01",
        "2025-05-04",
        "2025-05-11",
        "2025-05-17",
        "2025-05-18",
        "2025-05-25",
        "2025-05-29",
    }
    assert bought
    assert not closed & set(bought)


def test_a_card_purchase_is_booked_on_the_bank_day_after():
    for one in plan_month(_life(0), 2025, 5):
        if one.kind == "card":
            assert one.booked_on > one.at[:10]


def test_a_child_buys_little_and_never_wine_or_fuel():
    life = _life(18)
    child = next(one for one in life.accounts if one.purpose == "youth")
    bought = [
        one
        for month in range(1, 13)
        for one in plan_month(life, 2025, month)
        if one.account_id == child.id and one.kind == "card"
    ]

    assert bought
    assert not {"5921", "5993", "5541"} & {one.party.mcc for one in bought if one.party}
    assert sum(-one.minor for one in bought) < 25_000_00


def test_direct_debits_of_the_over_indebted_come_back_with_a_fee():
    life = _life(12)
    balances = at_the_beginning(life)
    done = [
        one
        for year in (2023, 2024, 2025)
        for month in range(1, 13)
        for one in unfold(life, plan_month(life, year, month), balances)
    ]

    kinds = [one.kind for one in done]
    assert kinds.count("return") > 3
    assert kinds.count("bounce_fee") == kinds.count("return")


def test_the_busy_account_has_fifty_thousand_entries_in_two_years():
    life = _life(28)
    business = next(one for one in life.accounts if one.purpose == "business")
    months = (
        [(2024, m) for m in range(4, 13)] + [(2025, m) for m in range(1, 13)] + [(2026, m) for m in (1, 2, 3)]
    )

    count = sum(
        one.account_id == business.id for year, month in months for one in plan_month(life, year, month)
    )
    assert count >= 50_000


def test_each_bill_of_a_danish_company_has_a_number_that_fits_the_slip():
    life = _life(36, "DK", "vesterhav")
    done = unfold(life, plan_month(life, 2025, 6), at_the_beginning(life))

    told = [Teller(life, _PROFILES).tell(one, one.account_id) for one in done if one.kind == "bill"]

    assert len(told) > 10
    assert all(references.is_fik(one.reference) for one in told)


def test_council_tax_is_ten_direct_debits_that_tenants_pay_too_and_students_do_not():
    profile = a_profile("kelpbank", "GB")
    months = {}
    for number in (0, 4):
        household = people.household_of("bergen", "GB", number)
        life = life_of("bergen", household, accounts_of("bergen", household, [profile]), profile.id)
        months[household.persona] = [
            (month, one.kind)
            for month in range(1, 13)
            for one in plan_month(life, 2025, month)
            if one.party and one.party.name == "Sandcastle Borough Council"
        ]

    assert months["single-employee"] == [(month, "direct_debit") for month in (1, *range(4, 13))]
    assert months["student"] == []


def test_british_salaries_come_on_the_last_bank_day():
    household = people.household_of("bergen", "GB", 0)
    life = life_of("bergen", household, accounts_of("bergen", household, [a_profile("kelpbank", "GB")]), "x")

    days = [one.at[:10] for m in (5, 8, 12) for one in plan_month(life, 2026, m) if one.kind == "salary"]

    assert days == ["2026-05-29", "2026-08-28", "2026-12-31"]
