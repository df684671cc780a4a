"""Many teams at once: each in a world of its own, for minutes, and every answer is looked at.

A team asks for consents in two dialects, reads accounts and pages, pays, looks at events and people, and
now and then turns its clock. And it snoops: it calls, with its own key, what another team has just made.
Nobody may ever be told anything of another team, and nothing may fail. `make teams` prints how long each
step took.

    python benchmarks/teams.py --teams 50 --seconds 300

Every payment bears the mark of its team: an answer with the mark of another one is a leak, as is any answer
but a refusal to a snooper. At the end the books of all worlds must balance.
"""

import argparse
import http.client
import json
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time  # the benchmark measures the machine, not a workspace
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from run import served

BANKS = ("fjordbanken", "lindbanken", "saimaa")
BRITISH = "kelpbank"
PERMISSIONS = [
    *("ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"),
    *("ReadTransactionsCredits", "ReadTransactionsDebits"),
]
PAYS, PRODUCT = "fjordbanken", "norwegian-domestic-credit-transfers"
FIRST_OF = {"fjordbanken": "no-0", "lindbanken": "se-0", "saimaa": "fi-0", BRITISH: "gb-0"}
_MARK = re.compile(r"mark-(\d+)-of-a-team")


class Leak(AssertionError):
    """A team was told something of another one, or an answer was none that it should get."""


@dataclass
class Told:
    """What an answer was."""

    status: int
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        return json.loads(self.body) if self.body else {}


@dataclass
class Tally:
    """What all teams have seen: how long each kind of step took, and which statuses came."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, step: str, status: int, seconds: float) -> None:
        with self.lock:
            self.seconds[step].append(seconds)
            self.statuses[status] += 1


class Team:
    """A script with a key. `theirs` are the addresses that each team has made: number, method and path."""

    def __init__(
        self, number: int, base_url: str, key: str, tally: Tally, theirs: dict[int, list[str]]
    ) -> None:
        parts = urlsplit(base_url)
        self.number, self.base_url, self.tally = number, base_url, tally
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.headers = {"X-API-Key": key, "Content-Type": "application/json", "Accept": "application/json"}
        self.headers["PSU-IP-Address"] = "192.0.2.1"
        self.theirs, self.mine = theirs, theirs.setdefault(number, [])
        self.chance = random.Random(number)
        self.consents: dict[str, str] = {}
        self.people: dict[str, dict[str, object]] = {}

    def work(self, until: float, pause: float) -> None:
        """Go on until that moment, with a pause after each step."""
        steps: list[Callable[[], None]] = [self.read] * 5 + [self.read_british] * 2 + [self.pay] * 2
        steps += [self.look_around, self.snoop, self.snoop]
        if self.number % 5 == 0:
            steps.append(self.turn_the_clock)
        while time.monotonic() < until:
            self.chance.choice(steps)()
            time.sleep(self.chance.uniform(0.5, 1.5) * pause)
        self.connection.close()

    def read(self) -> None:
        """Accounts, balances and a page with its next one."""
        bank = self.chance.choice(BANKS)
        consent = {"Consent-ID": self._consent(bank)}
        accounts = self.get("accounts", f"/{bank}/v1/accounts", **consent).json["accounts"]
        account = self.chance.choice(accounts)["resourceId"]
        path = f"/{bank}/v1/accounts/{account}"
        self.get("balances", f"{path}/balances", **consent)
        page = self.get(
            "transactions", f"{path}/transactions?bookingStatus=booked&dateFrom={self._since()}", **consent
        )
        onward = page.json.get("transactions", {}).get("_links", {}).get("next")
        if onward:
            self.mine.append(self._path(onward["href"], bank))
            self.get("next page", self._path(onward["href"], bank), **consent)
        self.mine.append(f"{path}/balances|{consent['Consent-ID']}")

    def read_british(self) -> None:
        """The same in the other dialect."""
        base = f"/{BRITISH}/open-banking/v4.0/aisp"
        consent = {"x-bryggen-consent-id": self._british_consent()}
        accounts = self.get("UK accounts", f"{base}/accounts", **consent).json["Data"]["Account"]
        account = self.chance.choice(accounts)["AccountId"]
        self.get("UK transactions", f"{base}/accounts/{account}/transactions", **consent)
        self.mine.append(f"{base}/account-access-consents/{consent['x-bryggen-consent-id']}")

    def pay(self) -> None:
        """A payment with the PSU's yes, until the bank tells its status."""
        payer, payee = self._account(PAYS, "no-0"), self._account("nordlys", "no-1")
        body = {
            "debtorAccount": {"iban": payer},
            "instructedAmount": {"currency": "NOK", "amount": f"{self.chance.randint(1, 900)}.00"},
            "creditorAccount": {"iban": payee},
            "creditorName": "Somebody",
            "remittanceInformationUnstructured": f"mark-{self.number}-of-a-team",
        }
        wishes = {"TPP-Redirect-URI": "https://tpp.example/ok"}
        begun = self.post("initiate", f"/{PAYS}/v1/payments/{PRODUCT}", body, **wishes)
        links = begun.json["_links"]
        waiting = links["scaStatus"]["href"].rpartition("/")[2]
        self.post(
            "approve",
            f"/_sandbox/authorisations/{waiting}/approve",
            {"psu": self._person("no-0")["username"]},
        )
        self.get("status", self._path(links["status"]["href"]))
        self.mine += [self._path(links["self"]["href"]), self._path(links["scaStatus"]["href"])]
        self.mine += [f"/_sandbox/payments/{begun.json['paymentId']}", f"/_sandbox/authorisations/{waiting}"]

    def look_around(self) -> None:
        """What a tester looks at."""
        events = self.get("events", "/_sandbox/events?limit=20").json["events"]
        self.mine += [f"/_sandbox/events/{one['id']}" for one in events[:2]]
        self.get("people", "/_sandbox/people?limit=20")
        self.get("agenda", "/_sandbox/agenda")

    def turn_the_clock(self) -> None:
        """A day goes by."""
        self.post("a day", "/_sandbox/clock/advance", {"days": 1})
        self.consents.clear()

    def snoop(self) -> None:
        """Call what another team has made. Whatever it is, it is not there."""
        others = [paths for number, paths in list(self.theirs.items()) if number != self.number and paths]
        if not others:
            return
        path, _, consent = self.chance.choice(self.chance.choice(others)).partition("|")
        headers = {"Consent-ID": consent} if consent else {}
        told = self.call("snoop", "GET", path, **headers)
        if told.status not in (400, 401, 403, 404):
            raise Leak(f"team {self.number} got {told.status} at {path}: {told.body[:300]!r}")

    def get(self, step: str, path: str, **headers: str) -> Told:
        return self._good(step, self.call(step, "GET", path, **headers))

    def post(self, step: str, path: str, body: object, **headers: str) -> Told:
        return self._good(step, self.call(step, "POST", path, body, **headers))

    def call(self, step: str, method: str, path: str, body: object = None, **headers: str) -> Told:
        """One call, timed, and looked at for what is another team's."""
        sent = None if body is None else json.dumps(body)
        known = {**self.headers, "X-Request-ID": str(uuid.uuid4()), **headers}
        began = time.perf_counter()
        try:
            self.connection.request(method, path, sent, known)
        except (http.client.NotConnected, BrokenPipeError, ConnectionResetError):
            self.connection.close()  # an idle connection that the server has closed
            self.connection.request(method, path, sent, known)
        try:
            answer = self.connection.getresponse()
        except http.client.RemoteDisconnected:
            self.connection.close()
            self.connection.request(method, path, sent, known)
            answer = self.connection.getresponse()
        told = Told(answer.status, answer.read())
        self.tally.note(step, told.status, time.perf_counter() - began)
        if told.status >= 500:
            raise Leak(f"{method} {path} -> {told.status}: {told.body[:500]!r}")
        foreign = set(_MARK.findall(told.body.decode(errors="replace"))) - {str(self.number)}
        if foreign:
            raise Leak(f"team {self.number} was told of the payments of {foreign} at {path}")
        return told

    @staticmethod
    def _good(step: str, told: Told) -> Told:
        if told.status >= 300:
            raise Leak(f"{step} -> {told.status}: {told.body[:500]!r}")
        return told

    def _consent(self, bank: str) -> str:
        if bank not in self.consents:
            mine = [{"iban": one["iban"]} for one in self._accounts(bank, FIRST_OF[bank]) if one["iban"]]
            body = {
                "access": {"accounts": mine, "balances": mine, "transactions": mine},
                "recurringIndicator": True,
                "validUntil": "9999-12-31",
                "frequencyPerDay": 4,
                "combinedServiceIndicator": False,
            }
            asked = self.post(
                "consent", f"/{bank}/v1/consents", body, **{"TPP-Redirect-URI": "https://tpp.example/ok"}
            )
            links = asked.json["_links"]
            psu = self._person(FIRST_OF[bank])["username"]
            if "scaStatus" not in links:
                start = next(one["href"] for name, one in links.items() if name.startswith("startAuth"))
                back = {"TPP-Redirect-URI": "https://tpp.example/ok"}
                links = self.post("authorise", self._path(start, bank), {}, **back).json["_links"]
            waiting = links["scaStatus"]["href"].rpartition("/")[2]
            told = self.post("approve", f"/_sandbox/authorisations/{waiting}/approve", {"psu": psu})
            state = self.get("SCA status", self._path(links["scaStatus"]["href"], bank)).json
            if state["scaStatus"] == "unconfirmed":
                code = {"confirmationCode": told.json["return_to"].rpartition("code=")[2]}
                confirmed = self.call(
                    "confirm", "PUT", self._path(state["_links"]["confirmation"]["href"], bank), code
                )
                self._good("confirm", confirmed)
            self.consents[bank] = asked.json["consentId"]
            self.mine.append(f"/{bank}/v1/consents/{asked.json['consentId']}")
        return self.consents[bank]

    def _british_consent(self) -> str:
        if BRITISH not in self.consents:
            path = f"/{BRITISH}/open-banking/v4.0/aisp/account-access-consents"
            body = {"Data": {"Permissions": PERMISSIONS}, "Risk": {}}
            began = time.perf_counter()
            self.connection.request("POST", path, json.dumps(body), self.headers)
            answer = self.connection.getresponse()
            told, waiting = Told(answer.status, answer.read()), answer.headers["x-bryggen-authorisation-id"]
            self.tally.note("UK consent", told.status, time.perf_counter() - began)
            self._good("UK consent", told)
            psu = {"psu": self._person(FIRST_OF[BRITISH])["username"]}
            self.post("approve", f"/_sandbox/authorisations/{waiting}/approve", psu)
            self.consents[BRITISH] = told.json["Data"]["ConsentId"]
        return self.consents[BRITISH]

    def _person(self, person_id: str) -> dict[str, object]:
        if person_id not in self.people:
            self.people[person_id] = self.get("person", f"/_sandbox/people/{person_id}").json
        return self.people[person_id]

    def _accounts(self, bank: str, person_id: str) -> list[dict[str, object]]:
        return [one for one in self._person(person_id)["accounts"] if one["bank"] == bank]

    def _account(self, bank: str, person_id: str) -> str:
        return next(one["iban"] for one in self._accounts(bank, person_id) if one["kind"] == "current")

    def _since(self) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(time.time() - 80 * 86400))

    def _path(self, href: str, bank: str = PAYS) -> str:
        """A link as a path: some banks leave their own address out."""
        path = href.removeprefix(self.base_url)
        return path if path.startswith(f"/{bank}/") else f"/{bank}{path}"


@contextmanager
def sandbox(folder: Path, workers: int) -> Iterator[str]:
    """A served sandbox with its data in that folder; its base URL."""
    serve = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--json", "--workers", str(workers)]
    with served(serve, {**os.environ, "BRYGGEN_DATA_DIR": str(folder)}) as (_, ready, _):
        yield str(ready["base_url"])


def new_world(base_url: str) -> str:
    """The key of the first app of a new workspace."""
    parts = urlsplit(base_url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("POST", "/_sandbox/workspaces", "{}", {"Content-Type": "application/json"})
    told = json.loads(connection.getresponse().read())
    connection.close()
    return str(told["app"]["key"])


def run(teams: int, seconds: float, pause: float, workers: int) -> list[str]:
    """Let the teams work; what went wrong. Prints the figures."""
    tally, theirs, wrong = Tally(), {}, []
    with tempfile.TemporaryDirectory(prefix="bryggen-teams-") as folder:
        with sandbox(Path(folder), workers) as base_url:
            until = time.monotonic() + seconds
            everybody = [Team(n, base_url, new_world(base_url), tally, theirs) for n in range(teams)]

            def go(team: Team) -> None:
                try:
                    team.work(until, pause)
                except Exception as error:  # one team that stumbles must not hide what the others see
                    wrong.append(f"team {team.number}: {type(error).__name__}: {error}")

            threads = [threading.Thread(target=go, args=(team,)) for team in everybody]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        wrong += unbalanced(Path(folder))
    show(tally, teams, seconds)
    return wrong


def unbalanced(folder: Path) -> list[str]:
    """What `bryggen verify` finds in the books of all worlds."""
    from sandbox.bank import verify
    from sandbox.kernel.db import Database

    database = Database(f"sqlite:///{folder / 'bryggen.sqlite3'}")
    with database.reading() as work:
        found = [str(one) for one in verify.whole_database(work)]
    database.close()
    return found


def show(tally: Tally, teams: int, seconds: float) -> None:
    """The table."""
    calls = sum(map(len, tally.seconds.values()))
    print(f"{teams} teams, {seconds:g} s, {calls} calls, {calls / seconds:.0f} per second")
    print(f"statuses: {dict(sorted(tally.statuses.items()))}\n")
    print(f"{'ms':18}{'calls':>8}{'median':>9}{'p95':>9}{'p99':>9}{'worst':>9}")
    rows = [*sorted(tally.seconds.items()), ("all", [one for each in tally.seconds.values() for one in each])]
    for step, took in rows:
        if len(took) > 1:
            cuts = statistics.quantiles(took, n=100, method="inclusive")
            shown = (cuts[49], cuts[94], cuts[98], max(took))
            print(f"{step:18}{len(took):8}" + "".join(f"{one * 1000:9.1f}" for one in shown))


def main() -> int:
    """Run, and say what went wrong; 1 if anything did."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--teams", type=int, default=50)
    reader.add_argument("--seconds", type=float, default=300)
    reader.add_argument("--pause", type=float, default=0.5, help="mean seconds between the steps of a team")
    reader.add_argument("--workers", type=int, default=2)
    asked = reader.parse_args()
    wrong = run(asked.teams, asked.seconds, asked.pause, asked.workers)
    for one in wrong:
        print(f"WRONG: {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
