"""The doors of the app, by which one sandbox after another goes in.

To open them costs nearly all of a sandbox: routes, documents, a validator for each answer of strict mode.
They keep nothing of one call for the next, as two processes with one database prove all the time. So a
sandbox that closes leaves them to the next one with its settings and banks; two that are open share none.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sandbox import app as composition
from sandbox.gateway.dispatcher import Dispatcher, LateDoor
from sandbox.gateway.hooks import Door
from sandbox.gateway.services import Services


class Doors(NamedTuple):
    """Doors behind their dispatcher, and who may go in by them."""

    kind: Hashable
    app: Dispatcher
    every: tuple[Door, ...]


_FREE: dict[Hashable, list[Doors]] = defaultdict(list)


def borrow(services: Services, opened: Callable[[Services], Dispatcher] = composition.create_app) -> Doors:
    """Doors that lead into these services; `opened` opens new ones where none are free."""
    kind = (opened, replace(services.settings, database_url="", data_dir=Path()), tuple(services.profiles))
    free = _FREE[kind]
    if not free:
        app = opened(services)
        return Doors(kind, app, _every(app))
    found = free.pop()
    for door in found.every:
        door.services = services
    found.app._profiles = found.app._index._profiles = services.profiles
    return found


def give_back(doors: Doors) -> None:
    """Leave the doors to whoever comes next."""
    _FREE[doors.kind].append(doors)


def _every(app: Dispatcher) -> tuple[Door, ...]:
    found = (*app._standards.values(), app._control, app._online_banking, app._oauth, app._portal)
    # A door that has not been opened yet would lead into the services of the first one for ever. A dialect
    # that stands alone has no portal.
    return tuple(one.opened() if isinstance(one, LateDoor) else one for one in found if one is not None)
