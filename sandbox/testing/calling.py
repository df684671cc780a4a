"""Calling: JSON over HTTP, and a refusal as an exception that shows the bank's own words."""

import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import httpx

#: Nobody is called by TLS, and a context that trusts the world takes twenty milliseconds to make.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
SECONDS = 30.0


class Refused(AssertionError):
    """The sandbox has said no. `answer` is the whole of it."""

    def __init__(self, answer: httpx.Response) -> None:
        """Show the request, the status and the body."""
        request = answer.request
        super().__init__(f"{request.method} {request.url} -> {answer.status_code}\n{answer.text}")
        self.answer = answer

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status_code

    @property
    def body(self) -> Any:
        """The JSON of the answer, in the form of the dialect that was spoken."""
        return self.answer.json()


def taken(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer. Raises Refused."""
    if answer.is_error:
        raise Refused(answer)
    return dict(answer.json()) if answer.content else {}


class Caller:
    """A client of one origin, whose headers go with every call."""

    def __init__(self, origin: str, headers: Mapping[str, str] | None = None) -> None:
        """Open no connection before the first call."""
        self.origin = origin
        self._client = httpx.Client(
            base_url=origin, headers=headers, timeout=SECONDS, trust_env=False, verify=NO_TLS
        )

    def __enter__(self) -> "Caller":
        """Nothing to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()

    def send(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a request and answer what came, a refusal too."""
        return self._client.request(method, url, json=body, headers=headers)

    def ask(
        self, method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The JSON of an answer. Raises Refused."""
        return taken(self.send(method, url, body, headers))

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """GET. Raises Refused."""
        return self.ask("GET", url, headers=headers)

    def post(self, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """POST. Raises Refused."""
        return self.ask("POST", url, body if body is not None else {}, headers)

    def put(self, url: str, body: Any) -> dict[str, Any]:
        """PUT. Raises Refused."""
        return self.ask("PUT", url, body)

    def delete(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        """DELETE. Raises Refused."""
        self.ask("DELETE", url, headers=headers)
