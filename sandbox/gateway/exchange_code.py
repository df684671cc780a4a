"""A call of the journal as one that can be made elsewhere: see `calls` for the words of the tools."""

import base64
from collections.abc import Mapping
from typing import Any

from sandbox.gateway import calls
from sandbox.gateway.calls import TOOLS, Call
from sandbox.gateway.journal import Note
from sandbox.kernel.errors import Refusal

__all__ = ["TOOLS", "CallNotKept", "written"]

#: What a client says by itself, or must not say twice.
_OWN = ("content-length", "connection", "accept-encoding", "transfer-encoding", "expect", "user-agent")
_FRESH = ("x-request-id", "x-fapi-interaction-id", "x-idempotency-key")
_SIGNATURES = ("signature", "signature-input", "x-jws-signature")


class CallNotKept(Refusal):
    """Only the line of the call is kept."""

    text = "Only the line of this call is kept: it was to one of the sandbox's own doors."


def written(note: Note, origin: str, tool: str) -> str:
    """The call in the words of `curl`, `python` or `pytest`. Raises CallNotKept."""
    return calls.written(_call(note, origin), tool) + "\n"


def _call(note: Note, origin: str) -> Call:
    if not isinstance(note.whole, Mapping):
        raise CallNotKept
    asked: Mapping[str, Any] = note.whole["request"]
    headers = {name: value for name, value in asked["headers"] if name.lower() not in _OWN}
    signed = any(name.lower() in _SIGNATURES for name in headers)
    remarks = [f"{note.method} {note.path}: {note.status}, call {note.trace}"]
    if asked.get("truncated") or "withheld" in asked:
        remarks.append("Not all of the body is kept.")
    if signed:
        remarks.append("The signature is that of the first call: sign again where something is changed.")
    body = asked.get("body")
    return Call(
        note.method,
        f"{origin}{note.root or ''}{note.path}{'?' + note.query if note.query else ''}",
        headers,
        base64.b64decode(str(body)) if asked.get("encoding") == "base64" else body,
        # What is signed is signed over its ids, too.
        fresh=() if signed else [name for name in headers if name.lower() in _FRESH],
        answered=note.status,
        remarks=remarks,
    )
