"""Offers: what the bank would like the customer to take up, a quarter of a year at a time.

An offer is a function of the seed, the account and the quarter: nothing is kept, and whoever asks again gets
the same.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from sandbox.bank.accounts import AccountKind, AccountStatus, Particulars
from sandbox.bank.bank import Bank
from sandbox.bank.products import SAVINGS_BASIS_POINTS
from sandbox.kernel.countries import country
from sandbox.kernel.ids import derived, number_of

#: Of so many accounts that could have an offer, one has none.
_ONE_IN = 3
_TERM_MONTHS = 12
_BONUS_BASIS_POINTS = (50, 75, 100)
_LIMIT_STEPS = (200, 400, 600)


class OfferKind(StrEnum):
    """What is offered."""

    BALANCE_TRANSFER = "balanceTransfer"
    LIMIT_INCREASE = "limitIncrease"
    PROMOTIONAL_RATE = "promotionalRate"


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer, good from `starts_on` to `ends_on`, both included; amounts in minor units of `currency`.

    `rate_basis_points` is a year's interest for `term_months`; `amount_minor` the whole credit line.
    """

    id: str
    kind: OfferKind
    description: str
    starts_on: date
    ends_on: date
    currency: str
    rate_basis_points: int | None = None
    term_months: int | None = None
    amount_minor: int | None = None


def of_account(bank: Bank, account: Particulars) -> list[Offer]:
    """What is offered for the account this quarter: one thing, or nothing."""
    starts_on, ends_on = _quarter(bank.today)
    chance = number_of(bank.seed, "offer", account.id, starts_on)
    if account.status != AccountStatus.ENABLED or chance % _ONE_IN == 0:
        return []
    terms = _terms(bank, account, chance // _ONE_IN % 3)
    if terms is None:
        return []
    return [
        Offer(
            derived(bank.seed, "offer", account.id, starts_on, length=16),
            *(terms.kind, terms.description, starts_on, ends_on, account.currency),
            *(terms.rate_basis_points, _TERM_MONTHS if terms.amount_minor is None else None),
            terms.amount_minor,
        )
    ]


class _Terms(NamedTuple):
    """What is offered, without whom and when."""

    kind: OfferKind
    description: str
    rate_basis_points: int | None
    amount_minor: int | None


def _terms(bank: Bank, account: Particulars, choice: int) -> _Terms | None:
    match AccountKind(account.kind):
        case AccountKind.SAVINGS:
            rate = SAVINGS_BASIS_POINTS + _BONUS_BASIS_POINTS[choice]
            told = "A better rate on what you put aside, for a year."
            return _Terms(OfferKind.PROMOTIONAL_RATE, told, rate, None)
        case AccountKind.CARD if choice == 0:
            told = "Bring the balance of another card here, without interest for a year."
            return _Terms(OfferKind.BALANCE_TRANSFER, told, 0, None)
        case AccountKind.CARD | AccountKind.CURRENT if account.usage == "PRIV":
            unit = country(bank.profile.country).per_euro * 100
            more = round(_LIMIT_STEPS[choice] * unit / 10_000) * 10_000
            told = "A wider credit line, whenever you want it."
            return _Terms(OfferKind.LIMIT_INCREASE, told, None, account.credit_limit_minor + more)
        case _:
            return None


def _quarter(day: date) -> tuple[date, date]:
    """The first and the last day of the quarter of that day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = (first + timedelta(days=100)).replace(day=1)
    return first, following - timedelta(days=1)
