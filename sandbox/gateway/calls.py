"""A call that somebody else can make as it stands, written in the words of curl, Python's httpx, or pytest.

Where a secret was taken out of it, what is written takes that from the environment.
"""

import base64
import re
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pprint import pformat
from typing import Any

import orjson

from sandbox.gateway import exchange_secrets as secrets

#: The tools in whose words a call can be written.
CURL, PYTHON, PYTEST = "curl", "python", "pytest"
#: Not every machine has uuidgen.
_NEW_ID = "$(python3 -c 'import uuid; print(uuid.uuid4())')"
_WIDTH = 96
_NAME_LETTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. `body` is JSON, or text or bytes that go as they are; None sends nothing.

    `fresh` are headers for which a new UUID is made each time. `answered` is the status of the answer, of a
    call that was made before; `remarks` are what to know of it.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    fresh: Collection[str] = ()
    answered: int | None = None
    remarks: Sequence[str] = ()


def written(call: Call, tool: str) -> str:
    """The call in the words of that tool; of curl, where nobody knows it."""
    return _WRITERS.get(tool, as_curl)(call)


def as_curl(call: Call) -> str:
    """The call for a POSIX shell; of one that was made before, it shows the head of the answer, too."""
    options = (["-i"] if call.answered else []) + ([f"-X {call.method}"] if call.method != "GET" else [])
    parts = [" ".join(["curl -sS", *options, _in_shell(call.url)])]
    for name, value in _headers(call).items():
        said = f'"{name}: {_NEW_ID}"' if name in call.fresh else _in_shell(f"{name}: {value}")
        parts.append(f"-H {said}")
    before = ""
    if isinstance(call.body, bytes):
        before = f"echo {base64.b64encode(call.body).decode()} | base64 -d | "
        parts.append("--data-binary @-")
    elif call.body is not None:
        text = _text(call.body)
        parts.append(f"{'--data-raw' if text.startswith('@') else '-d'} {_in_shell(text)}")
    return "\n".join([*_remarks(call), before + " \\\n  ".join(parts)])


def as_python(call: Call) -> str:
    """The call as a Python program of its own."""
    said = _request(call)
    head = [*_remarks(call), *_imports(said)]
    return "\n".join([*head, "", f"answer = {said}", "print(answer.status_code, answer.text)"])


def as_pytest(call: Call) -> str:
    """The call as a test, which holds the answer to be what it was, or no refusal."""
    said = _request(call)
    path = re.sub(r"^\w+://[^/]*", "", call.url).partition("?")[0]
    name = re.sub("[^a-z0-9]+", "_", f"{call.method} {path}".lower()).strip("_")[:_NAME_LETTERS_MAX]
    expected = f"answer.status_code == {call.answered}" if call.answered else "answer.is_success"
    lines = [f"answer = {said}", "", f"assert {expected}, answer.text"]
    body = "\n".join(lines).replace("\n", "\n    ").replace("\n    \n", "\n\n")
    return "\n".join([*_remarks(call), *_imports(said), "", "", f"def test_{name}():", f"    {body}"])


_WRITERS: Mapping[str, Callable[[Call], str]] = {CURL: as_curl, PYTHON: as_python, PYTEST: as_pytest}
TOOLS = tuple(_WRITERS)


def _headers(call: Call) -> dict[str, str]:
    json = call.body is not None and not isinstance(call.body, str | bytes)
    return {**call.headers, **({"Content-Type": "application/json"} if json else {})}


def _text(body: Any) -> str:
    return body if isinstance(body, str) else orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()


def _remarks(call: Call) -> list[str]:
    """What is known of the call, and which variables hold what was a secret in it."""
    everything = " ".join((call.url, *call.headers.values(), call.body if isinstance(call.body, str) else ""))
    needed = ", ".join(map(_variable, secrets.marks_in(everything)))
    return [f"# {one}" for one in (*call.remarks, *([f"Set first: {needed}"] if needed else []))]


def _variable(mark: str) -> str:
    return f"BRYGGEN_{mark.upper()}"


def _parts(text: str, literal: Callable[[str], str], variable: Callable[[str], str]) -> list[str]:
    """The text in pieces: what stands in it, and what comes from the environment."""
    pieces = re.split(secrets.MARK, text)
    found = [
        variable(_variable(piece)) if place % 2 else literal(piece)
        for place, piece in enumerate(pieces)
        if place % 2 or piece
    ]
    return found or [literal("")]


def _in_shell(text: str) -> str:
    return "".join(_parts(text, shlex.quote, lambda name: f'"${name}"'))


def _in_python(text: str) -> str:
    return " + ".join(_parts(text, repr, lambda name: f'os.environ["{name}"]'))


def _request(call: Call) -> str:
    """The call in Python."""
    lines = [f"httpx.request(\n    {call.method!r},\n    {_in_python(call.url)},\n    headers={{"]
    for name, value in call.headers.items():
        lines.append(f"        {name!r}: {'str(uuid.uuid4())' if name in call.fresh else _in_python(value)},")
    lines.append("    },")
    if isinstance(call.body, bytes):
        lines.append(f"    content=base64.b64decode({base64.b64encode(call.body).decode()!r}),")
    elif isinstance(call.body, str):
        lines.append(f"    content=({_in_python(call.body)}).encode(),")
    elif call.body is not None:
        said = pformat(call.body, width=_WIDTH, sort_dicts=False).replace("\n", "\n    ")
        lines.append(f"    json={said},")
    return "\n".join([*lines, ")"])


def _imports(code: str) -> list[str]:
    standard = [f"import {name}" for name in ("base64", "os", "uuid") if f"{name}." in code]
    return [*standard, *([""] if standard else []), "import httpx"]
