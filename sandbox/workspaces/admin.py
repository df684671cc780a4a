"""The admin key: whoever has it runs this installation. It is the operator's, or made and kept hashed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.kernel.clock import instant_text, wall_now
from sandbox.kernel.db import Base, Instant, Work
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import hashed, new_secret, same

_ONLY = "admin"
#: A key of the operator's own is asked for by strangers; a made one has 32 letters.
LETTERS_MIN = 16


class AdminKeyShort(Refusal):
    """A key that strangers may try has to be long."""

    text = (
        f"BRYGGEN_ADMIN_KEY is too short: it takes {LETTERS_MIN} letters at least, or none to have one made."
    )


class AdminKey(Base):
    """The one that was made. It has no workspace: on a sharded database, a reference table."""

    __tablename__ = "admin_key"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    hash: Mapped[str] = mapped_column(String(44))
    created_at: Mapped[datetime] = mapped_column(Instant)


def check(given: str) -> None:
    """Look at the operator's key before anything is served. Raises AdminKeyShort."""
    if given and len(given) < LETTERS_MIN:
        raise AdminKeyShort


def first(work: Work, given: str) -> str | None:
    """The key that is made at the first start, to be shown this once; None where there is one already."""
    return None if given or _kept(work) else renew(work)


def renew(work: Work) -> str:
    """Make another key; the old one is refused from now on, and whoever came in by it is outside."""
    key = f"ba_{new_secret()}"
    work.put(
        "INSERT INTO admin_key (name, hash, created_at) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at",
        (_ONLY, hashed(key), instant_text(wall_now())),
    )
    return key


def hash_of(work: Work, given: str) -> str | None:
    """The hash of the key that holds: the operator's, `given`, before the one that was made."""
    return hashed(given) if given else _kept(work)


def is_right(work: Work, given: str, key: str) -> bool:
    """Whether that is the admin key."""
    held = hash_of(work, given)
    return held is not None and same(held, hashed(key))


def _kept(work: Work) -> str | None:
    found = work.rows("SELECT hash FROM admin_key WHERE name = ?", (_ONLY,))
    return str(found[0][0]) if found else None
