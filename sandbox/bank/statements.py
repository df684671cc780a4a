"""Statements: what each whole month did to an account, reckoned from the books whenever they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.bank import accounts, ledger
from sandbox.bank.accounts import AccountKind
from sandbox.bank.bank import Bank
from sandbox.kernel import months
from sandbox.kernel.errors import Refusal

_DAY = timedelta(days=1)
_MONTHS = (
    "SELECT substr(booked_on, 1, 7) AS month, min(booked_on),"
    " coalesce(sum(CASE WHEN amount_minor > 0 THEN amount_minor END), 0),"
    " coalesce(sum(CASE WHEN amount_minor < 0 THEN amount_minor END), 0),"
    " count(CASE WHEN amount_minor > 0 THEN 1 END), count(CASE WHEN amount_minor < 0 THEN 1 END),"
    " coalesce(sum(CASE WHEN kind IN ('fee', 'bounce_fee') THEN amount_minor END), 0),"
    " coalesce(sum(CASE WHEN kind IN ('interest', 'loan_interest') THEN amount_minor END), 0)"
    " FROM line WHERE workspace_id = ? AND account_id = ? GROUP BY substr(booked_on, 1, 7) ORDER BY 1"
)


class StatementUnknown(Refusal):
    """There is no such statement of the account."""

    text = "The statement is not known on this account."


@dataclass(frozen=True, slots=True)
class Statement:
    """One month of an account, from `start_on` to `end_on`, both included; made on `created_on`.

    All sums are in minor units: `debits_minor` and fees are negative, interest is as it moved the account.
    """

    id: str
    account_id: str
    start_on: date
    end_on: date
    created_on: date
    currency: str
    opening_minor: int
    closing_minor: int
    credits_minor: int
    debits_minor: int
    credits: int
    debits: int
    fees_minor: int
    interest_minor: int


@dataclass(frozen=True, slots=True)
class _Month:
    """What a month's lines come to."""

    credits_minor: int = 0
    debits_minor: int = 0
    credits: int = 0
    debits: int = 0
    fees_minor: int = 0
    interest_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What the month did to the balance."""
        return self.credits_minor + self.debits_minor


def of_account(bank: Bank, account_id: str) -> list[Statement]:
    """The statements of an account, oldest first: of the months that are over, and whole in the archive.

    Raises AccountUnknown.
    """
    account = accounts.get(bank, account_id)
    if account.kind == AccountKind.MULTI:
        return []  # its sub-accounts have statements of their own
    rows = bank.work.rows(_MONTHS, (bank.workspace_id, account_id))
    if not rows:
        return []
    found = {row[0]: _Month(*map(int, row[2:])) for row in rows}
    opening = ledger.balance(bank, account_id) - sum(one.net_minor for one in found.values())
    opened_on = date.fromisoformat(account.opened_on)
    begin = opened_on.replace(day=1)
    if opening or begin <= _archive_from(bank):
        # The archive begins in the life of the account, and its first month is not whole.
        begin = _next_month(date.fromisoformat(rows[0][1]))
        opening += sum(one.net_minor for month, one in found.items() if month < _name(begin))
    made = []
    for month in _months(begin, bank.today):
        sums = found.get(_name(month), _Month())
        closing = opening + sums.net_minor
        made.append(
            Statement(
                id=f"{account_id}-{month:%Y%m}",
                account_id=account_id,
                start_on=max(month, opened_on),
                end_on=_next_month(month) - _DAY,
                created_on=_next_month(month),
                currency=account.currency,
                opening_minor=opening,
                closing_minor=closing,
                credits_minor=sums.credits_minor,
                debits_minor=sums.debits_minor,
                credits=sums.credits,
                debits=sums.debits,
                fees_minor=sums.fees_minor,
                interest_minor=sums.interest_minor,
            )
        )
        opening = closing
    return made


def get(bank: Bank, account_id: str, statement_id: str) -> Statement:
    """One statement of an account. Raises AccountUnknown, StatementUnknown."""
    for one in of_account(bank, account_id):
        if one.id == statement_id:
            return one
    raise StatementUnknown(detail=f"{account_id}/{statement_id}")


def _archive_from(bank: Bank) -> date:
    """The first day of the month in which the archive of an account that is looked at today begins."""
    return months.shifted(bank.today, -bank.profile.statements.history_months, on=1)


def _months(begin: date, today: date) -> Iterator[date]:
    """The first days of the months from `begin` on that are over today."""
    while _next_month(begin) <= today:
        yield begin
        begin = _next_month(begin)


def _next_month(day: date) -> date:
    return months.shifted(day, 1, on=1)


def _name(month: date) -> str:
    return f"{month:%Y-%m}"
