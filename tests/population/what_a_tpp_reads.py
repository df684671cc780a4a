"""Run by itself in a process of its own: make a world, read it as a TPP, and write down every byte.

Usage: what_a_tpp_reads.py <database URL> <folder> <the machine's date> <days to the end> <steps>
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

NUMBERS = (0, 2, 20, 200)
BANKS = {"fjordbanken": "no", "hansekontor": "de"}


def read(url: str, folder: Path, days: int, steps: int) -> dict[str, str]:
    """Every answer by what was asked, ids of consents aside."""
    from tests.conftest import NOON, open_sandbox

    sandbox = open_sandbox(url, folder)
    said: dict[str, str] = {}
    people = [(bank, f"{country}-{number}") for bank, country in BANKS.items() for number in NUMBERS]
    for step in range(steps + 1):  # everybody moves in at noon, and then time goes by
        sandbox.set_clock(NOON + timedelta(days=days * step // steps))
        for _, person in people:
            said[person] = sandbox.call("GET", f"/_sandbox/people/{person}").text
    for query in ("limit=100", "bank=hansekontor&limit=50", "persona=student", "name=an&limit=30&offset=20"):
        said[query] = sandbox.call("GET", f"/_sandbox/people?{query}").text
    for bank, person in people:
        whole = json.loads(said[person])
        if bank in whole["banks"] and whole["standing"] == "active":
            said |= _accounts(sandbox, bank, whole)
    sandbox.close()
    return said


def _accounts(sandbox: Any, bank: str, psu: dict[str, Any]) -> dict[str, str]:
    consent = {"Consent-ID": agreed(sandbox, bank, psu), "PSU-IP-Address": "192.0.2.17"}
    consent["Accept"] = "application/json"
    said: dict[str, str] = {}

    def get(href: str) -> Any:
        path = href.removeprefix(sandbox.origin)
        answer = sandbox.call("GET", path, headers=consent)
        assert answer.status_code == 200, answer.text
        said[path] = answer.text
        return answer.json

    for one in get(f"/{bank}/v1/accounts?withBalance=true")["accounts"]:
        get(one["_links"]["balances"]["href"])
        href = one["_links"]["transactions"]["href"] + "?dateFrom=2025-03-01&bookingStatus=both"
        while href:
            href = get(href)["transactions"]["_links"].get("next", {}).get("href")
    return said


def agreed(sandbox: Any, bank: str, psu: dict[str, Any]) -> str:
    """The id of a consent to everything that the PSU has there, with its yes."""
    wish = {"TPP-Redirect-Preferred": "true", "TPP-Redirect-URI": "https://tpp.example/ok"}
    body = {
        "access": {"allPsd2": "allAccounts"},
        "recurringIndicator": True,
        "validUntil": "9999-12-31",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": False,
    }
    asked = sandbox.call("POST", f"/{bank}/v1/consents", json=body, headers=wish).json
    waiting = asked["_links"]["scaStatus"]["href"].rsplit("/", 1)[1]
    yes = {"psu": psu["username"]}
    answer = sandbox.call("POST", f"/_sandbox/authorisations/{waiting}/approve", json=yes)
    assert answer.json["consent_status"] == "valid", answer.text
    return str(asked["consentId"])


if __name__ == "__main__":
    database, home, wall, end, count = sys.argv[1:]
    with time_machine.travel(datetime.fromisoformat(wall)):
        found = read(database, Path(home), int(end), int(count))
    sys.stdout.write(json.dumps(found, sort_keys=True))
