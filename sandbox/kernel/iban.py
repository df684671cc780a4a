"""Account numbers: each country's own form with its check digits, and the IBAN around it.

An account number is made of a bank code and an index. Every index below `capacity` gives another valid
number, and `index_of` leads back: there is nothing to look up and nothing to collide.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.kernel.references import luhn_digit

_NO_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_SE_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
#: Of the ten last digits below one prefix, MOD11 spoils at most one.
_GOOD = 9
#: A British number: the bank's four letters, a sort code, eight digits. At home nobody says the letters.
_GB_LETTERS, _GB_SORT_CODE, _GB_HOME = 4, 6, 14
_HOME_FROM = {"SE": 9, "GB": _GB_LETTERS}


@dataclass(frozen=True, slots=True)
class NumberRule:
    """How a country's account numbers are made: how many per bank code, from index to BBAN and back.

    `code_letters` is how many of the bank code's signs are letters, which stand before its digits.
    """

    code_digits: int
    bban_digits: int
    capacity: int
    bban: Callable[[str, int], str]
    index: Callable[[str], int]
    code_letters: int = 0


def rule(country: str) -> NumberRule:
    """The rule of the country; KeyError where we have none."""
    return _RULES[country.upper()]


def capacity(country: str) -> int:
    """How many account numbers one bank code has in the country."""
    return rule(country).capacity


def is_fictional_code(country: str, bank_code: str) -> bool:
    """Whether the bank code lies in a range that the country's register gives to nobody.

    Source: schwifty's registry, in which these ranges are free. Of a British code it is the sort code that is
    judged: Vocalink's table of sort codes, valacdos 7.40, begins with 01. Nobody here knows all four letters.
    """
    digits = bank_code[rule(country).code_letters :]
    if len(bank_code) != rule(country).code_digits or not digits.isdigit():
        return False
    ranges = _FICTIONAL[country.upper()]
    return any(first <= int(digits) <= last for first, last in ranges)


def bban(country: str, bank_code: str, index: int) -> str:
    """The account number of that index at the bank. Raises ValueError past the capacity."""
    one = rule(country)
    if not 0 <= index < one.capacity or len(bank_code) != one.code_digits:
        raise ValueError(f"{country} {bank_code}: no account number {index} of {one.capacity}")
    return one.bban(bank_code, index)


def index_of(country: str, number: str) -> int | None:
    """The index of an account number, or None where it is not one of ours."""
    one = rule(country)
    digits = number[one.code_letters :]
    if len(number) != one.bban_digits or not (number.isascii() and digits.isdigit()):
        return None
    index = one.index(number)
    right = 0 <= index < one.capacity and one.bban(number[: one.code_digits], index) == number
    return index if right else None


def iban(country: str, number: str) -> str:
    """The IBAN of an account number. Source: ISO 13616, ISO 7064 MOD 97-10."""
    return f"{country}{98 - _remainder(country + '00', number):02d}{number}"


def domestic(country: str, number: str) -> str:
    """An account number as people write it at home: of a Swedish one the end, of a British one the digits.

    In Sweden that is clearing and account without bank and zeros; in Britain sort code and account.
    """
    return number[_HOME_FROM.get(country, 0) :]


def is_domestic(country: str, number: str) -> bool:
    """Whether people could write an account number so at home, its check digit right where we know the rule.

    Source: Norway's kontonummer has eleven digits, the last one by MOD11.
    """
    if not (number.isascii() and number.isdigit()):
        return False
    match country:
        case "NO":
            return len(number) == 11 and _no_check(number[:10]) == int(number[10])
        case "SE":
            return 9 <= len(number) <= 15
        case "DK":
            return 5 <= len(number) <= 14
        case "GB":
            return len(number) == _GB_HOME
        case _:
            return False


def as_read(country: str, number: str) -> str:
    """An account number with the gaps by which people there read it: a sort code stands apart."""
    if country != "GB" or not is_domestic(country, number):
        return number
    sort_code, account = number[:_GB_SORT_CODE], number[_GB_SORT_CODE:]
    return f"{sort_code[:2]}-{sort_code[2:4]}-{sort_code[4:]} {account}"


def from_domestic(country: str, number: str, codes: Iterable[str] = ()) -> str | None:
    """The IBAN of an account number as people write it at home; None where it is none of ours.

    `codes` are the bank codes of the country that are known: a sort code alone does not say whose it is.
    """
    whole = number
    if country == "SE" and len(number) == 11:
        whole = f"{number[1:4]}000000{number}"
    elif country == "GB":
        ours = (one for one in codes if one[_GB_LETTERS:] == number[:_GB_SORT_CODE])
        whole = next(ours, "")[:_GB_LETTERS] + number
    known = country in _RULES and index_of(country, whole) is not None
    return iban(country, whole) if known else None


def is_iban(text: str) -> bool:
    """Whether the check digits of an IBAN are right (any country); blanks are passed over."""
    plain = text.replace(" ", "").upper()
    if not (15 <= len(plain) <= 34 and plain.isascii() and plain.isalnum() and plain[:2].isalpha()):
        return False
    return _remainder(plain[:4], plain[4:]) == 1


def _remainder(head: str, number: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in number + head)) % 97


def _no_check(ten: str) -> int:
    return -sum(w * int(d) for w, d in zip(_NO_WEIGHTS, ten, strict=True)) % 11


def _no_good(prefix: str) -> list[str]:
    return [f"{prefix}{d}" for d in range(10) if _no_check(f"{prefix}{d}") != 10]


def _no_bban(code: str, index: int) -> str:
    # The fifth and sixth digits "00" mark another kind of number: prefixes start at 01 000.
    prefix, which = divmod(index, _GOOD)
    ten = _no_good(f"{code}{prefix + 1000:05d}")[which]
    return f"{ten}{_no_check(ten)}"


def _no_index(number: str) -> int:
    good = _no_good(number[:9])
    if number[:10] not in good:
        return -1
    which = good.index(number[:10])
    return -1 if which >= _GOOD else (int(number[4:9]) - 1000) * _GOOD + which


def _se_check(code: str, six: str) -> int:
    # Clearing is 9 and the bank code. The check is over clearing without its first digit, and the number.
    return -sum(w * int(d) for w, d in zip(_SE_WEIGHTS, code + six, strict=False)) % 11


def _se_good(code: str, prefix: str) -> list[str]:
    return [f"{prefix}{d}" for d in range(10) if _se_check(code, f"{prefix}{d}") != 10]


def _se_bban(code: str, index: int) -> str:
    prefix, which = divmod(index, _GOOD)
    six = _se_good(code, f"{prefix:05d}")[which]
    return f"{code}0000009{code}{six}{_se_check(code, six)}"


def _se_index(number: str) -> int:
    good = _se_good(number[:3], number[13:18])
    if number[13:19] not in good:
        return -1
    which = good.index(number[13:19])
    return -1 if which >= _GOOD else int(number[13:18]) * _GOOD + which


_FICTIONAL = {
    "NO": ((9904, 9999), (8000, 8100), (9247, 9354)),
    "SE": ((979, 999),),
    "DK": ((9900, 9941), (8225, 8400)),
    "FI": ((900, 999), (0, 99)),
    "DE": ((90000000, 99999999),),
    "GB": ((0, 9_999),),
}
_RULES = {
    "NO": NumberRule(4, 11, 99_000 * _GOOD, _no_bban, _no_index),
    "SE": NumberRule(3, 20, 100_000 * _GOOD, _se_bban, _se_index),
    "DK": NumberRule(
        4, 14, 10**9, lambda code, index: f"{code}{index + 10**9:010d}", lambda n: int(n[4:]) - 10**9
    ),
    "FI": NumberRule(
        3,
        14,
        10**10,
        lambda code, index: f"{code}{index:010d}{luhn_digit(f'{code}{index:010d}')}",
        lambda n: int(n[3:13]),
    ),
    "DE": NumberRule(
        8,
        18,
        9 * 10**8 - 1,
        lambda code, index: f"{code}{index + 10**8}{luhn_digit(str(index + 10**8))}",
        lambda n: int(n[8:17]) - 10**8,
    ),
    # Outside Vocalink's table no check digit is asked for, and there are none here.
    "GB": NumberRule(
        *(10, 18, 9 * 10**7, lambda code, index: f"{code}{index + 10**7}", lambda n: int(n[10:]) - 10**7),
        code_letters=_GB_LETTERS,
    ),
}
