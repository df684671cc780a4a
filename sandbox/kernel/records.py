"""Records: rows as plain objects, for what a unit of work reads and changes again and again.

A record is a dataclass whose fields are the columns of its table. A unit of work has one object for a row,
reads it once, and writes what has changed of it by one statement when it ends: as a session does it, at a
tenth of the cost, and for one table at a time.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Boolean

from sandbox.kernel.clock import instant_text, parse_instant
from sandbox.kernel.db import Base, Day, Document, Instant
from sandbox.kernel.work import Values, Work

_Record = TypeVar("_Record")
_Form = Callable[[Any], Any]


def _document(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


#: How a value goes to the driver, and how it comes back, where that is not as it is.
_TO_DRIVER: Mapping[type, _Form] = {Instant: instant_text, Day: date.isoformat, Document: _document}
_FROM_DRIVER: Mapping[type, _Form] = {
    Instant: parse_instant,
    Day: date.fromisoformat,
    Document: orjson.loads,
    Boolean: bool,
}


class Records(Generic[_Record]):
    """The records of one kind. What is changed of one is written by the unit of work that has it."""

    def __init__(self, kind: type[_Record], row: type[Base]) -> None:
        """`row` is the table; `kind` has a field for each column, by the same name."""
        table = Base.metadata.tables[row.__tablename__]
        self.kind, self.table = kind, table.name
        self.names = tuple(one.name for one in fields(kind))  # type: ignore[arg-type]  # a dataclass
        self.values: Callable[[_Record], Values] = attrgetter(*self.names)
        self._key = tuple(self.names.index(one.name) for one in table.primary_key)
        columns = [table.columns[name] for name in self.names]
        self._to = _forms(_TO_DRIVER, columns)
        self._from = _forms(_FROM_DRIVER, columns)
        self._select = f"SELECT {', '.join(self.names)} FROM {self.table}"
        self._insert = (
            f"INSERT INTO {self.table} ({', '.join(self.names)}) VALUES ({', '.join('?' * len(columns))})"
        )
        self._of_key = " AND ".join(f"{one.name} = ?" for one in table.primary_key)

    def get(self, work: Work, *key: Any) -> _Record | None:
        """The record with that primary key; always the same object within a unit of work."""
        held = work.records.get((self.table, key))
        if held is not None and not held.stale:
            found: _Record = held.record
            return found
        return next(iter(self.select(work, f"WHERE {self._of_key}", *key)), None)

    def select(self, work: Work, which: str, *values: Any) -> list[_Record]:
        """The records for which that holds: the end of a SELECT, from WHERE on, with `?` for values."""
        return [self._held(work, values) for values in self._rows(work, which, values)]

    def add(self, work: Work, record: _Record) -> None:
        """Write a new record; from here on its changes are written too."""
        work.later(self._insert, self._driven(self.values(record)))
        work.hold(Held(self, record, self.values(record)))

    def key(self, record: _Record) -> Values:
        """Its primary key."""
        return self._key_in(self.values(record))

    def stored(self, work: Work, record: _Record) -> Values | None:
        """The values that the record's row has now; None where it is gone."""
        return next(iter(self._rows(work, f"WHERE {self._of_key}", self.key(record))), None)

    def update(self, record: _Record, stored: Values) -> tuple[str, Values] | None:
        """The statement that writes what has changed since the row was `stored`; None where nothing has."""
        values = self.values(record)
        if values == stored:
            return None
        changed = [place for place, value in enumerate(values) if value != stored[place]]
        driven = self._driven(values)
        sql = f"UPDATE {self.table} SET {', '.join(f'{self.names[place]} = ?' for place in changed)}"
        return f"{sql} WHERE {self._of_key}", (*(driven[place] for place in changed), *self.key(record))

    def put_back(self, record: _Record, values: Values) -> None:
        """Have the record be as its row is, whatever its class does where somebody else sets a field."""
        for name, value in zip(self.names, values, strict=True):
            object.__setattr__(record, name, value)

    def _rows(self, work: Work, which: str, values: Values) -> list[Values]:
        return [_formed(row, self._from) for row in work.rows(f"{self._select} {which}", values)]

    def _held(self, work: Work, values: Values) -> _Record:
        held = work.records.get((self.table, self._key_in(values)))
        if held is None:
            made = object.__new__(self.kind)
            self.put_back(made, values)
            work.hold(Held(self, made, values, values))
            return made
        if held.stale:
            held.come_back(values)
        found: _Record = held.record
        return found

    def _key_in(self, values: Values) -> Values:
        return tuple(values[place] for place in self._key)

    def _driven(self, values: Values) -> Values:
        return _formed(values, self._to)


class Held(Generic[_Record]):
    """A record in a unit of work. `stored` is its row as this unit has written it, `before` as it found it.

    `stale`: the unit has ended, and another may have changed the row since.
    """

    __slots__ = ("before", "record", "records", "stale", "stored")

    def __init__(
        self, records: Records[_Record], record: _Record, stored: Values, before: Values | None = None
    ) -> None:
        self.records, self.record = records, record
        self.stored, self.before = stored, before
        self.stale = False

    @property
    def place(self) -> tuple[str, Values]:
        """Its table and its key."""
        return self.records.table, self.records.key(self.record)

    def change(self) -> tuple[str, Values] | None:
        """The statement that writes what has changed; from here on it counts as written."""
        statement = self.records.update(self.record, self.stored)
        if statement is not None:
            self.stored = self.records.values(self.record)
        return statement

    def commit(self) -> None:
        """What was written is kept."""
        self.before, self.stale = self.stored, True

    def rollback(self) -> bool:
        """What was written is undone; whether there was a row before."""
        if self.before is None:
            return False
        self.come_back(self.before)
        self.stale = True
        return True

    def come_back(self, values: Values) -> None:
        """That is how the row is now."""
        self.records.put_back(self.record, values)
        self.stored = values
        if self.stale:
            self.before, self.stale = values, False

    def read_again(self, work: Work) -> bool:
        """Read it again for whoever has it in hand; whether it is still there."""
        values = self.records.stored(work, self.record)
        if values is not None:
            self.come_back(values)
        return values is not None


def _formed(values: Values, forms: list[tuple[int, _Form]]) -> Values:
    formed = list(values)
    for place, form in forms:
        if formed[place] is not None:
            formed[place] = form(formed[place])
    return tuple(formed)


def _forms(forms: Mapping[type, _Form], columns: list[Any]) -> list[tuple[int, _Form]]:
    return [(place, forms[type(one.type)]) for place, one in enumerate(columns) if type(one.type) in forms]
