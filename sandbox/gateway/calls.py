"""A call that somebody else can make as it stands: written down for curl, or for Python's httpx."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pprint import pformat
from typing import Any

import orjson

#: The tools in whose words a call can be written.
CURL, PYTHON = "curl", "python"
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. `body` is what is sent as JSON; None sends nothing."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


def written(call: Call, tool: str) -> str:
    """The call in the words of that tool."""
    return as_python(call) if tool == PYTHON else as_curl(call)


def as_curl(call: Call) -> str:
    """The call as a command of a POSIX shell."""
    parts = ["curl -sS" if call.method == "GET" else f"curl -sS -X {call.method}"]
    parts[0] += f" {shlex.quote(call.url)}"
    headers = dict(call.headers)
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    if call.body is not None:
        parts.append(f"-d {shlex.quote(orjson.dumps(call.body, option=orjson.OPT_INDENT_2).decode())}")
    return " \\\n  ".join(parts)


def as_python(call: Call) -> str:
    """The call as a Python program of its own."""
    given = [f"headers={_literal(dict(call.headers))}"]
    if call.body is not None:
        given.append(f"json={_literal(call.body)}")
    arguments = "".join(f"    {one},\n" for one in given)
    said = f"answer = httpx.{call.method.lower()}(\n    {call.url!r},\n{arguments})"
    return f"import httpx\n\n{said}\nprint(answer.text)"


def _literal(value: Any) -> str:
    return pformat(value, width=_WIDTH, sort_dicts=False).replace("\n", "\n    ")
