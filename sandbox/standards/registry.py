"""Which standards there are: the folders of this one. A new one costs a folder, and removal leaves no gap."""

import importlib
import pkgutil
from collections.abc import Mapping

from sandbox import standards
from sandbox.standards.contract import Standard


def _every() -> dict[str, Standard]:
    """Every dialect by its id, which is the name of its folder."""
    rooms = sorted(one.name for one in pkgutil.iter_modules(standards.__path__) if one.ispkg)
    found = {room: importlib.import_module(f"{standards.__name__}.{room}").standard for room in rooms}
    for room, standard in found.items():
        if not isinstance(standard, Standard) or standard.id != room:
            raise TypeError(f"{room} brings no standard of its own name along")
    return found


STANDARDS: Mapping[str, Standard] = _every()
"""The dialects, by their id."""
