"""Names as people and companies write them: how alike the name asked for is to the one that a bank holds.

Every bank matches by its own rules; these follow the scheme's advice: what is merely written in another way
is the same name, a small slip is a close one. Source: EPC288-23, recommendations for the matching processes
under the Verification Of Payee scheme rulebook (EPC218-23).
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum


class Likeness(IntEnum):
    """How alike two names are, the more the higher."""

    DIFFERENT = 0
    CLOSE = 1
    SAME = 2


#: Letters as they are spelled out, and as whoever lacks the key types them.
_SPELLED = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "œ": "oe"}
    | {"ß": "ss", "ð": "d", "đ": "d", "þ": "th", "ł": "l", "ı": "i"}
)
_TYPED = str.maketrans({"ø": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u"})
#: Company forms as they are written out, spelled, and the short form of each.
_WRITTEN_OUT = {
    ("aksjeselskap",): "as",
    ("allmennaksjeselskap",): "asa",
    ("aktieselskab",): "as",
    ("anpartsselskab",): "aps",
    ("aktiebolag",): "ab",
    ("aktiebolaget",): "ab",
    ("osakeyhtioe",): "oy",
    ("aktiengesellschaft",): "ag",
    ("gesellschaft", "mit", "beschraenkter", "haftung"): "gmbh",
    ("unternehmergesellschaft",): "ug",
}
_FORMS = frozenset({*_WRITTEN_OUT.values(), "abp", "ans", "da", "enk", "hb", "is", "kb", "kg", "ohg", "oyj"})
#: Forms that stand in front as well: AB Åkeri, Oy Lumi.
_IN_FRONT = frozenset({"ab", "oy"})
_TITLES = frozenset({"dr", "prof", "professor", "herr", "frau", "hr", "fru", "froeken", "mr", "mrs", "ms"})
_JOINERS = re.compile(r"\s+(?:og|och|und|ja|and)\s+|[&+;,]|/(?=\w{2})")
#: A word of so many letters may have so many wrong, and a name as a whole as many.
_SLIPS_OF_WORD = ((8, 2), (4, 1))
_SLIPS_OF_NAME = 2


def compare(asked: str, held: str) -> Likeness:
    """How alike the name that a payer writes is to the one that the bank holds.

    The order of the words, case, accents, titles, and middle names left out make no difference. Initials,
    slips, a name too many or too few, and a company form left out make it close.
    """
    (asked_words, asked_form), (held_words, held_form) = _parted(asked), _parted(held)
    if None not in (asked_form, held_form) and asked_form != held_form:
        # Nordlys AS and Nordlys ASA are two companies.
        return Likeness.DIFFERENT
    words = _compare_words(asked_words, held_words)
    return words if asked_form == held_form else min(words, Likeness.CLOSE)


def compare_joint(asked: str, holders: Sequence[str]) -> tuple[Likeness, str]:
    """The best likeness to any holder of an account, and the name it is to; whoever names all means them all.

    Of two people named together the surname may stand at the last alone: Kari og Ola Nordmann.
    """
    alike, name = max(((compare(asked, one), one) for one in holders), key=lambda found: found[0])
    people = _people(asked)
    if alike is Likeness.SAME or len(holders) == 1 or len(people) != len(holders):
        return alike, name
    meant = [max(holders, key=lambda one, person=person: compare(person, one)) for person in people]  # type: ignore[misc]
    together = min(compare(person, one) for person, one in zip(people, meant, strict=True))
    if together > alike and set(meant) == set(holders):
        return together, ", ".join(holders)
    return alike, name


def normalised(name: str) -> str:
    """The name in small unaccented letters, one space between its words, without titles and punctuation."""
    return " ".join(_spelled(word) for word in _words(name))


def _people(asked: str) -> list[str]:
    """The people whom a text names, each with a surname."""
    found = [one.strip() for one in _JOINERS.split(asked.casefold()) if one.strip()]
    surname = found[-1].split()[-1] if found else ""
    return [one if " " in one else f"{one} {surname}" for one in found]


def _parted(name: str) -> tuple[list[str], str | None]:
    """The words of a name, and the company form where there is one."""
    words = _words(name)
    if len(words) > 1 and _spelled(words[-1]) in _FORMS:
        return words[:-1], _spelled(words[-1])
    if len(words) > 1 and _spelled(words[0]) in _IN_FRONT:
        return words[1:], _spelled(words[0])
    return words, None


def _words(name: str) -> list[str]:
    """The words in small letters, with their accents; titles in front left out, company forms in short."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    # A/S is one word, Anna-Lena two, O'Hara one again.
    text = re.sub(r"\b(\w)[./](?=\w\b)", r"\1", text)
    text = re.sub(r"['’`´]", "", text)
    kept = "".join(sign if sign.isalnum() or unicodedata.combining(sign) else " " for sign in text)
    words = [word for word in kept.split() if _spelled(word)]
    while len(words) > 1 and _spelled(words[0]) in _TITLES:
        words = words[1:]
    for long, short in _WRITTEN_OUT.items():
        if len(words) > len(long) and tuple(map(_spelled, words[-len(long) :])) == long:
            return [*words[: -len(long)], short]
    return words


def _spelled(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.translate(_SPELLED))
    return "".join(sign for sign in plain if sign.isalnum())


def _spellings(word: str) -> frozenset[str]:
    """How a word may be written without its accents: Bjørn as bjoern and as bjorn."""
    return frozenset({_spelled(word), _spelled(word.translate(_TYPED))})


def _compare_words(asked: Sequence[str], held: Sequence[str]) -> Likeness:
    if not asked or not held:
        return Likeness.DIFFERENT
    ours, theirs = [_spellings(one) for one in asked], [_spellings(one) for one in held]
    if "".join(map(_spelled, asked)) == "".join(map(_spelled, held)):
        return Likeness.SAME
    extra, missing = _without(ours, theirs), _without(theirs, ours)
    common = len(ours) - len(extra)
    ends = {id(theirs[0]), id(theirs[-1])}
    has_ends = len(theirs) > 1 and not any(id(one) in ends for one in missing)
    if not extra:
        return _without_middle_names(common, missing, has_ends=has_ends)
    if not missing:
        return Likeness.CLOSE if common > 1 and len(extra) == 1 else Likeness.DIFFERENT
    return _nearly(extra, missing, common, has_ends=has_ends)


def _without(words: Sequence[frozenset[str]], others: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """The words that are not among the others, each of which counts once."""
    left, rest = list(others), []
    for word in words:
        twin = next((one for one in left if one & word), None)
        if twin is None:
            rest.append(word)
        else:
            left.remove(twin)
    return rest


def _without_middle_names(common: int, missing: Sequence[frozenset[str]], *, has_ends: bool) -> Likeness:
    """The likeness where everything that was said is right, and something may be left out."""
    if not missing or has_ends:
        return Likeness.SAME
    return Likeness.CLOSE if common > 1 else Likeness.DIFFERENT


def _nearly(
    extra: Sequence[frozenset[str]], missing: Sequence[frozenset[str]], common: int, *, has_ends: bool
) -> Likeness:
    """The likeness where words differ: each must be the initial of one that is missing, or a slip for it."""
    left, slips, initials = list(missing), 0, 0
    for word in extra:
        found = min(((_slips(word, one), one) for one in left), key=lambda pair: pair[0], default=None)
        initial = next((one for one in left if _is_initial(word, one)), None)
        if initial is not None:
            initials += 1
            left.remove(initial)
        elif found is not None and found[0] <= _SLIPS_OF_NAME:
            slips += found[0]
            left.remove(found[1])
        else:
            return Likeness.DIFFERENT
    if slips > _SLIPS_OF_NAME or (initials and not common):
        return Likeness.DIFFERENT
    return Likeness.SAME if has_ends and not slips else Likeness.CLOSE


def _is_initial(one: frozenset[str], other: frozenset[str]) -> bool:
    return any(min(len(word), len(twin)) == 1 and word[0] == twin[0] for word in one for twin in other)


def _slips(one: frozenset[str], other: frozenset[str]) -> int:
    """How many letters are wrong; more than any name may have where it is another word."""
    return min(_slips_between(word, twin) for word in one for twin in other)


def _slips_between(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    allowed = next((slips for length, slips in _SLIPS_OF_WORD if shorter >= length), 0)
    found = _distance(one, other) if abs(len(one) - len(other)) <= allowed else allowed + 1
    return found if found <= allowed else _SLIPS_OF_NAME + 1


def _distance(one: str, other: str) -> int:
    """Letters left out, put in, changed, or swapped with the next (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for i, sign in enumerate(one, 1):
        row = [i]
        for j, twin in enumerate(other, 1):
            least = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (sign != twin))
            if i > 1 and j > 1 and (sign, one[i - 2]) == (other[j - 2], twin):
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]
