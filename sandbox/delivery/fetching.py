"""Fetching: the key set that a TPP publishes at an address of its own, kept for as long as that address says.

Source: RFC 9111, section 4.2, for how long; OpenID Connect Core, section 10.1.1, for keys that have changed.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import sandbox
from sandbox.delivery import addresses, sending
from sandbox.delivery.sending import Answer
from sandbox.eidas import key_store
from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Work
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import key_sets, software
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.software import is_loopback

#: So long a key set is kept whose address says nothing about it, and so long at most.
SECONDS_KEPT, SECONDS_KEPT_MAX = 60, 3600
#: So long nobody is asked again who has just answered wrongly, or without the key that was looked for: else
#: whoever sends us tokens could have us call somebody without end.
SECONDS_BETWEEN_CALLS = 5
_BYTES_MAX = 100_000
_ADDRESSES_MAX = 512
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[\s,])no-(?:store|cache)\b", re.IGNORECASE)
_HEADERS = {
    "Accept": "application/jwk-set+json, application/json",
    "User-Agent": f"Bryggen/{sandbox.__version__}",
    "Connection": "close",
}
Keys = Sequence[Mapping[str, Any]]


class KeysUnreachable(Refusal):
    """The TPP's own address does not answer with a key set."""

    text = "The key set at jwks_uri cannot be fetched."


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What an address has answered: the keys, or why there are none. `at` and `until` are the machine's."""

    keys: Keys
    fault: str | None
    at: datetime
    until: datetime


class _Memory:
    """What this process has fetched, the oldest forgotten first. One process's memory is nobody's truth."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, bool], _Fetched] = OrderedDict()

    def recall(self, place: tuple[str, bool]) -> _Fetched | None:
        """What is known of an address, fresh or stale."""
        with self._lock:
            return self._kept.get(place)

    def keep(self, place: tuple[str, bool], found: _Fetched) -> None:
        """Know that of an address."""
        with self._lock:
            self._kept[place] = found
            self._kept.move_to_end(place)
            if len(self._kept) > _ADDRESSES_MAX:
                self._kept.popitem(last=False)


_memory = _Memory()


def check_address(uri: str, *, private: bool) -> None:
    """See that keys may be fetched there. `private` allows private networks.

    Raises AddressMalformed, AddressForbidden, KeysUnreachable for an address without TLS.
    """
    addresses.check(uri, private=private)
    # FAPI 2.0 SP 5.4.2: keys come over TLS. On the developer's own machine there is nobody on the way.
    if not uri.lower().startswith("https:") and not is_loopback(uri):
        raise KeysUnreachable("A jwks_uri is an https address.", detail=uri[:200])


def key_set(uri: str, kid: object = None, *, private: bool) -> Keys:
    """The keys that are published at an address, and in order.

    With the `kid` of a key that is not among those we know, they are fetched once more: OpenID Connect Core
    10.1.1, for a TPP that has just changed its keys. Raises KeysUnreachable.
    """
    place = (uri, private)
    known = _memory.recall(place)
    if known is None or _is_stale(known, kid):
        known = _fetch(uri, private=private)
        _memory.keep(place, known)
    if known.fault is not None:
        raise KeysUnreachable(f"The key set at jwks_uri cannot be fetched: {known.fault}", detail=uri[:200])
    return known.keys


def keys_at(work: Work, origin: str, uri: str, kid: object = None, *, private: bool) -> Keys:
    """The same, of an address that may be in the directory's own key store, which is below `origin`.

    Raises KeysUnreachable, SoftwareUnknown.
    """
    ours = key_store.named(origin, uri)
    if ours is None:
        return key_set(uri, kid, private=private)
    found = software.of_id(work, *ours)
    now = workspaces.get(work, found.workspace_id).clock.now()
    return key_store.keys_of(work, found, now)


def _is_stale(known: _Fetched, kid: object) -> bool:
    now = wall_now()
    missing = kid is not None and not any(key.get("kid") == kid for key in known.keys)
    lately = now < known.at + timedelta(seconds=SECONDS_BETWEEN_CALLS)
    return now >= known.until or (missing and not lately)


def _fetch(uri: str, *, private: bool) -> _Fetched:
    keys: Keys = ()
    fault: str | None = None
    seconds = SECONDS_BETWEEN_CALLS
    try:
        check_address(uri, private=private)
        address = addresses.read(uri)
        answer = sending.get(address, addresses.numbers(address, private=private), _HEADERS, _BYTES_MAX)
        # A redirect is not followed: it could lead where this sandbox must not call.
        if answer.status == 200:
            keys, seconds = key_sets.check(json.loads(answer.body)), _seconds_fresh(answer)
        else:
            fault = answer.error or f"it answered {answer.status}"
    except Refusal as refusal:
        fault = refusal.text
    except OSError as error:
        fault = f"the name cannot be resolved ({error})"
    except (ValueError, RecursionError):
        fault = "it is no JSON"
    now = wall_now()
    return _Fetched(keys, fault, now, now + timedelta(seconds=seconds))


def _seconds_fresh(answer: Answer) -> int:
    """How long an answer may be used without asking again. Source: RFC 9111, sections 4.2.1 and 5.2.2."""
    said = {name.lower(): value for name, value in answer.headers.items()}
    control = said.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return 0
    found = _MAX_AGE.search(control)
    if found is None:
        return SECONDS_KEPT
    age = said.get("age", "0").strip()
    spent = int(age) if age.isascii() and age.isdecimal() else 0
    return max(0, min(int(found[1]) - spent, SECONDS_KEPT_MAX))
