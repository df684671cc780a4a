"""The command line over a data folder of its own."""

import pytest
from click.testing import CliRunner

from sandbox.cli import main


@pytest.fixture
def bryggen(tmp_path, monkeypatch):
    """Run a command over a data folder of its own."""
    monkeypatch.setenv("BRYGGEN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("BRYGGEN_DATABASE_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])
