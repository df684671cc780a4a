"""Members: who belongs to a team, and who owns its world."""

from collections.abc import Mapping
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


class OwnersOnly(Refusal):
    """Only an owner of the workspace, or whoever runs the installation, may do that."""

    text = "Only an owner of this workspace may do that."


class Role(StrEnum):
    """What a member may do: see MAY."""

    OWNER = "owner"
    MEMBER = "member"


class Act(StrEnum):
    """What can be done to a workspace as a whole; USE is all that is done inside it."""

    USE = "use"
    FORK = "fork"
    RESET = "reset"
    DELETE = "delete"
    INVITE = "invite"
    CHANGE_MEMBERS = "change_members"


#: A member works in the world; what ends it, or changes whose it is, an owner does.
MAY: Mapping[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.MEMBER: frozenset({Act.USE, Act.FORK}),
}


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


def allow(role: Role, act: Act) -> None:
    """Let somebody of that role do it. Raises OwnersOnly."""
    if act not in MAY[role]:
        raise OwnersOnly(detail=f"{role} may not {act}")


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


def get(work: Work, workspace_id: str, member_id: str) -> Member:
    """The member of that id. Raises MemberUnknown."""
    member = work.get(Member, (workspace_id, member_id))
    if member is None:
        raise MemberUnknown(detail=member_id)
    return member


def change(work: Work, member: Member, role: Role) -> None:
    """Give a member another role. The lock of the workspace is held. Raises LastOwner."""
    if role is not Role.OWNER:
        _leave_an_owner(work, member)
    member.role = role.value
    work.flush()


def remove(work: Work, workspace_id: str, member_id: str) -> None:
    """Let a member go, whose sessions end. The lock of the workspace is held.

    Raises MemberUnknown, LastOwner.
    """
    member = get(work, workspace_id, member_id)
    _leave_an_owner(work, member)
    work.delete(member)
    work.flush()


def _leave_an_owner(work: Work, member: Member) -> None:
    owners = [one for one in every(work, member.workspace_id) if one.role == Role.OWNER]
    if owners == [member]:
        raise LastOwner(detail=member.id)
