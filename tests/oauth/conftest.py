"""A TPP that speaks plain HTTP to a bank's authorization server, and its PSU with a browser."""

import base64
import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.conftest import NOON, Sandbox, open_sandbox, somebody
from tests.oauth import signing
from tests.oauth.signing import Key
from tests.online_banking.browser import Browser

HERE = "http://127.0.0.1:7777/back"
SAFE = "https://tpp.example/back?app=1"
FROM_HERE = {"REMOTE_ADDR": "127.0.0.1"}
VERIFIER = "a-verifier-of-at-least-forty-three-characters-x"


def challenge(verifier: str = VERIFIER) -> str:
    """The S256 challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Tpp:
    """A client of one bank. `call` is the unregistered one's way: id and secret in the header."""

    sandbox: Sandbox = field(repr=False)
    bank_id: str = "fjordbanken"
    client_id: str = ""
    secret: str = ""
    redirect_uri: str = HERE
    psu: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.client_id = self.client_id or f"test.{self.sandbox.app_id}"
        self.secret = self.secret or self.sandbox.app_key
        self.psu = asdict(somebody("no-0"))

    @property
    def issuer(self) -> str:
        return f"{self.sandbox.origin}/{self.bank_id}"

    def url(self, path: str) -> str:
        return f"/{self.bank_id}/oauth/{path}"

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.sandbox.client.get(path, **kwargs)

    def post(self, path: str, headers: dict[str, str] | None = None, **form: str) -> TestResponse:
        """Call an endpoint of the client's own, without proof of who it is."""
        return self.sandbox.client.post(
            self.url(path), data=form, headers=headers or {}, environ_overrides=FROM_HERE
        )

    def call(self, path: str, **form: str) -> TestResponse:
        """Call an endpoint with id and secret in the header."""
        pair = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        return self.post(path, {"Authorization": f"Basic {pair}"}, **form)

    def request(self, **more: str | None) -> dict[str, str]:
        """An ordinary authorization request; None leaves a parameter out."""
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": "AIS",
            "state": "st/ate 7",
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
            **more,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def consent(self, **access: Any) -> str:
        """A consent that waits for the PSU; its id."""
        answer = self.sandbox.call(
            "POST",
            f"/{self.bank_id}/v1/consents",
            headers={"PSU-IP-Address": "192.0.2.7", "TPP-Redirect-URI": self.redirect_uri},
            json={
                "access": access or {"allPsd2": "allAccounts"},
                "recurringIndicator": True,
                "validUntil": "2026-06-01",
                "frequencyPerDay": 4,
                "combinedServiceIndicator": False,
            },
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json["consentId"])

    def ask(self, **more: str | None) -> "Visit":
        """Send the PSU's browser to the authorization endpoint with a request."""
        return self.open(self.request(**more))

    def open(self, query: dict[str, str]) -> "Visit":
        """Send the PSU's browser there with that query."""
        browser = Browser(self)
        answer = browser.client.get(self.url("authorize"), query_string=query)
        return Visit(self, browser, answer)

    def client(self):
        """A browser's client, for `Browser`."""
        from werkzeug.test import Client

        return Client(self.sandbox.app)

    def code(self, **more: str | None) -> str:
        """A code after the PSU's yes."""
        return self.ask(**more).agree()["code"]

    def redeem(self, code: str, **more: str | None) -> TestResponse:
        """Bring a code to the token endpoint."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER,
            **more,
        }
        return self.call("token", **{name: value for name, value in form.items() if value is not None})

    def tokens(self, **more: str | None) -> dict[str, Any]:
        """Tokens after the PSU's yes."""
        answer = self.redeem(self.code(**more))
        assert answer.status_code == 200, answer.text
        return answer.json

    def read(
        self, token: str, consent_id: str = "", path: str = "/v1/accounts", **headers: str
    ) -> TestResponse:
        """Call the bank's API with an access token, and nothing else."""
        return self.sandbox.client.get(
            f"/{self.bank_id}{path}",
            headers={
                "Authorization": f"Bearer {token}",
                "X-Request-ID": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721",
                "Consent-ID": consent_id,
                **headers,
            },
            environ_overrides=FROM_HERE,
        )


@dataclass
class Visit:
    """A PSU who has been sent to the bank. `answer` is that of the authorization endpoint."""

    tpp: Tpp
    browser: Browser
    answer: TestResponse

    @property
    def link(self) -> str:
        """The path of the page on which the PSU says yes."""
        assert self.answer.status_code == 303, self.answer.text
        path = urlsplit(self.answer.location).path
        assert "/online-banking/authorisations/" in path, self.answer.location
        return path

    @property
    def refused(self) -> dict[str, str]:
        """The error that went to the client at once."""
        assert self.answer.status_code == 303, self.answer.text
        return said(self.answer.location, self.tpp)

    def agree(self) -> dict[str, str]:
        """The PSU says yes on the bank's pages; what the client is told."""
        return self.come_back(self.log_in())

    def log_in(self) -> str:
        """Who it is, and the password; where the PSU is then."""
        link, browser = self.link, self.browser
        browser.open(link)
        browser.send(link, login=self.tpp.psu["username"])
        browser.send(f"{link}/password", password=self.tpp.psu["password"])
        if "choose" in browser.ids:
            page = browser.page.text
            ticked = [one for one in page.split('value="')[1:] if "checked" in one[:80]]
            browser.send(f"{link}/accounts", account=[one.split('"')[0] for one in ticked])
        if "methods" in browser.ids:
            browser.send(f"{link}/method", method=page_value(browser.page.text, 'id="method-'))
        return link

    def come_back(self, link: str) -> dict[str, str]:
        """The one-time code, and then the way back to the client."""
        code = page_value(self.browser.page.text, 'id="code-for-testing">', "<")
        return self.follow(self.browser.send(f"{link}/code", code=code))

    def decline(self) -> dict[str, str]:
        """The PSU says no."""
        self.browser.open(self.link)
        return self.follow(self.browser.send(f"{self.link}/decline"))

    def follow(self, answer: TestResponse) -> dict[str, str]:
        """Follow the way back from the bank's pages to the client."""
        assert answer.status_code == 303, answer.text
        self.continued = urlsplit(answer.location).path
        answer = self.browser.client.get(self.continued)
        # FAPI 2.0 SP 5.3.2.2: never 307.
        assert answer.status_code == 303, answer.text
        return said(answer.location, self.tpp)


def said(location: str, tpp: Tpp) -> dict[str, str]:
    """What the address at which the PSU comes back tells the client."""
    assert location.startswith(tpp.redirect_uri), location
    parts = urlsplit(location)
    return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))


def page_value(page: str, before: str, after: str = '"') -> str:
    """What stands on a page between two texts."""
    return page.split(before, 1)[1].split(after, 1)[0]


@pytest.fixture
def behind_a_proxy(make_database_url, tmp_path):
    """The whole app behind a proxy that it trusts to say which certificate it has seen."""
    opened = open_sandbox(make_database_url("sqlite"), tmp_path, trusted_proxies="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture
def tpp(sandbox: Sandbox) -> Tpp:
    """The test's app, as the client that it is without being registered."""
    return Tpp(sandbox)


def register(
    sandbox: Sandbox, profile: str, key: Key | None, bank_id: str = "fjordbanken", **terms: Any
) -> str:
    """Register the test's app at a bank under a profile; the client_id."""
    from sandbox.credentials import clients
    from sandbox.credentials.clients import AuthMethod, Terms
    from sandbox.workspaces import apps

    method = AuthMethod(terms.pop("auth_method", "private_key_jwt"))
    jwks = {"keys": [key.public]} if key else None
    made = Terms(profile, method, (terms.pop("redirect_uri", SAFE),), **{"jwks": jwks, **terms})
    with sandbox.database.writing() as work:
        app = apps.get(work, "test", sandbox.app_id)
        client, secret = clients.register(work, app, bank_id, made, NOON)
        assert secret is None
        return client.client_id


@dataclass
class FapiTpp(Tpp):
    """A client that proves itself by signed assertions, and pushes its requests.

    `proof_key`: its tokens are bound to that key; without one, there are no proofs.
    """

    key: Key = field(default_factory=Key)
    proof_key: Key | None = None
    redirect_uri: str = SAFE

    def call(self, path: str, **form: Any) -> TestResponse:
        """Call an endpoint with an assertion and, where there is a key for it, a proof."""
        headers = form.pop("headers", None)
        if headers is None:
            headers = self.proof("POST", f"{self.issuer}/oauth/{path}") if path in ("token", "par") else {}
        assertion = form.pop("assertion", None) or signing.assertion(self.key, self.client_id, self.issuer)
        return self.post(path, headers, **assertion, **form)

    def proof(self, method: str, url: str, token: str | None = None, **more: Any) -> dict[str, str]:
        """The header DPoP."""
        return {"DPoP": signing.proof(self.proof_key, method, url, token, **more)} if self.proof_key else {}

    def push(self, **more: Any) -> TestResponse:
        """Push a request."""
        return self.call("par", **self.request(**more))

    def ask(self, **more: Any) -> Visit:
        """Push a request, and send the browser with its address."""
        pushed = self.push(**more)
        assert pushed.status_code == 201, pushed.text
        return self.open({"client_id": self.client_id, "request_uri": pushed.json["request_uri"]})

    def read(
        self, token: str, consent_id: str = "", path: str = "/v1/accounts", **headers: str
    ) -> TestResponse:
        """Call the bank's API with a bound token."""
        given = {"Authorization": f"DPoP {token}", **self.proof("GET", self.issuer + path, token), **headers}
        return super().read(token, consent_id, path, **given)


@pytest.fixture
def registrar(sandbox):
    """An app that knows its redirect URIs and its key, and the directory does, too."""
    from tests.oauth.registering import Registrar

    return Registrar(sandbox)


@pytest.fixture
def any_registrar(any_sandbox):
    """The same over either database."""
    from tests.oauth.registering import Registrar

    return Registrar(any_sandbox)
