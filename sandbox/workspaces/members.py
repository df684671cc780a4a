"""Members: who belongs to a team, and who owns its world."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_id
from sandbox.workspaces.workspace import Workspace


class MemberUnknown(Refusal):
    """There is no such member in this workspace."""

    text = "There is no such member in this workspace."


class LastOwner(Refusal):
    """A workspace keeps at least one owner once it has one."""

    text = "The last owner of a workspace cannot leave it."


class Role(StrEnum):
    """What a member may do: an owner may also reset, delete and invite."""

    OWNER = "owner"
    MEMBER = "member"


class Member(Base):
    """A person of the team (a developer, not a customer of a bank)."""

    __tablename__ = "member"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(8))
    joined_at: Mapped[datetime] = mapped_column(Instant)


def add(work: Work, workspace: Workspace, name: str, role: Role = Role.MEMBER) -> Member:
    """Let somebody into the workspace."""
    member = Member(
        workspace_id=workspace.id, id=new_id(8), name=name, role=role.value, joined_at=workspace.clock.now()
    )
    work.add(member)
    work.flush()
    return member


def every(work: Work, workspace_id: str) -> list[Member]:
    """The members of a workspace, in the order they joined."""
    wanted = select(Member).where(Member.workspace_id == workspace_id).order_by(Member.joined_at, Member.id)
    return list(work.scalars(wanted))


def remove(work: Work, workspace_id: str, member_id: str) -> None:
    """Let a member go. Raises MemberUnknown, LastOwner."""
    member = work.get(Member, (workspace_id, member_id))
    if member is None:
        raise MemberUnknown(detail=member_id)
    owners = [one for one in every(work, workspace_id) if one.role == Role.OWNER]
    if owners == [member]:
        raise LastOwner(detail=member_id)
    work.delete(member)
    work.flush()
