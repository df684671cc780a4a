"""Seats: which persona, which role and which birthday belong to a number, and which number to a birthday.

Everything here is an affine walk over (birthday, sex, place), so that a birthday leads back to its number.
Ordinary pairs: the first of the pair is born on an even day, the second on an odd one near it. The cast
has places of its own, and the k-th of the cast is born on a day that leaves k when divided by forty.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate

from sandbox.kernel import walks
from sandbox.kernel.countries import country as country_of
from sandbox.kernel.ids import number_of
from sandbox.population.national_ids import Slot
from sandbox.population.personas import Member, Persona, personas

#: The day on which ages are counted; people are born before it, whatever day a workspace has.
EPOCH = date(2026, 1, 1)

CAST_EVERY = 1000
CAST_SIZE = 40
_YEAR = 365.25
#: Two partners are born in the same stretch of so many even (and odd) days: less than two years apart.
_STRETCH = 350
_STRETCHES = 33
_YOUNGEST = 20
_FIRST_DAY = (EPOCH.toordinal() - int(_YOUNGEST * _YEAR) - 2 * _STRETCH * _STRETCHES) // 2 * 2
OF_AGE = 18
#: A child is born so many days after the partner that the guardian would otherwise have: 29 years, even.
_GENERATION = 10592


@dataclass(frozen=True, slots=True)
class Seat:
    """One number's place in life. `slot` is None where there are more people than safe national ids.

    `first` is the first number of the household, `size` how many people it has.
    """

    persona: Persona
    member: Member
    first: int
    size: int
    born_on: date
    sex: str
    slot: Slot | None


def is_cast(number: int) -> bool:
    """Whether the number belongs to the cast, the first forty of each thousand."""
    return number % CAST_EVERY < CAST_SIZE


def seat(seed: str, country: str, number: int) -> Seat:
    """The seat of a number. Costs the same for every number."""
    if number < 0:
        raise KeyError(number)
    return _cast_seat(seed, country, number) if is_cast(number) else _ordinary_seat(seed, country, number)


def number_at(seed: str, country: str, slot: Slot) -> int | None:
    """The number that was born in that slot, or None. Whoever asks checks that the seat agrees."""
    if slot.place >= country_of(country).id_places:
        return _cast_number(seed, country, slot)
    ordinal = slot.born_on.toordinal()
    if age(slot.born_on) < OF_AGE:
        ordinal -= _GENERATION
    turn, odd = divmod(ordinal - _FIRST_DAY, 2)
    if not 0 <= turn < _STRETCH * _STRETCHES:
        return None
    if odd:
        turn = _partner_turn_back(turn)
    male = (slot.sex == "male") ^ _sexes_swapped(turn, odd)
    pairs = _pairs(country)
    walked = (turn * country_of(country).id_places + slot.place) * 2 + male
    return 2 * walks.back(walked, pairs, number_of(seed, "births", country)) + odd


def age(born_on: date) -> int:
    """Full years on the epoch."""
    return EPOCH.year - born_on.year - ((EPOCH.month, EPOCH.day) < (born_on.month, born_on.day))


def _pairs(country: str) -> int:
    return _STRETCH * _STRETCHES * country_of(country).id_places * 2


def _partner_turn(turn: int) -> int:
    stretch, at = divmod(turn, _STRETCH)
    return stretch * _STRETCH + (at * 153 + stretch * 61) % _STRETCH


def _partner_turn_back(turn: int) -> int:
    stretch, at = divmod(turn, _STRETCH)
    return stretch * _STRETCH + (at - stretch * 61) * pow(153, -1, _STRETCH) % _STRETCH


def _sexes_swapped(turn: int, odd: int) -> bool:
    """Whether the second of a pair has the other sex than the first: all but one in seventeen."""
    return bool(odd) and turn % 17 != 0


def _ordinary_seat(seed: str, country: str, number: int) -> Seat:
    pair, odd = divmod(number, 2)
    size = _pairs(country)
    walked = walks.there(pair, size, number_of(seed, "births", country))
    rest, male = divmod(walked, 2)
    turn, place = divmod(rest, country_of(country).id_places)
    first_born = date.fromordinal(_FIRST_DAY + 2 * turn)
    persona = _drawn(number_of(seed, "persona", country, pair), age(first_born), False)
    together = len(persona.members) > 1
    born_on = first_born
    if odd:
        born_on = date.fromordinal(_FIRST_DAY + 2 * _partner_turn(turn) + 1)
        if not together:
            persona = _drawn(number_of(seed, "persona", country, pair, "second"), age(born_on), True)
    member = persona.members[odd if together else 0]
    if member.ages[1] < OF_AGE:
        born_on = date.fromordinal(born_on.toordinal() + _GENERATION)
    sex = "male" if bool(male) ^ _sexes_swapped(turn, odd) else "female"
    slot = Slot(born_on, sex, place) if pair < size else None
    first = number - odd if together else number
    return Seat(persona, member, first, len(persona.members), born_on, sex, slot)


def _drawn(chance: int, years: int, alone: bool) -> Persona:
    choices, sums = _choices(years, alone)
    return choices[bisect_right(sums, chance % sums[-1])]


@cache
def _choices(years: int, alone: bool) -> tuple[list[Persona], list[int]]:
    fitting = [
        one
        for one in personas().values()
        if one.weight
        and len(one.members) <= (1 if alone else 2)
        and one.members[0].ages[0] <= years <= one.members[0].ages[1]
    ]
    return fitting, list(accumulate(one.weight for one in fitting))


@cache
def _cast() -> tuple[tuple[Persona, int], ...]:
    """For each of the forty: the persona, and which of its members."""
    seats: dict[int, tuple[Persona, int]] = {}
    everyone = personas()
    for persona in everyone.values():
        if persona.cast is None:
            continue
        for place in range(max(2, len(persona.members))):
            which = place if len(persona.members) > 1 else 0
            seats[2 * persona.cast + place] = (persona, which)
    single = next(one for one in everyone.values() if len(one.members) == 1)
    return tuple(seats.get(place, (single, 0)) for place in range(CAST_SIZE))


def _cast_walk(seed: str, country: str, place: int) -> tuple[int, int, int]:
    """First possible birthday, how many turns there are, and where the walk begins."""
    persona, which = _cast()[place]
    youngest, oldest = persona.members[which].ages
    # A month is left free at both ends, so that rounding a year never changes an age.
    start = EPOCH.toordinal() - int((oldest + 1) * _YEAR) + 30
    days = int((oldest - youngest + 1) * _YEAR) - 60
    first_day = start + (place - start) % CAST_SIZE
    return first_day, days // CAST_SIZE - 1, number_of(seed, "cast", country, place)


def _cast_seat(seed: str, country: str, number: int) -> Seat:
    block, place = divmod(number, CAST_EVERY)
    persona, which = _cast()[place]
    member = persona.members[which]
    first_day, turns, begin = _cast_walk(seed, country, place)
    index, bit = (block, 0) if member.sex else divmod(block, 2)
    per_day = country_of(country).id_cast_places
    size = turns * per_day
    turn, spot = divmod(walks.there(index, size, begin), per_day)
    born_on = date.fromordinal(first_day + CAST_SIZE * turn)
    sex = member.sex or ("male" if _cast_is_male(seed, country, place) ^ bool(bit) else "female")
    slot = Slot(born_on, sex, country_of(country).id_places + spot) if index < size else None
    first = number - which
    return Seat(persona, member, first, len(persona.members), born_on, sex, slot)


def _cast_is_male(seed: str, country: str, place: int) -> bool:
    return bool((place + number_of(seed, "cast sex", country, place // 2)) % 2)


def _cast_number(seed: str, country: str, slot: Slot) -> int | None:
    ordinal = slot.born_on.toordinal()
    place = ordinal % CAST_SIZE
    persona, which = _cast()[place]
    first_day, turns, begin = _cast_walk(seed, country, place)
    turn = (ordinal - first_day) // CAST_SIZE
    per_day = country_of(country).id_cast_places
    size = turns * per_day
    spot = slot.place - country_of(country).id_places
    if not 0 <= turn < turns or spot >= per_day:
        return None
    index = walks.back(turn * per_day + spot, size, begin)
    if persona.members[which].sex:
        return index * CAST_EVERY + place
    bit = (slot.sex == "male") ^ _cast_is_male(seed, country, place)
    return (2 * index + bit) * CAST_EVERY + place
