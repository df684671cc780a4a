"""How calls are shown; the command line and the portal show them the same way."""

from collections.abc import Mapping
from typing import Any

from sandbox.gateway.journal import Note
from sandbox.kernel.clock import instant_text


def line(note: Note) -> dict[str, Any]:
    """A call on one line."""
    return {
        "trace": note.trace or "",
        "at": instant_text(note.at),
        "bank": note.bank_id,
        "app_id": note.app_id,
        "method": note.method,
        "path": f"{note.root or ''}{note.path}",
        "query": note.query or "",
        "status": note.status,
        "milliseconds": note.milliseconds,
        "request_id": note.request_id,
        "refusal": note.refusal,
        "failure": note.failure,
        "faults": [str(one["reason"]) for one in note.faults or ()],
    }


def whole(note: Note) -> dict[str, Any]:
    """A call with all that is kept of it."""
    kept: Mapping[str, Any] = note.whole if isinstance(note.whole, Mapping) else {}
    return {
        **line(note),
        "detail": note.detail,
        "let_pass": note.faults or [],
        "request": kept.get("request"),
        "answer": kept.get("answer"),
        "checks": kept.get("checks", []),
        "signature_base": kept.get("signature_base"),
        "changes": kept.get("changes", []),
    }
