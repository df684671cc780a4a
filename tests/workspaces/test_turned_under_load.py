"""A world that is kept, brought back, reset, forked and thrown away while its apps go on calling."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

from werkzeug.test import Client

from sandbox.bank import verify
from sandbox.kernel.ids import new_uuid
from tests.failures.conftest import BerlinGroup
from tests.portal.test_pages import Pages

_THREADS, _ROUNDS = 20, 3
_ORDERS = f"/fjordbanken/v1/payments/{BerlinGroup.product}"


class App:
    """One of the app's workers, which pays, looks what became of it, and pays again."""

    def __init__(self, sandbox, number):
        self.client = Client(sandbox.app)
        self.key, self.number, self.seen = sandbox.app_key, number, set()
        self.debtor = BerlinGroup(sandbox).payer.account["iban"]

    def call(self, method, path, **kwargs):
        sent = {"X-API-Key": self.key, "X-Request-ID": new_uuid(), "PSU-IP-Address": "203.0.113.9"}
        sent |= {"TPP-Redirect-URI": "https://tpp.example/ok"}
        answer = self.client.open(path, method=method, headers=sent, **kwargs)
        self.seen.add(answer.status_code)
        return answer

    def go_on(self, ended):
        order = {
            "debtorAccount": {"iban": self.debtor},
            "instructedAmount": {"currency": "NOK", "amount": f"{self.number + 1}.00"},
            "creditorAccount": {"bban": "99980100142"},
            "creditorName": "Fru Tellefsen",
        }
        while not ended.is_set():
            made = self.call("POST", _ORDERS, json=order)
            if made.status_code == 201:
                self.call("GET", made.json["_links"]["status"]["href"])
            self.call("GET", "/_sandbox/calls?limit=5")


def turn(pages):
    """Do all that can be done to a world as a whole; what each form answered."""
    kept = pages.post("/w/test/snapshots", name="before")
    assert kept.status_code == 303, kept.text
    place = re.search(r'action="/_portal(/w/test/snapshots/[^"]+/restore)"', pages.get("/w/test").text)[1]
    for _ in range(_ROUNDS):
        yield pages.post("/w/test/clock/advance", step="1").status_code
        yield pages.post("/w/test/fork").status_code
        yield pages.post(place).status_code
        yield pages.post("/w/test/clock/advance", step="7").status_code
        yield pages.post("/w/test/reset").status_code
    yield pages.post("/w/test/delete").status_code


def test_a_world_is_turned_upside_down_while_its_apps_call(any_sandbox):
    assert any_sandbox.call("PUT", f"/_sandbox/apps/{any_sandbox.app_id}/yes", json={}).status_code == 200
    apps, ended = [App(any_sandbox, number) for number in range(_THREADS)], threading.Event()

    with ThreadPoolExecutor(_THREADS) as pool:
        running = [pool.submit(one.go_on, ended) for one in apps]
        try:
            turned = list(turn(Pages(any_sandbox)))
        finally:
            ended.set()
        for one in running:
            one.result()

    assert set(turned) == {303}
    seen = set().union(*(one.seen for one in apps))
    assert 201 in seen
    # Its key opens nothing once the world is gone; what a reset has forgotten is not there.
    assert seen <= {200, 201, 401, 403, 404}
    with any_sandbox.database.reading() as work:
        assert verify.whole_database(work) == []
        assert work.rows("SELECT count(*) FROM workspace WHERE id = 'test'", ())[0][0] == 0
