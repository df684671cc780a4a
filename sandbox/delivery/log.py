"""The log of deliveries: each attempt with what was sent and what was answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.db import Base, Document, Instant, Work


class Attempt(Base):
    """One attempt, at a moment of the world's time.

    `request` is {method, uri, headers, body}; `answer` is {status, headers, body, error, milliseconds}.
    """

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "delivery_id"], ["delivery.workspace_id", "delivery.id"]),
        {"info": {"stays": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    request: Mapped[dict[str, Any]] = mapped_column(Document)
    answer: Mapped[dict[str, Any]] = mapped_column(Document)


def attempts_of(work: Work, workspace_id: str, delivery_id: str) -> list[Attempt]:
    """The attempts of a delivery, in order."""
    wanted = select(Attempt).where(Attempt.workspace_id == workspace_id, Attempt.delivery_id == delivery_id)
    return list(work.scalars(wanted.order_by(Attempt.number)))
