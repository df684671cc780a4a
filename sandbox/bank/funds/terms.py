"""What a consent to the confirmation of funds is: its terms, and the refusals.

Source: NextGenPSD2 Extended Services, Confirmation of Funds Consent 2.0; IG 1.3.8, sections 10 and 14.11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.accounts import AccountRef
from sandbox.kernel.db import Base, Day, Document, Instant
from sandbox.kernel.errors import Refusal
from sandbox.kernel.money import Money


class FundsNotActivated(Refusal):
    """The PSU has not told the bank that this TPP may ask about the account."""

    text = "The PSU has not activated this account for confirmations of funds to this TPP."


class FundsConsentNotValid(Refusal):
    """The consent is not in force, or is about another account."""

    text = "The consent is not valid for this confirmation of funds."


class FundsConsentExpired(Refusal):
    """The card of the consent has run out, and the consent with it."""

    text = "The consent to the confirmation of funds has expired."


class FundsAmountInvalid(Refusal):
    """Nobody can have or lack that: the amount is not above zero, or in a currency without a rate."""

    text = "The amount must be above zero, in a currency that the bank exchanges."


class CardInvalid(Refusal):
    """The card is not the one that the consent names."""

    text = "The card is not known, or is not that of the consent."


class CardExpired(Refusal):
    """The card of a new consent has run out already."""

    text = "The card has expired."


@dataclass(frozen=True, slots=True)
class FundsOrder:
    """The consent as the TPP asks for it. The card is one that the TPP issues, not one of the bank's.

    It ends at `expires_at`, if that is given. `terms` is what the dialect keeps with it, for itself alone.
    """

    account: AccountRef
    card_number: str | None = None
    card_expires_on: date | None = None
    card_information: str | None = None
    registration_information: str | None = None
    psu_login: str | None = None
    tpp_name: str = ""
    expires_at: datetime | None = None
    terms: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FundsQuestion:
    """Is that amount there? `consent_id` is named where the bank wants it, or the TPP likes to.

    `tpp_name` is how the app calls itself.
    """

    account: AccountRef
    amount: Money
    card_number: str | None = None
    consent_id: str | None = None
    tpp_name: str = ""


class FundsConsent(Base):
    """A PSU's word that one app may ask whether money is there. `account` is what the TPP wrote.

    `account_id` is the account that the PSU said yes for. The statuses are those of `consents`; `moved_at` is
    when it got its own, None for one that is older than that column.
    """

    __tablename__ = "funds_consent"
    __table_args__ = (
        Index("ix_funds_consent_psu", "workspace_id", "bank_id", "person_id"),
        Index("ix_funds_consent_account", "workspace_id", "account_id"),
    )

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    tpp_name: Mapped[str] = mapped_column(String(140))
    person_id: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    account: Mapped[dict[str, Any]] = mapped_column(Document)
    account_id: Mapped[str | None] = mapped_column(String(56))
    card_number: Mapped[str | None] = mapped_column(String(35))
    card_expires_on: Mapped[date | None] = mapped_column(Day)
    card_information: Mapped[str | None] = mapped_column(String(140))
    registration_information: Mapped[str | None] = mapped_column(String(140))
    created_at: Mapped[datetime] = mapped_column(Instant)
    authorised_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_at: Mapped[datetime | None] = mapped_column(Instant)
    terms: Mapped[dict[str, Any] | None] = mapped_column(Document)


class FundsAnswer(Base):
    """What the bank has answered one app about an account, kept for the payer alone.

    Source: PSD2, Article 65(5): the payer may ask who has asked, and what the answer was.
    """

    __tablename__ = "funds_answer"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    app_id: Mapped[str] = mapped_column(String(16))
    tpp_name: Mapped[str] = mapped_column(String(140))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    available: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)
