"""Sessions: a PSU lets a TPP know who they are, and act in some service, before anything is asked for.

Source: NextGenPSD2 IG 1.3.8, section 13: OAuth 2 as a pre-step.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.bank import Bank
from sandbox.kernel.db import Base, Document, Instant
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_uuid


class SessionUnknown(Refusal):
    """There is no such session."""

    text = "The session is not known."


class SessionNotOpen(Refusal):
    """The PSU has answered already."""

    text = "The session has been answered already."


class SessionStatus(StrEnum):
    """Where a session stands."""

    RECEIVED = "received"
    VALID = "valid"
    REJECTED = "rejected"


class Session(Base):
    """What one app asks a PSU for, in the words of the standard: `scope`. Until the yes nobody is known."""

    __tablename__ = "psu_session"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(40))
    app_id: Mapped[str] = mapped_column(String(16))
    scope: Mapped[list[str]] = mapped_column(Document)
    status: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)


def ask(bank: Bank, app_id: str, scope: Sequence[str]) -> Session:
    """Begin a session; the PSU has yet to say yes."""
    bank.work.write()
    made = Session(
        workspace_id=bank.workspace_id,
        id=new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        scope=list(scope),
        status=SessionStatus.RECEIVED,
        created_at=bank.now,
    )
    bank.work.add(made)
    bank.work.flush()
    return made


def of_subject(bank: Bank, session_id: str) -> Session:
    """The session of that id, whoever's it is. Raises SessionUnknown."""
    found = bank.work.get(Session, (bank.workspace_id, session_id))
    if found is None or found.bank_id != bank.id:
        raise SessionUnknown(detail=session_id)
    return found


def agree(bank: Bank, session: Session, person_id: str) -> None:
    """The PSU has said yes."""
    session.status, session.person_id = SessionStatus.VALID, person_id
    bank.work.flush()


def reject(bank: Bank, session: Session) -> None:
    """The PSU has said no, or could not prove who they are."""
    if session.status == SessionStatus.RECEIVED:
        session.status = SessionStatus.REJECTED
        bank.work.flush()
