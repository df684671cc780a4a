"""Secrets that travel: `<prefix>_<workspace>_<192 random bits>`, kept as their hash alone."""

from dataclasses import dataclass

from sandbox.kernel.ids import hashed, new_secret


@dataclass(frozen=True, slots=True)
class Secret:
    """A fresh secret: what is given out once, and what is kept."""

    text: str
    kept: str


#: The prefixes. Whoever finds one in a log knows what it is, and a scanner of secrets finds it.
ACCESS, REFRESH, CODE, PUSHED, PENDING, BACKCHANNEL, REGISTRATION = "at", "rt", "ac", "ru", "oc", "ar", "rg"


def fresh(prefix: str, workspace_id: str) -> Secret:
    """A new one."""
    text = f"{prefix}_{workspace_id}_{new_secret()}"
    return Secret(text, hashed(text))


def workspace_of(prefix: str, text: str) -> str | None:
    """The workspace that a secret of that kind belongs to; None where it is none."""
    parts = text.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == prefix and parts[1] and parts[2] else None
