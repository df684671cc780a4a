"""Invitations: codes that let somebody into the world of a team. Nobody signs up anywhere.

A code is `<workspace>-<eight letters>`: it carries its workspace, so that a look-up needs one workspace only.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_id
from sandbox.workspaces import members
from sandbox.workspaces.members import Member, Role
from sandbox.workspaces.workspace import Workspace

LASTS = timedelta(days=7)
LASTS_MAX = timedelta(days=90)
USES_MAX = 1000
_LETTERS = 8
_CODE = re.compile(r"([a-z][a-z0-9-]{1,39})-([0-9a-z]{4})-?([0-9a-z]{4})")
#: The letters that the alphabet of ids leaves out because they are misread. Source: Crockford's base 32.
_MISREAD = str.maketrans("oil", "011")
#: Forty bits can be guessed by whoever has the hashes; this makes each guess cost some milliseconds.
_COST, _BLOCK, _BYTES = 2**12, 8, 32


class InvitationUnknown(Refusal):
    """There is no such invitation in this workspace."""

    text = "There is no such invitation in this workspace."


class InvitationUnfit(Refusal):
    """An invitation cannot last so long, or let so many in."""

    text = f"An invitation lasts 1 hour to {LASTS_MAX.days} days and lets 1 to {USES_MAX} people in."


class InvitationClosed(Refusal):
    """The invitation has been used up or has run out meanwhile."""

    text = "This invitation has been used up or has run out. Ask the team for another one."


class Standing(StrEnum):
    """Whether an invitation lets somebody in."""

    OPEN = "open"
    EXPIRED = "expired"
    USED_UP = "used_up"


class Invitation(Base):
    """A way into a world, until a moment of the wall's clock. `uses_max` is None where anybody may come."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index("uq_invitation_code", "workspace_id", "code_hash", unique=True),
        {"info": {"stays_here": True}},
    )

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(44))
    role: Mapped[str] = mapped_column(String(8))
    uses_max: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def standing(self) -> Standing:
        """Whether it lets somebody in now."""
        if self.expires_at <= wall_now():
            return Standing.EXPIRED
        if self.uses_max is not None and self.used >= self.uses_max:
            return Standing.USED_UP
        return Standing.OPEN


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom an invitation lets in, how many of them, and until when."""

    role: Role = Role.MEMBER
    uses_max: int | None = 1
    lasts: timedelta = LASTS


class Written(NamedTuple):
    """A code as somebody has typed it in, read: its workspace, and how the rest of it is kept."""

    workspace_id: str
    code_hash: str


def create(work: Work, workspace: Workspace, terms: Terms = Terms()) -> tuple[Invitation, str]:
    """Invite somebody; the second value is the code, which is not kept and cannot be shown again.

    Raises InvitationUnfit.
    """
    if not timedelta(hours=1) <= terms.lasts <= LASTS_MAX or not 1 <= (terms.uses_max or 1) <= USES_MAX:
        raise InvitationUnfit
    letters = new_id(_LETTERS)
    now = wall_now()
    invitation = Invitation(
        workspace_id=workspace.id,
        id=new_id(8),
        code_hash=_hashed(workspace.id, letters),
        role=terms.role.value,
        uses_max=terms.uses_max,
        used=0,
        created_at=now,
        expires_at=now + terms.lasts,
    )
    work.add(invitation)
    work.flush()
    return invitation, f"{workspace.id}-{letters[:4]}-{letters[4:]}"


def link(origin: str, code: str) -> str:
    """The address at which the code is taken without being typed in."""
    return f"{origin}/_portal/join/{code}"


def read(text: str) -> Written | None:
    """A code as it was typed in, in whatever case and with letters misread; None where it cannot be one.

    This costs some milliseconds, on purpose: no lock had better be held meanwhile.
    """
    found = _CODE.fullmatch("".join(text.split()).lower())
    if found is None:
        return None
    workspace_id, first, last = found.groups()
    return Written(workspace_id, _hashed(workspace_id, f"{first}{last}".translate(_MISREAD)))


def find(work: Work, written: Written | None) -> Invitation | None:
    """The invitation of that code, whether it still lets somebody in or not; None where there is none."""
    if written is None:
        return None
    return work.scalars(
        select(Invitation).where(
            Invitation.workspace_id == written.workspace_id, Invitation.code_hash == written.code_hash
        )
    ).one_or_none()


def accept(work: Work, workspace: Workspace, invitation: Invitation, name: str) -> Member:
    """Let in whoever has the code, under the name that they give. Raises InvitationClosed."""
    taken = work.put(
        "UPDATE invitation SET used = used + 1 WHERE workspace_id = ? AND id = ?"
        " AND (uses_max IS NULL OR used < uses_max)",
        (invitation.workspace_id, invitation.id),
    )
    if invitation.standing is Standing.EXPIRED or taken != 1:
        raise InvitationClosed(detail=invitation.id)
    work.expire(invitation)
    return members.add(work, workspace, name, Role(invitation.role))


def every(work: Work, workspace_id: str) -> list[Invitation]:
    """The invitations of a workspace, newest first."""
    wanted = select(Invitation).where(Invitation.workspace_id == workspace_id)
    return list(work.scalars(wanted.order_by(Invitation.created_at.desc(), Invitation.id)))


def withdraw(work: Work, workspace_id: str, invitation_id: str) -> None:
    """Take an invitation back; whoever has come in by it stays. Raises InvitationUnknown."""
    invitation = work.get(Invitation, (workspace_id, invitation_id))
    if invitation is None:
        raise InvitationUnknown(detail=invitation_id)
    work.delete(invitation)
    work.flush()


def _hashed(workspace_id: str, letters: str) -> str:
    salt = f"bryggen invitation {workspace_id}".encode()
    made = hashlib.scrypt(letters.encode(), salt=salt, n=_COST, r=_BLOCK, p=1, dklen=_BYTES)
    return urlsafe_b64encode(made).decode()
