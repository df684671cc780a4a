"""A call of the journal to run elsewhere: curl, Python, a test; secrets come from the environment."""

import base64
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.gateway import exchange_secrets as secrets
from sandbox.gateway.journal import Note
from sandbox.kernel.errors import Refusal

#: What a client says by itself, or must not say twice.
_OWN = ("content-length", "connection", "accept-encoding", "transfer-encoding", "expect", "user-agent")
_FRESH = ("x-request-id", "x-fapi-interaction-id", "x-idempotency-key")
_SIGNATURES = ("signature", "signature-input", "x-jws-signature")


class CallNotKept(Refusal):
    """Only the line of the call is kept."""

    text = "Only the line of this call is kept: it was to one of the sandbox's own doors."


def written(note: Note, origin: str, tool: str) -> str:
    """The call in the words of `curl`, `python` or `pytest`. Raises CallNotKept."""
    if not isinstance(note.whole, Mapping):
        raise CallNotKept
    return _TOOLS[tool](note, note.whole["request"], origin)


def variables(text: str) -> list[str]:
    """The variables of the environment that hold what was a secret in it."""
    return [f"BRYGGEN_{name.upper()}" for name in secrets.marks_in(text)]


def _headers(asked: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    return [(name, value) for name, value in asked["headers"] if name.lower() not in _OWN]


def _url(note: Note, origin: str) -> str:
    return f"{origin}{note.root or ''}{note.path}{'?' + note.query if note.query else ''}"


def _remarks(note: Note, asked: Mapping[str, Any]) -> list[str]:
    everything = " ".join((_url(note, ""), str(asked["headers"]), str(asked.get("body", ""))))
    found = [f"# {note.method} {note.path}: {note.status}, call {note.trace}"]
    if needed := variables(everything):
        found.append(f"# Set first: {', '.join(needed)}")
    if asked.get("truncated") or "withheld" in asked:
        found.append("# Not all of the body is kept.")
    if any(name.lower() in _SIGNATURES for name, _ in asked["headers"]):
        found.append("# The signature is that of the first call: sign again where something is changed.")
    return found


def _parts(text: str, literal: Callable[[str], str], variable: Callable[[str], str]) -> list[str]:
    """The text in pieces: what stands in it, and what comes from the environment."""
    pieces = re.split(secrets.MARK, text)
    found = [
        variable(f"BRYGGEN_{piece.upper()}") if place % 2 else literal(piece)
        for place, piece in enumerate(pieces)
        if place % 2 or piece
    ]
    return found or [literal("")]


def _in_shell(text: str) -> str:
    return "".join(_parts(text, shlex.quote, lambda name: f'"${name}"'))


def _in_python(text: str) -> str:
    return " + ".join(_parts(text, repr, lambda name: f'os.environ["{name}"]'))


def _signed(asked: Mapping[str, Any]) -> bool:
    return any(name.lower() in _SIGNATURES for name, _ in asked["headers"])


def _curl(note: Note, asked: Mapping[str, Any], origin: str) -> str:
    parts = [f"curl -sS -i -X {note.method} {_in_shell(_url(note, origin))}"]
    for name, value in _headers(asked):
        fresh = name.lower() in _FRESH and not _signed(asked)
        parts.append(f'-H "{name}: $(uuidgen)"' if fresh else f"-H {_in_shell(f'{name}: {value}')}")
    body = asked.get("body")
    before = ""
    if body is not None and asked.get("encoding") == "base64":
        before, body = f"echo {body} | base64 -d | ", None
        parts.append("--data-binary @-")
    if body is not None:
        parts.append(f"--data-raw {_in_shell(body)}")
    return "\n".join([*_remarks(note, asked), before + " \\\n  ".join(parts)]) + "\n"


def _call_in_python(note: Note, asked: Mapping[str, Any], origin: str) -> str:
    lines = [f"httpx.request(\n    {note.method!r},\n    {_in_python(_url(note, origin))},\n    headers={{"]
    for name, value in _headers(asked):
        fresh = name.lower() in _FRESH and not _signed(asked)
        lines.append(f"        {name!r}: {'str(uuid.uuid4())' if fresh else _in_python(value)},")
    lines.append("    },")
    body = asked.get("body")
    if body is not None and asked.get("encoding") == "base64":
        lines.append(f"    content=base64.b64decode({body!r}),")
    elif body is not None:
        lines.append(f"    content=({_in_python(body)}).encode(),")
    return "\n".join([*lines, ")"])


def _imports(code: str) -> str:
    names = ("base64", "os", "uuid")
    standard = "".join(f"import {name}\n" for name in names if f"{name}." in code)
    return f"{standard}\nimport httpx\n" if standard else "import httpx\n"


def _python(note: Note, asked: Mapping[str, Any], origin: str) -> str:
    call = _call_in_python(note, asked, origin)
    remarks = "\n".join(_remarks(note, asked))
    return f"{remarks}\n{_imports(call)}\nanswer = {call}\nprint(answer.status_code, answer.text)\n"


def _pytest(note: Note, asked: Mapping[str, Any], origin: str) -> str:
    call = _call_in_python(note, asked, origin).replace("\n", "\n    ")
    remarks = "\n".join(_remarks(note, asked))
    name = re.sub("[^a-z0-9]+", "_", f"{note.method} {note.path}".lower()).strip("_")[:60]
    expected = f"assert answer.status_code == {note.status}, answer.text"
    test = f"def test_{name}():\n    answer = {call}\n\n    {expected}\n"
    return f"{remarks}\n{_imports(call)}\n\n{test}"


_TOOLS: Mapping[str, Callable[[Note, Mapping[str, Any], str], str]] = {
    "curl": _curl,
    "python": _python,
    "pytest": _pytest,
}
#: In whose words a call can be written.
TOOLS = tuple(_TOOLS)


def bytes_of(side: Mapping[str, Any]) -> bytes:
    """A body as it was, as far as it is kept."""
    body = str(side.get("body", ""))
    return base64.b64decode(body) if side.get("encoding") == "base64" else body.encode()
