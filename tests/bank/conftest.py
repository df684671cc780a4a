"""Books that are never committed: many small tests over one migrated database in memory."""

import pytest

from sandbox import migrations
from sandbox.bank import verify
from sandbox.kernel.db import Database
from tests.bank import paying


@pytest.fixture(scope="session")
def books(tmp_path_factory):
    """One database for all who do not commit."""
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('books') / 'books.sqlite3'}")
    migrations.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def work(books):
    """A unit of work with the three banks settled in it; when the test is over the books balance."""
    with books.work() as opened:
        opened.write()
        paying.settle_in(opened)
        yield opened
        opened.flush()
        found = verify.whole_database(opened)
        opened.rollback()
    assert found == []


@pytest.fixture
def bank(work):
    """Kari's bank, on Monday 16 March 2026 at ten o'clock in Oslo."""
    return paying.bank_at(work)
