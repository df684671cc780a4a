"""Calling again: a call of the journal, made once more inside this process."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client

from sandbox.gateway import exchange_secrets as secrets
from sandbox.gateway.journal import Note
from sandbox.gateway.noting import TRACE
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import new_uuid

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

#: What names one call alone: sent again as it was, it would be a repetition.
_OF_ONE_CALL = ("x-request-id", "x-fapi-interaction-id", "x-idempotency-key")
_SIGNATURES = ("signature", "signature-input", "x-jws-signature")
#: What the client of this process says by itself.
_OWN = ("content-length", "connection", "accept-encoding", "transfer-encoding", "expect")
_AUTHORIZATION, _KEY = "authorization", "x-api-key"


class ReplayImpossible(Refusal):
    """The journal does not hold all that the call was made of."""

    text = "This call cannot be made again from what is kept of it."


class ReplayOfAnother(Refusal):
    """The call was made by another app than the one whose key asks for it."""

    text = "Another app has made this call; replay it with the key of that app."


@dataclass(frozen=True, slots=True)
class Again:
    """How to call again: with which key, and token if there was one. `keep`: with the same ids."""

    app_id: str
    app_key: str
    authorization: str | None = None
    keep: bool = False


def replay(doors: "WSGIApplication", note: Note, again: Again) -> str:
    """Make the call once more; the trace of the new one. Raises ReplayImpossible, ReplayOfAnother."""
    if not isinstance(note.whole, Mapping) or note.bank_id is None:
        raise ReplayImpossible(
            "Only the line of this call is kept: it was to one of the sandbox's own doors."
        )
    if note.app_id != again.app_id:
        raise ReplayOfAnother(f"The app {note.app_id} has made this call; replay it with its key.")
    asked: Mapping[str, Any] = note.whole["request"]
    headers = _headers(asked["headers"], again)
    query = note.query or ""
    for place, said in (("path", note.path), ("query", query)):
        _require_no_mark(place, said)
    answer = Client(doors).open(
        f"{note.root}{note.path}",
        method=note.method,
        query_string=query,
        headers=headers,
        data=_body(asked),
    )
    return answer.headers[TRACE]


def _headers(kept: list[list[str]], again: Again) -> list[tuple[str, str]]:
    names = {name.lower() for name, _ in kept}
    if not again.keep and not names.isdisjoint(_SIGNATURES):
        raise ReplayImpossible(
            "The call is signed, over its ids too. Send keep_ids: true for the same bytes, or sign a new one."
        )
    found = []
    for name, value in kept:
        if name.lower() not in _OWN:
            said = _said(name.lower(), value, again)
            _require_no_mark(f"the header {name}", said)
            found.append((name, said))
    return found


def _said(name: str, kept: str, again: Again) -> str:
    if name == _KEY:
        return again.app_key
    if name == _AUTHORIZATION:
        return _authorization(kept, again)
    return new_uuid() if name in _OF_ONE_CALL and not again.keep else kept


def _authorization(kept: str, again: Again) -> str:
    if again.authorization is not None:
        return again.authorization
    if secrets.mark("app_key") in kept:
        return kept.replace(secrets.mark("app_key"), again.app_key)
    raise ReplayImpossible("The call carried an access token, which is not kept: give it as `authorization`.")


def _body(asked: Mapping[str, Any]) -> bytes | None:
    if "withheld" in asked or asked.get("truncated"):
        raise ReplayImpossible(
            f"Not all of the body is kept: {asked.get('withheld') or 'it was cut, for its length'}."
        )
    body = asked.get("body")
    if body is None:
        if asked["size"]:
            raise ReplayImpossible("The body is not kept: BRYGGEN_JOURNAL_BODY_BYTES is 0.")
        return None
    _require_no_mark("the body", body)
    return base64.b64decode(body) if asked.get("encoding") == "base64" else str(body).encode()


def _require_no_mark(place: str, said: str) -> None:
    found = re.search(secrets.MARK, said)
    if found is not None:
        raise ReplayImpossible(
            f"A secret stood in {place}, and is not kept: {found[1]}. Copy the call as curl."
        )
