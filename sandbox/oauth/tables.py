"""Tables of checks: rows in their order, one column for each security profile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from sandbox.bank.profile import SecurityProfile
from sandbox.gateway import checks, context

Asked = TypeVar("Asked")


class Place(Enum):
    """Where a request comes in: through the PSU's browser, pushed ahead, or with the PSU asked in the app."""

    DIRECT = auto()
    PUSHED = auto()
    BACKCHANNEL = auto()


class Cell(Enum):
    """Whether a row holds in a column: never, always, or in one place only."""

    NO = frozenset[Place]()
    YES = frozenset(Place)
    DIRECT = frozenset({Place.DIRECT})
    PUSHED = frozenset({Place.PUSHED})


class Row(Generic[Asked]):
    """One check, and in which columns it is made: the profiles in the order of `SecurityProfile`."""

    def __init__(self, check: Callable[[Asked], None], *cells: Cell) -> None:
        self.check, self.noted = check, checks.of_verb(check)
        self.cells = dict(zip(SecurityProfile, cells, strict=True))


@dataclass(frozen=True, slots=True)
class Table(Generic[Asked]):
    """Rows that a request goes down; the first that fails refuses it."""

    rows: Sequence[Row[Asked]]

    def holds(self, check: Callable[[Asked], None], profile: SecurityProfile, place: Place) -> bool:
        """Whether that check is made there under that profile."""
        return any(row.check is check and place in row.cells[profile].value for row in self.rows)

    def go_down(self, asked: Asked, profile: SecurityProfile, place: Place = Place.PUSHED) -> None:
        """Make every check that holds here. Raises what the check raises."""
        for row in self.rows:
            if place in row.cells[profile].value:
                context.reached(row.noted)
                row.check(asked)
