"""Rates of exchange: a dated table around the euro, and amounts carried from one currency to another."""

from bisect import bisect_right
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from sandbox.kernel import documents, places
from sandbox.kernel.errors import Refusal
from sandbox.kernel.money import Money, exponent

_RATE_DIGITS = Decimal("0.000001")


class CurrencyUnknown(Refusal):
    """There is no rate for that currency."""

    text = "There is no exchange rate for that currency."


@cache
def _table() -> tuple[tuple[date, dict[str, Decimal]], ...]:
    found = documents.load(places.fixtures() / "rates.yaml")
    return tuple(
        (
            date.fromisoformat(begins),
            {"EUR": Decimal(1)} | {code: Decimal(text) for code, text in row.items()},
        )
        for begins, row in found.items()
    )


def known() -> frozenset[str]:
    """The currencies that have a rate."""
    return frozenset(_table()[-1][1])


def rate(source: str, target: str, day: date) -> Decimal:
    """What one unit of `source` is in `target` on that day, to six digits. Raises CurrencyUnknown."""
    table = _table()
    place = max(bisect_right([begins for begins, _ in table], day) - 1, 0)
    per_euro = table[place][1]
    try:
        return (per_euro[target] / per_euro[source]).quantize(_RATE_DIGITS, ROUND_HALF_EVEN)
    except KeyError as error:
        raise CurrencyUnknown(detail=f"{source} to {target}") from error


def exchanged(money: Money, target: str, day: date) -> Money:
    """The amount in another currency, to its minor unit. Raises CurrencyUnknown."""
    if money.currency == target:
        return money
    return at(money, target, rate(money.currency, target, day))


def at(money: Money, target: str, price: Decimal) -> Money:
    """The amount in another currency, of which one unit of its own costs `price`."""
    units = Decimal(money.minor).scaleb(-exponent(money.currency)) * price
    minor = units.scaleb(exponent(target)).to_integral_value(ROUND_HALF_EVEN)
    return Money(int(minor), target)
