"""One migrated database for tests that undo what they do."""

import pytest

from sandbox import migrations
from sandbox.kernel.db import Database


@pytest.fixture(scope="session")
def books(tmp_path_factory):
    """One database for all who do not commit."""
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('trust') / 'trust.sqlite3'}")
    migrations.upgrade(opened)
    yield opened
    opened.close()
