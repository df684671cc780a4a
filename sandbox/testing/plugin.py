"""The plugin of pytest: the fixtures `bryggen_server` and `bryggen`.

Nothing of the sandbox is imported before a test asks for one of them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.testing.server import Server
    from sandbox.testing.world import World


@pytest.fixture(scope="session")
def bryggen_server() -> "Iterator[Server]":
    """The sandbox at a free port, in memory, for the whole session. Redefine it to add banks."""
    from sandbox.testing.server import Server

    with Server() as server:
        yield server


@pytest.fixture
def bryggen(bryggen_server: "Server") -> "Iterator[World]":
    """A world of this test's own: nobody else's money, its own app, and a clock that stands still."""
    with bryggen_server.world() as world:
        yield world
