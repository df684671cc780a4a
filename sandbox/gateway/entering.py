"""A way into a bank's pages without typing: a sealed word that the portal gives out and the bank takes."""

from dataclasses import dataclass
from datetime import timedelta

from sandbox.gateway import sealing
from sandbox.kernel.clock import instant_text, parse_instant, wall_now
from sandbox.kernel.errors import Refusal

#: A word is for the click that follows: whoever finds it later in a log does not get in by it.
_LIFETIME = timedelta(minutes=2)


class WordUnfit(Refusal):
    """The word was given out by nobody here, for another bank, or too long ago."""

    text = "This way in is not good any more. Ask for another one in the portal."


@dataclass(frozen=True, slots=True)
class Entering:
    """Who comes in, and into which world."""

    workspace_id: str
    person_id: str


def word(bank_id: str, workspace_id: str, person_id: str) -> str:
    """A word that lets this browser in at that bank as that person."""
    until = instant_text(wall_now() + _LIFETIME)
    return sealing.about("entering", bank_id).close(f"{until} {workspace_id} {person_id}")


def read(bank_id: str, given: str) -> Entering:
    """Whom a word lets in. Raises WordUnfit."""
    try:
        until, workspace_id, person_id = sealing.about("entering", bank_id).open(given).split(" ")
    except ValueError as error:
        raise WordUnfit from error
    if wall_now() >= parse_instant(until):
        raise WordUnfit
    return Entering(workspace_id, person_id)
