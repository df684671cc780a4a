"""Deaths: something happens to a process at a statement of its own choice, whoever sends it to the driver."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


def _is_statement(frame: FrameType, happening: str, called: object) -> bool:
    """Whether the driver is asked something, by the session or past it: SQLite in C, psycopg in Python."""
    if happening == "c_call":
        return getattr(called, "__name__", "").startswith("execute")
    code = frame.f_code
    return happening == "call" and code.co_name.startswith("execute") and "psycopg" in code.co_filename


@contextmanager
def at_statement(number: int, happens: Callable[[], None]) -> Iterator[None]:
    """Let it happen, once, when that many statements have been sent."""
    seen = 0

    def count(frame: FrameType, happening: str, called: object) -> None:
        nonlocal seen
        seen += _is_statement(frame, happening, called)
        if seen == number:
            sys.setprofile(None)
            happens()

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)
