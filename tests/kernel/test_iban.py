"""Account numbers and references: right check digits, no real bank, and the way back."""

import pytest
import schwifty
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649, luhn
from stdnum.no import kontonr

from sandbox.kernel import iban, references

CODES = {"NO": "9904", "SE": "979", "DK": "9900", "FI": "900", "DE": "90000001", "GB": "KELP001234"}
COUNTRIES = sorted(CODES)


@pytest.mark.parametrize("country", COUNTRIES)
@given(data=st.data())
def test_every_account_number_is_valid_and_of_no_real_bank(country, data):
    index = data.draw(st.integers(0, iban.capacity(country) - 1))

    number = iban.bban(country, CODES[country], index)
    text = iban.iban(country, number)

    oracle = schwifty.IBAN(text)
    oracle.validate(validate_bban=country in ("NO", "FI"))
    assert oracle.bank_name is None
    assert iban.is_iban(text)
    assert iban.index_of(country, number) == index


@pytest.mark.parametrize("country", COUNTRIES)
def test_neighbours_have_different_account_numbers(country):
    numbers = {iban.bban(country, CODES[country], index) for index in range(5000)}

    assert len(numbers) == 5000


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_last_account_number_is_good_and_there_is_none_after_it(country):
    last = iban.capacity(country) - 1

    assert iban.index_of(country, iban.bban(country, CODES[country], last)) == last
    with pytest.raises(ValueError, match="no account number"):
        iban.bban(country, CODES[country], last + 1)


@given(st.integers(0, iban.capacity("NO") - 1))
def test_a_norwegian_account_number_passes_mod11_and_has_no_double_zero(index):
    number = iban.bban("NO", "9950", index)

    assert kontonr.is_valid(number)
    assert number[4:6] != "00"


@pytest.mark.parametrize("country", COUNTRIES)
@given(data=st.data())
def test_a_wrong_digit_leads_to_nobody(country, data):
    number = iban.bban(country, CODES[country], data.draw(st.integers(0, iban.capacity(country) - 1)))
    text = iban.iban(country, number)
    place = data.draw(st.integers(2, len(text) - 1))
    wrong = text[:place] + str((int(text[place], 36) + 1) % 10) + text[place + 1 :]

    assert not iban.is_iban(wrong)


def test_fictional_codes_are_told_from_real_ones():
    assert all(iban.is_fictional_code(country, code) for country, code in CODES.items())
    assert not iban.is_fictional_code("NO", "9710")
    assert not iban.is_fictional_code("DE", "10010010")
    assert not iban.is_fictional_code("NO", "990")
    assert not iban.is_fictional_code("GB", "KELP200000")


def test_a_british_number_is_written_at_home_without_the_bank_s_letters():
    number = iban.bban("GB", "KELP001234", 7)

    assert iban.domestic("GB", number) == "00123410000007"
    assert iban.is_domestic("GB", "00123410000007")
    assert iban.from_domestic("GB", "00123410000007", ["OAKB001235", "KELP001234"]) == iban.iban("GB", number)
    assert iban.from_domestic("GB", "00123410000007", ["OAKB001235"]) is None


def test_references_are_as_the_schemes_print_them():
    assert references.kid_mod10("123456") == "1234566"
    assert references.kid_mod11("123456") == "1234560"
    assert references.ocr("12345678") == "1234567806"
    assert references.viite("123456") == "1234561"
    assert references.rf("539007547034") == "RF18539007547034"


@given(st.from_regex(r"[0-9]{3,14}", fullmatch=True))
def test_every_reference_that_is_made_is_accepted_and_its_neighbour_is_not(base):
    made = {
        references.is_kid: references.kid_mod10(base),
        references.is_ocr: references.ocr(base),
        references.is_fik: references.fik("71", base),
        references.is_viite: references.viite(base),
        references.is_rf: references.rf(base),
    }

    assert references.is_kid(references.kid_mod11(base))
    for accepts, reference in made.items():
        assert accepts(reference), (accepts.__name__, reference)
        wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
        if accepts is not references.is_kid:
            assert not accepts(wrong), (accepts.__name__, wrong)
    assert luhn.is_valid(references.kid_mod10(base))
    assert iso11649.is_valid(references.rf(base))


@pytest.mark.parametrize("text", ["", "-", "12a4", "٣٤٥٦", "RF", "+71<12"])
def test_what_is_no_reference_is_refused_quietly(text):
    checks = (references.is_kid, references.is_ocr, references.is_fik, references.is_viite, references.is_rf)

    assert not any(accepts(text) for accepts in checks)
