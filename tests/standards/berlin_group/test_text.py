"""What letters a payment carries, and how many."""

import unicodedata

import pytest

from sandbox.standards.berlin_group.errors import FormatError
from sandbox.standards.berlin_group.formats.text import Letters, check_reference, check_text, complaint


@pytest.mark.parametrize(
    "text", ["Åse Løkken-Ærø", "Jörg Strauß", "Łukasz Żak", "Ωνάσης", "Георги", "R&D <7> 5€", "Ș¿§°©£"]
)
def test_european_names_are_carried(text):
    assert complaint(text, 70) is None


@pytest.mark.parametrize("text", ["Åse", "R&D", "a_b", "5€", "a;b"])
def test_every_bank_carries_plain_latin_only(text):
    assert complaint(text, 70, Letters.LATIN) is not None


def test_the_latin_set_is_that_of_the_guidelines():
    carried = {chr(code) for code in range(0x250) if complaint(f"x{chr(code)}", 70, Letters.LATIN) is None}

    letters = "abcdefghijklmnopqrstuvwxyz"
    assert carried == set(letters + letters.upper() + "0123456789" + "/-?:().,'+ ")


def test_no_control_character_is_carried():
    for code in range(0x11000):
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn"}:
            assert complaint(f"x{chr(code)}", 70) is not None, hex(code)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("x" * 71, "71 characters; 70"),
        ("line\nline", "U+000A at place 5"),
        ("right\u202eleft", "U+202E"),
        ("日本", "U+65E5 at place 1"),
        ("’t", "U+2019"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(text, said):
    with pytest.raises(FormatError) as refusal:
        check_text(text, "creditorName", 70)

    (message,) = refusal.value.messages
    assert message.path == "creditorName"
    assert said in message.text


def test_seventy_letters_are_seventy_whatever_their_bytes():
    check_text("ø" * 70, "creditorName", 70)


@pytest.mark.parametrize("text", ["/a", "a/", "a//b", "/", "Gebühr", "a" * 36, "a\tb", ""])
def test_a_reference_passes_from_bank_to_bank_or_is_refused(text):
    with pytest.raises(FormatError):
        check_reference(text, "endToEndIdentification")


@pytest.mark.parametrize("text", ["RI-123456789", "a/b", "A" * 35, "NOTPROVIDED"])
def test_a_plain_reference_passes(text):
    check_reference(text, "endToEndIdentification")
