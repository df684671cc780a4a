"""Rules of failure: what a tester has asked to go wrong in a world, at which bank, how often, for how long.

A rule knows a failure by its name; what the name means, the bank knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import parse_instant
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_ordered_uuid, number_of

#: One in so many, for chances that are drawn.
_PARTS = 2**64


class RuleUnknown(Refusal):
    """There is no such rule in this workspace."""

    text = "There is no such rule in this workspace."


class FailureRule(Base):
    """The table of `Rule`."""

    __tablename__ = "failure_rule"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    failure: Mapped[str] = mapped_column(String(40))
    bank_id: Mapped[str | None] = mapped_column(String(40))
    app_id: Mapped[str | None] = mapped_column(String(16))
    operation: Mapped[str | None] = mapped_column(String(200))
    probability: Mapped[float]
    seed: Mapped[str] = mapped_column(String(80))
    count: Mapped[int | None]
    until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    met: Mapped[int]
    made: Mapped[int]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. What is None holds for all: banks, apps, operations, times, and until for ever.

    `operation` is a pattern of method and path. `met` is how often it has been asked, `made` how often it has
    made the failure, of which there are at most `count`.
    """

    id: str
    failure: str
    bank_id: str | None
    app_id: str | None
    operation: str | None
    probability: float
    seed: str
    count: int | None
    until: datetime | None
    created_at: datetime
    met: int = 0
    made: int = 0

    def is_over(self, now: datetime) -> bool:
        """Whether it makes nothing any more."""
        used_up = self.count is not None and self.made >= self.count
        return used_up or (self.until is not None and now >= self.until)

    def draws(self) -> bool:
        """Whether chance has it this time: the same for the same seed and the same number of times."""
        return number_of(self.seed, "failure", self.failure, self.met) < self.probability * _PARTS


_NAMES = tuple(one.name for one in fields(Rule))
_SELECT = f"SELECT {', '.join(_NAMES)} FROM failure_rule WHERE workspace_id = ?"


def add(work: Work, workspace_id: str, rule: Rule) -> Rule:
    """Keep a rule; its id is made here."""
    kept = FailureRule(
        workspace_id=workspace_id,
        id=new_ordered_uuid(),
        failure=rule.failure,
        bank_id=rule.bank_id,
        app_id=rule.app_id,
        operation=rule.operation,
        probability=rule.probability,
        seed=rule.seed,
        count=rule.count,
        until=rule.until,
        created_at=rule.created_at,
        met=rule.met,
        made=rule.made,
    )
    work.add(kept)
    work.flush()
    return get(work, workspace_id, kept.id)


def every(work: Work, workspace_id: str) -> list[Rule]:
    """The rules of a world, oldest first."""
    return list(map(_rule, work.rows(f"{_SELECT} ORDER BY id", (workspace_id,))))


def get(work: Work, workspace_id: str, rule_id: str) -> Rule:
    """The rule of that id. Raises RuleUnknown."""
    found = work.rows(f"{_SELECT} AND id = ?", (workspace_id, rule_id))
    if not found:
        raise RuleUnknown(detail=rule_id)
    return _rule(found[0])


def are_kept(work: Work, workspace_id: str) -> bool:
    """Whether there is any rule in this world at all."""
    return bool(work.rows(f"{_SELECT} LIMIT 1", (workspace_id,)))


def ask(work: Work, workspace_id: str, rule_id: str) -> Rule | None:
    """Count that the rule is asked, and hold it until the unit ends; None where it is used up or gone."""
    found = work.rows(
        "UPDATE failure_rule SET met = met + 1 WHERE workspace_id = ? AND id = ?"
        f" AND (count IS NULL OR made < count) RETURNING {', '.join(_NAMES)}",
        (workspace_id, rule_id),
    )
    return _rule(found[0]) if found else None


def make(work: Work, workspace_id: str, rule_id: str) -> None:
    """Count that the rule makes its failure."""
    work.put(
        "UPDATE failure_rule SET made = made + 1 WHERE workspace_id = ? AND id = ?", (workspace_id, rule_id)
    )


def remove(work: Work, workspace_id: str, rule_id: str) -> None:
    """Take a rule back. Raises RuleUnknown."""
    gone = work.put("DELETE FROM failure_rule WHERE workspace_id = ? AND id = ?", (workspace_id, rule_id))
    if not gone:
        raise RuleUnknown(detail=rule_id)


def _rule(row: Sequence[Any]) -> Rule:
    found = dict(zip(_NAMES, row, strict=True))
    until = parse_instant(found["until"]) if found["until"] else None
    return Rule(**found | {"until": until, "created_at": parse_instant(found["created_at"])})
