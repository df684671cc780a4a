"""Money: exact, in the minor digits of its currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kernel.money import AmountMalformed, Money, decimal_text, parse

CURRENCIES = st.sampled_from(["NOK", "EUR", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("-0.05", "NOK", -5),
        ("7", "JPY", 7),
        ("1.234", "KWD", 1234),
    ],
)
def test_an_amount_on_the_wire_is_read_exactly(text, currency, minor):
    assert parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1.239", "EUR"), ("1.0", "JPY"), ("1e5", "EUR"), ("01.00", "EUR"), ("", "EUR"), (" 1", "EUR"),
        ("1,00", "EUR"), ("NaN", "EUR"), ("1.", "EUR"), ("9" * 15, "EUR"), ("+1", "EUR"), ("١", "EUR"),
    ],
)  # fmt: skip
def test_what_is_not_an_amount_of_the_currency_is_refused_not_rounded(text, currency):
    with pytest.raises(AmountMalformed):
        parse(text, currency)


@given(minor=st.integers(-(10**13), 10**13), currency=CURRENCIES)
def test_what_is_written_is_read_back(minor, currency):
    assert parse(decimal_text(minor, currency), currency).minor == minor
