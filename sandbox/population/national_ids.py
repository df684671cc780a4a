"""National ids that no living person has, made from a birthday, a sex and a place, and read back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.kernel import walks
from sandbox.kernel.references import luhn_digit

_NO_K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_NO_K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NO_CENTURY = 2000
#: Of the five last digits of one sex below one prefix, the two control digits spoil at most two.
_NO_GOOD = 3
_FI_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
#: Serials by place and sex. Sources: Skatteverket's test numbers; MedCom's test numbers.
_SE_SERIALS = {"female": ("238", "980"), "male": ("239", "981")}
_DK_SERIALS = {"female": ("9990", "9996"), "male": ("9989", "9995")}
#: National Insurance numbers that begin with ZZ are given to nobody. Source: HMRC, NIM39110.
_GB_SUFFIXES = "ABCD"
_GB_NUMBERS = 10**6 * len(_GB_SUFFIXES)
#: Nobody here was born before; so many places for each day and sex fill the numbers up to the epoch.
_GB_FIRST, _GB_PLACES, _GB_BEGIN = date(1926, 1, 1), 54, 1_234_567


@dataclass(frozen=True, slots=True)
class Slot:
    """What a national id says: the birthday, the sex, and a place among those born alike."""

    born_on: date
    sex: str
    place: int


def national_id(country: str, slot: Slot, series: str | None = None) -> str | None:
    """The national id of a slot; None where the country has no safe ones. `series` 2032 is Norwegian."""
    if country == "NO" and series == "2032":
        return _no_of_2032(_no(slot))
    making = _MAKING.get(country)
    return making(slot) if making else None


def slot_of(country: str, text: str) -> Slot | None:
    """The slot of a national id as `national_id` writes it, or None. The control digits are not judged."""
    reading = _READING.get(country)
    try:
        slot = reading(text) if reading else None
    except (ValueError, IndexError):
        return None
    return slot if slot and slot.place >= 0 else None


def plain(country: str, text: str) -> str:
    """A national id as somebody typed it in the form in which `national_id` writes it."""
    kept = text.strip().upper().replace(" ", "")
    if country == "FI":
        return kept
    kept = kept.replace("-", "").replace("+", "")
    if country == "SE" and len(kept) == 10:
        # Nobody here was born in 2026 or later, nor before 1926.
        return ("20" if kept[:2] < "26" else "19") + kept
    return kept


def _no(slot: Slot) -> str:
    decade, which = divmod(slot.place, _NO_GOOD)
    if slot.born_on.year >= _NO_CENTURY:
        decade += 50
    return _no_candidates(f"{_no_birthday(slot.born_on)}{decade:02d}", slot.sex)[which]


def _no_birthday(born_on: date) -> str:
    # Synthetic numbers have 80 added to the month. Source: Skatteetaten, folkeregisteret-api.
    return f"{born_on.day:02d}{born_on.month + 80:02d}{born_on.year % 100:02d}"


def _no_candidates(prefix: str, sex: str) -> list[str]:
    found = []
    for last in range(sex == "male", 10, 2):
        nine = f"{prefix}{last}"
        first = -_no_sum(_NO_K1, nine) % 11
        second = -_no_sum(_NO_K2, f"{nine}{first}") % 11 if first < 10 else 10
        if second < 10:
            found.append(f"{nine}{first}{second}")
    return found


def _no_sum(weights: tuple[int, ...], digits: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))


def _no_of_2032(ordinary: str) -> str:
    # From 2032 on the first control leaves 0, 1, 2 or 3; only 1 to 3 tell the new rule from the old.
    nine = ordinary[:9]
    for remainder in (1, 2, 3):
        first = (remainder - _no_sum(_NO_K1, nine)) % 11
        second = -_no_sum(_NO_K2, f"{nine}{first}") % 11 if first < 10 else 10
        if second < 10:
            return f"{nine}{first}{second}"
    return ordinary


def _no_slot(text: str) -> Slot:
    century = 2000 if int(text[6:9]) >= 500 else 1900
    born_on = date(century + int(text[4:6]), int(text[2:4]) - 80, int(text[:2]))
    sex = "male" if int(text[8]) % 2 else "female"
    good = [one[:9] for one in _no_candidates(text[:8], sex)[:_NO_GOOD]]
    return Slot(born_on, sex, int(text[6:8]) % 50 * _NO_GOOD + good.index(text[:9]))


def _fi(slot: Slot) -> str:
    day = slot.born_on.strftime("%d%m%y")
    serial = f"{900 + 2 * slot.place + (slot.sex == 'male')}"
    sign = "A" if slot.born_on.year >= 2000 else "-"
    return f"{day}{sign}{serial}{_FI_SIGNS[int(day + serial) % 31]}"


def _fi_slot(text: str) -> Slot:
    century = 1900 + 100 * ("-A".index(text[6]))
    born_on = date(century + int(text[4:6]), int(text[2:4]), int(text[:2]))
    serial = int(text[7:10])
    return Slot(born_on, "male" if serial % 2 else "female", (serial - 900) // 2)


def _se(slot: Slot) -> str:
    day = slot.born_on.strftime("%Y%m%d")
    serial = _SE_SERIALS[slot.sex][slot.place]
    return f"{day}{serial}{luhn_digit(day[2:] + serial)}"


def _se_slot(text: str) -> Slot:
    born_on = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    sex = "male" if int(text[10]) % 2 else "female"
    return Slot(born_on, sex, _SE_SERIALS[sex].index(text[8:11]))


def _gb(slot: Slot) -> str:
    # A real number says nothing of its bearer, so the slots are scattered over the numbers.
    at = ((slot.born_on - _GB_FIRST).days * 2 + (slot.sex == "male")) * _GB_PLACES + slot.place
    number, suffix = divmod(walks.there(at, _GB_NUMBERS, _GB_BEGIN), len(_GB_SUFFIXES))
    return f"ZZ{number:06d}{_GB_SUFFIXES[suffix]}"


def _gb_slot(text: str) -> Slot | None:
    if not (len(text) == 9 and text.startswith("ZZ") and text[2:8].isdigit()):
        return None
    number = int(text[2:8]) * len(_GB_SUFFIXES) + _GB_SUFFIXES.index(text[8])
    day, place = divmod(walks.back(number, _GB_NUMBERS, _GB_BEGIN), _GB_PLACES)
    born_on = _GB_FIRST + timedelta(days=day // 2)
    return Slot(born_on, "male" if day % 2 else "female", place)


def _dk(slot: Slot) -> str:
    return f"{slot.born_on.strftime('%d%m%y')}{_DK_SERIALS[slot.sex][slot.place]}"


def _dk_slot(text: str) -> Slot:
    # With a seventh digit of 9, the years 00 to 36 are of this century. Source: CPR, personnummeret.
    year = int(text[4:6])
    born_on = date((2000 if year <= 36 else 1900) + year, int(text[2:4]), int(text[:2]))
    sex = "male" if int(text[9]) % 2 else "female"
    return Slot(born_on, sex, _DK_SERIALS[sex].index(text[6:]))


_MAKING: dict[str, Callable[[Slot], str]] = {"NO": _no, "FI": _fi, "SE": _se, "DK": _dk, "GB": _gb}
_READING: dict[str, Callable[[str], Slot | None]] = {
    "NO": _no_slot,
    "FI": _fi_slot,
    "SE": _se_slot,
    "DK": _dk_slot,
    "GB": _gb_slot,
}
