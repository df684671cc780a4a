"""Calls as they come, as server-sent events. A stream holds a thread: so there are few, and each ends.

Source: HTML Living Standard, 9.2, server-sent events.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson

from sandbox.control import shown_calls
from sandbox.gateway.journal import Journal, Wanted
from sandbox.kernel.errors import Refusal

#: How many streams of one workspace a process serves at once; of all, it gives half of its threads at most.
OWN_MAX = 2
_SECONDS_BETWEEN_LOOKS = 0.5
#: After so many looks that found nothing a comment says that the line is still there. It is also how a client
#: is noticed that has gone: its place is free after two of them.
_LOOKS_BETWEEN_SIGNS = 4
#: After so many looks the stream ends, and the client comes again: ten minutes.
_LOOKS_MAX = 1200
#: Set when this process is to end: a stream must not keep it.
ending = threading.Event()


class StreamsOfOwn(Refusal):
    """The workspace has as many streams as one may have."""

    text = f"This workspace watches its calls {OWN_MAX} times already; close one of those."


class StreamsOfAll(Refusal):
    """The process has no thread to give for another stream."""

    text = "Too many watch their calls at the moment. GET /_sandbox/calls lists them."


class _Seats:
    """Who holds a thread of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, workspace_id: str, threads: int) -> None:
        """Take one. Raises StreamsOfOwn, StreamsOfAll."""
        with self._lock:
            if self._taken[workspace_id] >= OWN_MAX:
                raise StreamsOfOwn
            if self._taken.total() >= max(threads // 2, 1):
                raise StreamsOfAll
            self._taken[workspace_id] += 1

    def leave(self, workspace_id: str) -> None:
        """Give it back."""
        with self._lock:
            self._taken[workspace_id] -= 1


seats = _Seats()


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched: the calls of a workspace that was born then, after that place in the journal."""

    workspace_id: str
    born: datetime
    wanted: Wanted
    place: int


def told(journal: Journal, watch: Watch) -> Iterator[bytes]:
    """The events, one for each call; its id is the trace, by which a client that comes again goes on."""
    place, quiet = watch.place, 0
    yield b"retry: 2000\n\n"
    for _ in range(_LOOKS_MAX):
        found = journal.after(watch.workspace_id, watch.born, watch.wanted, place)
        for at, note in found:
            place = at
            line = orjson.dumps(shown_calls.line(note)).decode()
            yield f"id: {note.trace}\nevent: call\ndata: {line}\n\n".encode()
        quiet = 0 if found else quiet + 1
        if quiet >= _LOOKS_BETWEEN_SIGNS:
            quiet = 0
            yield b": still here\n\n"
        if ending.wait(_SECONDS_BETWEEN_LOOKS):
            return
