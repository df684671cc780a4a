"""The tables of the ledger: books, transfers between two of them, and statement lines."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from sandbox.kernel.db import Base, Day, Document, Instant


class TransferKind(StrEnum):
    """A transfer is posted at once, or pending until another transfer, pointing back, ends it."""

    POSTED = "posted"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"


class Book(Base):
    """An account as the ledger sees it. The sums are kept beside the transfers, and `verify` proves them.

    `booked_minor` is what is posted; `pending_minor` what pending transfers would add, negative for spending.
    """

    __tablename__ = "book"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    is_world: Mapped[bool]
    booked_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    pending_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    last_seq: Mapped[int] = mapped_column(Integer, default=0)


class Transfer(Base):
    """Money moved from the debit account to the credit account of one bank, in minor units; never changed."""

    __tablename__ = "transfer"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "debit_account_id"], ["book.workspace_id", "book.account_id"]),
        ForeignKeyConstraint(["workspace_id", "credit_account_id"], ["book.workspace_id", "book.account_id"]),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        {"sqlite_with_rowid": False},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8))
    pending_id: Mapped[str | None] = mapped_column(String(40))
    debit_account_id: Mapped[str] = mapped_column(String(56))
    credit_account_id: Mapped[str] = mapped_column(String(56))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime] = mapped_column(Instant)


class _Told:
    """What a statement tells of a booking: the same for a pending entry and a booked line.

    `amount_minor` is signed as the account's owner sees it. `code` is the ISO 20022 bank transaction code as
    `PMNT-CCRD-POSD`. `exchange` is {currency, amount_minor, rate, rate_on} of a foreign purchase.
    `reference_type` says what `reference` is: KID, OCR, FIK, VIITE, RF.
    """

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        """Every line belongs to a book."""
        return (
            ForeignKeyConstraint(["workspace_id", "account_id"], ["book.workspace_id", "book.account_id"]),
            *cls._more_table_args(),  # type: ignore[attr-defined]
            {"sqlite_with_rowid": False},
        )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-9)
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True, sort_order=-8)
    entry_id: Mapped[str] = mapped_column(String(24))
    transfer_id: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    value_on: Mapped[date] = mapped_column(Day)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(14))
    proprietary_code: Mapped[str] = mapped_column(String(35))
    party_name: Mapped[str | None] = mapped_column(String(140))
    party_account: Mapped[str | None] = mapped_column(String(34))
    party_bic: Mapped[str | None] = mapped_column(String(11))
    remittance: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(String(35))
    reference_type: Mapped[str | None] = mapped_column(String(8))
    end_to_end_id: Mapped[str | None] = mapped_column(String(35))
    mandate_id: Mapped[str | None] = mapped_column(String(35))
    creditor_id: Mapped[str | None] = mapped_column(String(35))
    mcc: Mapped[str | None] = mapped_column(String(4))
    card: Mapped[str | None] = mapped_column(String(35))
    exchange: Mapped[dict[str, Any] | None] = mapped_column(Document)


class Line(_Told, Base):
    """A booked line of a statement, kept side by side per account, with the balance after it."""

    __tablename__ = "line"

    booked_on: Mapped[date] = mapped_column(Day, primary_key=True, sort_order=-7)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=-6)
    balance_minor: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def _more_table_args(cls) -> tuple[Any, ...]:
        return (Index("ux_line_entry", "workspace_id", "account_id", "entry_id", unique=True),)


class Pending(_Told, Base):
    """An entry that is not booked yet. `expected_on` is the day on which the bank means to book it."""

    __tablename__ = "pending"

    entry_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    expected_on: Mapped[date] = mapped_column(Day)

    @classmethod
    def _more_table_args(cls) -> tuple[Any, ...]:
        return ()
