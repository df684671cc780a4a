"""A rush over HTTP: fifty yeses at once, to three processes, from one account with money for ten."""

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.request import Request, urlopen

import pytest

from sandbox.bank import accounts
from tests.journeys.conftest import id_of
from tests.journeys.paying import Payer, to

RUSH, ROOM = 50, 10


@pytest.fixture
def served(any_sandbox, tmp_path):
    """Three more processes over the database of the sandbox; their address."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BRYGGEN_")}
    url = any_sandbox.database.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--json", "--workers", "3"],
        env={**environment, "BRYGGEN_DATABASE_URL": url, "BRYGGEN_DATA_DIR": str(tmp_path / "served")},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield json.loads(process.stdout.readline())["base_url"].rstrip("/")
    process.terminate()
    process.wait(timeout=20)
    process.stdout.close()


def test_of_fifty_yeses_at_once_to_three_processes_ten_are_good(any_sandbox, served):
    payer, creditor = Payer(any_sandbox, "fjordbanken"), Payer(any_sandbox, "nordlys", person_id="no-1")
    with any_sandbox.database.reading() as work:
        bank = any_sandbox.bank("fjordbanken", work)
        room = accounts.available_minor(bank, accounts.get(bank, payer.account["id"]))
    minor = room // ROOM
    body = to(creditor, f"{minor / 100:.2f}", "NOK", debtorAccount={"iban": payer.account["iban"]})
    paid = [payer.initiate(body, "norwegian-domestic-credit-transfers", "redirect") for _ in range(RUSH)]
    together = Barrier(RUSH)

    def say_yes(one):
        request = Request(  # it is our own server
            f"{served}/_sandbox/authorisations/{id_of(one.links['scaStatus'])}/approve",
            data=json.dumps({"psu": payer.psu["username"]}).encode(),
            headers={"Content-Type": "application/json", "X-API-Key": any_sandbox.app_key},
            method="POST",
        )
        together.wait()
        with urlopen(request, timeout=60) as answer:  # as above
            return answer.status

    with ThreadPoolExecutor(RUSH) as pool:
        assert set(pool.map(say_yes, paid)) == {200}

    assert Counter(one.status() for one in paid) == {"ACSP": ROOM, "RJCT": RUSH - ROOM}
    with any_sandbox.database.reading() as work:
        bank = any_sandbox.bank("fjordbanken", work)
        left = accounts.available_minor(bank, accounts.get(bank, payer.account["id"]))
    assert left == room - ROOM * minor
