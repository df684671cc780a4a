"""Passes: what a browser shows in order to be a member, or whoever runs the installation.

A pass is random, is kept hashed, and ends by the wall's clock: a world's clock may stand still.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text, wall_now
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.ids import hashed, new_secret
from sandbox.workspaces.members import Member

#: A hackathon takes a weekend, and its afterglow a week; whoever runs the installation signs in daily.
LASTS, ADMIN_LASTS = timedelta(days=14), timedelta(hours=12)


class MemberSession(Base):
    """A browser in which a member is known."""

    __tablename__ = "member_session"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "member_id"], ["member.workspace_id", "member.id"], ondelete="CASCADE"
        ),
        Index("ix_member_session_member", "workspace_id", "member_id"),
        {"info": {"stays_here": True}},
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(44), primary_key=True)
    member_id: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class AdminSession(Base):
    """A browser in which the admin key was given. It belongs to the installation, and ends with that key."""

    __tablename__ = "admin_session"

    hash: Mapped[str] = mapped_column(String(44), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(44))
    expires_at: Mapped[datetime] = mapped_column(Instant)


def issue(work: Work, member: Member) -> str:
    """A pass for that member. It carries its workspace; passes that have run out are swept away."""
    token, now = f"{member.workspace_id}.{new_secret()}", wall_now()
    work.run(
        "DELETE FROM member_session WHERE workspace_id = ? AND expires_at <= ?",
        (member.workspace_id, instant_text(now)),
    )
    work.add(
        MemberSession(
            workspace_id=member.workspace_id,
            hash=hashed(token),
            member_id=member.id,
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    work.flush()
    return token


def member_of(work: Work, token: str) -> Member | None:
    """Whose pass that is; None where it is nobody's, has run out, or its member is gone."""
    workspace_id = token.partition(".")[0]
    found = work.get(MemberSession, (workspace_id, hashed(token)))
    if found is None or found.expires_at <= wall_now():
        return None
    return work.get(Member, (workspace_id, found.member_id))


def give_back(work: Work, token: str) -> None:
    """End a pass; nothing where it has ended."""
    work.put(
        "DELETE FROM member_session WHERE workspace_id = ? AND hash = ?",
        (token.partition(".")[0], hashed(token)),
    )


def issue_to_admin(work: Work, key_hash: str) -> str:
    """A pass for whoever has given the admin key, which is kept as `key_hash`."""
    token, now = new_secret(), wall_now()
    work.run("DELETE FROM admin_session WHERE expires_at <= ?", (instant_text(now),))
    work.add(AdminSession(hash=hashed(token), key_hash=key_hash, expires_at=now + ADMIN_LASTS))
    work.flush()
    return token


def is_admin_s(work: Work, token: str, key_hash: str | None) -> bool:
    """Whether the pass was issued for the admin key that holds now, and has not run out."""
    found = work.get(AdminSession, hashed(token))
    return found is not None and found.key_hash == key_hash and found.expires_at > wall_now()


def give_back_admin_s(work: Work, token: str) -> None:
    """End the pass of whoever runs the installation."""
    work.put("DELETE FROM admin_session WHERE hash = ?", (hashed(token),))
