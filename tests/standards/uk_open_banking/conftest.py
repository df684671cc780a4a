"""A TPP at two banks of the tests, which speak to Norwegians in the British dialect."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sandbox.bank import verify
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests.conftest import STILL, Sandbox, open_sandbox, somebody
from tests.standards.uk_open_banking import published

BANKS = Path(__file__).parent / "banks"
EVERYTHING = (
    *("ReadAccountsDetail", "ReadBalances", "ReadPAN", "ReadParty", "ReadPartyPSU"),
    *("ReadTransactionsDetail", "ReadTransactionsCredits", "ReadTransactionsDebits"),
    *("ReadBeneficiariesDetail", "ReadDirectDebits", "ReadOffers", "ReadProducts"),
    *("ReadScheduledPaymentsDetail", "ReadStandingOrdersDetail", "ReadStatementsDetail"),
)
VERSIONS = ("v3.1", "v4.0")


@dataclass
class Tpp:
    """An app at one bank in one version; every answer is judged by the published file as it comes."""

    sandbox: Sandbox
    version: str
    bank: str = "albion"
    psu: str = "no-0"
    key: str | None = None
    consent_id: str | None = None
    authorisation_id: str | None = None
    service: str = "aisp"

    def call(self, method: str, path: str, expected: int = 200, *, headers: Any = None, **kwargs: Any) -> Any:
        """Call a path below the service, or an absolute link as it is; headers given as None are left out."""
        if path.startswith("http"):
            path = path.removeprefix(f"{self.sandbox.origin}/{self.bank}")
        else:
            path = f"/open-banking/{self.version}/{self.service}{path}"
        sent = {"X-Request-ID": None, "x-fapi-interaction-id": str(uuid.uuid4())}
        if self.key:
            sent["X-API-Key"] = self.key
        if self.consent_id:
            sent["x-bryggen-consent-id"] = self.consent_id
        sent |= headers or {}
        given = {"X-API-Key": self.sandbox.app_key, **sent}
        answer: TestResponse = self.sandbox.client.open(
            f"/{self.bank}{path}",
            method=method,
            headers={name: value for name, value in given.items() if value is not None},
            **kwargs,
        )
        assert answer.status_code == expected, (method, path, answer.status_code, answer.text[:600])
        published.judge(method, path.partition("?")[0], answer)
        return answer

    def get(self, path: str, **kwargs: Any) -> Any:
        """The body of a GET."""
        return self.call("GET", path, **kwargs).json

    def ask(self, permissions: Sequence[str] = EVERYTHING, expected: int = 201, **data: Any) -> TestResponse:
        """POST of a consent."""
        body = {"Data": {"Permissions": list(permissions), **data}, "Risk": {}}
        answer = self.call("POST", "/account-access-consents", expected, json=body)
        if expected == 201:
            self.consent_id = answer.json["Data"]["ConsentId"]
            self.authorisation_id = answer.headers["x-bryggen-authorisation-id"]
        return answer

    def approve(self, accounts: list[str] | None = None) -> None:
        """The PSU says yes."""
        self._decide("approve", {"psu": self._username(), **({"accounts": accounts} if accounts else {})})

    def decline(self) -> None:
        """The PSU says no."""
        self._decide("decline", {})

    def agreed(self, permissions: Sequence[str] = EVERYTHING, **data: Any) -> "Tpp":
        """Have a consent that the PSU has authorised."""
        self.ask(permissions, **data)
        self.approve()
        return self

    def status(self) -> str:
        """Where the consent stands."""
        return str(self.get(f"/account-access-consents/{self.consent_id}")["Data"]["Status"])

    def in_version(self, version: str) -> "Tpp":
        """The same consent at the endpoints of another version."""
        return Tpp(
            self.sandbox, version, self.bank, self.psu, self.key, self.consent_id, self.authorisation_id
        )

    def accounts(self) -> list[dict[str, Any]]:
        """The accounts of the consent."""
        return list(self.get("/accounts")["Data"]["Account"])

    def pages(self, path: str) -> list[dict[str, Any]]:
        """All pages, along Links.Next for as long as there is one."""
        found = [self.get(path)]
        while following := found[-1]["Links"].get("Next"):
            found.append(self.get(following))
            assert len(found) < 200, "the pages do not end"
        return found

    def transactions(self, path: str) -> list[dict[str, Any]]:
        """What is on all pages."""
        return [one for page in self.pages(path) for one in page["Data"]["Transaction"]]

    def _username(self) -> str:
        if self.key is None:
            return somebody(self.psu).username
        # An app of another world, which may have another seed.
        answer = self.sandbox.call("GET", f"/_sandbox/people/{self.psu}", headers={"X-API-Key": self.key})
        return str(answer.json["username"])

    def _decide(self, what: str, body: dict[str, Any]) -> None:
        answer = self.sandbox.call(
            "POST",
            f"/_sandbox/authorisations/{self.authorisation_id}/{what}",
            json=body,
            headers={"X-API-Key": self.key} if self.key else {},
        )
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The whole app with the banks of these tests; in the end its books balance."""
    folder = tmp_path_factory.mktemp("quarter")
    opened = open_sandbox(f"sqlite:///{folder / 'quarter.sqlite3'}", folder, banks_dir=str(BANKS))
    yield opened
    with opened.database.reading() as work:
        assert verify.whole_database(work) == []
    opened.close()


@pytest.fixture(scope="module")
def london(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The whole app with the banks that everybody has, of which three are British."""
    folder = tmp_path_factory.mktemp("london")
    opened = open_sandbox(f"sqlite:///{folder / 'london.sqlite3'}", folder)
    yield opened
    with opened.database.reading() as work:
        assert verify.whole_database(work) == []
    opened.close()


@pytest.fixture
def city(london: Sandbox) -> Sandbox:
    """A world of its own for each test at the British banks."""
    return _world_of(london)


def _world_of(opened: Sandbox) -> Sandbox:
    with opened.database.writing() as work:
        world = workspaces.create(work, "bergen", clock=STILL)
        app, key = apps.create(work, world, "Budget Buddy")
        return replace(opened, app_id=app.id, app_key=key, world=world.id)


@pytest.fixture
def street(quarter: Sandbox) -> Sandbox:
    """A world of its own for each test."""
    return _world_of(quarter)


@pytest.fixture(params=VERSIONS)
def tpp(request: pytest.FixtureRequest, street: Sandbox) -> Tpp:
    """A TPP, once in each version."""
    return Tpp(street, request.param)


@pytest.fixture
def old(street: Sandbox) -> Tpp:
    """A TPP that calls 3.1."""
    return Tpp(street, "v3.1")


@pytest.fixture
def new(street: Sandbox) -> Tpp:
    """A TPP that calls 4.0."""
    return Tpp(street, "v4.0")
