"""Key sets: the public keys that a TPP hands in, and what must be right about them.

Source: RFC 7517; FAPI 2.0 Security Profile, section 5.4, for kinds, lengths and ids.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from joserfc import jwk

from sandbox.kernel import jose
from sandbox.kernel.errors import Refusal

_KEYS_MAX = 30
_BYTES_MAX = 100_000
#: FAPI 2.0 SP 5.4.1: at least 2048 bits. Longer than 8192 only costs time, also somebody else's.
_RSA_BITS = range(2048, 8193)
_RSA_EXPONENT_BITS_MAX = 64
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_KINDS = "RSA of 2048 to 8192 bits, EC on P-256, or OKP on Ed25519"


class KeySetMalformed(Refusal):
    """It is no JWK set, or one of its keys cannot be read."""

    text = 'A key set is {"keys": […]}, as RFC 7517 has it.'


class KeyPrivate(Refusal):
    """A private or shared key was handed in: whoever has seen it can sign with it."""

    text = (
        "A key set holds public keys alone. This one shows a secret: make new keys, do not use these again."
    )


class KeyIdTwice(Refusal):
    """Of two keys with one id nobody knows which is meant. Source: FAPI 2.0 SP, section 5.4.3."""

    text = "Each key has a kid of its own."


class KeyUnfit(Refusal):
    """No signature by such a key would be taken here. Source: FAPI 2.0 SP, section 5.4.1."""

    text = f"A key is {_KINDS}."


def check(found: object) -> list[Mapping[str, Any]]:
    """The keys of a set that is in order. Raises KeySetMalformed, KeyPrivate, KeyIdTwice, KeyUnfit."""
    keys = found.get("keys") if isinstance(found, Mapping) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= _KEYS_MAX:
        raise KeySetMalformed(f'A key set is {{"keys": […]}} with 1 to {_KEYS_MAX} keys.')
    try:
        size = len(orjson.dumps(found))
    except (TypeError, ValueError) as error:
        raise KeySetMalformed(detail=str(error)) from error
    if size > _BYTES_MAX:
        raise KeySetMalformed(f"A key set has {_BYTES_MAX} bytes at most.")
    seen: set[str] = set()
    for place, key in enumerate(keys):
        _check_key(key, f"The key at place {place}")
        seen.add(_id_of(key, seen, alone=len(keys) == 1))
    return keys


def _check_key(key: object, which: str) -> None:
    if not isinstance(key, Mapping):
        raise KeySetMalformed(f"{which} is not an object.")
    # RFC 7517 9.2: a private key that is shown to anybody is none any more, so it is not kept.
    if jose.is_private(key):
        raise KeyPrivate
    kind = key.get("kty")
    if kind not in ("RSA", *_CURVES) or key.get("crv") != _CURVES.get(str(kind)):
        raise KeyUnfit(f"{which} is of another kind: it must be {_KINDS}.")
    if kind == "RSA" and _bits(key.get("n")) not in _RSA_BITS:
        raise KeyUnfit(f"{which} has another length: it must be {_KINDS}.")
    if kind == "RSA" and _bits(key.get("e")) > _RSA_EXPONENT_BITS_MAX:
        raise KeyUnfit(f"{which} has an exponent of more than {_RSA_EXPONENT_BITS_MAX} bits.")
    try:
        # Only now: at a key of any length the library would calculate for as long as it takes.
        jwk.import_key({name: key[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in key})
    except Exception as error:  # at rubbish the libraries raise whatever they like
        raise KeySetMalformed(
            f"{which} cannot be read.", detail=f"{type(error).__name__}: {error}"
        ) from error


def _id_of(key: Mapping[str, Any], seen: set[str], *, alone: bool) -> str:
    kid = key.get("kid")
    if kid is None and alone:
        return ""
    if not isinstance(kid, str) or not 1 <= len(kid) <= 200:
        raise KeySetMalformed("Where there are several keys, each has a kid of 1 to 200 characters.")
    # FAPI 2.0 SP 5.4.3: a set must not hold several keys with the same kid.
    if kid in seen:
        raise KeyIdTwice(f"Each key has a kid of its own; {kid[:80]} is there twice.")
    return kid


def _bits(number: object) -> int:
    """How long a number is that is written as base64url; 0 where it is none."""
    try:
        return int.from_bytes(jose.decoded(number)).bit_length() if isinstance(number, str) else 0
    except ValueError:
        return 0
