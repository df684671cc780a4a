"""The audit: what was done, by whom, when, and to which world; written with the act, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text, wall_now
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.ids import new_ordered_uuid
from sandbox.workspaces.workspace import Workspace

#: What concerns no world stands under this; no workspace can have that name.
INSTALLATION = "_installation"
_TEXT_MAX = 200


class ActorKind(StrEnum):
    """Who did it: a member, an app by its key, or whoever runs the installation, in three ways."""

    MEMBER = "member"
    APP = "app"
    ADMIN = "admin"
    MACHINE = "machine"
    COMMAND = "command"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. The name is kept beside the id, for a member may be gone when somebody asks."""

    kind: ActorKind
    id: str = ""
    name: str = ""


#: Whoever types commands on the machine.
COMMAND = Actor(ActorKind.COMMAND)


class AuditEntry(Base):
    """One act, by the wall's clock. It outlives its world, and does not point to it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_id", "id"), {"info": {"outlives": True}})

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(120))
    act: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(Text)


def note(work: Work, workspace_id: str, who: Actor, act: str, about: str = "") -> None:
    """Write down an act, in the unit of work in which it is done. `act` is such as `workspace.reset`."""
    work.later(
        "INSERT INTO audit_entry (workspace_id, id, at, actor_kind, actor_id, actor_name, act, about)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(workspace_id, new_ordered_uuid(), instant_text(wall_now()), who.kind.value),
            *(who.id, who.name, act, about[:_TEXT_MAX]),
        ),
    )


def of_world(
    work: Work, workspace: Workspace, limit: int = 100, before: str | None = None
) -> Sequence[AuditEntry]:
    """What was done to a world, newest first. Another one of the same name before it is none of its business.

    `before` is the id of the last entry that was seen.
    """
    wanted = select(AuditEntry).where(
        AuditEntry.workspace_id == workspace.id, AuditEntry.at >= workspace.created_at
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    return work.scalars(wanted.order_by(AuditEntry.id.desc()).limit(limit)).all()


def whole(work: Work, limit: int = 100, before: str | None = None) -> Sequence[AuditEntry]:
    """What was done in the installation, newest first, to worlds that are gone too."""
    wanted = select(AuditEntry)
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    return work.scalars(wanted.order_by(AuditEntry.id.desc()).limit(limit)).all()
