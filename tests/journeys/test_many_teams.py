"""Several teams at once, each in its own world: nobody is told anything of another one, and nothing fails."""

import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[2] / "benchmarks" / "teams.py"


@pytest.mark.slow
def test_teams_that_snoop_on_one_another_find_nothing_and_all_books_balance():
    asked = ("--teams", "6", "--seconds", "12", "--pause", "0.1")

    told = subprocess.run(
        [sys.executable, str(_SCRIPT), *asked], capture_output=True, text=True, timeout=120, check=False
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert "WRONG" not in told.stdout
    assert "snoop" in told.stdout, "nobody has tried"
