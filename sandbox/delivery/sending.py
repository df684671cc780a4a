"""Sending: one call to one address whose numbers have been checked, and what came back."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from time import perf_counter

from sandbox.delivery.addresses import Address

#: How long a receiver may be silent, and how long the whole call may take.
SILENCE_SECONDS_MAX = 5.0
CALL_SECONDS_MAX = 15.0
#: How much of an answer is kept in the log.
BODY_BYTES_MAX = 2048
_HEADERS_MAX, _HEADER_LENGTH_MAX = 50, 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver said: a status, or the reason why there is none in `error`."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str | None = None
    milliseconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether the receiver took it. A redirect is no yes, and is not followed."""
        return self.status is not None and 200 <= self.status < 300


class _Connection(http.client.HTTPConnection):
    """A connection to one of the numbers that were checked, under the name that the TPP gave.

    No proxy stands between: it would look the name up again. A certificate is checked against the name.
    """

    def __init__(self, address: Address, numbers: Sequence[str]) -> None:
        super().__init__(address.host, address.port, timeout=SILENCE_SECONDS_MAX)
        self.default_port = 443 if address.scheme == "https" else 80  # which the Host header leaves out
        self.aborted = False
        self._secure = address.scheme == "https"
        self._numbers = numbers

    def connect(self) -> None:
        """Connect to the first number that answers."""
        for place, number in enumerate(self._numbers, 1):
            try:
                self.sock = socket.create_connection((number, self.port), SILENCE_SECONDS_MAX)
                break
            except OSError:
                if place == len(self._numbers) or self.aborted:
                    raise
        if self.aborted:
            raise TimeoutError
        if self._secure:
            # The handshake comes second, so that the alarm finds the socket that it has to shut.
            self.sock = _trust().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def abort(self) -> None:
        """Shut the connection from another thread; whoever reads from it finds its end."""
        self.aborted = True
        if self.sock is not None:
            with suppress(OSError):
                # Past the TLS layer, which would unwrap itself under the reader's feet.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(address: Address, numbers: Sequence[str], headers: Mapping[str, str], body: bytes) -> Answer:
    """Send a body; whatever goes wrong on the way is an answer, too."""
    return _call("POST", address, numbers, headers, body, BODY_BYTES_MAX)


def get(address: Address, numbers: Sequence[str], headers: Mapping[str, str], bytes_max: int) -> Answer:
    """Fetch so many bytes of what is there; whatever goes wrong on the way is an answer, too."""
    return _call("GET", address, numbers, headers, None, bytes_max)


def _call(
    method: str,
    address: Address,
    numbers: Sequence[str],
    headers: Mapping[str, str],
    body: bytes | None,
    bytes_max: int,
) -> Answer:
    began = perf_counter()
    connection = _Connection(address, numbers)
    # A timeout of the socket is for each silence; a receiver that drips would hold us for ever.
    alarm = threading.Timer(CALL_SECONDS_MAX, connection.abort)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request(method, address.path, body, dict(headers))
        response = connection.getresponse()
        if connection.aborted:
            raise TimeoutError
        answer = Answer(response.status, _kept(response), _text(response, bytes_max))
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = f"no answer within {CALL_SECONDS_MAX:g} seconds"
        answer = Answer(error=late if connection.aborted else _reason(error))
    finally:
        alarm.cancel()
        connection.close()
    return replace(answer, milliseconds=round((perf_counter() - began) * 1000, 1))


def _kept(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name: value[:_HEADER_LENGTH_MAX] for name, value in response.getheaders()[:_HEADERS_MAX]}


def _text(response: http.client.HTTPResponse, bytes_max: int) -> str:
    """The beginning of the body; a status that was said stands, even if the body breaks off."""
    try:
        return response.read(bytes_max).decode(errors="replace")
    except (OSError, http.client.HTTPException, ValueError):
        return ""


def _reason(error: Exception) -> str:
    """What went wrong, for the TPP's developer."""
    if isinstance(error, TimeoutError):
        return f"silent for {SILENCE_SECONDS_MAX:g} seconds"
    return f"{type(error).__name__}: {error}"[:_HEADER_LENGTH_MAX]
