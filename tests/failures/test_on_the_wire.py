"""What goes wrong on the way, over real sockets: under gunicorn, and under the server of the tests."""

import http.client
import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from sandbox.testing import Server
from tests.conftest import start_server

_PATH = "/fjordbanken/v1/consents"


@dataclass
class Line:
    """A server, and the key of an app in a world of its own."""

    host: str
    key: str

    def ask(self, failure: str = "", timeout: float = 10) -> tuple[int, bytes, dict[str, str]]:
        """One call over a connection of its own."""
        wire = http.client.HTTPConnection(self.host, timeout=timeout)
        headers = {"X-API-Key": self.key} | ({"X-Bryggen-Failure": failure} if failure else {})
        try:
            wire.request("GET", f"{_PATH}/none", headers=headers)
            answer = wire.getresponse()
            return answer.status, answer.read(), dict(answer.headers)
        finally:
            wire.close()


@pytest.fixture(scope="module", params=["gunicorn", "thread"])
def line(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("wire")
    if request.param == "thread":
        with Server(folder) as server, server.world() as world:
            yield Line(urlsplit(server.origin).netloc, world.app_key)
        return
    served = start_server(folder)
    try:
        ready = json.loads(served.stdout.readline())
        yield Line(urlsplit(ready["base_url"]).netloc, ready["app_key"])
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(timeout=15)
        served.stdout.close()
        served.stderr.close()


def test_the_line_is_cut_without_an_answer(line):
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        line.ask("dropped_connection")

    assert line.ask()[0] == 400


def test_the_line_is_cut_in_the_middle_of_an_answer(line):
    _, whole, _ = line.ask()

    with pytest.raises(http.client.IncompleteRead) as caught:
        line.ask("truncated_body")

    assert caught.value.partial
    assert len(caught.value.partial) < len(whole)


def test_an_answer_takes_its_time(line):
    begun = time.monotonic()

    status, body, headers = line.ask("slow_answer; seconds=0.3")

    assert time.monotonic() - begun >= 0.3
    assert (status, headers["X-Bryggen-Failure"]) == (400, "slow_answer")
    assert json.loads(body)


def test_an_app_that_does_not_wait_sees_a_timeout(line):
    with pytest.raises(TimeoutError):
        line.ask("timeout; seconds=1", timeout=0.3)


def test_a_bank_in_maintenance_says_when_to_come_back(line):
    status, body, headers = line.ask("maintenance")

    assert (status, headers["Retry-After"]) == (503, "7200")
    assert json.loads(body)["tppMessages"][0]["code"] == "SERVICE_UNAVAILABLE"


def test_a_body_is_no_json(line):
    _, body, _ = line.ask("malformed_body")

    with pytest.raises(json.JSONDecodeError):
        json.loads(body)
