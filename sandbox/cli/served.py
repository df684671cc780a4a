"""Where this installation serves: noted by `bryggen serve` beside the data, read by every other command.

What a command prints or signs leads there: links, the addresses of CRL and OCSP, commands to copy.
"""

import os
from dataclasses import replace
from pathlib import Path

import orjson

from sandbox.kernel.settings import Settings

_FILE = "served.json"
_PUBLIC, _TRUST = "public_origin", "trust_origin"


def note(chosen: Settings) -> None:
    """Remember the addresses of the server that begins; it stays when the server stops, for the next one."""
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    place = chosen.data_dir / _FILE
    fresh = place.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(orjson.dumps({_PUBLIC: chosen.public_origin, _TRUST: chosen.trust_origin}))
    fresh.replace(place)


def completed(chosen: Settings) -> Settings:
    """The settings with the addresses at which was served last, where the environment does not say them."""
    if "BRYGGEN_PUBLIC_ORIGIN" in os.environ:
        return chosen
    found = _noted(chosen.data_dir)
    public = found.get(_PUBLIC) or f"http://localhost:{chosen.port}"
    return replace(chosen, public_origin=public, trust_origin=chosen.trust_origin or found.get(_TRUST, ""))


def _noted(folder: Path) -> dict[str, str]:
    try:
        found = orjson.loads((folder / _FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    whole = isinstance(found, dict) and all(isinstance(found.get(one), str) for one in (_PUBLIC, _TRUST))
    return found if whole else {}
