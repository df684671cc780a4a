"""Authorization requests: those that a client has pushed, and those that wait for a PSU's yes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.credentials import secrets
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.ids import hashed

_URN = "urn:ietf:params:oauth:request_uri:"


class PushedRequest(Base):
    """What a client has sent ahead, already checked. `used_at` is when a PSU has answered it.

    Source: RFC 9126.
    """

    __tablename__ = "pushed_request"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "app_id"], ["app.workspace_id", "app.id"], ondelete="CASCADE"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(44), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    client_id: Mapped[str] = mapped_column(String(100))
    parameters: Mapped[dict[str, Any]] = mapped_column(Document)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class PendingRequest(Base):
    """A request that a PSU has been asked for. Whoever brings its secret back gets the answer, once."""

    __tablename__ = "pending_request"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "authorisation_id"],
            ["authorisation.workspace_id", "authorisation.id"],
            ondelete="CASCADE",
        ),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    hash: Mapped[str] = mapped_column(String(44), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    client_id: Mapped[str] = mapped_column(String(100))
    parameters: Mapped[dict[str, Any]] = mapped_column(Document)
    claims: Mapped[dict[str, Any]] = mapped_column(Document)
    pushed_hash: Mapped[str | None] = mapped_column(String(44))
    authorisation_id: Mapped[str] = mapped_column(String(36))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a PSU is asked for. `claims` are what an ID token has to say of it, see `gateway.intents`."""

    bank_id: str
    client_id: str
    parameters: Mapping[str, Any]
    authorisation_id: str
    claims: Mapping[str, Any] = field(default_factory=dict)
    pushed_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose request it is, and at which bank."""

    workspace_id: str
    app_id: str
    bank_id: str
    client_id: str


def push(work: Work, owner: Owner, parameters: Mapping[str, Any], until: datetime) -> str:
    """Keep what a client has sent ahead; the `request_uri` under which it is found."""
    secret = secrets.fresh(secrets.PUSHED, owner.workspace_id)
    work.add(
        PushedRequest(
            workspace_id=owner.workspace_id,
            hash=secret.kept,
            bank_id=owner.bank_id,
            app_id=owner.app_id,
            client_id=owner.client_id,
            parameters=dict(parameters),
            expires_at=until,
        )
    )
    work.flush()
    return _URN + secret.text


def is_pushed(request_uri: str) -> bool:
    """Whether a `request_uri` looks like one that a bank here has given out."""
    return request_uri.startswith(_URN)


def pushed(work: Work, bank_id: str, request_uri: str) -> PushedRequest | None:
    """What was sent ahead under that address; None where nothing was, or at another bank."""
    text = request_uri.removeprefix(_URN)
    workspace_id = secrets.workspace_of(secrets.PUSHED, text)
    found = work.get(PushedRequest, (workspace_id, hashed(text))) if workspace_id else None
    return found if found is not None and found.bank_id == bank_id else None


def wait(work: Work, workspace_id: str, asked: Asked) -> str:
    """Keep a request until the PSU has answered; the secret with which the browser comes back."""
    secret = secrets.fresh(secrets.PENDING, workspace_id)
    work.add(
        PendingRequest(
            workspace_id=workspace_id,
            hash=secret.kept,
            bank_id=asked.bank_id,
            client_id=asked.client_id,
            parameters=dict(asked.parameters),
            claims=dict(asked.claims),
            pushed_hash=asked.pushed_hash,
            authorisation_id=asked.authorisation_id,
        )
    )
    work.flush()
    return secret.text


def workspace_of(secret: str) -> str | None:
    """The workspace of a browser that comes back with that secret."""
    return secrets.workspace_of(secrets.PENDING, secret)


def waiting(work: Work, bank_id: str, secret: str) -> PendingRequest | None:
    """The request to which a browser comes back; None where there is none."""
    workspace_id = workspace_of(secret)
    found = work.get(PendingRequest, (workspace_id, hashed(secret))) if workspace_id else None
    return found if found is not None and found.bank_id == bank_id else None


def answer(work: Work, request: PendingRequest, at: datetime) -> bool:
    """Take a request as answered, and what was pushed for it as used up; False where either was before.

    FAPI 2.0 SP 5.3.2.2, NOTE 3: a request_uri is used up when the authorization is complete, not when a page
    is shown; a PSU may reload.
    """
    work.flush()
    moment = instant_text(at)
    first = work.put(
        "UPDATE pending_request SET answered_at = ?"
        " WHERE workspace_id = ? AND hash = ? AND answered_at IS NULL",
        (moment, request.workspace_id, request.hash),
    )
    if first and request.pushed_hash:
        first = work.put(
            "UPDATE pushed_request SET used_at = ? WHERE workspace_id = ? AND hash = ? AND used_at IS NULL",
            (moment, request.workspace_id, request.pushed_hash),
        )
    work.expire_all()
    return first == 1
