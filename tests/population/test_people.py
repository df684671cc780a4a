"""People: the same on every machine and day, nobody twice, nobody real, and the way back to a number."""

import json
import re
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.dk import cpr
from stdnum.fi import hetu
from stdnum.se import personnummer

from sandbox.kernel import countries
from sandbox.population import national_ids, people, seats
from sandbox.population.personas import personas

SEED = "bergen"
NUMBERS = st.integers(0, 3_000_000)
COUNTRIES = ["DE", "DK", "FI", "GB", "NO", "SE"]
WITH_IDS = ["DK", "FI", "GB", "NO", "SE"]
_PRINT = """
import json, time_machine
with time_machine.travel({day!r}, tick=False):
    from sandbox.population import people
    numbers = [*range(60), 1004, 99_998, 123_456, 900_001]
    print(json.dumps([repr(people.household_of("bergen", c, n)) for c in {countries} for n in numbers]))
"""


def test_people_are_the_same_in_another_process_on_another_day():
    outputs = []
    for day in ("2025-02-28T23:59:00Z", "2031-07-01T12:00:00Z"):
        script = _PRINT.format(day=day, countries=COUNTRIES)
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
        outputs.append(json.loads(done.stdout))

    assert outputs[0] == outputs[1]
    assert outputs[0][0] == repr(people.household_of(SEED, "DE", 0))


@pytest.mark.parametrize("country", COUNTRIES)
def test_two_thousand_people_have_different_names_to_log_in_with(country):
    everybody = [people.person(SEED, country, number) for number in range(2000)]

    assert len({one.username for one in everybody}) == 2000
    assert all(one.username.isascii() for one in everybody)
    ids = [one.national_id for one in everybody if one.national_id]
    assert len(set(ids)) == len(ids)
    assert len(ids) == (0 if country == "DE" else sum(one.kind == "person" for one in everybody))


@pytest.mark.parametrize("country", COUNTRIES)
@given(number=NUMBERS)
@settings(max_examples=150)
def test_a_user_name_and_a_national_id_lead_back(country, number):
    person = people.person(SEED, country, number)

    assert people.by_username(SEED, country, person.username.upper()) == number
    assert people.number_from(person.id) == (country, number)
    if person.national_id:
        assert people.by_national_id(SEED, country.lower(), person.national_id) == number


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(
    "text", ["", "x", "ola.nordmann.17", "99999999999", "0" * 40, "٣٤٥٦٧", "a.b.12345678901"]
)
def test_nobody_has_a_name_or_id_that_was_not_given_out(country, text):
    assert people.by_username(SEED, country, text) is None
    assert people.by_national_id(SEED, country, text) is None


@given(number=NUMBERS)
@settings(max_examples=200)
def test_a_norwegian_id_has_eighty_added_to_its_month_and_right_control_digits(number):
    person = people.person(SEED, "NO", number)
    if person.national_id is None:
        return
    digits = [int(digit) for digit in person.national_id]
    first = sum(w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), digits, strict=False)) % 11
    second = sum(w * d for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True)) % 11

    assert 81 <= int(person.national_id[2:4]) <= 92
    assert second == 0
    assert first in ({1, 2, 3} if person.persona == "id-of-2032" else {0})
    assert digits[8] % 2 == (person.sex == "male")


@given(number=NUMBERS)
@settings(max_examples=150)
def test_swedish_danish_and_finnish_ids_lie_in_the_test_series(number):
    swede, dane, finn = (people.person(SEED, country, number) for country in ("SE", "DK", "FI"))

    if swede.national_id:
        assert swede.national_id[8:11] in ("238", "239", "980", "981")
        assert personnummer.is_valid(swede.national_id)
        assert personnummer.get_gender(swede.national_id) == ("M" if swede.sex == "male" else "F")
        assert (
            people.by_national_id(SEED, "SE", f"{swede.national_id[2:8]}-{swede.national_id[8:]}") == number
        )
    if dane.national_id:
        assert dane.national_id[6:] in ("9989", "9990", "9995", "9996")
        assert cpr.get_birth_date(dane.national_id) == dane.born_on
    if finn.national_id:
        assert 900 <= int(finn.national_id[7:10]) <= 999
        assert hetu.is_valid(finn.national_id, allow_temporary=True)


@given(number=NUMBERS)
@settings(max_examples=150)
def test_a_british_number_begins_with_letters_that_nobody_is_given(number):
    briton = people.person(SEED, "GB", number)

    if briton.national_id:
        assert re.fullmatch(r"ZZ\d{6}[ABCD]", briton.national_id)
        spaced = " ".join(re.findall("..?", briton.national_id))
        assert people.by_national_id(SEED, "GB", spaced.lower()) == number


def test_a_person_who_types_the_id_with_blanks_is_found():
    swede, dane = people.person(SEED, "SE", 77), people.person(SEED, "DK", 77)

    assert people.by_national_id(SEED, "SE", f"{swede.national_id[:8]}-{swede.national_id[8:]}") == 77
    assert people.by_national_id(SEED, "DK", f"{dane.national_id[:6]}-{dane.national_id[6:]}") == 77


@pytest.mark.parametrize("country", COUNTRIES)
@given(number=NUMBERS)
@settings(max_examples=100)
def test_a_postcode_belongs_to_its_town_and_a_phone_rings_nowhere(country, number):
    person, land = people.person(SEED, country, number), countries.country(country)

    assert (person.postcode, person.town) in land.places
    assert any(one.holds(person.phone) for one in land.phones)
    assert person.email.endswith("@example.com")


@pytest.mark.parametrize("country", WITH_IDS)
@given(number=NUMBERS)
@settings(max_examples=150)
def test_ages_fit_the_persona(country, number):
    seat = seats.seat(SEED, country, number)
    if seat.member.kind == "company":
        return
    youngest, oldest = seat.member.ages
    slack = 0 if people.is_cast(number) or seat.first == number else 4

    assert seat.born_on < people.EPOCH
    assert youngest - slack <= seats.age(seat.born_on) <= oldest + slack
    assert (seats.age(seat.born_on) < 18) == (seat.member.role == "minor")


@pytest.mark.parametrize("country", COUNTRIES)
@given(number=NUMBERS)
@settings(max_examples=100)
def test_everybody_in_a_household_agrees_on_who_lives_there(country, number):
    household = people.household_of(SEED, country, number)

    assert people.person(SEED, country, number) in household.people
    assert all(people.household_of(SEED, country, one.number) == household for one in household.people)
    template = personas()[household.persona]
    assert [one.member for one in household.people] == [one.role for one in template.members]


def test_the_cast_stands_at_the_same_numbers_in_every_thousand():
    order = list(personas())
    for block in (0, 7, 100, 1999):
        found = [people.person(SEED, "NO", 1000 * block + 2 * place).persona for place in range(len(order))]
        assert found == order


def test_the_cast_has_national_ids_for_a_hundred_thousand_numbers():
    for country in WITH_IDS:
        cast = (people.person(SEED, country, 1000 * block + k) for block in range(37) for k in range(40))
        assert all(one.national_id for one in cast if one.kind == "person")


def test_a_child_lives_with_its_guardian():
    guardian, child = people.household_of(SEED, "NO", 18).people

    assert child.born_on > date(2008, 1, 1)
    assert (guardian.street, guardian.town, guardian.family_name) == (
        child.street,
        child.town,
        child.family_name,
    )


def test_two_directors_and_their_company_are_one_household():
    first, second, company = people.household_of(SEED, "NO", 36).people

    assert (company.kind, company.national_id, company.born_on) == ("company", None, None)
    assert first.street != second.street or first.town != second.town


def test_some_names_are_hard_on_purpose():
    for country in COUNTRIES:
        assert not people.person(SEED, country, 24).name.isascii()
        assert 70 < len(people.person(SEED, country, 26).name) <= 140


def test_another_seed_is_another_population():
    names = [people.person("bergen", "NO", number).name for number in range(50, 100)]

    assert names != [people.person("oslo", "NO", number).name for number in range(50, 100)]


@pytest.mark.parametrize("country", WITH_IDS)
def test_what_is_no_id_has_no_slot(country):
    assert national_ids.slot_of(country, "31129912345x") is None
    assert national_ids.slot_of("DE", "1") is None
