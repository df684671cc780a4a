"""Purchases: what a household buys with its cards, shop by shop, with the rhythm of the week and the year."""

from math import exp

from sandbox.bank.accounts import AccountKind
from sandbox.population.accounts_plan import PlannedAccount
from sandbox.population.calendars import shop_weights
from sandbox.population.economy import SHARES
from sandbox.population.merchants import Kind, Party
from sandbox.population.planning import Rule, Sheet

#: How tickets of one kind of shop spread around their mean, in 256 steps of a log-normal distribution.
_SPREAD = [
    exp(0.5 * z - 0.125)
    for z in (
        # The quantile by Tukey's lambda is near enough, and needs no library.
        ((p**0.135 - (1 - p) ** 0.135) / 0.1975)
        for p in ((step + 0.5) / 256 for step in range(256))
    )
]
#: These are fixed costs elsewhere (bills.py); what is left of their category is bought in shops.
_NEEDS_CAR = {"fuel", "charging", "parking", "garage"}
_TOGETHER = {"groceries", "bakery", "furniture", "hardware", "homeware", "travel", "electronics"}
_ABROAD = 0.25


def plan_purchases(sheet: Sheet) -> None:
    """Plan the household's card purchases of the month, cash, and a web shop abroad now and then."""
    life = sheet.life
    for work in life.works:
        if work.job == "minor":
            _of_minor(sheet, work.member, work.spending_minor)
    adults = [
        work.member
        for work in life.works
        if work.job not in ("minor", "company") and _alive(sheet, work.until)
    ]
    if not adults:
        return
    for kind in life.market.kinds:
        buyers = adults[:1] if len(adults) == 1 else adults
        _of_kind(sheet, kind, buyers)
    for member in adults:
        _cash_and_abroad(sheet, member)


def _alive(sheet: Sheet, until: str) -> bool:
    return f"{sheet.month.year}-{sheet.month.month:02d}" <= until


def _of_kind(sheet: Sheet, kind: Kind, buyers: list[str]) -> None:
    """Purchases at one kind of shop: as many as the budget holds tickets, on the days it favours."""
    life, rng, month = sheet.life, sheet.rng, sheet.month
    share = SHARES[kind.category] * kind.share * life.tastes[kind.category]
    if kind.category == "transport":
        share *= _transport(sheet, kind.id)
    budget = life.spending_minor * share * kind.year.get(month.month, 1.0)
    ticket = kind.ticket_eur * life.unit
    if kind.id == "groceries":
        expected = 10 + rng.random() * 6
        ticket = budget / 13
    else:
        expected = budget / ticket
    count = int(expected + rng.random())
    if not count:
        return
    weights = shop_weights(month.country, month.year, month.month, kind.week, kind.sundays)
    days = rng.choices(range(len(month.days)), cum_weights=weights, k=count)
    home = _home_shops(sheet, kind)
    first, last = kind.hours[0] * 60, kind.hours[1] * 60 - 5
    for day in days:
        member = buyers[int(rng.random() * len(buyers))]
        account = _pays_with(sheet, member, kind)
        if account is None:
            continue
        minor = int(ticket * sheet.rise * _SPREAD[int(rng.random() * 256)])
        shop = home[int(rng.random() * len(home))]
        minute = first + int(rng.random() * (last - first))
        sheet.add(
            *(day, minute, account, -max(minor, 100), "card", shop),
            rule=Rule.SPENDS,
            booked_on=month.days[day].next_bank_day,
        )


def _transport(sheet: Sheet, kind_id: str) -> float:
    """Who has a car buys fuel or current for it; who has none travels, and spends less on it all."""
    life = sheet.life
    if kind_id == "fuel":
        return 1.6 if life.has_car and not life.electric else 0.0
    if kind_id == "charging":
        return 2.2 if life.has_car and life.electric else 0.0
    if kind_id in _NEEDS_CAR:
        return 1.45 if life.has_car else 0.0
    return 0.8 if life.has_car else 2.8


def _home_shops(sheet: Sheet, kind: Kind) -> list[Party]:
    """The few branches that a household goes to; travellers' shops are all of them."""
    size = len(kind.shops)
    start = sheet.life.customer_number % size
    near = 4 if size > 4 else size
    return [kind.shops[(start + 5 * step) % size] for step in range(near)]


def _pays_with(sheet: Sheet, member: str, kind: Kind) -> PlannedAccount | None:
    """The joint account for what is shared, the credit card for a part of the rest, else the own account.

    At a card issuer there is nothing but the card.
    """
    life, month = sheet.life, sheet.month
    chance = sheet.rng.random()
    if kind.id in _TOGETHER:
        joint = next((one for one in life.accounts if one.purpose == "joint"), None)
        if joint is not None and joint.opened_on.isoformat() <= month.days[0].iso:
            return joint
    if chance < 0.25:
        card = life.account(member, "card", month=month)
        if card is not None and card.usage == "PRIV":
            return card
    if chance > 0.95:
        second = life.account(member, "second", month=month)
        if second is not None:
            return second
    return life.daily(member, month) or life.account(member, "card", month=month)


def _of_minor(sheet: Sheet, member: str, spending_minor: int) -> None:
    """A child buys sweets, snacks and a game: small sums, in the afternoon, never wine or fuel."""
    rng, month = sheet.rng, sheet.month
    account = sheet.life.account(member, "youth", month=month)
    kinds = [k for k in sheet.life.market.kinds if k.id in ("bakery", "fast_food", "cinema", "hobby", "cafe")]
    for _ in range(rng.randint(3, 8)):
        kind = kinds[int(rng.random() * len(kinds))]
        weights = shop_weights(month.country, month.year, month.month, kind.week, kind.sundays)
        day = rng.choices(range(len(month.days)), cum_weights=weights)[0]
        minor = int(spending_minor / 6 * sheet.rise * _SPREAD[int(rng.random() * 256)])
        shop = _home_shops(sheet, kind)[0]
        minute = 14 * 60 + int(rng.random() * 240)
        sheet.add(
            *(day, minute, account, -max(minor, 100), "card", shop),
            rule=Rule.SPENDS,
            booked_on=month.days[day].next_bank_day,
        )


def _cash_and_abroad(sheet: Sheet, member: str) -> None:
    """Cash from a machine, more often where people still use it, and a web shop in another currency."""
    life, rng, month = sheet.life, sheet.rng, sheet.month
    account = life.daily(member, month)
    often = life.country.habits["cash_a_month"]
    for _ in range(int(often + rng.random())):
        day = int(rng.random() * len(month.days))
        notes = rng.choice((20, 30, 50)) * life.country.per_euro
        minor = max(1, round(notes / 50)) * 5000 if life.country.per_euro > 2 else int(notes / 10) * 1000
        sheet.add(day, 600 + int(rng.random() * 600), account, -minor, "atm", rule=Rule.SPENDS)
    chance = 3 * _ABROAD if "abroad" in life.traits else _ABROAD
    abroad = [one for one in life.market.abroad if one.currency != life.country.currency]
    if rng.random() < chance:
        day = int(rng.random() * len(month.days))
        shop = abroad[int(rng.random() * len(abroad))]
        foreign = int(28 * shop.per_euro * 100 * _SPREAD[int(rng.random() * 256)])
        rate = round(life.country.per_euro / shop.per_euro * (0.98 + rng.random() * 0.04), 4)
        card = life.account(member, "card", month=month) or account
        if card is not None and card.kind in (AccountKind.CARD, AccountKind.CURRENT):
            sheet.add(
                *(day, 1200, card, -int(foreign * rate), "card", shop),
                rule=Rule.SPENDS,
                booked_on=month.days[day].next_bank_day,
                detail=f"{foreign}|{rate}",
            )
