"""Accounts: what a customer has at this bank, what is on it, and what its statement says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank import bookings, ledger
from sandbox.bank.bank import Bank
from sandbox.kernel.db import Base, Day
from sandbox.kernel.errors import Refusal

#: How long a closed account is still shown to its owner.
_DAYS_SHOWN_AFTER_CLOSING = 90


class AccountUnknown(Refusal):
    """There is no such account, or it is not the caller's to see."""

    text = "The account is not known, or is not part of the consent."


class EntryUnknown(Refusal):
    """There is no such entry on the account."""

    text = "The transaction is not known on this account."


class AccountKind(StrEnum):
    """What an account is for. A multi-currency account has no book of its own: its sub-accounts have."""

    CURRENT = "current"
    SAVINGS = "savings"
    CARD = "card"
    LOAN = "loan"
    MULTI = "multi"


class AccountStatus(StrEnum):
    """Whether money may move."""

    ENABLED = "enabled"
    BLOCKED = "blocked"
    CLOSED = "closed"


class Role(StrEnum):
    """Why somebody may see an account."""

    OWNER = "owner"
    CO_OWNER = "coOwner"
    GUARDIAN = "guardian"
    SIGNATORY = "signatory"


class Account(Base):
    """One account. `usage` is PRIV or ORGA; `credit_limit_minor` is what may be drawn below zero.

    `parent_id` names the multi-currency account of a sub-account; `settlement_account_id` the current
    account that pays a card's or a loan's bills.
    """

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_iban", "workspace_id", "bank_id", "iban"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(56), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(8))
    currency: Mapped[str] = mapped_column(String(3))
    iban: Mapped[str | None] = mapped_column(String(34))
    bban: Mapped[str | None] = mapped_column(String(30))
    masked_pan: Mapped[str | None] = mapped_column(String(35))
    name: Mapped[str] = mapped_column(String(70))
    product: Mapped[str] = mapped_column(String(35))
    owner_name: Mapped[str] = mapped_column(String(140))
    usage: Mapped[str] = mapped_column(String(4))
    parent_id: Mapped[str | None] = mapped_column(String(56))
    settlement_account_id: Mapped[str | None] = mapped_column(String(56))
    credit_limit_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    opened_on: Mapped[date] = mapped_column(Day)
    closed_on: Mapped[date | None] = mapped_column(Day)


class AccountRow(NamedTuple):
    """What there is to tell of an account, and whether it can pay; the day is ISO text, as rows have it."""

    id: str
    kind: str
    status: str
    currency: str
    iban: str | None
    bban: str | None
    masked_pan: str | None
    name: str
    product: str
    owner_name: str
    usage: str
    parent_id: str | None
    credit_limit_minor: int
    opened_on: str


#: An account of which something is to be told, however it was read.
Particulars = Account | AccountRow
_SELECT = f"SELECT {', '.join(AccountRow._fields)} FROM account"


class Holder(Base):
    """A person who may see an account, and why. `position` keeps the order in which accounts are listed."""

    __tablename__ = "holder"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "account_id"], ["account.workspace_id", "account.id"]),
        ForeignKeyConstraint(
            ["workspace_id", "bank_id", "person_id"],
            ["customer.workspace_id", "customer.bank_id", "customer.person_id"],
        ),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    role: Mapped[str] = mapped_column(String(9))
    position: Mapped[int]


class HolderRow(NamedTuple):
    """Who may see an account, and why."""

    person_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account as a TPP names it. Source: psd2-api 1.3.11, accountReference."""

    iban: str | None = None
    bban: str | None = None
    pan: str | None = None
    masked_pan: str | None = None
    msisdn: str | None = None
    other: str | None = None
    currency: str | None = None
    cash_account_type: str | None = None

    def means(self, account: Particulars) -> bool:
        """Whether this is that account. An IBAN without a currency means every currency under it."""
        if self.currency and self.currency != account.currency:
            return False
        if self.iban:
            return self.iban.replace(" ", "").upper() == account.iban
        if self.bban:
            return self.bban == account.bban
        if self.masked_pan:
            return self.masked_pan == account.masked_pan
        if self.pan and account.masked_pan:
            # A masked PAN keeps the first six and the last four digits.
            return (self.pan[:6], self.pan[-4:]) == (account.masked_pan[:6], account.masked_pan[-4:])
        return bool(self.other) and self.other in (account.id, account.bban)


class BalanceType(StrEnum):
    """Which balance is meant. Source: NextGenPSD2 1.3.11, balanceType; ISO 20022 BalanceType.

    INFORMATION is no balance type of either: some card issuers tell what is booked by that word.
    """

    CLOSING_BOOKED = "closingBooked"
    EXPECTED = "expected"
    OPENING_BOOKED = "openingBooked"
    INTERIM_AVAILABLE = "interimAvailable"
    INTERIM_BOOKED = "interimBooked"
    FORWARD_AVAILABLE = "forwardAvailable"
    NON_INVOICED = "nonInvoiced"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Balance:
    """One balance in minor units. `reference_on` is the banking day it belongs to."""

    type: BalanceType
    minor: int
    currency: str
    reference_on: date
    last_change_at: datetime | None
    last_entry_id: str | None
    credit_limit_included: bool


def of_customer(bank: Bank, person_id: str) -> list[AccountRow]:
    """The accounts that the customer may see, in the order the bank lists them."""
    shown_since = bank.today - timedelta(days=_DAYS_SHOWN_AFTER_CLOSING)
    found = bank.work.rows(
        f"SELECT {', '.join(f'a.{name}' for name in AccountRow._fields)} FROM holder h"
        " JOIN account a ON a.workspace_id = h.workspace_id AND a.id = h.account_id"
        " WHERE h.workspace_id = ? AND h.bank_id = ? AND h.person_id = ?"
        " AND (a.closed_on IS NULL OR a.closed_on >= ?) ORDER BY h.position, a.id",
        (bank.workspace_id, bank.id, person_id, shown_since.isoformat()),
    )
    return list(map(AccountRow._make, found))


def get(bank: Bank, account_id: str) -> AccountRow:
    """The account of that id at this bank. Raises AccountUnknown."""
    found = _rows(bank, "id = ?", account_id)
    if not found:
        raise AccountUnknown(detail=account_id)
    return found[0]


def by_number(bank: Bank, reference: AccountRef) -> AccountRow | None:
    """The account that a reference means at this bank, among those that somebody has looked at.

    Of a multi-currency account without a currency it is the sub-account in the bank's own currency.
    """
    number = (reference.iban or "").replace(" ", "").upper()
    column, value = ("iban", number) if number else ("bban", reference.bban)
    found = _rows(bank, f"{column} = ? AND kind <> 'multi' ORDER BY id", value)
    meant = [one for one in found if reference.currency in (None, one.currency)]
    return next((one for one in meant if one.currency == bank.profile.currency), next(iter(meant), None))


def _rows(bank: Bank, which: str, *values: str | None) -> list[AccountRow]:
    """The accounts of this bank that fit; a unit of work reads the same ones once."""
    sql = f"{_SELECT} WHERE workspace_id = ? AND bank_id = ? AND {which}"
    key = (bank.workspace_id, bank.id, *values)
    return list(
        map(AccountRow._make, bank.work.once("account", (which, key), lambda: bank.work.rows(sql, key)))
    )


def many(bank: Bank, account_ids: Sequence[str]) -> list[AccountRow]:
    """The accounts of those ids, in that order; what is not there is left out."""
    places = ", ".join("?" * len(account_ids))
    found = {one.id: one for one in _rows(bank, f"id IN ({places})", *account_ids)} if account_ids else {}
    return [found[one] for one in account_ids if one in found]


def sub_accounts(bank: Bank, account: Particulars) -> list[AccountRow]:
    """The accounts in one currency each of a multi-currency account."""
    return _rows(bank, "parent_id = ? ORDER BY opened_on, id", account.id)


def holders(bank: Bank, account_id: str) -> list[HolderRow]:
    """Who may see the account."""
    sql = (
        "SELECT person_id, role FROM holder WHERE workspace_id = ? AND account_id = ?"
        " ORDER BY position, person_id"
    )
    key = (bank.workspace_id, account_id)
    found = bank.work.once("holder", key, lambda: bank.work.rows(sql, key))
    return [HolderRow(person_id, Role(role)) for person_id, role in found]


def balances(bank: Bank, account: Particulars) -> list[Balance]:
    """The balances of an account in the types that this bank shows, in its order.

    A multi-currency account answers with the balances of its sub-accounts, one after the other.
    """
    if account.kind == AccountKind.MULTI:
        return [one for sub in sub_accounts(bank, account) for one in balances(bank, sub)]
    if bank.luck.stale_days:
        standing = ledger.standing_on(bank, account.id, bank.today)
    else:
        standing = ledger.standing(bank, account.id)
    return [
        _balance(bank, account, standing, BalanceType(word)) for word in bank.profile.statements.balance_types
    ]


def available_minor(bank: Bank, account: Particulars) -> int:
    """What may be spent now: booked, less what is reserved, and down to the credit limit."""
    return ledger.available(bank, account.id) + account.credit_limit_minor


def _balance(bank: Bank, account: Particulars, standing: ledger.Standing, kind: BalanceType) -> Balance:
    minor, reference_on = standing.booked_minor, bank.today
    with_credit = False
    match kind:
        case BalanceType.CLOSING_BOOKED:
            # The day's balance is closed when the day is over: yesterday's is the last one.
            reference_on = bank.today - timedelta(days=1)
            minor = ledger.balance_on(bank, account.id, reference_on)
        case BalanceType.OPENING_BOOKED:
            minor = ledger.balance_on(bank, account.id, bank.today - timedelta(days=1))
        case BalanceType.EXPECTED:
            minor += standing.pending_minor
        case BalanceType.INTERIM_AVAILABLE | BalanceType.FORWARD_AVAILABLE:
            # What is reserved is spent already; what is expected is not there yet.
            minor += standing.reserved_minor
            with_credit = account.credit_limit_minor > 0
            minor += account.credit_limit_minor
        case BalanceType.NON_INVOICED:
            minor = standing.pending_minor
        case BalanceType.INTERIM_BOOKED | BalanceType.INFORMATION:
            pass
    return Balance(
        kind, minor, account.currency, reference_on, standing.last_at, standing.last_entry_id, with_credit
    )


def pending(bank: Bank, account_id: str) -> Sequence[Any]:
    """The entries that are not booked yet, as raw rows (see `ledger.PENDING_FIELDS`), latest first."""
    return [] if bank.luck.stale_days else ledger.pending(bank, account_id)


def entry(bank: Bank, account_id: str, entry_id: str) -> Any:
    """One booked line as a raw row, by any id that the bank has told for it. Raises EntryUnknown."""
    for known in bookings.entry_ids(bank, entry_id):
        row = ledger.line(bank, account_id, known)
        if row is not None:
            return row
    raise EntryUnknown(detail=f"{account_id}/{entry_id}")
