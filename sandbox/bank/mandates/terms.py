"""What a payment mandate is: its limits, its status, and the refusals.

Source: UK Open Banking Read/Write 4.0, Variable Recurring Payments API Profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.accounts import AccountRef
from sandbox.bank.mandates.periods import PeriodicLimit
from sandbox.bank.profile import Scheme
from sandbox.kernel.db import Base, Day, Document, Instant
from sandbox.kernel.errors import Refusal


class BoundKind(StrEnum):
    """What bounds the payments of a mandate."""

    INDIVIDUAL = "individual"
    PERIODIC = "periodic"
    VALID_FROM = "valid_from"
    VALID_TO = "valid_to"


@dataclass(frozen=True, slots=True)
class Bound:
    """One of a mandate's bounds; `position` is that of a periodic limit among the others."""

    kind: BoundKind
    position: int = 0


class MandateUnknown(Refusal):
    """There is no such mandate, it is another TPP's, or its own has deleted it."""

    text = "The mandate is not known."


class MandateNotOpen(Refusal):
    """The mandate is not in force, or is past the step, so that this cannot happen to it."""

    text = "The status of the mandate does not allow this."


class MandateExpired(Refusal):
    """The last day of the mandate is over."""

    text = "The last day of the mandate is over."


class BoundRefused(Refusal):
    """Something is wrong about one of the bounds of a mandate, which is `bound`."""

    text = "A limit of the mandate does not allow this."

    def __init__(self, bound: Bound, text: str | None = None, *, detail: str | None = None) -> None:
        """Refuse because of that bound."""
        super().__init__(text, detail=detail)
        self.bound = bound


class LimitExceeded(BoundRefused):
    """The payment is more, or at another time, than the PSU has said yes to."""

    text = "The payment is outside the limits of the mandate."


class LimitInvalid(BoundRefused):
    """Nobody could pay within that limit, or say when it begins."""

    text = "The limit makes no sense."


class MandateDaysInvalid(BoundRefused):
    """The mandate would be over before it begins."""

    text = "The mandate would end before it begins, or has ended already."


@dataclass(frozen=True, slots=True)
class Limits:
    """Within what an app may pay: minor units of one currency; the days are banking days, both included."""

    currency: str
    individual_minor: int
    periodic: tuple[PeriodicLimit, ...]
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class MandateOrder:
    """The mandate as the TPP asks for it. Without a debtor the PSU picks one, without a creditor it is any.

    `terms` is what the dialect keeps with the mandate; the bank does not look into it.
    """

    limits: Limits
    scheme: Scheme
    terms: Mapping[str, Any]
    debtor: AccountRef | None = None
    creditor: AccountRef | None = None
    creditor_name: str | None = None
    tpp_name: str = ""


class PaymentMandate(Base):
    """A PSU's word that one app may pay from one account again and again, within limits.

    `starts_on` is the day from which its periods are counted. `named_account_id` is the account that the TPP
    named, `account_id` the one that the PSU said yes for. The statuses are those of `consents`.
    """

    __tablename__ = "payment_mandate"
    __table_args__ = (Index("ix_payment_mandate_psu", "workspace_id", "bank_id", "person_id"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    tpp_name: Mapped[str] = mapped_column(String(140))
    status: Mapped[str] = mapped_column(String(22))
    scheme: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(3))
    individual_minor: Mapped[int] = mapped_column(BigInteger)
    periodic: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    starts_on: Mapped[date] = mapped_column(Day)
    valid_to: Mapped[date | None] = mapped_column(Day)
    named_account_id: Mapped[str | None] = mapped_column(String(56))
    creditor: Mapped[dict[str, Any] | None] = mapped_column(Document)
    creditor_name: Mapped[str | None] = mapped_column(String(350))
    person_id: Mapped[str | None] = mapped_column(String(20))
    account_id: Mapped[str | None] = mapped_column(String(56))
    terms: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    moved_at: Mapped[datetime] = mapped_column(Instant)
    authorised_at: Mapped[datetime | None] = mapped_column(Instant)


class MandatePayment(Base):
    """One payment by a mandate, counted on the bank's day on which it was made.

    `terms` is what the dialect keeps with the payment.
    """

    __tablename__ = "mandate_payment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "mandate_id"], ["payment_mandate.workspace_id", "payment_mandate.id"]
        ),
        ForeignKeyConstraint(["workspace_id", "payment_id"], ["payment.workspace_id", "payment.id"]),
        Index("ix_mandate_payment_day", "workspace_id", "mandate_id", "day"),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    mandate_id: Mapped[str] = mapped_column(String(36))
    day: Mapped[date] = mapped_column(Day)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    terms: Mapped[dict[str, Any]] = mapped_column(Document)
