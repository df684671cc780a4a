"""Money: whole minor units and a currency. Decimal strings exist only on the wire."""

import re
from dataclasses import dataclass

from sandbox.kernel.errors import Refusal

#: Minor digits where they are not two. Source: ISO 4217 list one, column "minor unit".
_EXPONENTS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF", "RWF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,13})(?:\.([0-9]{1,3}))?")


class AmountMalformed(Refusal):
    """The text is no amount, or has more decimals than its currency."""

    text = "The amount is not a decimal number with the minor digits of its currency."


def exponent(currency: str) -> int:
    """How many minor digits the currency has: 2 for NOK, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units: `Money(1250, "EUR")` is 12.50 euro."""

    minor: int
    currency: str

    def __neg__(self) -> "Money":
        """The same amount the other way."""
        return Money(-self.minor, self.currency)


def decimal_text(minor: int, currency: str) -> str:
    """`-1250, "EUR"` as `-12.50`; `1250, "JPY"` as `1250`."""
    if currency not in _EXPONENTS and not -100 < minor < 100:
        # Nearly all there are, and the hot path of statements: a third of the time of the general way.
        text = str(minor)
        return f"{text[:-2]}.{text[-2:]}"
    digits = exponent(currency)
    if not digits:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}"


def parse(text: str, currency: str) -> Money:
    """Read a decimal string exactly; nothing is rounded. Raises AmountMalformed."""
    match = _AMOUNT.fullmatch(text)
    digits = exponent(currency)
    if match is None or len(match[2] or "") > digits:
        raise AmountMalformed(detail=f"{text!r} {currency}, {digits} minor digits")
    whole, _, fraction = text.lstrip("-").partition(".")
    minor = int(whole) * 10**digits + int(fraction.ljust(digits, "0") or "0")
    return Money(-minor if text.startswith("-") else minor, currency)
