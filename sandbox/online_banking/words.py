"""The pages' texts by language, and how each language writes a date and an amount."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.kernel import documents
from sandbox.kernel.money import decimal_text

ENGLISH = "en"
_FOLDER = Path(__file__).parent / "words"
_NARROW_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    code: str
    texts: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return str(self.texts["language"])

    def say(self, key: str, **values: object) -> str:
        """The text of that key, its gaps filled."""
        return str(self.texts[key]).format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a text of that key."""
        return key in self.texts

    def many(self, key: str) -> Sequence[str]:
        """The texts of a key that has several, in order."""
        return [str(one) for one in self.texts[key]]

    def count(self, key: str, n: int) -> str:
        """The text for so many; one has a text of its own."""
        return self.say(f"{key}_one") if n == 1 else self.say(key, n=n)

    def day(self, day: date) -> str:
        """A day as people write it: 16. mars 2026."""
        return self.say("date", day=day.day, month=self.many("months")[day.month - 1], year=day.year)

    def amount(self, minor: int, currency: str) -> str:
        """An amount as people write it: −1 234,50 NOK."""
        whole, _, cents = decimal_text(abs(minor), currency).partition(".")
        group = str(self.texts["group"]).replace(" ", _NARROW_SPACE)
        grouped = f"{int(whole):,}".replace(",", group)
        sign = "\u2212" if minor < 0 else ""
        written = f"{sign}{grouped}{self.texts['decimal']}{cents}" if cents else sign + grouped
        return f"{written}{_NARROW_SPACE}{currency}"


@cache
def every() -> Mapping[str, Words]:
    """All languages that the pages speak, by code."""
    return {path.stem: Words(path.stem, documents.load(path)) for path in sorted(_FOLDER.glob("*.yaml"))}


def of_bank(languages: Sequence[str]) -> list[Words]:
    """The bank's own languages as far as the pages speak them, and English."""
    wanted = [code for code in (*languages, ENGLISH) if code in every()]
    return [every()[code] for code in dict.fromkeys(wanted)]
