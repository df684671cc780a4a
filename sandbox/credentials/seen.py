"""What must come once only: the `jti` of assertions and proofs. Source: RFC 7523 3, RFC 9449 11.1."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text, moments
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.ids import hashed


class Seen(Base):
    """Something that has been here; `until` is when it would be refused for its age anyway."""

    __tablename__ = "seen_once"
    __table_args__ = (
        Index("ix_seen_once_until", "workspace_id", "until"),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    hash: Mapped[str] = mapped_column(String(44), primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant)


def is_new(work: Work, workspace_id: str, what: str, until: datetime, now: datetime) -> bool:
    """Note that it came, and say whether that is the first time. `until` is by whichever clock is later."""
    work.flush()
    work.put(
        "DELETE FROM seen_once WHERE workspace_id = ? AND until < ?",
        (workspace_id, instant_text(min(moments(now)))),
    )
    return (
        work.put(
            "INSERT INTO seen_once (workspace_id, hash, until) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (workspace_id, hashed(what), instant_text(until)),
        )
        == 1
    )
