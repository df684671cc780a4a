"""What a consent is: its terms, its status, and the refusals. Source: NextGenPSD2 IG 1.3.8, section 6.3."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.accounts import AccountKind, AccountRef, AccountRow
from sandbox.kernel.db import Base, Day, Document, Instant
from sandbox.kernel.errors import Refusal

#: The last day of a consent that lasts until somebody takes it back.
FOREVER = date.max
#: How long after the PSU's yes a one-off consent may be used: as long as one visit of the PSU takes.
ONE_OFF_MINUTES = 20
_KINDS_OF = {
    # ISO 20022 ExternalCashAccountType1Code
    "CACC": {AccountKind.CURRENT, AccountKind.MULTI},
    "TRAN": {AccountKind.CURRENT, AccountKind.MULTI},
    "SVGS": {AccountKind.SAVINGS},
    "CARD": {AccountKind.CARD},
    "LOAN": {AccountKind.LOAN},
}


class ConsentUnknown(Refusal):
    """There is no such consent, or it is another TPP's."""

    text = "The consent is not known."


class ConsentKindUnsupported(Refusal):
    """The bank does not grant that kind of access."""

    text = "This bank does not support that kind of access."


class OneOffUnsupported(Refusal):
    """The bank grants recurring consents only."""

    text = "This bank does not support one-off consents: recurringIndicator must be true."


class ValidUntilPast(Refusal):
    """The consent would have ended before it began."""

    text = "The consent would end in the past."


class FrequencyInvalid(Refusal):
    """The frequency is below one a day."""

    text = "The frequency per day must be at least one."


class ConsentNotOpen(Refusal):
    """The consent has come to its end, or is past the step, so that this cannot happen to it any more."""

    text = "The status of the consent does not allow this."


class AccountNotOffered(Refusal):
    """A chosen account is not one of those that the PSU may grant by this consent."""

    text = "A chosen account cannot be granted by this consent."


class ConsentStatus(StrEnum):
    """Where a consent stands. Source: psd2-api 1.3.11, consentStatus."""

    RECEIVED = "received"
    REJECTED = "rejected"
    PARTIALLY_AUTHORISED = "partially_authorised"
    VALID = "valid"
    REVOKED_BY_PSU = "revoked_by_psu"
    EXPIRED = "expired"
    TERMINATED_BY_TPP = "terminated_by_tpp"


#: Which status may follow which; what has no successor is final.
TRANSITIONS: Mapping[ConsentStatus, frozenset[ConsentStatus]] = {
    ConsentStatus.RECEIVED: frozenset(
        {
            ConsentStatus.REJECTED,
            ConsentStatus.PARTIALLY_AUTHORISED,
            ConsentStatus.VALID,
            ConsentStatus.EXPIRED,
            ConsentStatus.TERMINATED_BY_TPP,
        }
    ),
    ConsentStatus.PARTIALLY_AUTHORISED: frozenset(
        {
            ConsentStatus.REJECTED,
            ConsentStatus.VALID,
            ConsentStatus.REVOKED_BY_PSU,
            ConsentStatus.EXPIRED,
            ConsentStatus.TERMINATED_BY_TPP,
        }
    ),
    ConsentStatus.VALID: frozenset(
        {ConsentStatus.REVOKED_BY_PSU, ConsentStatus.EXPIRED, ConsentStatus.TERMINATED_BY_TPP}
    ),
    ConsentStatus.REJECTED: frozenset(),
    ConsentStatus.REVOKED_BY_PSU: frozenset(),
    ConsentStatus.EXPIRED: frozenset(),
    ConsentStatus.TERMINATED_BY_TPP: frozenset(),
}
#: The same of a renewable consent: the PSU may say yes again, also after taking it back, and the TPP clears
#: away what is over. Source: UK Open Banking Read/Write 4.0, Account and Transaction API, consent
#: re-authentication and access revocation.
RENEWABLE_TRANSITIONS: Mapping[ConsentStatus, frozenset[ConsentStatus]] = {
    **TRANSITIONS,
    ConsentStatus.VALID: TRANSITIONS[ConsentStatus.VALID] | {ConsentStatus.VALID},
    ConsentStatus.REVOKED_BY_PSU: frozenset(
        {ConsentStatus.VALID, ConsentStatus.EXPIRED, ConsentStatus.TERMINATED_BY_TPP}
    ),
    ConsentStatus.REJECTED: frozenset({ConsentStatus.TERMINATED_BY_TPP}),
    ConsentStatus.EXPIRED: frozenset({ConsentStatus.TERMINATED_BY_TPP}),
}


class AccessKind(StrEnum):
    """What sort of access is asked for. Source: psd2-api 1.3.11, accountAccess."""

    DEDICATED = "dedicated"
    BANK_OFFERED = "bankOffered"
    AVAILABLE = "availableAccounts"
    AVAILABLE_WITH_BALANCE = "availableAccountsWithBalance"
    ALL_PSD2 = "allPsd2"


class Insight(StrEnum):
    """What else of the accounts may be read, beside balances and transactions."""

    BENEFICIARIES = "beneficiaries"
    STANDING_ORDERS = "standingOrders"
    DIRECT_DEBITS = "directDebits"
    SCHEDULED_PAYMENTS = "scheduledPayments"
    STATEMENTS = "statements"
    PRODUCTS = "products"
    OFFERS = "offers"
    PARTIES = "parties"


@dataclass(frozen=True, slots=True)
class Access:
    """What is asked for. In a bank-offered access the PSU picks, and the two `asks_…` say for what.

    `insights` are for the PSU to see before the yes; the standard that asked for them knows what they open.
    """

    kind: AccessKind
    accounts: tuple[AccountRef, ...] = ()
    balances: tuple[AccountRef, ...] = ()
    transactions: tuple[AccountRef, ...] = ()
    owner_name: bool = False
    restricted_to: tuple[str, ...] = ()
    asks_balances: bool = True
    asks_transactions: bool = True
    insights: tuple[Insight, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentOrder:
    """The consent as the TPP asks for it.

    A `renewable` one lasts exactly as the TPP says, until `expires_at` if that is set; it stands beside
    others of the same two, and a PSU who took it back may grant it again. `terms` are what the standard
    itself keeps with it: the bank does not look into them.
    """

    access: Access
    recurring: bool
    valid_until: date
    frequency_per_day: int
    combined_service: bool = False
    psu_login: str | None = None
    tpp_name: str = ""
    renewable: bool = False
    expires_at: datetime | None = None
    terms: Mapping[str, Any] | None = None


class Consent(Base):
    """One consent of one app at one bank. `access` is an `Access` as a document: see `access_of`.

    `renewable`, `expires_at` and `terms` as in `ConsentOrder`. `moved_at` is when it got its status; None is
    when it was made.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_psu", "workspace_id", "bank_id", "person_id"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    tpp_name: Mapped[str] = mapped_column(String(140))
    person_id: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    access: Mapped[dict[str, Any]] = mapped_column(Document)
    recurring: Mapped[bool]
    valid_until: Mapped[date] = mapped_column(Day)
    frequency_per_day: Mapped[int]
    combined_service: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_action_on: Mapped[date] = mapped_column(Day)
    authorised_at: Mapped[datetime | None] = mapped_column(Instant)
    renewable: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_at: Mapped[datetime | None] = mapped_column(Instant)
    terms: Mapped[dict[str, Any] | None] = mapped_column(Document)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a consent stands and what it is good for: what its use asks, as every read does."""

    id: str
    kind: AccessKind
    person_id: str | None
    status: str
    recurring: bool
    valid_until: date
    frequency_per_day: int
    authorised_at: datetime | None
    renewable: bool
    expires_at: datetime | None
    terms: Mapping[str, Any] | None


class ConsentAccount(Base):
    """An account that the PSU has granted, and what may be read on it. `position` keeps the bank's order."""

    __tablename__ = "consent_account"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "consent_id"], ["consent.workspace_id", "consent.id"]),
        ForeignKeyConstraint(["workspace_id", "account_id"], ["account.workspace_id", "account.id"]),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    consent_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(56), primary_key=True)
    position: Mapped[int]
    balances: Mapped[bool]
    transactions: Mapped[bool]
    owner_name: Mapped[bool]


@dataclass(frozen=True, slots=True)
class GrantedAccount:
    """An account of a consent, and what may be read on it."""

    account: AccountRow
    balances: bool
    transactions: bool
    owner_name: bool
