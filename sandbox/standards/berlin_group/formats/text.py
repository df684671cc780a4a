"""What text may stand in a payment: the letters that SEPA carries, and how long each member may be.

Source: EPC132-08, SCT customer-to-PSP implementation guidelines, character set and usage of slashes;
EPC217-08, SEPA requirements for an extended character set, and its conversion table.
"""

import re
from enum import Enum

from sandbox.standards.berlin_group.errors import FormatError, Message

NAME_MAX = 70
AGENT_NAME_MAX = 140
REMITTANCE_MAX = 140
REFERENCE_MAX = 35
STREET_MAX = 70

_LATIN = "A-Za-z0-9/?:().,'+ -"
#: What EPC217-08 leaves as it is: ASCII, and the letters of the official languages of the EU and the EEA.
_EUROPEAN = (
    r" -~¡-£§©°¿-ÖØ-öø-ćĊ-ēĖ-ğĢģĪīĮ-ĳĶķĹ-ľŁ-ňŐ-ŕŘ-śŞ-ťŪūŮ-ųŸ-žȘ-ț"
    r"ΆΈ-ΊΌΎ-ΡΣ-ώА-ЪЬЮЯа-ъьюя€"
)


class Letters(Enum):
    """A character set, as the pattern of one character that is not in it."""

    #: What every bank in SEPA must take.
    LATIN = re.compile(f"[^{_LATIN}]")
    #: What banks take by agreement, and what all of this house take in names and remittance information.
    EUROPEAN = re.compile(f"[^{_EUROPEAN}]")


def complaint(text: str, length_max: int, letters: Letters = Letters.EUROPEAN) -> str | None:
    """What is wrong with the text, or None. Lengths are in characters."""
    if not text.strip(" "):
        return "The text is empty."
    if len(text) > length_max:
        return f"The text has {len(text)} characters; {length_max} are allowed."
    foreign = letters.value.search(text)
    if foreign is None:
        return None
    return f"The character U+{ord(foreign[0]):04X} at place {foreign.start() + 1} is not allowed here."


def reference_complaint(text: str) -> str | None:
    """What keeps an identification from passing from bank to bank, or None."""
    # EPC132-08: references, identifications and identifiers are restricted to the Latin character set, must
    # not start or end with a slash, and must not contain two in a row.
    if text.startswith("/") or text.endswith("/") or "//" in text:
        return "A reference must not begin or end with '/', nor contain '//'."
    return complaint(text, REFERENCE_MAX, Letters.LATIN)


def check_text(text: str, path: str, length_max: int, letters: Letters = Letters.EUROPEAN) -> None:
    """Refuse text that is empty, too long, or has a control character or a letter that SEPA does not carry.

    Raises FormatError at that path.
    """
    _refuse(complaint(text, length_max, letters), path)


def check_reference(text: str, path: str) -> None:
    """Refuse an identification that would not pass from bank to bank. Raises FormatError at that path."""
    _refuse(reference_complaint(text), path)


def _refuse(wrong: str | None, path: str) -> None:
    if wrong is not None:
        raise FormatError(Message(wrong, path))
