"""A served sandbox tells a TPP by itself, whichever of its processes answered."""

import json
import signal
import subprocess
import uuid

import pytest
import requests

from tests.conftest import start_server
from tests.delivery.test_courier import until


@pytest.mark.slow
def test_two_processes_serve_and_each_message_comes_once_and_soon(receiver, tmp_path):
    served = start_server(tmp_path, subprocess.DEVNULL, words=("--workers", "2"))
    try:
        ready = json.loads(served.stdout.readline())
        person = next(one for one in ready["people"] if "fjordbanken" in one["banks"])
        for _ in range(3):
            ask_and_approve(ready, person, receiver)

        # Five of each consent, and one of each of the two whose place a newer one has taken.
        until(lambda: len(receiver.got) >= 17)
    finally:
        served.send_signal(signal.SIGTERM)
        served.communicate(timeout=20)
    assert len(receiver.got) == len({one.headers["webhook-id"] for one in receiver.got}) == 17


def ask_and_approve(ready, person, receiver):
    """A consent whose TPP wants to be told, and the PSU's yes."""
    session = requests.Session()
    session.trust_env = False
    session.headers = {"X-API-Key": ready["app_key"], "X-Request-ID": str(uuid.uuid4())}
    bank = f"{ready['base_url'].rstrip('/')}/fjordbanken"
    wishes = {"TPP-Redirect-URI": "https://tpp.example/ok", "TPP-Notification-URI": receiver.uri}
    body = {
        "access": {"allPsd2": "allAccounts"},
        "recurringIndicator": True,
        "validUntil": "9999-12-31",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": False,
    }
    asked = session.post(f"{bank}/v1/consents", json=body, headers=wishes, timeout=10)
    assert asked.status_code == 201, asked.text
    authorisations = f"{bank}/v1/consents/{asked.json()['consentId']}/authorisations"
    (authorisation_id,) = session.get(authorisations, timeout=10).json()["authorisationIds"]
    control = f"{ready['base_url'].rstrip('/')}/_sandbox/authorisations/{authorisation_id}/approve"
    assert session.post(control, json={"psu": person["username"]}, timeout=30).status_code == 200
