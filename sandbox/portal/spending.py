"""What somebody's statements come to: the balance, spending by category, what is earned and owed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sandbox.bank import arrangements, ledger
from sandbox.bank.accounts import AccountKind, AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Window
from sandbox.bank.ledger.reading import LineRow
from sandbox.kernel import months
from sandbox.kernel.money import exponent
from sandbox.population import merchants
from sandbox.portal import page, plots
from sandbox.portal.plots import Bars, Line

_MONTHS_OF_BALANCE, _MONTHS_OF_SPENDING = 12, 6
_CATEGORIES = 6
_REST = "everything else"
#: Kinds of booking whose category does not follow from a shop; None: no spending, but money that moves.
_BY_KIND: Mapping[str, str | None] = {
    "rent": "home",
    "mortgage": "home",
    "bill": "bills",
    "direct_debit": "bills",
    "atm": "cash",
    "fee": "fees",
    "bounce_fee": "fees",
    "loan_interest": "fees",
    "interest": "fees",
    "wallet": "friends",
    "payment": "payments by apps",
    "transfer": None,
    "saving": None,
    "card_bill": None,
    "vat": "taxes",
    "payroll": "wages",
}
#: Categories of shops whose name says too little.
_CALLED: Mapping[str, str] = {"ict": "phones and computers", "other": "shopping", "eating": "eating out"}
#: How income is called.
_EARNED: Mapping[str, str] = {
    "salary": "Salary",
    "holiday_pay": "Holiday pay",
    "pension": "Pension",
    "child_benefit": "Child benefit",
    "benefit": "Benefit",
    "student": "Student support",
    "maintenance": "Maintenance",
    "tax_refund": "Tax refund",
    "dividend": "Dividend",
    "invoice": "Invoices",
    "acquirer": "Takings by card",
    "wallet_in": "From friends",
    "interest": "Interest",
}


@dataclass(frozen=True, slots=True)
class Spending:
    """Spending by category: a picture at each size, and the same as a table in minor units."""

    bars: Sequence[Bars]
    columns: Sequence[str]
    series: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that comes or goes again and again: `minor` of a month, or of the next time."""

    what: str
    party: str | None
    minor: int | None
    currency: str
    when: str


def balance(bank: Bank, account: AccountRow) -> list[Line]:
    """The booked balance of the last twelve months, day by day, as a picture at each size."""
    since = months.shifted(bank.today, -_MONTHS_OF_BALANCE)
    running = ledger.balance_on(bank, account.id, since)
    by_day: dict[date, int] = {since: running}
    window = Window(since + timedelta(days=1), bank.today, newest_first=False)
    for one in ledger.lines(bank, account.id, window):
        running += one.amount_minor
        by_day[date.fromisoformat(one.booked_on)] = running
    by_day.setdefault(bank.today, running)
    unit = 10 ** exponent(account.currency)
    points = [(day, minor / unit) for day, minor in by_day.items()]
    pictures = [plots.line(points, size) for size in plots.SIZES]
    return [one for one in pictures if one]


def spending(bank: Bank, found: Sequence[AccountRow], currency: str) -> Spending:
    """What was spent from these accounts in the last months, the greatest categories first."""
    firsts = [months.shifted(bank.today.replace(day=1), -n) for n in reversed(range(_MONTHS_OF_SPENDING))]
    names = [f"{one.year}-{one.month:02}" for one in firsts]
    by_category: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account in found:
        if account.currency == currency and account.kind in (AccountKind.CURRENT, AccountKind.CARD):
            for one in ledger.lines(bank, account.id, Window(firsts[0], bank.today)):
                category = _category(bank.profile.country, one)
                if category is not None:
                    by_category[category][one.booked_on[:7]] -= one.amount_minor
    ranked = sorted(by_category, key=lambda name: -sum(by_category[name].values()))
    kept = ranked if len(ranked) <= _CATEGORIES else ranked[: _CATEGORIES - 1]
    series = {name: [max(0, by_category[name][month]) for month in names] for name in kept}
    if len(kept) < len(ranked):
        rest = [name for name in ranked if name not in kept]
        series[_REST] = [sum(max(0, by_category[name][month]) for name in rest) for month in names]
    unit = 10 ** exponent(currency)
    columns = [f"{one:%b}" for one in firsts]
    drawn = {name: [minor / unit for minor in values] for name, values in series.items()}
    pictures = [plots.bars(columns, drawn, size) for size in plots.SIZES]
    return Spending([one for one in pictures if one], columns, series)


def earned(bank: Bank, found: Sequence[AccountRow]) -> list[Standing]:
    """What comes in: by kind and payer, what it was last, the greatest first."""
    since = months.shifted(bank.today, -_MONTHS_OF_SPENDING)
    last: dict[tuple[str, str | None], LineRow] = {}
    for account in found:
        if account.kind == AccountKind.CURRENT:
            for one in ledger.lines(bank, account.id, Window(since, bank.today, newest_first=False)):
                if one.amount_minor > 0 and one.kind in _EARNED:
                    last[one.kind, None if one.kind == "wallet_in" else one.party_name] = one
    ranked = sorted(last.items(), key=lambda item: -item[1].amount_minor)
    return [
        Standing(_EARNED[kind], party, one.amount_minor, one.currency, f"last on {page.day(one.booked_on)}")
        for (kind, party), one in ranked[:8]
    ]


def owed(bank: Bank, found: Sequence[AccountRow]) -> list[Standing]:
    """What is owed: loans and cards that are in debt, standing orders, and who may collect."""
    owing = []
    for one in found:
        booked = ledger.balance(bank, one.id) if one.kind != AccountKind.MULTI else 0
        if booked < 0:
            owing.append(Standing(f"Debt on {one.name}", None, booked, one.currency, "today"))
    for one in found:
        if one.kind == AccountKind.CURRENT:
            owing += [
                Standing(
                    *("Standing order", each.creditor_name, -each.amount.minor, each.amount.currency),
                    f"next on {page.day(each.next_on)}",
                )
                for each in arrangements.standing_orders(bank, one.id)
            ]
            owing += [
                Standing(
                    *("Direct debit", each.creditor_name, -each.last.amount.minor if each.last else None),
                    *(
                        each.currency,
                        f"last on {page.day(each.last.booked_on)}" if each.last else "not yet collected",
                    ),
                )
                for each in arrangements.direct_debits(bank, one.id)
            ]
    return owing


def _category(country: str, one: LineRow) -> str | None:
    """The category of a booking; None where nothing was spent."""
    if one.kind in _BY_KIND:
        return _BY_KIND[one.kind] if one.amount_minor < 0 else None
    if one.mcc is None:
        return "payments" if one.amount_minor < 0 else None
    # What comes back from a shop was not spent there.
    return _shops(country).get(one.mcc, "shopping")


@cache
def _shops(country: str) -> Mapping[str, str]:
    """The category of each merchant category code."""
    found = merchants.market(country).kinds
    return {one.mcc: _CALLED.get(one.category, one.category) for one in found}
