"""The same seed at the same hour is the same town to the byte: on any machine, day and database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_READER = "tests.population.what_a_tpp_reads"
_TODAY, _SOME_DAY = "2026-11-24T06:00:00+00:00", "2031-02-28T23:59:30+00:00"


@pytest.fixture
def read(make_database_url, tmp_path):
    """What a TPP reads of a new world, from a process of its own with another order of its hashes."""
    count = iter(range(1, 10))

    def reading(kind="sqlite", wall=_TODAY, days=0, steps=1):
        home = tmp_path / f"home-{next(count)}"
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", _READER, make_database_url(kind), str(home), wall, str(days), str(steps)],
            cwd=_ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(next(count)), "TZ": "Pacific/Auckland"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return reading


def same(one, other):
    """Both read the same; else the first place where they part."""
    assert one.keys() == other.keys(), sorted(one.keys() ^ other.keys())
    for asked, answer in one.items():
        assert answer == other[asked], asked


def test_two_processes_read_the_same_though_the_date_of_the_machine_moved(read):
    here = read()

    assert sum("/transactions" in asked for asked in here) > 10
    same(here, read(wall=_SOME_DAY))


@pytest.mark.postgresql
def test_both_databases_say_the_same(read):
    same(read("sqlite", days=10), read("postgresql", days=10))


def test_history_that_grows_day_by_day_is_the_one_that_comes_at_once(read):
    same(read(days=10, steps=1), read(days=10, steps=10))


def test_history_that_grows_over_months_is_the_one_that_comes_at_once(read):
    same(read(days=75, steps=1), read(days=75, steps=7))
