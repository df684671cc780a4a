"""Progressions: how states go on in a world: as in life, at once, later, by hand, or when read.

What answers at once makes waiting code untestable; what takes days makes it slow to test.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.db import Base, Work
from sandbox.kernel.errors import Refusal


class ProgressionKind(StrEnum):
    """What goes on: a payment on its way, from the reserved amount to the debit."""

    PAYMENT = "payment"


class ProgressionMode(StrEnum):
    """When it goes on."""

    AS_IN_LIFE = "as_in_life"
    AT_ONCE = "at_once"
    AFTER_TIME = "after_time"
    BY_HAND = "by_hand"
    AFTER_READS = "after_reads"


class ProgressionMalformed(Refusal):
    """The mode needs a number that is not there, or has one that it does not need."""

    text = "after_time takes seconds, after_reads takes reads, and the other modes take neither."


@dataclass(frozen=True, slots=True)
class Progression:
    """The choice for one kind. `seconds` of AFTER_TIME, `reads` of AFTER_READS; 0 else."""

    mode: ProgressionMode = ProgressionMode.AS_IN_LIFE
    seconds: int = 0
    reads: int = 0

    @property
    def delay(self) -> timedelta | None:
        """How long it takes by the clock; None where the clock does not decide."""
        match self.mode:
            case ProgressionMode.AT_ONCE:
                return timedelta(0)
            case ProgressionMode.AFTER_TIME:
                return timedelta(seconds=self.seconds)
            case _:
                return None


class ProgressionRow(Base):
    """A choice that differs from life."""

    __tablename__ = "progression"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    mode: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[int]
    reads: Mapped[int]


def of(work: Work, workspace_id: str, kind: ProgressionKind) -> Progression:
    """How things of that kind go on in this world."""
    sql = "SELECT mode, seconds, reads FROM progression WHERE workspace_id = ? AND kind = ?"
    key = (workspace_id, kind.value)
    found = work.once("progression", key, lambda: work.rows(sql, key))
    return Progression(ProgressionMode(found[0][0]), *found[0][1:]) if found else Progression()


def choose(work: Work, workspace_id: str, kind: ProgressionKind, choice: Progression) -> None:
    """Let things of that kind go on so from here on. Raises ProgressionMalformed."""
    timed = (choice.mode is ProgressionMode.AFTER_TIME) == (choice.seconds > 0)
    counted = (choice.mode is ProgressionMode.AFTER_READS) == (choice.reads > 0)
    if not (timed and counted):
        raise ProgressionMalformed(detail=repr(choice))
    work.run(
        "INSERT INTO progression (workspace_id, kind, mode, seconds, reads) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (workspace_id, kind) DO UPDATE SET mode = excluded.mode, seconds = excluded.seconds,"
        " reads = excluded.reads",
        (workspace_id, kind.value, choice.mode.value, choice.seconds, choice.reads),
    )
