"""Backchannel requests: a PSU is asked in the bank's app, and the client comes for its tokens afterwards.

Source: OpenID Connect Client-Initiated Backchannel Authentication (CIBA) Core 1.0.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.credentials import secrets
from sandbox.credentials.requests import Asked
from sandbox.kernel.clock import instant_text
from sandbox.kernel.db import Base, Document, Instant, Work
from sandbox.kernel.ids import hashed

#: CIBA 11: a client that is told to slow down waits five seconds more from then on.
_SLOWER_SECONDS = 5


class BackchannelRequest(Base):
    """A request whose PSU is asked in the bank's app. `message` is what both screens show to be compared.

    `polled_at` is by the machine's clock, for a client polls in the time of its own machine; the rest is by
    the world's.
    """

    __tablename__ = "backchannel_request"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "authorisation_id"],
            ["authorisation.workspace_id", "authorisation.id"],
            ondelete="CASCADE",
        ),
        Index("ix_backchannel_request_authorisation", "workspace_id", "authorisation_id"),
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
    authorisation_id: Mapped[str] = mapped_column(String(36))
    message: Mapped[str | None] = mapped_column(String(140))
    interval_seconds: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(Instant)
    polled_at: Mapped[datetime | None] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


def begin(
    work: Work, workspace_id: str, asked: Asked, message: str | None, interval: int, until: datetime
) -> str:
    """Keep a request until the client has its tokens; the `auth_req_id` by which the client asks for them."""
    secret = secrets.fresh(secrets.BACKCHANNEL, workspace_id)
    work.add(
        BackchannelRequest(
            workspace_id=workspace_id,
            hash=secret.kept,
            bank_id=asked.bank_id,
            client_id=asked.client_id,
            parameters=dict(asked.parameters),
            claims=dict(asked.claims),
            authorisation_id=asked.authorisation_id,
            message=message,
            interval_seconds=interval,
            expires_at=until,
        )
    )
    work.flush()
    return secret.text


def find(work: Work, bank_id: str, auth_req_id: str) -> BackchannelRequest | None:
    """The request of that id; None where there is none at that bank."""
    workspace_id = secrets.workspace_of(secrets.BACKCHANNEL, auth_req_id)
    found = work.get(BackchannelRequest, (workspace_id, hashed(auth_req_id))) if workspace_id else None
    return found if found is not None and found.bank_id == bank_id else None


def is_asked(work: Work, workspace_id: str, authorisation_id: str) -> bool:
    """Whether a client has already asked for that very yes."""
    return _newest(work, workspace_id, authorisation_id) is not None


def message_of(work: Work, workspace_id: str, authorisation_id: str) -> str | None:
    """What the TPP's screen shows beside the question, for the PSU to compare."""
    found = _newest(work, workspace_id, authorisation_id)
    return found.message if found else None


def poll(work: Work, request: BackchannelRequest, at: datetime) -> bool:
    """Note that the client has asked; False where it did so sooner than it was told to. `at`: the machine's.

    The next one may come no sooner than five seconds later than before.
    """
    last, request.polled_at = request.polled_at, at
    patient = last is None or at - last >= timedelta(seconds=request.interval_seconds)
    if not patient:
        request.interval_seconds += _SLOWER_SECONDS
    work.flush()
    return patient


def take(work: Work, request: BackchannelRequest, at: datetime) -> bool:
    """Take a request as answered; False where somebody was here before."""
    work.flush()
    taken = work.put(
        "UPDATE backchannel_request SET used_at = ? WHERE workspace_id = ? AND hash = ? AND used_at IS NULL",
        (instant_text(at), request.workspace_id, request.hash),
    )
    return taken == 1


def _newest(work: Work, workspace_id: str, authorisation_id: str) -> BackchannelRequest | None:
    wanted = select(BackchannelRequest).where(
        BackchannelRequest.workspace_id == workspace_id,
        BackchannelRequest.authorisation_id == authorisation_id,
    )
    return work.scalars(wanted.limit(1)).first()
