"""A TPP that registers itself at a bank: as JSON with its key, or signed with a software statement."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from sandbox.eidas import statements
from tests.conftest import Sandbox
from tests.oauth.conftest import FROM_HERE, SAFE
from tests.oauth.signing import Key

OTHER = "https://tpp.example/other"
STRONG = {"token_endpoint_auth_method": "private_key_jwt"}


def told(answer: TestResponse) -> tuple[int, str]:
    """The status and the word of a refusal."""
    return answer.status_code, answer.json["error"]


def bearer(token: str) -> dict[str, Any]:
    """A call with a token."""
    return {"headers": {"Authorization": f"Bearer {token}"}}


@dataclass
class Registrar:
    """An app of the world `test`, its software and its key. `bank_id` is where it registers."""

    sandbox: Sandbox
    bank_id: str = "fjordbanken"
    key: Key = field(default_factory=lambda: Key("PS256", "mine"))
    uris: tuple[str, ...] = (SAFE, OTHER)

    def __post_init__(self) -> None:
        self.change(redirect_uris=list(self.uris), jwks={"keys": [self.key.public]})

    @property
    def software(self) -> str:
        return f"/_sandbox/apps/{self.sandbox.app_id}/software"

    @property
    def issuer(self) -> str:
        return f"{self.sandbox.origin}/{self.bank_id}"

    @property
    def software_id(self) -> str:
        return str(self.sandbox.call("GET", self.software).json["id"])

    def change(self, **said: Any) -> None:
        """Say something else in the directory."""
        answer = self.sandbox.call("PUT", self.software, json=said)
        assert answer.status_code == 200, answer.text

    def statement(self) -> str:
        return str(self.sandbox.call("POST", f"{self.software}-statement").json["software_statement"])

    def open(self, method: str, path: str = "", **kwargs: Any) -> TestResponse:
        """Call the registration endpoint, or what it has told us of."""
        path = path.removeprefix(self.sandbox.origin) or f"/{self.bank_id}/oauth/register"
        return self.sandbox.client.open(path, method=method, environ_overrides=FROM_HERE, **kwargs)

    def send(self, method: str = "POST", path: str = "", **said: Any) -> TestResponse:
        """Register as JSON, with the app's key. None leaves a member out."""
        headers = {"Authorization": f"Bearer {said.pop('token', self.sandbox.app_key)}"}
        members = {"redirect_uris": [SAFE], **said}
        members = {name: value for name, value in members.items() if value is not None}
        return self.open(method, path, json=members, headers=headers)

    def claims(self, **said: Any) -> dict[str, Any]:
        """What a signed registration says. None leaves a claim out."""
        now = int(time.time())
        found = {
            "iss": self.software_id,
            "aud": statements.bank_organisation_id(self.bank_id),
            "iat": now,
            "exp": now + 300,
            "jti": str(uuid.uuid4()),
            "redirect_uris": [SAFE],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "PS256",
            "grant_types": ["authorization_code", "client_credentials", "refresh_token"],
            "response_types": ["code id_token"],
            "application_type": "web",
            "scope": "openid AIS",
            "id_token_signed_response_alg": "PS256",
            "request_object_signing_alg": "PS256",
            "software_statement": said.pop("software_statement", None) or self.statement(),
            **said,
        }
        return {name: value for name, value in found.items() if value is not None}

    def sign(self, method: str = "POST", path: str = "", **said: Any) -> TestResponse:
        """Register in the form of the United Kingdom."""
        header, key = said.pop("header", {}), said.pop("key", self.key)
        return self.post_jws(key.sign(self.claims(**said), **header), method, path, said.pop("token", None))

    def post_jws(
        self, jws: str, method: str = "POST", path: str = "", token: str | None = None
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.open(method, path, data=jws, content_type="application/jose", headers=headers)
