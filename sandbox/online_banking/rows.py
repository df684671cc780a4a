"""Rows: what is asked, as a label and what stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and what explains it in small print."""

    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is asked. `id` ends the id of its element; `more` is folded away at first."""

    id: str
    label: str
    lines: Sequence[Line]
    more: Sequence[Line] = ()
