"""What a request costs, as ratios in one run against a bare Flask view under the same server.

`make bench` runs it. CPU is the server's own (user and system), read from /proc; the driver is another
process on another core. Both servers run at once and are asked in turns, so that a ratio compares neighbours
in time: what else the machine does meanwhile falls on both. Nothing here fails a build: figures are read by
people.
"""

import contextlib
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time  # the benchmark measures the machine, not a workspace
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
BANK = "fjordbanken"
#: The same page in the British dialect: the aim is at most 1.25 times of the Norwegian one.
BRITISH, BRITISH_AIM = "kelpbank", 1.25
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "3000"))
ROUNDS = 15
WARM_UP = 200
STARTS = 5


@dataclass
class Request:
    """One kind of request, and what it has cost in each round: seconds and CPU seconds of the server."""

    name: str
    pid: int
    url: str
    headers: dict[str, str]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def with_pages_of_100(folder: Path) -> None:
    """Have the sandbox take the British bank from that folder, with pages as long as the Norwegian one's."""
    shipped = (HERE.parent / "mock_banks" / f"{BRITISH}.yaml").read_text(encoding="utf-8")
    changed = re.sub(r"pageSize: \d+", "pageSize: 100", shipped)
    (folder / f"{BRITISH}.yaml").write_text(changed, encoding="utf-8")
    os.environ["BRYGGEN_BANKS_DIR"] = str(folder)


def started(command: list[str]) -> float:
    """The seconds from a start to the first answer, the middle one of five.

    The bytecode is there, as where it is installed or was started before: the first start only writes it.
    """
    took = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(1 + STARTS):
            with served(command, environment) as (_process, _ready, seconds):
                took.append(seconds)
    return statistics.median(took[1:])


@contextlib.contextmanager
def served(
    command: list[str], environment: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], dict[str, object], float]]:
    """A server that prints one line of JSON when it answers; also the seconds until then."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        yield process, ready, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=10)


def family(pid: int) -> list[int]:
    """The process and its children: gunicorn's arbiter and its worker."""
    with Path(f"/proc/{pid}/task/{pid}/children").open() as children:
        return [pid, *(member for child in children.read().split() for member in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """CPU spent so far by the threads of the process and its children, to the nanosecond."""
    threads = [thread for one in family(pid) for thread in Path(f"/proc/{one}/task").iterdir()]
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def resident_mb(pid: int) -> float:
    """Memory of the largest process of the family: the worker."""
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family(pid)]
    return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def ask(request: Request, times: int) -> None:
    """Ask the same again and again over one connection."""
    parts = urlsplit(request.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    for _ in range(times):
        connection.request("GET", target, headers={**request.headers, "X-Request-ID": str(uuid.uuid4())})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
    connection.close()


def compare(requests: list[Request]) -> None:
    """Ask in turns, in rounds, and note what each costs."""
    for request in requests:
        ask(request, WARM_UP)
    for _ in range(ROUNDS):
        for request in requests:
            cpu, wall = cpu_seconds(request.pid), time.perf_counter()
            ask(request, max(REQUESTS // ROUNDS, 1))
            request.wall.append(time.perf_counter() - wall)
            request.cpu.append(cpu_seconds(request.pid) - cpu)


def post(url: str, body: dict[str, object], headers: dict[str, str]) -> dict[str, object]:
    """POST a JSON body; the answer as JSON."""
    return posted(url, body, headers)[0]


def posted(
    url: str, body: dict[str, object], headers: dict[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    """POST a JSON body; the answer as JSON, and its headers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("POST", parts.path, json.dumps(body), {**headers, "Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status < 300, text
    return json.loads(text) if text else {}, dict(answer.getheaders())


def consented(base: str, key: str, username: str) -> dict[str, str]:
    """The headers of a TPP with a valid consent to all accounts of that person."""
    headers = {"X-API-Key": key, "X-Request-ID": str(uuid.uuid4()), "PSU-IP-Address": "192.0.2.1"}
    consent = post(
        f"{base}/{BANK}/v1/consents",
        {
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": "9999-12-31",
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
        },
        {**headers, "TPP-Redirect-URI": "http://localhost:3000/back", "TPP-Redirect-Preferred": "true"},
    )
    links = consent["_links"]
    assert isinstance(links, dict)
    authorisation_id = links["scaStatus"]["href"].rsplit("/", 1)[-1]
    post(f"{base}/_sandbox/authorisations/{authorisation_id}/approve", {"psu": username}, headers)
    return {**headers, "Consent-ID": str(consent["consentId"])}


def get(url: str, headers: dict[str, str]) -> dict[str, object]:
    """GET as JSON."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    return json.loads(text)  # type: ignore[no-any-return]


def readings(pid: int, ready: dict[str, object]) -> list[Request]:
    """What account information costs once the customer has moved in."""
    base, key = str(ready["base_url"]), str(ready["app_key"])
    people = ready["people"]
    assert isinstance(people, list)
    person = next(one for one in people if BANK in one["banks"])
    headers = consented(base, key, person["username"])
    accounts = get(f"{base}/{BANK}/v1/accounts", headers)["accounts"]
    assert isinstance(accounts, list)
    page = None
    for account in accounts:
        url = f"{base}/{BANK}/v1/accounts/{account['resourceId']}/transactions"
        url += f"?dateFrom={date.today() - timedelta(days=700)}&bookingStatus=booked"
        found = get(url, headers)["transactions"]
        if len(found["booked"]) == 100:  # type: ignore[index,call-overload]
            page = url
            break
    assert page, "no account with a full page of 100"
    return [
        Request("GET /accounts", pid, f"{base}/{BANK}/v1/accounts", headers),
        Request("GET transactions, page of 100", pid, page, headers),
    ]


def look_at_portal(base: str) -> None:
    """Have a browser look at a few pages, so that the worker has them and what writes them in memory."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    for path in ("/", "/_portal/banks", "/_portal/docs/"):
        connection.request("GET", path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, path
    connection.close()


def british_reading(pid: int, ready: dict[str, object], path: str) -> Request:
    """The same page of a hundred, in one version of the British dialect."""
    base, headers = str(ready["base_url"]), {"X-API-Key": str(ready["app_key"])}
    people = ready["people"]
    assert isinstance(people, list)
    person = next(one for one in people if BRITISH in one["banks"])
    root = f"{base}/{BRITISH}/open-banking/{path}/aisp"
    permissions = [
        *("ReadAccountsDetail", "ReadTransactionsDetail"),
        *("ReadTransactionsCredits", "ReadTransactionsDebits"),
    ]
    body: dict[str, object] = {"Data": {"Permissions": permissions}, "Risk": {}}
    consent, told = posted(f"{root}/account-access-consents", body, headers)
    yes: dict[str, object] = {"psu": person["username"]}
    post(f"{base}/_sandbox/authorisations/{told['x-bryggen-authorisation-id']}/approve", yes, headers)
    data = consent["Data"]
    assert isinstance(data, dict)
    headers |= {
        "x-bryggen-consent-id": data["ConsentId"],
        "x-fapi-customer-ip-address": "192.0.2.1",
        "x-fapi-interaction-id": str(uuid.uuid4()),
    }
    found = get(f"{root}/accounts", headers)["Data"]
    for account in found["Account"]:  # type: ignore[index,call-overload]
        links = get(f"{root}/accounts/{account['AccountId']}/transactions", headers)["Links"]
        assert isinstance(links, dict)
        if "Next" in links:
            return Request(f"GET transactions, UK {path}, 100", pid, links["First"], headers)
    raise AssertionError("no account with a full page of 100")


def main() -> None:
    """Measure against the bare view, and what else there is to measure."""
    command = [sys.executable, "-m", "sandbox", "serve", "--ephemeral", "--port", "0", "--json"]
    bare_server = [sys.executable, str(HERE / "bare.py")]
    with tempfile.TemporaryDirectory() as folder:
        with_pages_of_100(Path(folder))
        measure(command, bare_server)
    del os.environ["BRYGGEN_BANKS_DIR"]
    for script in ("first_touch.py", "payments.py", "payments_served.py", "advance.py", "trust.py"):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, str(HERE / script), folder], check=True)


def measure(command: list[str], bare_server: list[str]) -> None:
    """Print the table: medians over the rounds, the ratios too."""
    start_seconds = started(command)
    silent = {**os.environ, "BRYGGEN_JOURNAL": "false"}
    with (
        served(command) as (process, ready, _),
        served(command, silent) as (unnoted, told, _),
        served(bare_server) as (beside, here, _),
    ):
        memory = [resident_mb(process.pid)]
        bare = Request("bare Flask JSON view", beside.pid, str(here["base_url"]), {})
        requests = [bare, *readings(process.pid, ready)]
        page = requests[-1]
        british = [british_reading(process.pid, ready, path) for path in ("v3.1", "v4.0")]
        quiet = readings(unnoted.pid, told)
        for one in quiet:
            one.name += ", no journal"
        requests += british + quiet
        compare(requests)
        memory.append(resident_mb(process.pid))
        look_at_portal(str(ready["base_url"]))
        memory.append(resident_mb(process.pid))
    print(f"{'request':34} {'per second':>11} {'CPU µs':>8} {'ratio':>6}")
    size = max(REQUESTS // ROUNDS, 1)
    for one in requests:
        ratio = statistics.median(mine / its for mine, its in zip(one.cpu, bare.cpu, strict=True))
        per_second, cpu_us = size / statistics.median(one.wall), statistics.median(one.cpu) / size * 1e6
        print(f"{one.name:34} {per_second:11.0f} {cpu_us:8.0f} {ratio:6.2f}")
    print()
    for one in british:
        beside_it = statistics.median(mine / its for mine, its in zip(one.cpu, page.cpu, strict=True))
        print(f"{one.name:34} {beside_it:8.2f} x   of the Norwegian page (aim {BRITISH_AIM})")
    for one, its in zip(requests[1:3], quiet, strict=True):
        cost = statistics.median(one.cpu) / size - statistics.median(its.cpu) / size
        print(f"{'the journal, ' + one.name:42} {cost * 1e6:6.0f} µs CPU")
    print(f"\nserver start to first answer      {start_seconds:8.2f} s    (aim 1.5 s)")
    told = (
        "memory of a worker, at the start",
        "  once it has served both dialects",
        "  and pages of the portal",
    )
    for when, megabytes in zip(told, memory, strict=True):
        print(f"{when:34}{megabytes:8.0f} MB   (aim 120 MB)")


if __name__ == "__main__":
    main()
