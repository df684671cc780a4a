"""Payment references with their check digits: KID, OCR, FIK, viitenumero and RF."""

from collections.abc import Callable

_FIK_LENGTH = {"71": 15, "75": 16}


def luhn_digit(digits: str) -> str:
    """The MOD10 check digit that follows the digits. Source: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 * (doubled > 9)
    return str(-total % 10)


def mod11_digit(digits: str) -> str:
    """The MOD11 check digit with the weights 2 to 7 from the right; `-` where it would be ten."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(digits)))
    check = -total % 11
    return "-" if check == 10 else str(check)


def kid_mod10(base: str) -> str:
    """A Norwegian KID of the base (1 to 24 digits) with a MOD10 check digit."""
    return _checked(base, 24) + luhn_digit(base)


def kid_mod11(base: str) -> str:
    """A Norwegian KID of the base with a MOD11 check digit, which may be `-`."""
    return _checked(base, 24) + mod11_digit(base)


def is_kid_mod10(reference: str) -> bool:
    """Whether it is a KID by MOD10."""
    return _is_kid(reference, luhn_digit)


def is_kid_mod11(reference: str) -> bool:
    """Whether it is a KID by MOD11."""
    return _is_kid(reference, mod11_digit)


def is_kid(reference: str) -> bool:
    """Whether it is a KID by either rule."""
    return is_kid_mod10(reference) or is_kid_mod11(reference)


def _is_kid(reference: str, check_digit: Callable[[str], str]) -> bool:
    base = reference[:-1]
    return 1 <= len(base) <= 24 and _is_digits(base) and reference[-1] == check_digit(base)


def ocr(base: str) -> str:
    """A Swedish OCR of the base (1 to 23 digits): a digit for the whole's length, then a Luhn digit."""
    counted = _checked(base, 23) + str((len(base) + 2) % 10)
    return counted + luhn_digit(counted)


def is_ocr(reference: str) -> bool:
    """Whether it is an OCR with a length digit."""
    return _is_digits(reference) and 3 <= len(reference) <= 25 and reference == ocr(reference[:-2])


def fik(kind: str, base: str) -> str:
    """A Danish payment slip's number of the kind 71 or 75, as `+71<000000000000012`."""
    digits = _checked(base, _FIK_LENGTH[kind] - 1).rjust(_FIK_LENGTH[kind] - 1, "0")
    return f"+{kind}<{digits}{luhn_digit(digits)}"


def is_fik(reference: str) -> bool:
    """Whether it is a payment slip's number as `fik` writes it."""
    kind, digits = reference[1:3], reference[4:]
    right = kind in _FIK_LENGTH and _is_digits(digits) and len(digits) == _FIK_LENGTH[kind]
    return right and reference == fik(kind, digits[:-1])


def viite(base: str) -> str:
    """A Finnish viitenumero of the base (3 to 19 digits): weights 7, 3, 1 from the right."""
    total = sum(int(d) * (7, 3, 1)[place % 3] for place, d in enumerate(reversed(_checked(base, 19))))
    return base + str(-total % 10)


def is_viite(reference: str) -> bool:
    """Whether it is a viitenumero."""
    return _is_digits(reference) and 4 <= len(reference) <= 20 and reference == viite(reference[:-1])


def rf(base: str) -> str:
    """An international creditor reference of the base (1 to 21 letters and digits). Source: ISO 11649."""
    text = base.upper()
    if not (1 <= len(text) <= 21 and text.isascii() and text.isalnum()):
        raise ValueError(f"{base!r} is no base of an RF reference")
    return f"RF{98 - _letters_as_digits(text + 'RF00') % 97:02d}{text}"


def is_rf(reference: str) -> bool:
    """Whether it is an international creditor reference."""
    text = reference.replace(" ", "").upper()
    shaped = 5 <= len(text) <= 25 and text.startswith("RF") and text.isascii() and text.isalnum()
    return shaped and _letters_as_digits(text[4:] + text[:4]) % 97 == 1


def _checked(base: str, longest: int) -> str:
    if not (_is_digits(base) and len(base) <= longest):
        raise ValueError(f"{base!r} is not 1 to {longest} digits")
    return base


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _letters_as_digits(text: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in text))
