"""Authorizations: what a client has been given, by a PSU's yes or for itself. Tokens hang on one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.ids import new_uuid


class OauthAuthorization(Base):
    """One authorization. Without a person it is the client's own. `subject` is what the PSU said yes to.

    `claims` are what an ID token says of it: acr, auth_time, and what the standard wants echoed.
    """

    __tablename__ = "oauth_authorization"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "app_id"], ["app.workspace_id", "app.id"], ondelete="CASCADE"),
        Index("ix_oauth_authorization_subject", "workspace_id", "subject_id"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    client_id: Mapped[str] = mapped_column(String(100))
    scope: Mapped[list[str]] = mapped_column(Document)
    subject: Mapped[str | None] = mapped_column(String(12))
    subject_id: Mapped[str | None] = mapped_column(String(36))
    person_id: Mapped[str | None] = mapped_column(String(20))
    claims: Mapped[dict[str, Any]] = mapped_column(Document)
    details: Mapped[list[Any] | None] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Given:
    """What is given. `details` are authorization_details (RFC 9396)."""

    bank_id: str
    app_id: str
    client_id: str
    scope: Sequence[str]
    subject: str | None = None
    subject_id: str | None = None
    person_id: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    details: Sequence[Any] | None = None


def give(work: Work, workspace_id: str, given: Given, at: datetime) -> OauthAuthorization:
    """Write down what a client may do from here on."""
    made = OauthAuthorization(
        workspace_id=workspace_id,
        id=new_uuid(),
        bank_id=given.bank_id,
        app_id=given.app_id,
        client_id=given.client_id,
        scope=list(given.scope),
        subject=given.subject,
        subject_id=given.subject_id,
        person_id=given.person_id,
        claims=dict(given.claims),
        details=list(given.details) if given.details is not None else None,
        created_at=at,
    )
    work.add(made)
    work.flush()
    return made


def get(work: Work, workspace_id: str, authorization_id: str) -> OauthAuthorization:
    """The authorization of that id, which there is."""
    return work.get_one(OauthAuthorization, (workspace_id, authorization_id))


def about_people(work: Work, workspace_id: str, bank_id: str, app_id: str) -> Sequence[OauthAuthorization]:
    """What PSUs of one bank have given an app, the newest first."""
    wanted = select(OauthAuthorization).where(
        OauthAuthorization.workspace_id == workspace_id,
        OauthAuthorization.bank_id == bank_id,
        OauthAuthorization.app_id == app_id,
        OauthAuthorization.person_id.is_not(None),
    )
    return work.scalars(wanted.order_by(OauthAuthorization.created_at.desc(), OauthAuthorization.id)).all()


def revoke_of_client(work: Work, workspace_id: str, bank_id: str, client_id: str, at: datetime) -> None:
    """Take everything back that a client of one bank was given."""
    work.flush()
    work.put(
        "UPDATE oauth_authorization SET revoked_at = ?"
        " WHERE workspace_id = ? AND bank_id = ? AND client_id = ? AND revoked_at IS NULL",
        (instant_text(at), workspace_id, bank_id, client_id),
    )


def revoke(work: Work, authorization: OauthAuthorization, at: datetime) -> None:
    """Take it back: every token that hangs on it is refused from here on."""
    if authorization.revoked_at is None:
        authorization.revoked_at = at
        work.flush()
