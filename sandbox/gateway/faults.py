"""Faults of a call: refused because a tester wants it, or its answer late, damaged, or lost on the way.

Chosen by the header `X-Bryggen-Failure: name`, by a rule of the world, or by a magic word in what was sent.
"""

import errno
import math
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Response

from sandbox.bank import faults
from sandbox.bank.bank import Bank
from sandbox.bank.faults import Damage, Delay, Drop, OfAnswer, Refuse, Spoil, Stale
from sandbox.gateway.services import Services
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_uuid

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

HEADER = "X-Bryggen-Failure"
#: The same as WSGI has it.
WORD = "HTTP_X_BRYGGEN_FAILURE"
_SECONDS_MAX = 120.0
#: So many answers may be late at the same time in one process; those beyond come at once, so that one team
#: that asks for slowness does not take every thread from the others.
_LATE_MAX = 4
_late = threading.BoundedSemaphore(_LATE_MAX)
#: Where servers leave the connection of a request.
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")
#: The headers in which an answer repeats the id of its call.
_IDS = ("X-Request-ID", "x-fapi-interaction-id")
_PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body>Something went wrong.</body></html>\n"


class CallFailed(Refusal):
    """The bank's systems do not answer as they should; `status` is what their front says."""

    status: ClassVar[int] = 500
    text = "The bank cannot serve the call."


class TooManyCalls(CallFailed):
    """The caller has called too often for a while."""

    status = 429
    text = "Too many calls. Come again later."


class BankFailed(CallFailed):
    """A bug at the bank."""

    text = "An internal error has occurred."


class GatewayFailed(CallFailed):
    """What stands in front of the bank got an answer from behind that it does not understand."""

    status = 502
    text = "The gateway got no valid answer from the bank."


class BankUnavailable(CallFailed):
    """The bank is overloaded, or down."""

    status = 503
    text = "The service is not available at the moment."


class BankInMaintenance(CallFailed):
    """The bank has its interface closed for maintenance."""

    status = 503
    text = "The service is closed for planned maintenance."


class BankTimedOut(CallFailed):
    """What stands in front of the bank has waited for it in vain."""

    status = 504
    text = "The bank did not answer the gateway in time."


def look(services: Services, bank: Bank, environ: "WSGIEnvironment", *, rules: bool) -> Bank:
    """Ask whether the call fails; the bank as this call sees it, which may be as it was some days ago.

    Only called where the header is there, or the world has rules. A rule is counted even where it refuses.
    Raises FailureUnknown, FailureElsewhere, and the refusal of a failure that refuses.
    """
    luck = bank.luck
    luck.rules, luck.call = rules, _call(bank, environ)
    luck.named, luck.seconds = _named(environ)
    found = faults.of_call(bank)
    if found is None and rules and faults.matching(bank, faults.OfCall):
        with services.database.writing() as work:
            found = faults.of_rules(replace(bank, work=work))
    if found is None:
        return bank
    if isinstance(found.effect, Refuse):
        raise faults.refusal(found)
    if isinstance(found.effect, Stale):
        luck.stale_days = found.effect.days
        return bank.at(bank.now - timedelta(days=found.effect.days))
    return bank


def carry(bank: Bank, answer: Response) -> Response:
    """The answer as it arrives, where something was made to go wrong in the call."""
    if not bank.luck.made:
        return answer
    answer.headers[HEADER] = ", ".join(bank.luck.made)
    retry_after = faults.retry_after_seconds(bank)
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    effect = faults.of_answer(bank)
    return answer if effect is None else _Carried(answer, effect, bank.luck.seconds)


class _Carried(Response):
    """An answer to which something happens on its way."""

    def __init__(self, answer: Response, effect: OfAnswer, seconds: float | None) -> None:
        super().__init__(answer.get_data(), answer.status, answer.headers)
        self._effect = effect
        given = effect.seconds if isinstance(effect, Delay | Drop) else 0.0
        self._seconds = given if seconds is None else seconds
        if isinstance(effect, Spoil):
            self._damage(effect.how)

    def _damage(self, how: Damage) -> None:
        match how:
            case Damage.EMPTY:
                self.set_data(b"")
            case Damage.MALFORMED:
                self.set_data(self.get_data()[:-1] + b",,")
            case Damage.HTML:
                self.set_data(_PAGE)
                self.mimetype = "text/html"
            case Damage.MISLABELLED:
                self.mimetype = "text/plain"
            case Damage.NOT_GZIP:
                self.headers["Content-Encoding"] = "gzip"
            case Damage.FOREIGN_ID:
                for name in filter(self.headers.__contains__, _IDS):
                    self.headers[name] = new_uuid()
            case Damage.TRUNCATED:
                pass

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer late, half, or not at all."""
        _wait(self._seconds)
        match self._effect:
            case Drop():
                _cut(environ)
                raise ConnectionResetError(errno.ECONNRESET, "the connection was cut, as a tester wanted")
            case Spoil(how=Damage.TRUNCATED):
                body = self.get_data()
                start_response(self.status, self.get_wsgi_headers(environ).to_wsgi_list())
                return _half(body, environ)
            case _:
                return super().__call__(environ, start_response)


def _half(body: bytes, environ: "WSGIEnvironment") -> Iterable[bytes]:
    """Half of a body that was announced as a whole one; then the line is dead."""
    yield body[: len(body) // 2]
    _cut(environ)


def _cut(environ: "WSGIEnvironment") -> None:
    """Close the connection of the request, where a server has told which it is."""
    for name in _SOCKETS:
        connection: Any = environ.get(name)
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _wait(seconds: float) -> None:
    """Wait by the wall, for a network knows no other clock; not at all where too many wait already."""
    if seconds <= 0 or not _late.acquire(blocking=False):
        return
    try:
        time.sleep(seconds)
    finally:
        _late.release()


def _named(environ: "WSGIEnvironment") -> tuple[str | None, float | None]:
    """The failure that the header names, and how long it takes: `slow_answer; seconds=0.5`.

    Raises FailureUnknown, FailureElsewhere.
    """
    said = environ.get(WORD)
    if said is None:
        return None, None
    name, *parameters = (part.strip() for part in said.split(";"))
    failure = faults.get(name)
    seconds: float | None = None
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        seconds = _seconds(value) if key.strip() == "seconds" else None
        if seconds is None or not isinstance(failure.effect, Delay | Drop):
            raise faults.FailureElsewhere(
                f"'{parameter[:40]}' is not understood: what takes time takes seconds=0 to 120, nothing else."
            )
    return failure.name, seconds


def _seconds(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and 0 <= found <= _SECONDS_MAX else None


def _call(bank: Bank, environ: "WSGIEnvironment") -> str:
    """Method and path within the bank, whichever door it is."""
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    _, _, within = path.partition(f"/{bank.id}/")
    return f"{environ['REQUEST_METHOD']} /{within}"
