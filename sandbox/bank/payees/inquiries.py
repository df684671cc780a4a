"""Inquiries: what an app asks of payees by a call of its own, one or many at once, and what it was told.

Source: openFinance API Framework, Extended Services Verification of Party 1.1; psd2-api 1.3.16.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.payees.verifying import PayeeOutcome, Verification, is_on, verify
from sandbox.kernel import ids
from sandbox.kernel.db import Base, Document, Instant
from sandbox.kernel.errors import Refusal


class PayeesNotVerified(Refusal):
    """The bank does not verify payees, or not yet."""

    text = "This bank does not verify payees, or not yet."


class InquiryUnknown(Refusal):
    """There is no such bulk of verifications, or it is another TPP's."""

    text = "The verification is not known."


class InquiryTooLarge(Refusal):
    """More payees are asked about than the bank takes at once."""

    text = "These are more payees than this bank verifies at once."


class InquiryStatus(StrEnum):
    """How far a bulk is. RECEIVED: within the call that asks for it."""

    RECEIVED = "received"
    PENDING = "pending"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Question:
    """Whose account it is said to be: by name, by identification, or by both.

    `uetr` is the TPP's own mark; `particulars` is the question in its standard's words, to be told back.
    """

    payee: AccountRef
    name: str | None = None
    identification: str | None = None
    uetr: str | None = None
    particulars: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer."""

    question: Question
    verification: Verification


class Inquiry(Base):
    """One call of an app about payees: its questions and answers, and when a bulk of them is ready."""

    __tablename__ = "payee_inquiry"
    __table_args__ = (Index("ix_payee_inquiry_request", "workspace_id", "bank_id", "app_id", "request_id"),)

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    request_id: Mapped[str] = mapped_column(String(36))
    is_bulk: Mapped[bool]
    answered: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    ready_at: Mapped[datetime] = mapped_column(Instant)


def ask(bank: Bank, app_id: str, request_id: str, question: Question) -> Verification:
    """Answer one question at once, and remember it. Raises PayeesNotVerified."""
    return answers(_ask(bank, app_id, request_id, [question], is_bulk=False))[0].verification


def ask_many(
    bank: Bank, app_id: str, request_id: str, questions: Sequence[Question], *, later: bool = False
) -> Inquiry:
    """Answer many, at once or, where the app does not want to wait, a little `later`.

    Raises PayeesNotVerified, InquiryTooLarge.
    """
    most = bank.profile.payments.bulk_size_max
    if len(questions) > most:
        raise InquiryTooLarge(f"This bank verifies at most {most} payees at once.")
    inquiry = _ask(bank, app_id, request_id, questions, is_bulk=True)
    if later:
        inquiry.ready_at = bank.now + timedelta(seconds=bank.profile.payees.bulk_seconds)
        bank.work.flush()
    return inquiry


def _ask(
    bank: Bank, app_id: str, request_id: str, questions: Sequence[Question], *, is_bulk: bool
) -> Inquiry:
    if not is_on(bank):
        raise PayeesNotVerified
    bank.work.write()
    inquiry = Inquiry(
        workspace_id=bank.workspace_id,
        id=ids.new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        request_id=request_id,
        is_bulk=is_bulk,
        answered=[_document(bank, one) for one in questions],
        created_at=bank.now,
        ready_at=bank.now,
    )
    bank.work.add(inquiry)
    bank.work.flush()
    return inquiry


def _document(bank: Bank, question: Question) -> dict[str, Any]:
    found = verify(bank, question.name, question.payee, question.identification)
    return {"question": asdict(question), "verification": asdict(found)}


def bulk(bank: Bank, app_id: str, inquiry_id: str) -> Inquiry:
    """The app's own bulk of that id. Raises InquiryUnknown, also for another TPP's."""
    found = bank.work.get(Inquiry, (bank.workspace_id, inquiry_id))
    if found is None or not found.is_bulk or (found.bank_id, found.app_id) != (bank.id, app_id):
        raise InquiryUnknown(detail=inquiry_id)
    return found


def status(bank: Bank, inquiry: Inquiry) -> InquiryStatus:
    """How far it is at this moment."""
    if bank.now >= inquiry.ready_at:
        return InquiryStatus.COMPLETED
    return InquiryStatus.RECEIVED if bank.now == inquiry.created_at else InquiryStatus.PENDING


def answers(inquiry: Inquiry) -> list[Answered]:
    """The questions in their order, each with its answer, whether it may be told yet or not."""
    return [
        Answered(_question(one["question"]), _verification(one["verification"])) for one in inquiry.answered
    ]


def told_before(
    bank: Bank, app_id: str, request_id: str, name: str, payee: AccountRef
) -> Verification | None:
    """What the app was told in that earlier call about that name and account; None where it asked nothing."""
    wanted = select(Inquiry).where(
        Inquiry.workspace_id == bank.workspace_id,
        Inquiry.bank_id == bank.id,
        Inquiry.app_id == app_id,
        Inquiry.request_id == request_id,
        Inquiry.ready_at <= bank.now,
    )
    for inquiry in bank.work.scalars(wanted.order_by(Inquiry.created_at.desc(), Inquiry.id)):
        for one in answers(inquiry):
            if (one.question.name, one.question.payee.iban) == (name, payee.iban):
                return one.verification
    return None


def _question(kept: dict[str, Any]) -> Question:
    return Question(**kept | {"payee": AccountRef(**kept["payee"])})


def _verification(kept: dict[str, Any]) -> Verification:
    outcomes = {
        field: PayeeOutcome(kept[field]) if kept[field] else None for field in ("outcome", "identification")
    }
    return Verification(**kept | outcomes)
