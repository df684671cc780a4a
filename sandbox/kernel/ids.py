"""Ids and chance: random where nobody may guess, seeded where everybody must get the same."""

import base64
import hashlib
import hmac
import secrets
import threading
import uuid
from datetime import UTC, datetime
from random import Random, getrandbits

from sandbox.kernel.clock import wall_now

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread


def _digest(seed: str, parts: tuple[object, ...], size: int) -> bytes:
    text = "\x1f".join((seed, *(str(part) for part in parts)))
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def stream(seed: str, *parts: object) -> Random:
    """A source of chance that is the same for the same seed and parts, on any machine, any day."""
    return Random(int.from_bytes(_digest(seed, parts, 8), "big"))


def number_of(seed: str, *parts: object) -> int:
    """A 64-bit number that is the same for the same seed and parts: cheaper than a stream for one draw."""
    return int.from_bytes(_digest(seed, parts, 8), "big")


def derived(seed: str, *parts: object, length: int = 12) -> str:
    """A lower-case id that is the same for the same seed and parts."""
    number = int.from_bytes(_digest(seed, parts, 16), "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def derived_uuid(seed: str, *parts: object) -> str:
    """A UUID (version 8 of RFC 9562: vendor's own) that is the same for the same seed and parts."""
    raw = bytearray(_digest(seed, parts, 16))
    raw[6] = (raw[6] & 0x0F) | 0x80
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def new_uuid() -> str:
    """A fresh UUID (version 4)."""
    return str(uuid.uuid4())


class _Ticks:
    """The machine's time in microseconds, of which no two are the same in one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        with self._lock:
            self._last = max(int(wall_now().timestamp() * 1_000_000), self._last + 1)
            return self._last


_ticks = _Ticks()


def new_ordered_uuid() -> str:
    """A fresh UUID (version 7 of RFC 9562) that sorts after those made before: always within a process.

    Its time is the machine's, not a world's: a still clock would put everything in one place.
    """
    milliseconds, microseconds = divmod(_ticks.next(), 1000)
    # RFC 9562 6.2, method 3: the twelve bits after the version carry the rest of the time.
    number = milliseconds << 80 | 7 << 76 | microseconds * 4 << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=number))


_PAIRS = tuple(left + right for left in _ALPHABET for right in _ALPHABET)


def new_trace() -> str:
    """A fresh short id that sorts after those made before: fourteen letters, the first eleven of time.

    It names a call and opens nothing, so its chance need not be bought from the system at each call: it only
    tells processes apart, and Python sows it anew in each. Its time is the machine's, in microseconds.
    """
    number = _ticks.next() << 15 | getrandbits(15)
    return "".join([_PAIRS[number >> places & 1023] for places in (60, 50, 40, 30, 20, 10, 0)])


def made_at(ordered_uuid: str) -> datetime:
    """When such a UUID was made, by the machine's time, to the millisecond. Source: RFC 9562 5.7."""
    return datetime.fromtimestamp((uuid.UUID(ordered_uuid).int >> 80) / 1000, UTC)


def new_id(length: int = 12) -> str:
    """A fresh lower-case id that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_digits(length: int) -> str:
    """Fresh decimal digits that nobody can guess."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


def new_secret() -> str:
    """A fresh secret of 192 bits, safe in a URL and a header."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> str:
    """How a secret of full entropy is stored: SHA-256, since there is nothing to guess."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode()


def same(left: str, right: str) -> bool:
    """Compare two secrets in a time that tells nothing."""
    return hmac.compare_digest(left.encode(), right.encode())
