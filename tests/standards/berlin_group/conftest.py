"""The town and its first app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standards.berlin_group.street import reader, street  # noqa: F401  # fixtures of the reading tests
from tests.standards.berlin_group.town import TownHall, Tpp, open_town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TownHall]:
    """A small town with one bank per SCA approach, over SQLite."""
    opened = open_town(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def buddy(town: TownHall) -> Tpp:
    """The app Budget Buddy in the world `test`."""
    return town.tpp("Budget Buddy")
