"""Looking things up in the journal: the calls of one workspace, and never those of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from sandbox.gateway.journal_table import Note, table
from sandbox.kernel.errors import Refusal
from sandbox.kernel.work import Work

_ALL = [column for column in table.c if column.name != "id"]
_LINE = [column for column in _ALL if column.name != "whole"]
_ESCAPE = "\\"


class CallUnknown(Refusal):
    """The journal has no call of that trace in this workspace, or no more."""

    text = "There is no such call in this workspace, or it is no longer kept."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls to show; what is None does not matter.

    `status` is one, or a class of them: `404`, `4xx`. `text` stands anywhere in a call. `since` is a moment
    of the machine; `before` the trace of a call: older ones only. `everything`: those to the sandbox's own
    doors, too.
    """

    bank: str | None = None
    app: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    refusal: str | None = None
    failure: str | None = None
    text: str | None = None
    since: datetime | None = None
    before: str | None = None
    everything: bool = False


def newest(
    work: Work, workspace_id: str, born: datetime, wanted: Wanted, limit: int
) -> tuple[list[Note], bool]:
    """The latest calls of a workspace, without their exchanges, newest first; and whether there are more.

    `born` is when the workspace was made: what one of the same name did before is not its own.
    """
    query = select(*_LINE).where(_own(workspace_id, born), *_conditions(wanted))
    if wanted.before is not None:
        query = query.where(table.c.id < _id_of(workspace_id, wanted.before).scalar_subquery())
    found = _notes(work, query.order_by(table.c.id.desc()).limit(limit + 1))
    return found[:limit], len(found) > limit


def after(
    work: Work, workspace_id: str, born: datetime, wanted: Wanted, place: int, limit: int
) -> list[tuple[int, Note]]:
    """Calls that were written after that place in the journal, oldest first, each with its own place."""
    query = select(table.c.id, *_LINE).where(
        _own(workspace_id, born), table.c.id > place, *_conditions(wanted)
    )
    rows = work.execute(query.order_by(table.c.id).limit(limit)).mappings().all()
    return [(one["id"], Note(**{name: one[name] for name in one if name != "id"})) for one in rows]


def place(work: Work, workspace_id: str, trace: str | None = None) -> int:
    """Where that call stands in the journal; without one, or where it is no longer kept, the latest one."""
    if trace is not None:
        found: int | None = work.scalar(_id_of(workspace_id, trace))
        if found is not None:
            return found
    own = table.c.workspace_id == workspace_id
    return work.scalar(select(table.c.id).where(own).order_by(table.c.id.desc()).limit(1)) or 0


def get(work: Work, workspace_id: str, born: datetime, trace: str) -> Note:
    """One call, whole. Raises CallUnknown."""
    found = _notes(work, select(*_ALL).where(_own(workspace_id, born), table.c.trace == trace))
    if not found:
        raise CallUnknown(detail=trace)
    return found[0]


def _own(workspace_id: str, born: datetime) -> ColumnElement[bool]:
    return and_(table.c.workspace_id == workspace_id, table.c.at >= born)


def _id_of(workspace_id: str, trace: str) -> Select[Any]:
    return select(table.c.id).where(table.c.workspace_id == workspace_id, table.c.trace == trace).limit(1)


def _conditions(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    c = table.c
    found: list[ColumnElement[bool]] = [] if wanted.everything else [c.bank_id.is_not(None)]
    for column, value in (
        (c.bank_id, wanted.bank),
        (c.app_id, wanted.app),
        (c.method, wanted.method),
        (c.refusal, wanted.refusal),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.path is not None:
        found.append((c.root + c.path).contains(wanted.path, autoescape=True))
    if wanted.failure is not None:
        found.append(c.failure.contains(wanted.failure, autoescape=True))
    if wanted.status is not None:
        low = int(wanted.status[0]) * 100
        found.append(
            c.status.between(low, low + 99)
            if wanted.status.endswith("xx")
            else c.status == int(wanted.status)
        )
    if wanted.since is not None:
        found.append(c.at >= wanted.since)
    if wanted.text is not None:
        places = (c.path, c.query, c.detail, c.refusal, c.request_id, c.whole, c.trace)
        found.append(or_(*(_text(one).contains(wanted.text, autoescape=True) for one in places)))
    return found


def _text(column: Any) -> Any:
    from sqlalchemy import Text, type_coerce

    return type_coerce(column, Text)


def _notes(work: Work, query: Select[Any]) -> list[Note]:
    return [Note(**row) for row in work.execute(query).mappings().all()]
