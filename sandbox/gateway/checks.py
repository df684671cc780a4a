"""The checks that a call has come to, in their order: the last one is what a refused call has failed.

It costs an append to say that a check is reached; what became of each is worked out when the call is noted.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from sandbox.kernel.errors import Refusal

_SOURCE = re.compile(r"Source:\s*(.+?)(?:\n\s*\n|\n\s*Raises|$)", re.DOTALL)
#: How a docstring of one line begins that says which words of a standard it keeps.
_CITED = re.compile(r"([A-Z][^:]{1,80}\d[^:]*): ")
PASSED, LET_PASS, FAILED = "passed", "let_pass", "failed"


class Check(NamedTuple):
    """One check: what is held against what, and where that is written.

    `of` are the rooms whose refusals say that it failed; none: whatever is refused from here on does. What
    another room refuses is a check of that room's own.
    """

    name: str
    source: str
    of: tuple[str, ...] = ()


class Checked(NamedTuple):
    """What became of a check: `passed`, `failed`, or `let_pass` where a stricter rung would have refused."""

    name: str
    source: str
    outcome: str
    reason: str | None = None


_READING = ("sandbox.gateway.refusals", "sandbox.gateway.iso20022")
_OPENAPI = "the interface's OpenAPI document"
HEADERS = Check("the headers have the form that the operation takes", f"{_OPENAPI}, parameters", _READING)
QUERY = Check("the query has the form that the operation takes", f"{_OPENAPI}, parameters", _READING)
BODY = Check("the body has the form that the operation takes", f"{_OPENAPI}, requestBody", _READING)


def outcomes(checks: Sequence[Check], held: dict[int, str], refusal: Exception | None) -> list[Checked]:
    """What became of each. `held` are those that were let pass, by their place, and why they fail."""
    found: dict[tuple[str, str], Checked] = {}
    for place, one in enumerate(checks):
        reason = held.get(place)
        known = found.get(one[:2])
        if known is None or reason is not None:
            found[one[:2]] = Checked(*one[:2], PASSED if reason is None else LET_PASS, reason)
    if isinstance(refusal, Refusal):
        failed = _failed(checks, refusal)
        found.pop((failed.name, failed.source), None)
        return [*found.values(), failed]
    return list(found.values())


def _failed(checks: Sequence[Check], refusal: Refusal) -> Checked:
    reason, room = type(refusal).__name__, type(refusal).__module__
    last = checks[-1] if checks else None
    if last is not None and (not last.of or room.startswith(last.of)):
        return Checked(last.name, source_of(refusal) or last.source, FAILED, reason)
    return Checked(_meaning(room), source_of(refusal), FAILED, reason)


def _meaning(room: str) -> str:
    """What a refusal of the bank's own is about: the room that it comes from."""
    return f"what {room.split('.')[1]} asks of {room.split('.')[2].replace('_', ' ')}"


def source_of(refusal: Refusal) -> str:
    """Where it is written that this is refused, as its class says itself; empty where it does not."""
    return _cited_in(type(refusal).__doc__ or "")


@lru_cache(maxsize=1024)
def _cited_in(words: str) -> str:
    found = _SOURCE.search(words)
    return " ".join(found[1].split()).rstrip(".") if found else ""


def of_verb(verb: object) -> Check:
    """The check that a function makes: its own name, and what the first line of its docstring cites."""
    words = " ".join((getattr(verb, "__doc__", "") or "").partition("\n")[0].split())
    cited = _CITED.match(words)
    return Check(getattr(verb, "__name__", "").replace("_", " "), cited[1] if cited else words)
