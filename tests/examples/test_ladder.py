"""The sample app of `examples/ladder`, as it stands there: three rungs by settings alone, over real TLS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.clients.psu import Psu
from tests.conftest import start_server

LADDER = Path(__file__).parents[2] / "examples" / "ladder"
RUNGS = ("open", "warn", "enforce")
SECONDS_MAX = 60


@dataclass
class Team:
    """A team with an app of its own, and the files and variables of which the example's page speaks."""

    served: dict[str, Any]
    app: dict[str, str]
    papers: Path

    @classmethod
    def comes(cls, served: dict[str, Any], folder: Path) -> "Team":
        made = requests.post(f"{served['plain_url']}/_sandbox/apps", json={"name": "ladder"}, **known(served))
        team = cls(served, made.json(), folder / "papers")
        team.papers.mkdir()
        team.order()
        return team

    def order(self, **special: str) -> None:
        """Get a certificate, in place of the one before."""
        bundle = self.control("POST", "/certificates", app_id=self.app["id"], **special)
        for part in ("root", "chain", "key"):
            (self.papers / f"{part}.pem").write_text(bundle[part])

    def stands_on(self, rung: str) -> None:
        self.control("PUT", f"/apps/{self.app['id']}", strictness=rung)

    def control(self, method: str, path: str, **body: Any) -> Any:
        url = f"{self.served['plain_url']}/_sandbox{path}"
        answer = requests.request(method, url, json=body, **known(self.served))
        assert answer.status_code < 300, answer.text
        return answer.json()

    def runs(self, settings: str) -> subprocess.Popen[str]:
        variables = {
            "ORIGIN": self.served["tls_url"],
            "PAPERS": str(self.papers),
            "APP_KEY": self.app["key"],
            "CLIENT_ID": f"{self.served['workspace']}.{self.app['id']}",
        }
        return subprocess.Popen(
            [sys.executable, LADDER / "tpp.py", LADDER / f"{settings}.toml"],
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def known(served: dict[str, Any]) -> dict[str, Any]:
    return {"headers": {"X-API-Key": served["app_key"]}, "timeout": 30}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `bryggen serve --tls --json` says when it is ready."""
    folder = tmp_path_factory.mktemp("ladder")
    process = start_server(folder, subprocess.DEVNULL, words=["--tls", "--tls-port", "0"])
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=15)


@pytest.fixture
def team(served: dict[str, Any], tmp_path: Path) -> Team:
    return Team.comes(served, tmp_path)


@pytest.fixture
def psu(served: dict[str, Any]) -> Psu:
    wanted = "bank=lindbanken&persona=single-employee&limit=1"
    answer = requests.get(f"{served['plain_url']}/_sandbox/people?{wanted}", **known(served))
    [found] = answer.json()["people"]
    return Psu(found["username"], found["password"], served["root_certificate"])


@pytest.mark.parametrize(
    ("rung", "settings"),
    [(rung, one) for place, rung in enumerate(RUNGS) for one in RUNGS[place:]],
)
def test_each_settings_run_on_their_rung_and_below(team, psu, rung, settings):
    team.stands_on(rung)

    running = team.runs(settings)
    link = running.stdout.readline().rpartition(" ")[2].strip()
    assert link.startswith("https://"), running.communicate(timeout=SECONDS_MAX)
    assert psu.agree(link).startswith("https://tpp.example/back")
    out, err = running.communicate(timeout=SECONDS_MAX)

    assert running.returncode == 0, err
    assert out.startswith("SE")
    assert out.splitlines()[0].endswith(" SEK")


@pytest.mark.parametrize(
    ("settings", "special", "code"),
    [
        ("open", None, "CERTIFICATE_MISSING"),
        ("warn", "expired", "CERTIFICATE_EXPIRED"),
        ("enforce", "revoked", "invalid_client"),
    ],
)
def test_at_enforce_a_key_is_not_enough_nor_a_bad_certificate(team, settings, special, code):
    team.stands_on("enforce")
    if special:
        team.order(special=special)

    running = team.runs(settings)
    out, err = running.communicate(timeout=SECONDS_MAX)

    assert (running.returncode, out) == (1, "")
    assert code in err
