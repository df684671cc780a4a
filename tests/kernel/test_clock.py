"""A workspace's clock: live, ahead or stopped, and never backwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from sandbox.kernel.clock import Clock, ClockBackwards, ClockMode, instant_text, parse_instant

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_a_frozen_clock_does_not_care_for_the_wall():
    with time_machine.travel(NEW_YEAR, tick=False):
        clock = Clock().frozen()
    with time_machine.travel(NEW_YEAR + timedelta(days=400), tick=False):
        assert clock.now() == NEW_YEAR


def test_a_live_clock_that_is_moved_runs_on_from_there():
    with time_machine.travel(NEW_YEAR, tick=False) as wall:
        clock = Clock().at(NEW_YEAR + timedelta(days=181))
        wall.shift(60)
        assert clock.mode is ClockMode.OFFSET
        assert clock.now() == NEW_YEAR + timedelta(days=181, seconds=60)


def test_a_stopped_clock_can_run_on():
    with time_machine.travel(NEW_YEAR, tick=False) as wall:
        clock = Clock().frozen()
        wall.shift(3600)
        running = clock.running()
        wall.shift(10)
        assert running.now() == NEW_YEAR + timedelta(seconds=10)


@pytest.mark.parametrize("clock", [Clock(), Clock(ClockMode.FROZEN, 0.0, NEW_YEAR)])
def test_no_clock_goes_back(clock):
    with time_machine.travel(NEW_YEAR, tick=False), pytest.raises(ClockBackwards):
        clock.at(NEW_YEAR - timedelta(seconds=1))


def test_the_day_is_the_bank_s_own():
    clock = Clock(ClockMode.FROZEN, 0.0, NEW_YEAR)

    assert clock.today("Europe/Oslo") == date(2027, 1, 1)
    assert clock.today() == date(2026, 12, 31)


def test_instants_sort_as_text_and_come_back():
    later = NEW_YEAR + timedelta(microseconds=1)

    assert instant_text(NEW_YEAR) < instant_text(later)
    assert parse_instant(instant_text(later)) == later
    with pytest.raises(ValueError, match="no time zone"):
        parse_instant("2026-01-01T00:00:00")
