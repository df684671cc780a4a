"""A card purchase between the shop and the books: what is set aside is not always what is booked."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from sandbox.bank import verify
from sandbox.kernel.clock import parse_instant
from sandbox.population import people
from sandbox.population.accounts_plan import accounts_of
from sandbox.population.economy import Life, life_of
from sandbox.population.livelihoods import at_the_beginning, plan_month
from sandbox.population.planning import Planned, Rule, entry_of
from sandbox.population.unfolding import unfold
from tests.population.test_populate import _PROFILES, _move_again, _move_in

_NUMBERS = range(100, 180, 2)
_MONTHS = [(2025, month) for month in range(1, 13)]


def _life(number: int) -> Life:
    """The life of an ordinary household, as it grows at all its banks."""
    household = people.household_of("bergen", "NO", number)
    return life_of("bergen", household, accounts_of("bergen", household, _PROFILES.values()))


def purchases() -> Iterator[tuple[int, Planned]]:
    """A year of the card purchases of ordinary people, each with the number of whose it is."""
    for number in _NUMBERS:
        life = _life(number)
        if life.accounts:
            for year, month in _MONTHS:
                yield from ((number, one) for one in plan_month(life, year, month) if one.kind == "card")


def first(wanted) -> tuple[str, str, Planned]:
    """Who, at which bank, and which purchase."""
    number, one = next((number, one) for number, one in purchases() if wanted(one))
    return f"no-{number}", _life(number).by_id[one.account_id].bank_id, one


def test_of_a_hundred_purchases_two_to_six_are_set_aside_as_something_else():
    bought = [one for _, one in purchases()]

    differing = [one for one in bought if one.held_minor]
    assert 0.02 < len(differing) / len(bought) < 0.06
    vanished = [one for one in differing if not one.minor]
    assert 0.003 < len(vanished) / len(bought) < 0.01


def test_a_pump_sets_aside_more_than_a_tip_does_and_both_end_on_a_later_day():
    fuel = [one for _, one in purchases() if one.party.mcc == "5541" and one.held_minor and one.minor]
    eaten = [one for _, one in purchases() if one.party.mcc == "5812" and one.held_minor and one.minor]

    assert fuel
    assert {one.held_minor % 10_000 for one in fuel} == {0}
    assert all(one.minor < one.held_minor < 0 for one in eaten), "the tip comes on top"
    assert all(one.booked_on > one.at[:10] for one in fuel + eaten)


def entries(database, table: str, entry_id: str):
    with database.reading() as work:
        sql = f"SELECT amount_minor, exchange FROM {table} WHERE workspace_id = 'world-w' AND entry_id = :e"
        return work.execute(text(sql), {"e": entry_id}).all()


def around(one: Planned) -> tuple[datetime, datetime]:
    """The evening of the purchase, and the noon of the day on which it ends."""
    return parse_instant(one.at) + timedelta(minutes=1), parse_instant(f"{one.booked_on}T12:00:00.000000Z")


@pytest.mark.parametrize("kind", ["the pump", "the hotel", "another rate"])
def test_what_is_booked_is_not_what_was_set_aside(database, kind):
    is_it = {
        "the pump": lambda one: one.party.mcc == "5541",
        "the hotel": lambda one: one.party.mcc == "4722",
        "another rate": lambda one: bool(one.party.currency),
    }[kind]
    person_id, bank_id, one = first(lambda it: is_it(it) and it.held_minor and it.minor)
    evening, noon = around(one)

    _move_in(database, person_id, bank_id, evening)
    [(held_minor, held_exchange)] = entries(database, "pending", entry_of(one))
    _move_again(database, person_id, bank_id, noon, "w")
    [(minor, exchange)] = entries(database, "line", entry_of(one))

    assert (held_minor, minor) == (one.held_minor, one.minor)
    assert (exchange != held_exchange) is (kind == "another rate")
    assert entries(database, "pending", entry_of(one)) == []
    with database.reading() as work:
        assert verify.whole_database(work) == []


def test_what_nobody_collects_expires_and_leaves_no_line(database):
    person_id, bank_id, one = first(lambda it: it.held_minor and not it.minor)
    evening, noon = around(one)

    _move_in(database, person_id, bank_id, evening)
    assert [row[0] for row in entries(database, "pending", entry_of(one))] == [one.held_minor]
    _move_again(database, person_id, bank_id, noon, "w")

    assert entries(database, "pending", entry_of(one)) == entries(database, "line", entry_of(one)) == []
    with database.reading() as work:
        [(kind, at, amount)] = work.execute(
            text(
                "SELECT o.kind, o.at, o.amount_minor FROM transfer o"
                " JOIN transfer p ON p.workspace_id = o.workspace_id AND p.id = o.pending_id"
                " WHERE p.id LIKE :e"
            ),
            {"e": f"%{entry_of(one)}"},
        )
        assert (kind, at[:10], amount) == ("expire", one.booked_on, -one.held_minor)
        assert verify.whole_database(work) == []


def a_year_unfolded():
    for number in _NUMBERS:
        life = _life(number)
        balances = at_the_beginning(life)
        for year, month in [(y, m) for y in (2023, 2024, 2025) for m in range(1, 13)]:
            done = unfold(life, plan_month(life, year, month), balances)
            yield from ((one, done) for one in done)


def test_what_is_brought_back_was_bought_before():
    found = 0
    for one, month in a_year_unfolded():
        if one.kind == "refund":
            bought = next(it for it in month if it.entry_id == one.detail)
            assert bought.at < one.at
            assert bought.party == one.party
            assert 0 < one.minor <= -bought.minor
            found += 1
    assert found > 20


def test_a_mistake_of_the_bank_is_put_right_with_the_value_date_of_the_mistake(database):
    person_id, bank_id, one = first(lambda it: it.rule is Rule.FOLLOWS)
    _move_in(database, person_id, bank_id, parse_instant(one.at) + timedelta(days=20))

    with database.reading() as work:
        rows = work.execute(
            text(
                "SELECT account_id, amount_minor, value_on, booked_on, kind, code, remittance FROM line"
                " WHERE kind = 'correction' OR entry_id IN (:wrong, :right) ORDER BY booked_on, seq"
            ),
            {"wrong": entry_of(one), "right": one.detail},
        ).all()
    right, wrong, corrected = (row._mapping for row in rows[-3:])
    assert right["amount_minor"] == wrong["amount_minor"] == -corrected["amount_minor"]
    assert (right["remittance"], right["account_id"]) == (wrong["remittance"], corrected["account_id"])
    assert corrected["code"] == "PMNT-CCRD-CAJT"
    assert corrected["booked_on"] > wrong["booked_on"]
    assert corrected["value_on"] == wrong["value_on"]


def test_nothing_is_brought_back_that_was_not_bought():
    life = _life(100)
    plans = [plan_month(_life(number), year, month) for number in _NUMBERS for year, month in _MONTHS]
    followers = [one for plan in plans for one in plan if one.rule is Rule.FOLLOWS and one.kind == "refund"]
    alone = followers[0]

    balances = dict.fromkeys([*at_the_beginning(life), alone.account_id], 0)

    assert unfold(life, [alone], balances) == []
    assert [one.minor for one in unfold(life, [alone], balances, lambda *_: True)] == [alone.minor]
