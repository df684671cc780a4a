"""Account numbers as this standard names them: a scheme and an identification.

Source: OBInternalAccountIdentification4Code. Nothing here asks where a bank is: a British
IBAN is said as sort code and account number, any other as it is.
"""

from functools import lru_cache
from typing import Any

from sandbox.bank.accounts import AccountKind, Particulars

BIC = "UK.OBIE.BICFI"
IBAN, BBAN, _PAN = "UK.OBIE.IBAN", "UK.OBIE.BBAN", "UK.OBIE.PAN"
SORT_CODE = "UK.OBIE.SortCodeAccountNumber"
#: Country, check digits and the bank's four letters stand before sort code and account number.
_BRITAIN, _BEFORE_SORT_CODE, _SORT_CODE_LENGTH = "GB", 8, 14
_IBAN_LENGTH_MIN = 15
_NAME_MAX = 350
_PAN_END = 4

Identified = dict[str, str]


def own(account: Particulars, *, pan: bool) -> list[Identified]:
    """The numbers of one of the bank's own accounts, the most usual one first; a loan may have none."""
    if account.kind == AccountKind.CARD:
        found = [(_PAN, card(account.masked_pan, pan=pan))] if account.masked_pan else []
    elif account.iban:
        found = [*_at_home(account.iban), (IBAN, account.iban)]
    else:
        found = [(BBAN, account.bban)] if account.bban else []
    name = account.owner_name[:_NAME_MAX]
    return [{"SchemeName": scheme, "Identification": number, "Name": name} for scheme, number in found]


def is_sort_code(number: str) -> bool:
    """Whether it has the form of a sort code and an account number."""
    return len(number) == _SORT_CODE_LENGTH and number.isascii() and number.isdigit()


def card(masked: str, *, pan: bool) -> str:
    """A card's number. The bank itself has no more than the first six and the last four digits of it.

    Source: Account and Transaction API Profile 4.0, ReadPAN: without it the number is masked; with it
    the bank may still mask it so.
    """
    return masked if pan else f"{'x' * (len(masked) - _PAN_END)}{masked[-_PAN_END:]}"


@lru_cache(maxsize=10_000)
def of_other(number: str) -> dict[str, Any]:
    """Somebody else's account, by the shape of its number. It is kept: nobody may change it."""
    bare = number.replace(" ", "").replace(".", "").replace("-", "")
    if len(bare) >= _IBAN_LENGTH_MIN and bare[:2].isalpha() and bare[2:4].isdigit():
        scheme, said = (*_at_home(bare), (IBAN, bare))[0]
        return {"SchemeName": scheme, "Identification": said}
    scheme = SORT_CODE if is_sort_code(bare) else BBAN
    return {"SchemeName": scheme, "Identification": bare}


def _at_home(iban: str) -> list[tuple[str, str]]:
    """A British number as people there write it."""
    return [(SORT_CODE, iban[_BEFORE_SORT_CODE:])] if iban.startswith(_BRITAIN) else []
