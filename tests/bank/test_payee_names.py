"""How alike a name is to the one that the creditor's bank holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bank.payees.names import Likeness, compare, compare_joint, normalised

SAME, CLOSE, DIFFERENT = Likeness.SAME, Likeness.CLOSE, Likeness.DIFFERENT
_WORD = st.text("abcdefghijklmnoprstuvæøåäöüéß", min_size=4, max_size=12)
_NAME = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("Kari Nordmann", "Kari Nordmann"),
        ("  kari   NORDMANN ", "Kari Nordmann"),
        ("Nordmann, Kari", "Kari Nordmann"),
        ("Kari Nordmann", "Kari Marie Nordmann"),
        ("Kari M. Nordmann", "Kari Marie Nordmann"),
        ("Dr. Jürgen Groß", "Juergen Gross"),
        ("Jurgen Gross", "Jürgen Groß"),
        ("Bjoern Saether", "Bjørn Sæther"),
        ("Bjorn Ase", "Bjørn Åse"),
        ("Åsa Öberg", "Aasa Oeberg"),
        ("Renée O'Hara", "Renee OHara"),
        ("Anna-Lena Virtanen", "Anna Lena Virtanen"),
        ("Vinter bygg as", "Vinterbygg AS"),
        ("Havn Bakeri Aksjeselskap", "Havn Bakeri AS"),
        ("Brødhuset A/S", "Brødhuset AS"),
        ("Kaffeerösterei Gesellschaft mit beschränkter Haftung", "Kaffeerösterei GmbH"),
        ("AB Åkeri", "Åkeri AB"),
    ],
)
def test_what_is_written_in_another_way_is_the_same_name(asked: str, held: str):
    assert compare(asked, held) is SAME


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("K. Nordmann", "Kari Nordmann"),
        ("Kari Nordman", "Kari Nordmann"),
        ("Kair Nordmann", "Kari Nordmann"),
        ("Kari Anne Nordmann", "Kari Nordmann"),
        ("Marie Nordmann", "Kari Marie Nordmann"),
        ("Muller Klaus", "Klaus Mueller"),
        ("Havn Bakeri", "Havn Bakeri AS"),
        ("Hvan Bakeri AS", "Havn Bakeri AS"),
    ],
)
def test_a_small_slip_is_a_close_name(asked: str, held: str):
    assert compare(asked, held) is CLOSE


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("Ola Nordmann", "Kari Nordmann"),
        ("Nordmann", "Kari Nordmann"),
        ("Kari", "Kari Nordmann"),
        ("K. N.", "Kari Nordmann"),
        ("Kari Johansen", "Kari Nordmann"),
        ("Havn Bakeri ASA", "Havn Bakeri AS"),
        ("Havn", "Havn Bakeri AS"),
        ("", "Kari Nordmann"),
        ("!?", "Kari Nordmann"),
        ("Kari Nordmann", ""),
        ("Dr.", "Dr. Klaus Mueller"),
    ],
)
def test_another_name_is_another_name(asked: str, held: str):
    assert compare(asked, held) is DIFFERENT


@pytest.mark.parametrize(
    ("asked", "alike", "name"),
    [
        ("Kari Nordmann", SAME, "Kari Nordmann"),
        ("Ola Nordmann", SAME, "Ola Nordmann"),
        ("Kari og Ola Nordmann", SAME, "Kari Nordmann, Ola Nordmann"),
        ("Ola Nordmann & Kari Nordmann", SAME, "Kari Nordmann, Ola Nordmann"),
        ("Kari Nordman und Ola Nordmann", CLOSE, "Kari Nordmann, Ola Nordmann"),
        ("O. Nordmann", CLOSE, "Ola Nordmann"),
    ],
)
def test_of_a_joint_account_each_holder_is_meant_and_both_together(asked: str, alike: Likeness, name: str):
    assert compare_joint(asked, ["Kari Nordmann", "Ola Nordmann"]) == (alike, name)


def test_two_people_of_whom_one_is_a_stranger_are_not_the_holders():
    assert compare_joint("Kari og Per Nordmann", ["Kari Nordmann", "Ola Nordmann"])[0] is not SAME


@given(st.text(max_size=60))
def test_a_normalised_name_is_normalised(name: str):
    assert normalised(normalised(name)) == normalised(name)


@given(_NAME)
def test_a_name_is_the_same_as_itself_in_any_order_and_case(name: str):
    assert compare(name, name) is SAME
    assert compare(" ".join(reversed(name.split())).upper(), name) is SAME
    assert compare(normalised(name), name) is SAME


@given(_NAME, _NAME)
def test_names_of_as_many_words_are_as_alike_in_both_directions(one: str, other: str):
    if len(one.split()) == len(other.split()):
        assert (compare(one, other) is SAME) == (compare(other, one) is SAME)


@given(
    st.lists(st.text("abcdefghijk", min_size=1, max_size=9), min_size=1, max_size=4).map(" ".join),
    st.lists(st.text("mnopqrstuvxyz", min_size=1, max_size=9), min_size=1, max_size=4).map(" ".join),
)
def test_names_that_share_no_letter_are_never_the_same(one: str, other: str):
    assert compare(one, other) is DIFFERENT
