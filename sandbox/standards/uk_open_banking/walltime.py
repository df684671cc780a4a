"""Moments as this standard's filters and consents name them: what the calendar and the clock on the wall say.

Source: Read/Write Data API Profile 4.0, Filtering: a time zone must be ignored.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields

NOT_A_MOMENT = "A moment as ISO 8601 writes it is expected, such as 2017-04-05T10:43:07+00:00."
#: A plus sign that was not escaped in a query arrives as a space.
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(?:[Zz]|[ +-]\d\d(?::?\d\d)?)?"
)


class WallTime(fields.Field[datetime]):
    """A moment in a query, without its zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> datetime:  # noqa: ARG002
        """Read it. Raises ValidationError."""
        return read(value)


class Moment(fields.Field[str]):
    """A moment in a body: it is kept to the letter, since it must be told as it was given."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:  # noqa: ARG002
        """Check it. Raises ValidationError."""
        if not isinstance(value, str) or _MOMENT.fullmatch(value) is None or "T" not in value:
            raise ValidationError(NOT_A_MOMENT)
        read(value)
        return value


def read(text: Any) -> datetime:
    """The moment of a text, on the wall. Raises ValidationError."""
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValidationError(NOT_A_MOMENT)
    try:
        return datetime.fromisoformat(f"{found[1]}T{(found[2] or '00:00')[:15]}")
    except ValueError as error:
        raise ValidationError(NOT_A_MOMENT) from error


def first_day(since: datetime) -> date:
    """The first day whose beginning is not before that moment: a booking happens as its day begins."""
    day = since.date()
    return day if since.time() == time() or day == date.max else day + timedelta(days=1)


def instant(text: str) -> datetime:
    """The aware moment of a text that `Moment` has let pass; without a zone it is UTC."""
    moment = datetime.fromisoformat(text.upper())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def begin_of(day: str | date) -> str:
    """The beginning of a day. Source: Read/Write 4.0, Mapping to Schemes & Standards: 00:00:00+00:00."""
    return f"{day}T00:00:00+00:00"


def told(moment: datetime) -> str:
    """An aware moment of the bank."""
    return moment.isoformat(timespec="seconds")
