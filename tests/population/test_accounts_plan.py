"""Account plans: numbers that collide with none, holders with the right roles, the same on every day."""

import json
import subprocess
import sys
from itertools import pairwise

import pytest
import schwifty
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.bank.accounts import AccountKind, AccountStatus, Role
from sandbox.bank.profile import (
    ConsentRules,
    Customers,
    Profile,
    Sca,
    ScaApproach,
    ScaMethod,
    StatementRules,
)
from sandbox.kernel import iban
from sandbox.population import people
from sandbox.population.accounts_plan import accounts_of, customers_max, number_of_account
from sandbox.population.people import BankRole

SEED = "bergen"
CODES = {"NO": "9904", "SE": "979", "DK": "9900", "FI": "900", "DE": "90000001", "GB": "KELP001234"}
CURRENCIES = {"NO": "NOK", "SE": "SEK", "DK": "DKK", "FI": "EUR", "DE": "EUR", "GB": "GBP"}
COUNTRIES = sorted(CODES)


def a_profile(bank_id="fjordtest", country="NO", code=None, first=0, last=99_999):
    return Profile(
        id=bank_id,
        name=bank_id.title(),
        country=country,
        currency=CURRENCIES[country],
        bic="FJTENO20",
        bank_code=code or CODES[country],
        zone="Europe/Oslo",
        languages=("nb",),
        description="For tests.",
        customers=Customers(first, last),
        sca=Sca((ScaApproach.REDIRECT,), (ScaMethod("sms", "SMS_OTP", "SMS"),)),
        consents=ConsentRules(),
        statements=StatementRules(("interimBooked",), ("booked",)),
        interfaces=(),
    )


HOME, OTHER = a_profile(), a_profile("dalbanken", code="9999")


def plan(number, country="NO", profiles=None):
    household = people.household_of(SEED, country, number)
    return accounts_of(SEED, household, profiles or [a_profile(country=country)])


def by_purpose(accounts, member=None):
    return {one.purpose: one for one in accounts if member in (None, one.member)}


@pytest.mark.parametrize("country", COUNTRIES)
def test_two_thousand_people_have_account_numbers_of_their_own(country):
    profile = a_profile(country=country)
    firsts = sorted({people.household_of(SEED, country, number).id for number in range(2000)})
    accounts = [
        account
        for one in firsts
        for account in accounts_of(SEED, people.household_of(SEED, *people.number_from(one)), [profile])
    ]

    assert len({one.id for one in accounts}) == len(accounts)
    assert all(len(one.id) == 16 for one in accounts)
    own = [one.iban for one in accounts if one.iban and not one.parent_id]
    assert len(set(own)) == len(own)
    assert all(schwifty.IBAN(text).bank_name is None for text in own)


@pytest.mark.parametrize("country", COUNTRIES)
@given(number=st.integers(0, 99_900))
@settings(max_examples=80)
def test_an_account_number_leads_back_to_its_owner(country, number):
    profile = a_profile(country=country)
    household = people.household_of(SEED, country, number)

    for account in accounts_of(SEED, household, [profile]):
        if account.iban:
            schwifty.IBAN(account.iban).validate(validate_bban=country in ("NO", "FI"))
            owner, place = number_of_account(SEED, profile, account.iban)
            assert people.person_id(country, owner) == account.holders[0][0]
            assert 0 <= place < 8
            assert account.iban.endswith(account.bban)
        else:
            assert account.kind is AccountKind.CARD
            assert len(account.masked_pan) == 16
            assert "xxxxxx" in account.masked_pan


def test_another_banks_number_and_a_wrong_number_lead_to_nobody():
    account = by_purpose(plan(0))["daily"]

    assert number_of_account(SEED, OTHER, account.iban) is None
    assert number_of_account(SEED, HOME, account.iban[:-1] + "x") is None
    assert number_of_account(SEED, HOME, "NO00" + account.iban[4:]) is None


@given(number=st.integers(0, 99_900))
@settings(max_examples=100)
def test_whatever_an_account_points_to_is_an_account_of_the_same_bank(number):
    accounts = plan(number, profiles=[HOME, OTHER])
    banks = {one.id: one.bank_id for one in accounts}
    people_here = {one.id for one in people.household_of(SEED, "NO", number).people}

    for one in accounts:
        for pointed in (one.parent_id, one.settlement_account_id):
            assert pointed is None or banks[pointed] == one.bank_id
        assert {person for person, _ in one.holders} <= people_here
        assert one.opened_on < people.EPOCH
        assert (one.closed_on is not None) == (one.status is AccountStatus.CLOSED)
        assert len(one.owner_name) <= 140


def test_a_couple_owns_the_joint_account_together():
    accounts = plan(2)
    joint, mortgage = by_purpose(accounts)["joint"], by_purpose(accounts)["mortgage"]

    assert joint.holders == (("no-2", Role.OWNER), ("no-3", Role.CO_OWNER))
    assert mortgage.settlement_account_id == joint.id
    assert joint.owner_name.count(",") == 1


def test_a_child_owns_its_account_and_the_guardian_sees_it():
    youth = by_purpose(plan(18))["youth"]

    assert youth.holders == (("no-19", Role.OWNER), ("no-18", Role.GUARDIAN))
    assert youth.owner_name == people.person(SEED, "NO", 19).name


def test_a_company_has_two_signatories():
    business = by_purpose(plan(36), "company")["business"]

    assert business.usage == "ORGA"
    assert business.holders == (
        ("no-38", Role.OWNER),
        ("no-36", Role.SIGNATORY),
        ("no-37", Role.SIGNATORY),
    )


def test_a_multi_currency_account_has_one_number_and_two_currencies():
    accounts = by_purpose(plan(14))
    multi, local, euro = accounts["multi"], accounts["daily"], accounts["foreign"]

    assert multi.kind is AccountKind.MULTI
    assert local.parent_id == euro.parent_id == multi.id
    assert local.iban == euro.iban == multi.iban
    assert (local.currency, euro.currency) == ("NOK", "EUR")
    assert local.opened_on == euro.opened_on == multi.opened_on


def test_every_kind_and_every_state_of_account_is_in_the_cast():
    accounts = [account for number in range(0, 40, 2) for account in plan(number)]

    assert {one.kind for one in accounts} == set(AccountKind)
    assert {one.status for one in accounts} == set(AccountStatus)
    assert {why for one in accounts for _, why in one.holders} == set(Role)
    assert any(one.credit_limit_minor for one in accounts if one.kind is AccountKind.CARD)


def test_the_cast_has_its_whole_life_at_every_bank():
    alone, both = plan(2, profiles=[HOME]), plan(2, profiles=[HOME, OTHER])

    assert [one for one in both if one.bank_id == HOME.id] == alone
    assert len(both) == 2 * len(alone)
    assert {one.bank_role for one in both} == {BankRole.MAIN}


def test_others_have_one_main_bank_and_a_quarter_a_second_one():
    persons = [people.person(SEED, "NO", number) for number in range(40, 1000)]
    banks = [people.banks_of(SEED, one, [OTHER, HOME]) for one in persons]

    assert all(found[0][1] is BankRole.MAIN for found in banks)
    assert 0.2 < sum(len(found) == 2 for found in banks) / len(banks) < 0.3
    assert {found[0][0].id for found in banks} == {HOME.id, OTHER.id}
    for (one, here), (other, there) in pairwise(zip(persons, banks, strict=True)):
        if one.number // 2 == other.number // 2:
            assert here[0] == there[0]


def test_a_bank_serves_only_its_own_numbers_and_country():
    far = a_profile("farbanken", first=100_000, last=199_999)
    swedish = a_profile("svebanken", country="SE")

    assert people.banks_of(SEED, people.person(SEED, "NO", 5), [far, swedish]) == []
    assert plan(100_002, profiles=[far, HOME, swedish])[0].bank_id == "farbanken"
    assert by_purpose(plan(100_002, profiles=[far]))["joint"].iban[4:8] == "9904"


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_full_bank_still_has_numbers_for_its_last_customer(country):
    most = customers_max(country)
    profile = a_profile(country=country, last=min(most, 10**7) - 1)

    last = people.household_of(SEED, country, profile.customers.last)
    assert accounts_of(SEED, last, [profile])
    assert most * 8 <= iban.capacity(country)


def test_a_plan_is_the_same_in_another_process_on_another_day():
    script = """
import json, sys, time_machine
sys.path.insert(0, ".")
with time_machine.travel({day!r}, tick=False):
    from tests.population.test_accounts_plan import HOME, OTHER, plan
    print(json.dumps([repr(plan(n, profiles=[HOME, OTHER])) for n in (*range(0, 60), 90_001)]))
"""
    outputs = []
    for day in ("2025-02-28T23:59:00Z", "2031-07-01T12:00:00Z"):
        command = [sys.executable, "-c", script.format(day=day)]
        outputs.append(json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout))

    assert outputs[0] == outputs[1]
    assert outputs[0][2] == repr(plan(2, profiles=[HOME, OTHER]))
