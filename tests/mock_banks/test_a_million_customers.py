"""A bank of a million customers costs nothing until somebody looks at one."""

import sys
from collections.abc import Callable
from pathlib import Path

from sandbox import app as composition
from sandbox.kernel import places
from sandbox.kernel.settings import Settings
from sandbox.workspaces import workspace as workspaces

SMALL = (places.mock_banks() / "fjordbanken.yaml").read_text(encoding="utf-8")


def calls_of(work: Callable[[], None]) -> int:
    """How many calls of functions it takes: what it costs, on any machine at any load."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def opened(folder: Path, last: int) -> tuple[int, int]:
    """Start over an empty database with a bank of so many customers: its calls, and bytes on the disk."""
    banks = folder / "banks"
    banks.mkdir(parents=True)
    text = SMALL.replace("id: fjordbanken", "id: skogbanken").replace("last: 9999", f"last: {last}")
    (banks / "skogbanken.yaml").write_text(text, encoding="utf-8")
    settings = Settings(data_dir=folder, banks_dir=str(banks), journal=False)

    def start() -> None:
        services = composition.open_services(settings)
        with services.database.writing() as work:
            workspaces.create(work, "bergen", name="test")
        assert services.profiles["skogbanken"].customers.last == last
        services.database.close()

    calls = calls_of(start)
    return calls, sum(one.stat().st_size for one in folder.glob("*.sqlite3*"))


def test_a_million_customers_change_neither_start_time_nor_database_size(tmp_path: Path):
    opened(tmp_path / "first", 9)  # what is done once per process is no part of the comparison

    few_calls, few_bytes = opened(tmp_path / "few", 9)
    many_calls, many_bytes = opened(tmp_path / "many", 999_999)

    assert many_bytes == few_bytes
    assert abs(many_calls - few_calls) < few_calls / 100
