"""Structured headers, read by the library and given types. Source: RFC 9651, section 3.2, Dictionaries."""

from collections.abc import Mapping
from typing import Any, cast

import http_sf

from sandbox.eidas.signatures.message import on_the_wire

#: By key: the value (a list where it is an inner list), and its parameters.
Dictionary = Mapping[str, tuple[Any, Mapping[str, Any]]]


def dictionary(header: str) -> Dictionary:
    """What a header says that is a dictionary. Raises ValueError, also for a key that stands twice."""
    read = http_sf.parse(on_the_wire(header), tltype="dictionary", on_duplicate_key=_refuse)
    return cast(Dictionary, read)


def _refuse(key: str, _: str) -> None:
    raise ValueError(f"{key} stands twice")
