"""The tables of what customers have arranged: a page of each account for the month that it is.

`population` writes the page anew when a month has begun and somebody looks; nothing else points to its rows.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from sandbox.kernel.db import Base, Day, Document, Instant


class _OfAccount:
    """Something arranged on an account with somebody: `party` is their account, an IBAN."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        """Every arrangement belongs to an account."""
        return (ForeignKeyConstraint(["workspace_id", "account_id"], ["account.workspace_id", "account.id"]),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-9)
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True, sort_order=-8)
    id: Mapped[str] = mapped_column(String(24), primary_key=True, sort_order=-7)
    party_name: Mapped[str] = mapped_column(String(140))


class StandingOrderRow(_OfAccount, Base):
    """A standing order. `runs` are [moment, minor units] of this month and the next.

    `kind` is that of the entries which it makes.
    """

    __tablename__ = "standing_order"

    party_account: Mapped[str | None] = mapped_column(String(34))
    party_bic: Mapped[str | None] = mapped_column(String(11))
    kind: Mapped[str] = mapped_column(String(16))
    remittance: Mapped[str] = mapped_column(String(140))
    currency: Mapped[str] = mapped_column(String(3))
    start_on: Mapped[date] = mapped_column(Day)
    day: Mapped[int]
    roll: Mapped[str] = mapped_column(String(9))
    runs: Mapped[list[list[Any]]] = mapped_column(Document)


class DirectDebitRow(_OfAccount, Base):
    """A mandate by which a creditor collects. `frequency` is empty where they collect as it comes."""

    __tablename__ = "direct_debit"

    mandate_id: Mapped[str] = mapped_column(String(35))
    creditor_id: Mapped[str | None] = mapped_column(String(35))
    frequency: Mapped[str | None] = mapped_column(String(15))
    currency: Mapped[str] = mapped_column(String(3))


class BeneficiaryRow(_OfAccount, Base):
    """Somebody whom the customer has kept, to pay again."""

    __tablename__ = "beneficiary"

    party_account: Mapped[str] = mapped_column(String(34))
    party_bic: Mapped[str | None] = mapped_column(String(11))
    reference: Mapped[str | None] = mapped_column(String(35))
    trusted: Mapped[bool]
    position: Mapped[int]


class ScheduledPaymentRow(_OfAccount, Base):
    """A bill that the customer has entered for its day: there from `entered_at`, paid at `due_at`."""

    __tablename__ = "scheduled_payment"

    party_account: Mapped[str | None] = mapped_column(String(34))
    party_bic: Mapped[str | None] = mapped_column(String(11))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date] = mapped_column(Day)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    remittance: Mapped[str | None] = mapped_column(String(140))
    reference: Mapped[str | None] = mapped_column(String(35))
    reference_type: Mapped[str | None] = mapped_column(String(8))
