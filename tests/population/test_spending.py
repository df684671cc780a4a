"""What ordinary households buy follows the shares of the household budget survey."""

from collections import Counter

from sandbox.bank import profiles as bank_profiles
from sandbox.kernel import places
from sandbox.population import people
from sandbox.population.accounts_plan import accounts_of
from sandbox.population.economy import SHARES, Life, life_of
from sandbox.population.livelihoods import at_the_beginning, plan_month
from sandbox.population.merchants import market
from sandbox.population.unfolding import unfold
from sandbox.standards.registry import STANDARDS

_PROFILES = bank_profiles.load(places.mock_banks(), {one.id: one.switches for one in STANDARDS.values()})
_FIXED = {
    **{"phone": "ict", "broadband": "ict", "streaming": "ict", "insurer": "insurance"},
    **{"gym": "leisure", "tolls": "transport", "car": "transport"},
}
#: Each share may be off by 2.5 points of all spending: cars are bought or not, holidays come in lumps.
_TOLERANCE = 0.025
_MARKET = market("NO")
_OF_MCC = {kind.mcc: kind.category for kind in _MARKET.kinds}
_OF_PARTY = {one.name: _FIXED[role] for role in _FIXED for one in _MARKET.parties[role]}


def _ordinary_lives(count: int) -> list[Life]:
    lives: dict[str, Life] = {}
    number = 40
    while len(lives) < count:
        household = people.household_of("bergen", "NO", number)
        number += 1
        accounts = accounts_of("bergen", household, _PROFILES.values())
        if household.id not in lives and accounts:
            lives[household.id] = life_of("bergen", household, accounts)
    return list(lives.values())


def test_ordinary_households_spend_as_the_survey_says():
    spent: Counter[str] = Counter()
    for life in _ordinary_lives(150):
        balances = at_the_beginning(life)
        for year, month in [(2023, m) for m in range(1, 13)] + [(2024, m) for m in range(1, 13)]:
            for one in unfold(life, plan_month(life, year, month), balances):
                if one.minor < 0 and one.party and one.kind in ("card", "direct_debit", "bill"):
                    category = _OF_PARTY.get(one.party.name) or _OF_MCC.get(one.party.mcc or "")
                    if category:
                        spent[category] -= one.minor

    shares = {name: spent[name] / spent.total() for name in SHARES}
    assert {
        name: round(shares[name] - SHARES[name], 3)
        for name in SHARES
        if abs(shares[name] - SHARES[name]) > _TOLERANCE
    } == {}, shares


def test_ordinary_people_are_seldom_overdrawn():
    below = all_days = 0
    for life in _ordinary_lives(60):
        if "over_indebted" in life.traits:
            continue
        balances = at_the_beginning(life)
        for month in range(1, 13):
            unfold(life, plan_month(life, 2023, month), balances)
            current = [one.id for one in life.accounts if one.kind.value == "current"]
            below += sum(balances[one] < 0 for one in current)
            all_days += len(current)

    assert below / all_days < 0.02
