"""The versions of this standard, which are served side by side, and how one thing is said in each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask import request

#: Where every path of this standard begins.
ROOT = "open-banking"
#: The services, as paths name them: account information, payment initiation, confirmation of funds.
AISP, PISP, CBPII = "aisp", "pisp", "cbpii"


class Word(NamedTuple):
    """One state in the words of 3.1 and of 4.0."""

    v3: str
    v4: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `path` is how URLs name it, `published` how a bank's profile does; `age` counts up."""

    age: int
    path: str
    published: str

    def root(self, service: str) -> str:
        """Where its resources of a service are; without a name, those of all services."""
        return f"/{ROOT}/{self.path}/{service}".rstrip("/")

    def say(self, word: Word) -> str:
        """The word of this version."""
        return word[self.age]


V3 = Version(0, "v3.1", "3.1.11")
V4 = Version(1, "v4.0", "4.0")
VERSIONS = (V3, V4)
BY_PATH: Mapping[str, Version] = {one.path: one for one in VERSIONS}


def called() -> Version | None:
    """The version that the path of the call names; None where it names none."""
    _, _, path = request.path.partition(f"/{ROOT}/")
    return BY_PATH.get(path.partition("/")[0])
