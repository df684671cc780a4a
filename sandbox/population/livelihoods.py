"""Livelihoods: what a household means to earn, spend and put aside in one month."""

from functools import lru_cache, partial

from sandbox.bank.accounts import AccountKind
from sandbox.kernel.ids import stream
from sandbox.population.bills import plan_bills, plan_own
from sandbox.population.calendars import month as calendar_month
from sandbox.population.economy import LIFE_BEGINS, Life
from sandbox.population.fates import plan_fates
from sandbox.population.income import plan_income
from sandbox.population.planning import Planned, sheet_of
from sandbox.population.purchases import plan_purchases


def plan_month(life: Life, year: int, month: int) -> list[Planned]:
    """Everything that is planned for a month, in the order of events.

    It follows from (seed, household, month) alone; what becomes of it, from the balances: `unfolding`.
    """
    sheet = sheet_of(life, calendar_month(life.country.id, year, month))
    plan_income(sheet)
    plan_bills(sheet)
    plan_own(sheet)
    plan_purchases(sheet)
    plan_fates(sheet)
    sheet.planned.sort()
    return sheet.planned


#: A growth looks at the month that it is in and at the one before, out of which something may be pending.
_MONTHS_KEPT = 3


class Livelihood:
    """A life with the plans of the months that were looked at last. Time comes back to a month day by day."""

    def __init__(self, life: Life) -> None:
        """Nothing is planned yet."""
        self.life = life
        self._plan = lru_cache(maxsize=_MONTHS_KEPT)(partial(plan_month, life))

    def plan(self, year: int, month: int) -> list[Planned]:
        """The plan of that month, which nobody changes."""
        return self._plan(year, month)


def at_the_beginning(life: Life) -> dict[str, int]:
    """What was on each account when lives begin; an account that opens later begins at nothing."""
    first = f"{LIFE_BEGINS[0]}-{LIFE_BEGINS[1]:02d}-01"
    earns = {work.member: work.net_minor for work in life.works}
    balances = {}
    for one in life.accounts:
        if one.kind is AccountKind.MULTI:
            continue
        share = stream(life.seed, "beginning", one.id).random()
        net = earns.get(one.member, 0)
        minor = 0
        if one.opened_on.isoformat() < first:
            if one.kind is AccountKind.LOAN:
                minor = -life.loan_minor
            elif one.kind is AccountKind.SAVINGS:
                minor = int(net * (1.5 + 3.5 * share))
            elif one.kind is AccountKind.CURRENT:
                minor = int(net * (0.7 + 0.5 * share))
        if "over_indebted" in life.traits and one.kind is not AccountKind.LOAN:
            minor = minor // 20
        balances[one.id] = minor
    return balances
