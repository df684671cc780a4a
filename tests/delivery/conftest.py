"""A receiver that a test may fill with answers."""

from collections.abc import Iterator

import pytest

from tests.delivery.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()
