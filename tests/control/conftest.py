"""What the tests of this door share."""

import pytest

from sandbox.control import streaming


@pytest.fixture(autouse=True)
def _streams_end(request):
    """Whoever tries out every operation does not wait for one that goes on: a stream tells what there is."""
    if request.node.get_closest_marker("slow") is None:
        yield
        return
    streaming.ending.set()
    yield
    streaming.ending.clear()
