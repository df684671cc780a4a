"""The table of authorisations, and the records that are kept in it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.authorisations.model import Authorisation
from sandbox.kernel.db import Base, Document, Instant
from sandbox.kernel.records import Records


class AuthorisationRow(Base):
    """The table of `Authorisation`."""

    __tablename__ = "authorisation"
    __table_args__ = (
        Index("ix_authorisation_subject", "workspace_id", "subject_id"),
        Index("ix_authorisation_psu", "workspace_id", "bank_id", "person_id"),
    )

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[str] = mapped_column(String(36))
    approach: Mapped[str] = mapped_column(String(10))
    explicit: Mapped[bool]
    status: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = mapped_column(String(20))
    method_id: Mapped[str | None] = mapped_column(String(40))
    codes_sent: Mapped[int]
    password_attempts_left: Mapped[int]
    code_attempts_left: Mapped[int]
    link_hash: Mapped[str] = mapped_column(String(44))
    redirect_ok: Mapped[str | None] = mapped_column(Text)
    redirect_nok: Mapped[str | None] = mapped_column(Text)
    chosen_accounts: Mapped[list[str] | None] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    onward: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(String(40))


AUTHORISATIONS = Records(Authorisation, AuthorisationRow)
