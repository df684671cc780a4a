"""Calls as they come, from a real server of two processes: nobody who listens keeps it, or a thread of it."""

import json
import signal
import subprocess
import time
import uuid
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from sandbox.control import streaming
from tests.conftest import start_server


@contextmanager
def serving(folder):
    """A server of two processes, and its team's client: either process may answer, call by call."""
    process = start_server(folder, subprocess.DEVNULL, words=("--workers", "2"))
    ready = json.loads(process.stdout.readline())
    headers = {"X-API-Key": ready["app_key"], "Connection": "close"}
    with httpx.Client(base_url=ready["base_url"], headers=headers, trust_env=False, timeout=20) as team:
        yield process, team
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("streams")) as (_, made):
        yield made


def call(team):
    """A call to a bank; its trace."""
    answer = team.get("/fjordbanken/v1/accounts", headers={"X-Request-ID": str(uuid.uuid4())})
    return answer.headers["X-Bryggen-Trace"]


def listening(team, last=None):
    return team.stream("GET", "/_sandbox/calls/stream", headers={"Last-Event-ID": last} if last else {})


def heard(answer, many):
    """The traces of the next events."""
    found = []
    for line in answer.iter_lines():
        if line.startswith("id: "):
            found.append(line.removeprefix("id: "))
        if len(found) == many:
            return found
    raise AssertionError(f"the stream ended after {found}")


def test_whichever_process_answers_every_call_is_heard_and_later_ones_after_the_last(team):
    with listening(team) as answer:
        made = [call(team) for _ in range(12)]
        told = heard(answer, 12)
    missed = [call(team) for _ in range(4)]

    with listening(team, told[-1]) as again:
        assert sorted(heard(again, 4)) == sorted(missed)
    assert sorted(told) == sorted(made)


def test_the_server_stops_at_once_while_somebody_listens(tmp_path):
    with serving(tmp_path) as (process, team), listening(team) as answer:
        call(team)
        heard(answer, 1)

        began = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)

        assert time.perf_counter() - began < 4
        assert process.returncode == 0


def test_a_client_that_vanishes_leaves_its_place_to_another(team):
    # Either process has so many places.
    for _ in range(6 * streaming.OWN_MAX):
        with listening(team) as answer:
            next(answer.iter_lines())

    deadline = time.perf_counter() + 15
    while time.perf_counter() < deadline:
        with ExitStack() as opened:
            streams = [opened.enter_context(listening(team)) for _ in range(streaming.OWN_MAX)]
            statuses = [one.status_code for one in streams]
        if statuses == [200] * len(statuses):
            return
        time.sleep(1)
    raise AssertionError(statuses)
