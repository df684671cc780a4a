"""A TPP that follows links and nothing else, and the proof over the books after each of its journeys."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from sandbox.bank import verify
from tests.conftest import Sandbox
from tests.standards.berlin_group import published

OK, NOK = "https://tpp.example/ok?state=7%2F3", "https://tpp.example/nok"
PRESENT = {"PSU-IP-Address": "192.0.2.17"}
SINCE = "2025-03-01"
#: Members of answers in which a quirk of the bank breaks the published file: docs/quirks.md.
BREAKS = {"kronekort": {"iban", "balanceType"}}
#: At each bank somebody of its own cast, with a current account and a salary; at the card issuer, a card.
PSU = {
    "fjordbanken": "no-0",
    "nordlys": "no-0",
    "lindbanken": "se-0",
    "saimaa": "fi-0",
    "hansekontor": "de-0",
    "vesterhav": "dk-0",
    "kronekort": "dk-0",
    "elbufer": "de-0",
    "tuuli": "fi-0",
}


@dataclass
class Tpp:
    """An app at one bank. Every JSON answer is judged by the published file as it comes."""

    sandbox: Sandbox
    bank_id: str
    consent_id: str | None = None
    psu: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.psu = self.sandbox.call("GET", f"/_sandbox/people/{PSU[self.bank_id]}").json

    @property
    def profile(self):
        return self.sandbox.services.profiles[self.bank_id]

    def call(self, method: str, href: str, expected: int = 200, *, headers=None, **kwargs) -> TestResponse:
        """Follow an absolute link as it is, or a path within the bank."""
        path = href.removeprefix(self.sandbox.origin).removeprefix(f"/{self.bank_id}")
        consent = {"Consent-ID": self.consent_id} if self.consent_id else {}
        answer = self.sandbox.call(
            method, f"/{self.bank_id}{path}", headers={**PRESENT, **consent, **(headers or {})}, **kwargs
        )
        assert answer.status_code == expected, (method, href, answer.text)
        version = self.profile.interface("berlin_group").version
        published.judge(method, path, answer, but=BREAKS.get(self.bank_id, ()), version=version)
        return answer

    def get(self, href: str, **kwargs) -> dict[str, Any]:
        return self.call("GET", href, **kwargs).json

    def ask(self, access=None, *, valid_until: str = "2026-06-01", **headers: str) -> TestResponse:
        """POST of a consent to everything, as broadly as the bank allows."""
        body = {
            "access": access or self.whole_access(),
            "recurringIndicator": True,
            "validUntil": valid_until,
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
        }
        back = {"TPP-Redirect-URI": OK, "TPP-Nok-Redirect-URI": NOK}
        return self.call("POST", "/v1/consents", 201, json=body, headers={**back, **headers})

    def whole_access(self) -> dict[str, Any]:
        if self.profile.consents.all_psd2:
            return {"allPsd2": "allAccounts"}
        return self.named_access()

    def named_access(self) -> dict[str, Any]:
        """A dedicated consent to the PSU's accounts with an IBAN."""
        mine = [
            {"iban": one["iban"]}
            for one in self.psu["accounts"]
            if one["bank"] == self.bank_id and one["iban"]
        ]
        return {"accounts": mine, "balances": mine, "transactions": mine}

    def pages(self, href: str, **kwargs) -> list[dict[str, Any]]:
        """All pages, from the first one along `_links.next` for as long as there is one."""
        found = [self.get(href, **kwargs)]
        while following := found[-1]["transactions"]["_links"].get("next"):
            found.append(self.get(following["href"], **kwargs))
            assert len(found) < 200, "the pages do not end"
        return found

    def booked(self, account: str, since: str = SINCE, until: str | None = None) -> list[dict[str, Any]]:
        """All booked entries of a period, over all pages, in the order of the bank."""
        period = f"dateFrom={since}" + (f"&dateTo={until}" if until else "")
        href = f"/v1/accounts/{account}/transactions?{period}&bookingStatus=booked"
        accept = {"Accept": "application/json"}
        return [one for page in self.pages(href, headers=accept) for one in page["transactions"]["booked"]]

    def approve(self, authorisation_id: str) -> dict[str, Any]:
        """The whole yes in one step, as the tests of a TPP say it."""
        answer = self.sandbox.call(
            "POST", f"/_sandbox/authorisations/{authorisation_id}/approve", json={"psu": self.psu["username"]}
        )
        assert answer.status_code == 200, answer.text
        return answer.json

    def agreed(self, **kwargs) -> "Tpp":
        """Have a valid consent by the shortest way."""
        asked = self.ask(**kwargs).json
        self.consent_id = asked["consentId"]
        links = asked["_links"]
        start = next((one["href"] for name, one in links.items() if name.startswith("startAuth")), None)
        if start:
            back = {"TPP-Redirect-URI": OK, "PSU-ID": self.psu["username"]}
            links = self.call("POST", start, 201, headers=back).json["_links"]
        state = links["scaStatus"]["href"]
        self.approve(id_of(state))
        assert self.get(state)["scaStatus"] == "finalised"
        return self


def id_of(href: str) -> str:
    """The id at the end of a link."""
    return urlsplit(href).path.rsplit("/", 1)[1]


@pytest.fixture
def site():
    """The TPP's site on the loopback: its origin, and the paths that browsers came to."""
    visits = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Budget Buddy</title><h1>Welcome back</h1>")

        def log_message(self, *_):
            """The tests speak for themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", visits
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(chromium):
    opened = chromium.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def tpp(sandbox):
    """A TPP at the bank of that id."""
    return lambda bank_id: Tpp(sandbox, bank_id)


@pytest.fixture(autouse=True)
def _the_books_balance(request: pytest.FixtureRequest) -> Iterator[None]:
    names = {"sandbox", "any_sandbox"} & set(request.fixturenames)
    world = request.getfixturevalue(names.pop()) if names else None
    yield
    if world is not None:
        with world.database.reading() as work:
            assert verify.whole_database(work) == []
