"""What an independent client is told to do: the same order for each of them, in whatever language."""

from dataclasses import dataclass, field
from typing import Any

from tests.oauth.signing import Key

REDIRECT = "https://tpp.example/back"


@dataclass(frozen=True)
class Papers:
    """Files of a client's certificate, its key, and the root that it trusts."""

    certificate: str
    key: str
    root: str


@dataclass(frozen=True)
class Order:
    """One way through one profile. `sent` are further parameters of the authorization request.

    `par`, `jar`, `jarm`, `hybrid`, `dpop`: how the request goes out, and how the answer and the tokens come.
    """

    issuer: str
    client_id: str
    method: str
    scope: str
    papers: Papers
    secret: str = ""
    key: Key | None = None
    par: bool = False
    jar: bool = False
    jarm: bool = False
    hybrid: bool = False
    dpop: bool = False
    sent: dict[str, Any] = field(default_factory=dict)
    ciba: dict[str, Any] = field(default_factory=dict)
    resource: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Got:
    """What a client has in the end: its tokens, the claims of the ID token, the bank's answer to it."""

    tokens: dict[str, Any]
    claims: dict[str, Any]
    status: int
    body: Any
    refreshed: dict[str, Any] = field(default_factory=dict)
