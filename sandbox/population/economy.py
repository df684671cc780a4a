"""What a household lives on: jobs, home, budget and habits, drawn once from (seed, country, number)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random  # noqa: TID251  # the type only: every stream comes from kernel.ids
from typing import Any

from sandbox.bank.accounts import AccountKind
from sandbox.kernel.countries import Country, country
from sandbox.kernel.ids import derived, stream
from sandbox.population.accounts_plan import PlannedAccount
from sandbox.population.calendars import Month
from sandbox.population.merchants import Market, Party, market
from sandbox.population.people import Household, Person
from sandbox.population.personas import personas

#: The first day of every life that is simulated, whoever looks and whenever.
LIFE_BEGINS = (2023, 1)
#: Pay and prices rise by so much each year.
_RISE = 0.035
#: Shares of what a household spends, housing and energy left out.
#: Source: SSB, Forbruksundersøkelsen 2022, kroner per household.
SHARES: Mapping[str, float] = {
    name: amount / 358_918
    for name, amount in {
        "food": 65_751,
        "transport": 80_192,
        "eating": 23_895,
        "leisure": 44_714,
        "furniture": 28_283,
        "ict": 25_143,
        "insurance": 22_860,
        "clothing": 19_788,
        "health": 12_545,
        "alcohol": 12_177,
        "education": 3_377,
        "other": 20_194,
    }.items()
}


@dataclass(frozen=True, slots=True)
class Work:
    """How one member earns: `net_minor` a month in 2023, paid by `payer` on `day` (a number or `last`)."""

    member: str
    person: Person
    job: str
    net_minor: int
    extra_minor: int
    benefit_minor: int
    day: int | str
    payer: Party
    until: str
    spending_minor: int


@dataclass(frozen=True, slots=True)
class Life:
    """One household's life at its banks. A household of the cast has one at each bank.

    `tastes` scale the categories of spending, `bills` say who sends them; `key` begins every transfer's id.
    """

    key: str
    seed: str
    household: Household
    country: Country
    market: Market
    accounts: tuple[PlannedAccount, ...]
    works: tuple[Work, ...]
    rent_minor: int
    upkeep_minor: int
    loan_minor: int
    spending_minor: int
    children: int
    has_car: bool
    electric: bool
    traits: frozenset[str]
    tastes: Mapping[str, float]
    billers: Mapping[str, Party]
    friends: tuple[Party, ...]
    customer_number: int
    by_id: Mapping[str, PlannedAccount] = field(default_factory=dict)

    def account(self, member: str, *purposes: str, month: Month | None = None) -> PlannedAccount | None:
        """The member's first account of those purposes that is open through the month, or None."""
        for purpose in purposes:
            for one in self.accounts:
                if one.purpose == purpose and one.member == member and _is_open(one, month):
                    return one
        return None

    def work(self, member: str) -> Work | None:
        """How that member earns; None who does not."""
        return next((one for one in self.works if one.member == member), None)

    def daily(self, member: str, month: Month) -> PlannedAccount | None:
        """The account on which the member's money comes in."""
        return self.account(member, "daily", "youth", "former", "joint", "business", "second", month=month)

    def common(self, month: Month) -> PlannedAccount | None:
        """The account from which the home is paid: a joint one, one for bills, or the first earner's."""
        for one in self.accounts:
            if one.purpose in ("joint", "bills") and _is_open(one, month):
                return one
        return next((found for work in self.works if (found := self.daily(work.member, month))), None)

    def loans(self) -> Iterable[PlannedAccount]:
        """The household's mortgages and loans."""
        return (one for one in self.accounts if one.kind is AccountKind.LOAN)

    def prices(self, month: Month) -> float:
        """How far pay and prices have risen since lives began."""
        return float((1 + _RISE) ** (month.year - LIFE_BEGINS[0]))

    @property
    def unit(self) -> float:
        """Minor units of the country's currency in one euro."""
        return self.country.per_euro * 100


def _is_open(account: PlannedAccount, month: Month | None) -> bool:
    if month is None:
        return True
    if account.kind is AccountKind.MULTI or account.opened_on.isoformat() > month.days[0].iso:
        return False
    return account.closed_on is None or account.closed_on.isoformat() > month.days[-1].iso


def life_of(seed: str, household: Household, accounts: Sequence[PlannedAccount], place: str = "") -> Life:
    """The life of a household with those accounts. `place` tells lives of the cast at two banks apart."""
    rng = stream(seed, "life", household.id)
    where = country(household.country)
    people = market(household.country)
    plan = personas()[household.persona].economy
    unit = where.per_euro * 100
    works = tuple(
        _work(rng, household, member, one, where, people) for member, one in plan["members"].items()
    )
    home = plan["home"]
    has_car = rng.random() * 100 < plan.get("car", 50)
    return Life(
        key=derived(seed, "life", household.id, place, length=12),
        seed=seed,
        household=household,
        country=where,
        market=people,
        accounts=tuple(accounts),
        works=works,
        rent_minor=_draw(rng, home.get("rent_eur"), unit),
        upkeep_minor=_draw(rng, home.get("upkeep_eur", _upkeep(where, home)), unit),
        loan_minor=_draw(rng, home.get("loan_eur"), unit),
        spending_minor=_draw(rng, plan["spending_eur"], unit),
        children=rng.randint(*plan.get("children", [0, 0])),
        has_car=has_car,
        electric=rng.random() < where.habits["electric_cars"],
        traits=frozenset(plan.get("traits", [])),
        tastes={name: rng.uniform(0.8, 1.2) for name in SHARES},
        billers={role: rng.choice(parties) for role, parties in people.parties.items()},
        friends=tuple(people.private(_friend(rng, household)) for _ in range(5)),
        customer_number=rng.randrange(100_000, 999_999),
        by_id={one.id: one for one in accounts},
    )


def _upkeep(where: Country, home: Mapping[str, Any]) -> Sequence[int] | None:
    """What a home costs each month beside rent and loan, in euro, where the persona does not say."""
    renters: Sequence[int] | None = where.home.get("renters_eur")
    return [160, 260] if "loan_eur" in home else renters


def _draw(rng: Random, euros: Sequence[int] | None, unit: float) -> int:
    """An amount between two, or nothing; the dice fall all the same, so that lives stay comparable."""
    share = rng.random()
    if euros is None:
        return 0
    return int((euros[0] + share * (euros[1] - euros[0])) * unit) // 100 * 100


def _work(
    rng: Random, household: Household, member: str, one: Mapping[str, Any], where: Country, people: Market
) -> Work:
    job, unit = one["job"], where.per_euro * 100
    roles = {"pension": "state", "student": "student", "minor": "state"}
    payers = people.parties[roles.get(job, "employer")]
    days = where.pay["salary_days"]
    return Work(
        member=member,
        person=household.member(member),
        job=job,
        net_minor=_draw(rng, one.get("net_eur") or one.get("turnover_eur"), unit),
        extra_minor=_draw(rng, one.get("extra_eur"), unit),
        benefit_minor=_draw(rng, one.get("benefit_eur"), unit),
        day=rng.choice(days),
        payer=rng.choice(payers),
        until=one.get("until", "9999-12"),
        spending_minor=_draw(rng, one.get("spending_eur"), unit),
    )


def _friend(rng: Random, household: Household) -> str:
    """The name of somebody they know: a given name of the family's language, a family name as an initial."""
    first = rng.choice(country(household.country).friends)
    return f"{first} {rng.choice('ABDEFGHKLMNRSTV')}."
