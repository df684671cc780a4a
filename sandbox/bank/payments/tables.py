"""The tables of payments, and the records that are kept in them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.payments.terms import CreditTransfer, Payment
from sandbox.kernel.db import Base, Day, Document, Instant
from sandbox.kernel.records import Records


class PaymentRow(Base):
    """The table of `Payment`."""

    __tablename__ = "payment"
    __table_args__ = (
        Index("ix_payment_request", "workspace_id", "bank_id", "app_id", "request_id"),
        Index("ix_payment_print", "workspace_id", "bank_id", "app_id", "fingerprint"),
        Index("ix_payment_debtor", "workspace_id", "debtor_account_id"),
    )

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    tpp_name: Mapped[str] = mapped_column(String(140))
    service: Mapped[str] = mapped_column(String(8))
    scheme: Mapped[str] = mapped_column(String(16))
    product: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(4))
    person_id: Mapped[str | None] = mapped_column(String(20))
    signed_by: Mapped[list[str]] = mapped_column(Document)
    debtor: Mapped[dict[str, Any] | None] = mapped_column(Document)
    debtor_account_id: Mapped[str | None] = mapped_column(String(56))
    requested_on: Mapped[date | None] = mapped_column(Day)
    due_on: Mapped[date | None] = mapped_column(Day)
    schedule: Mapped[dict[str, Any] | None] = mapped_column(Document)
    batch_booking: Mapped[bool | None]
    reject_without_funds: Mapped[bool]
    funds_available: Mapped[bool | None]
    reads: Mapped[int]
    request_id: Mapped[str | None] = mapped_column(String(36))
    fingerprint: Mapped[str] = mapped_column(String(44))
    form: Mapped[str] = mapped_column(String(20))
    raw: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)


class CreditTransferRow(Base):
    """The table of `CreditTransfer`."""

    __tablename__ = "credit_transfer"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "payment_id"], ["payment.workspace_id", "payment.id"]),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(4))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    creditor_name: Mapped[str] = mapped_column(String(140))
    creditor: Mapped[dict[str, Any]] = mapped_column(Document)
    creditor_bic: Mapped[str | None] = mapped_column(String(11))
    payee_outcome: Mapped[str | None] = mapped_column(String(12))
    payee_name: Mapped[str | None] = mapped_column(String(300))
    end_to_end_id: Mapped[str | None] = mapped_column(String(35))
    remittance: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(String(35))
    reference_type: Mapped[str | None] = mapped_column(String(35))
    particulars: Mapped[dict[str, Any]] = mapped_column(Document)
    due_on: Mapped[date | None] = mapped_column(Day)
    debit_minor: Mapped[int | None] = mapped_column(BigInteger)
    fee_minor: Mapped[int | None] = mapped_column(BigInteger)
    entry_id: Mapped[str | None] = mapped_column(String(24))
    arrives_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str | None] = mapped_column(String(4))
    rate: Mapped[str | None] = mapped_column(String(24))
    rate_currency: Mapped[str | None] = mapped_column(String(3))
    failure: Mapped[str | None] = mapped_column(String(40))


class PaymentStepRow(Base):
    """The table of `PaymentStep`: the steps of a payment in their order."""

    __tablename__ = "payment_step"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "payment_id"], ["payment.workspace_id", "payment.id"]),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    payment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(4))
    at: Mapped[datetime] = mapped_column(Instant)


PAYMENTS = Records(Payment, PaymentRow)
TRANSFERS = Records(CreditTransfer, CreditTransferRow)
