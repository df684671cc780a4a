"""Sealed words: what a link carries, in a form that only this installation can have written."""

import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sandbox.gateway import context
from sandbox.kernel import jose
from sandbox.kernel.ids import new_secret
from sandbox.kernel.settings import Settings

_CODE_BYTES = 12


@lru_cache(maxsize=8)
def secret(settings: Settings) -> str:
    """The key of the installation: the operator's, or one kept beside the data so that restarts agree."""
    if settings.secret_key:
        return settings.secret_key
    path = Path(settings.data_dir) / "session.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_secret())
    except FileExistsError:
        pass
    return path.read_text()


@dataclass(frozen=True, slots=True)
class Seal:
    """Closes texts that are good for one thing alone: `about` says which, and is not in the word."""

    key: str
    about: tuple[object, ...]

    def close(self, text: str) -> str:
        """The text as one word that is safe in a URL."""
        return jose.encoded(self._code(text) + text.encode())

    def open(self, word: str) -> str:
        """The text of a word that this seal has closed. Raises ValueError."""
        content = jose.decoded(word)
        text = content[_CODE_BYTES:].decode()
        if not hmac.compare_digest(self._code(text), content[:_CODE_BYTES]):
            raise ValueError("closed by another seal")
        return text

    def _code(self, text: str) -> bytes:
        said = repr((self.about, text)).encode()
        return hmac.digest(self.key.encode(), said, "sha256")[:_CODE_BYTES]


def about(*things: object) -> Seal:
    """The seal of this installation for that one thing: texts and numbers that name it."""
    return Seal(secret(context.visit().services.settings), things)
