"""What a payment consent is: its terms, its status, and the refusals.

Source: Read/Write Payment Initiation API Profile 4.0, Consent Authorisation; CutOffDateTime Behaviour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.payments import PaymentOrder
from sandbox.kernel.db import Base, Document, Instant
from sandbox.kernel.errors import Refusal


class PaymentConsentUnknown(Refusal):
    """There is no such payment consent, or it is another TPP's."""

    text = "The consent to the payment is not known."


class PaymentConsentNotOpen(Refusal):
    """The consent is before or past the step, so that this cannot happen to it."""

    text = "The status of the consent does not allow this."


class CutOffPassed(Refusal):
    """The scheme's cut-off has passed, and this bank takes nothing after it for the next day."""

    text = "The cut-off of this kind of payment has passed."


class SignaturesTooMany(Refusal):
    """The TPP wants one signature to be enough, and payments from the account need several."""

    text = "Payments from this account need more than one signature."


class PaymentConsentStatus(StrEnum):
    """Where a payment consent stands. CONSUMED: the TPP has submitted the payment, whatever became of it."""

    AWAITING_FILE = "awaiting_file"
    RECEIVED = "received"
    AUTHORISED = "authorised"
    REJECTED = "rejected"
    CONSUMED = "consumed"


_S = PaymentConsentStatus
#: Which status may follow which; what has no successor is final.
TRANSITIONS: Mapping[PaymentConsentStatus, frozenset[PaymentConsentStatus]] = {
    _S.AWAITING_FILE: frozenset({_S.RECEIVED, _S.REJECTED}),
    _S.RECEIVED: frozenset({_S.AUTHORISED, _S.REJECTED}),
    # A PSU cannot take back what they have said yes to; the payment that is not submitted in time lapses.
    _S.AUTHORISED: frozenset({_S.CONSUMED, _S.REJECTED}),
    _S.REJECTED: frozenset(),
    _S.CONSUMED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class PaymentConsentOrder:
    """The consent as the TPP asks for it. Without a payment, that comes later, in a file.

    `one_signature`: the PSU's own yes must be enough. `complete_by` is until when it must be given.
    `terms` is what the dialect keeps with the consent; the bank does not look into it.
    """

    payment: PaymentOrder | None
    terms: Mapping[str, Any]
    tpp_name: str = ""
    one_signature: bool = False
    complete_by: datetime | None = None


class PaymentConsent(Base):
    """A PSU's word that one app may submit one payment, once. `payment_id` is what it will become.

    `account_id` is the account that the PSU said yes for. `cut_off_at` is when the scheme closes, for what is
    paid as soon as it is submitted. `reason` is why the bank itself has rejected it.
    """

    __tablename__ = "payment_consent"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "payment_id"], ["payment.workspace_id", "payment.id"]),
        Index("ix_payment_consent_payment", "workspace_id", "payment_id"),
    )

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    tpp_name: Mapped[str] = mapped_column(String(140))
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(4))
    terms: Mapped[dict[str, Any]] = mapped_column(Document)
    file: Mapped[str | None] = mapped_column(Text)
    payment_id: Mapped[str | None] = mapped_column(String(36))
    person_id: Mapped[str | None] = mapped_column(String(20))
    account_id: Mapped[str | None] = mapped_column(String(56))
    one_signature: Mapped[bool]
    complete_by: Mapped[datetime | None] = mapped_column(Instant)
    cut_off_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    moved_at: Mapped[datetime] = mapped_column(Instant)
