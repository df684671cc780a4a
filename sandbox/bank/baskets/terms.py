"""What a signing basket is: its status, what may follow what, and the refusals.

Source: NextGenPSD2 IG 1.3.8, sections 8 and 14.11; psd2-api 1.3.11, transactionStatus_SBS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.db import Base, Instant
from sandbox.kernel.errors import Refusal


class BasketUnknown(Refusal):
    """There is no such basket, or it is another TPP's."""

    text = "The signing basket is not known."


class BasketTooLarge(Refusal):
    """More is put together than the bank lets a PSU sign at once."""

    text = "The signing basket has more entries than this bank takes."


class BasketMixInvalid(Refusal):
    """The bank does not let these be signed together."""

    text = "This bank does not let these be authorised together."


class BasketMemberClosed(Refusal):
    """One of them is past the point at which it waits for its first yes."""

    text = "One of the references does not wait for an authorisation any more."


class BasketMemberBlocked(Refusal):
    """It is in a basket, and is authorised with that basket or not at all."""

    text = "This is blocked by a signing basket, which is authorised as a whole."


class BasketNotOpen(Refusal):
    """The basket has been signed, by one PSU at least, or has come to its end."""

    text = "The status of the signing basket does not allow this."


class BasketStatus(StrEnum):
    """Where a basket stands. Source: psd2-api 1.3.11, transactionStatus_SBS."""

    RECEIVED = "received"
    PARTIALLY_AUTHORISED = "partially_authorised"
    AUTHORISED = "authorised"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


_S = BasketStatus
#: Which status may follow which; what has no successor is final.
TRANSITIONS: Mapping[BasketStatus, frozenset[BasketStatus]] = {
    _S.RECEIVED: frozenset({_S.PARTIALLY_AUTHORISED, _S.AUTHORISED, _S.REJECTED, _S.CANCELLED}),
    _S.PARTIALLY_AUTHORISED: frozenset({_S.AUTHORISED, _S.REJECTED}),
    _S.AUTHORISED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.CANCELLED: frozenset(),
}
#: In these it waits for a PSU's yes, and keeps what is in it from being authorised elsewhere.
OPEN = frozenset({_S.RECEIVED, _S.PARTIALLY_AUTHORISED})


class MemberKind(StrEnum):
    """What lies in a basket."""

    PAYMENT = "payment"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class BasketOrder:
    """The basket as the TPP asks for it."""

    payment_ids: tuple[str, ...] = ()
    consent_ids: tuple[str, ...] = ()
    psu_login: str | None = None
    tpp_name: str = ""


class Basket(Base):
    """One basket of one app at one bank. `person_id` is the PSU, where the TPP has named one."""

    __tablename__ = "basket"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    tpp_name: Mapped[str] = mapped_column(String(140))
    status: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)


class BasketMember(Base):
    """A payment or a consent in a basket, at its place."""

    __tablename__ = "basket_member"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "basket_id"], ["basket.workspace_id", "basket.id"]),
        Index("ix_basket_member", "workspace_id", "member_id"),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    basket_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    member_id: Mapped[str] = mapped_column(String(36))
