"""Fates: what becomes of a card purchase between the shop and the books.

A terminal sets aside what it is told, and the shop collects days later what it is owed: after the pump has
stopped, with the tip on top, at the rate of that day, or never. Some things are brought back, and now and
then the bank books twice and puts it right. None of this changes what is bought: it has a stream of its own.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sandbox.kernel.bankdays import next_bank_day
from sandbox.kernel.ids import stream
from sandbox.population.merchants import Party
from sandbox.population.planning import Planned, Rule, Sheet, entry_of

#: Shops that take things back.
_TAKES_BACK = frozenset({"5651", "5661", "5712", "5719", "5732", "5941", "5942", "5945", "5999"})
_NEVER_COLLECTED, _BROUGHT_BACK, _BOOKED_TWICE = 0.006, 0.04, 0.05
#: What a pump sets aside before it knows how much will be taken, in euro.
_PUMP_EUR = 120
#: A day has so many minutes until the counters close; the bank corrects early.
_COUNTER, _CORRECTED = 15 * 60, 6 * 60


def plan_fates(sheet: Sheet) -> None:
    """Draw what becomes of each purchase of the month: in order, from the month's stream of fates."""
    life, month = sheet.life, sheet.month
    rng = stream(life.seed, "fates", life.key, month.year, month.month)
    closing = {one.id for one in life.accounts if one.closed_on}
    plain: list[Planned] = []
    draw = rng.random
    for place, one in enumerate(sheet.planned[:]):
        if one.kind != "card" or one.account_id in closing:
            continue
        chance, party = draw(), one.party
        if party is None or (_ORDINARY[0] < chance < _ORDINARY[1] and not party.currency):
            plain.append(one)
            continue
        size = draw()
        fated = _fated(sheet, one, party, chance, size)
        if fated is not one:
            sheet.planned[place] = fated
        elif chance > _ORDINARY[1] and party.mcc in _TAKES_BACK:
            _bring_back(sheet, one, size)
        else:
            plain.append(one)
    if plain and rng.random() < _BOOKED_TWICE:
        _book_twice(sheet, plain[int(rng.random() * len(plain))])


def _fated(sheet: Sheet, one: Planned, party: Party, chance: float, size: float) -> Planned:
    """The purchase with what is set aside for it until when; the same one where nothing differs."""
    if party.currency:
        return _at_another_rate(one, size)
    if chance < _NEVER_COLLECTED:
        expires_on = _bank_days_after(sheet, one, 5 + int(size * 3))
        return one._replace(minor=0, held_minor=one.minor, booked_on=expires_on)
    share, held = _HELD.get(party.mcc or "", (0.0, None))
    return held(sheet, one, size) if held and chance < share else one


def _at_the_pump(sheet: Sheet, one: Planned, size: float) -> Planned:
    """A pump sets aside the most that it gives, now and then what a full tank takes."""
    step = 10_000 if sheet.life.country.per_euro > 2 else 1_000
    share = 1.0 if size < 0.8 else 0.6
    return one._replace(held_minor=-int(_PUMP_EUR * share * sheet.life.unit) // step * step)


def _tipped(_: Sheet, one: Planned, size: float) -> Planned:
    """The bill is set aside; what is collected has the tip on top."""
    return one._replace(held_minor=int(one.minor / (1.05 + size * 0.1)))


def _by_the_hotel(sheet: Sheet, one: Planned, size: float) -> Planned:
    """Something round is set aside on arrival; what was owed in the end is collected days after."""
    held = int(one.minor * (0.85 + size * 0.5)) // 1000 * 1000
    return one._replace(held_minor=held, booked_on=_bank_days_after(sheet, one, 3 + int(size * 4)))


def _at_another_rate(one: Planned, size: float) -> Planned:
    """Abroad the shop's day sets the rate at first, the day on which it is booked in the end."""
    foreign, rate = one.detail.split("|")
    held_rate = round(float(rate) * (0.985 + size * 0.03), 4)
    held = -int(int(foreign) * held_rate)
    return one._replace(held_minor=held, detail=f"{foreign}|{rate}|{held_rate}")


def _bring_back(sheet: Sheet, one: Planned, size: float) -> None:
    """The whole or a half comes back within days, if it was bought and the month is long enough."""
    days = sheet.month.days
    day = int(one.at[8:10]) - 1 + 3 + int(size * 7)
    if day >= len(days):
        return
    minor = -one.minor if size < 0.7 else -one.minor // 2
    account = sheet.life.by_id[one.account_id]
    sheet.add(
        *(day, _COUNTER, account, minor, "refund", one.party),
        rule=Rule.FOLLOWS,
        booked_on=days[day].next_bank_day,
        detail=entry_of(one),
    )


def _book_twice(sheet: Sheet, one: Planned) -> None:
    """The bank books a purchase twice, and takes it back days later with the value date of its mistake."""
    days, day = sheet.month.days, int(one.at[8:10]) - 1
    later = [i for i, at in enumerate(days) if at.is_bank_day and at.iso > one.booked_on]
    if len(later) < 3:
        return
    account = sheet.life.by_id[one.account_id]
    minute = int(one.at[11:13]) * 60 + int(one.at[14:16]) + sheet.month.offsets[day]
    sheet.add(
        *(day, minute + 1, account, one.minor, "card", one.party),
        rule=Rule.FOLLOWS,
        booked_on=one.booked_on,
        detail=entry_of(one),
    )
    wrong = sheet.planned[-1]
    sheet.add(
        *(later[2], _CORRECTED, account, -one.minor, "correction", one.party),
        rule=Rule.FOLLOWS,
        detail=f"{entry_of(wrong)}|{one.at[:10]}",
    )


def _bank_days_after(sheet: Sheet, one: Planned, days: int) -> str:
    """The bank day after so many days."""
    day = date.fromisoformat(one.at[:10]) + timedelta(days=days)
    return next_bank_day(sheet.life.country.id, day).isoformat()


#: By merchant category code: how likely the amount changes, and how. Abroad it always does.
_HELD: Mapping[str, tuple[float, Callable[[Sheet, Planned, float], Planned]]] = {
    "5541": (0.25, _at_the_pump),
    "5552": (0.25, _at_the_pump),
    "5812": (0.12, _tipped),
    "4722": (0.3, _by_the_hotel),
}
#: Whoever draws between these buys at home and has a purchase like most: most are passed over at once.
_ORDINARY = (max(share for share, _ in _HELD.values()), 1 - _BROUGHT_BACK)
