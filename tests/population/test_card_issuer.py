"""A bank that issues cards and nothing else: everybody has one, and pays its bill from elsewhere."""

import pytest

from sandbox.bank.accounts import AccountKind
from sandbox.population import people
from sandbox.population.accounts_plan import accounts_of
from sandbox.population.economy import life_of
from sandbox.population.livelihoods import at_the_beginning, plan_month
from sandbox.population.unfolding import unfold
from tests.mock_banks.test_the_banks import BANKS

_ISSUER = BANKS["kronekort"]


def accounts(number):
    household = people.household_of("bergen", "DK", number)
    return household, accounts_of("bergen", household, [_ISSUER])


@pytest.mark.parametrize("number", [*range(40), *range(100, 160)])
def test_everybody_has_a_card_and_nothing_else(number):
    household, cards = accounts(number)

    assert {one.kind for one in cards} == {AccountKind.CARD}
    assert all(one.masked_pan and not one.iban and not one.settlement_account_id for one in cards)
    held = {person_id for one in cards for person_id, _ in one.holders}
    assert held == {person.id for person in household.people}
    assert len({one.id for one in cards}) == len(cards) == len(household.people)


def test_a_card_is_used_and_its_bill_is_paid_each_month():
    household, cards = accounts(100)
    life = life_of("bergen", household, cards)
    balances = at_the_beginning(life)

    done = [one for month in range(1, 13) for one in unfold(life, plan_month(life, 2025, month), balances)]

    bills = [one for one in done if one.kind == "card_bill"]
    assert len(bills) >= 11
    assert all(one.minor > 0 and one.other_id is None for one in bills)
    assert sum(one.kind == "card" for one in done) > 100
    assert all(-one.credit_limit_minor <= balances[one.id] <= 0 for one in cards)


def test_a_child_has_a_card_without_credit():
    _, cards = accounts(18)

    child = next(one for one in cards if any(role.value == "guardian" for _, role in one.holders))
    assert child.credit_limit_minor == 0
