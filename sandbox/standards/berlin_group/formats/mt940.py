"""MT940, the customer statement message as text, with the structured field 86 that bookkeeping reads.

Source: SWIFT Standards MT, Category 9, MT 940; field 86 after the German banks' common form (DFÜ agreement,
annex 3, section 8.2): business transaction code, then subfields ?00 to ?63.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

from sandbox.bank.ledger import LineRow
from sandbox.kernel.money import decimal_text, exponent
from sandbox.standards.berlin_group.formats.statement import Statement

_LINE_MAX, _LINES_MAX = 65, 6
_PIECE, _PIECES = 27, 10
_ALLOWED = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-:().,'+ ")
_SPELLED = str.maketrans(
    {
        **{"å": "aa", "Å": "AA", "ä": "ae", "Ä": "AE", "æ": "ae", "Æ": "AE"},
        **{"ö": "oe", "Ö": "OE", "ø": "oe", "Ø": "OE", "ü": "ue", "Ü": "UE", "ß": "ss"},
        **{"&": "+", "_": "-", "–": "-", "’": "'"},
    }
)
#: Kind of booking: (field 61 type, code of a debit, code of a credit, text of ?00).
_KINDS = {
    "card": ("NMSC", "106", "159", "CARD PAYMENT"),
    "atm": ("NMSC", "106", "159", "CASH WITHDRAWAL"),
    "salary": ("NTRF", "153", "153", "SALARY"),
    "direct_debit": ("NDDT", "105", "171", "DIRECT DEBIT"),
    "return": ("NRTI", "108", "109", "RETURN"),
    "fee": ("NCHG", "808", "808", "FEE"),
    "interest": ("NINT", "814", "814", "INTEREST"),
    "rent": ("NSTO", "117", "152", "STANDING ORDER"),
}
_OTHER = ("NTRF", "177", "166", "TRANSFER")


def write(statements: Sequence[Statement]) -> bytes:
    """One message for each account and currency, one after the other."""
    return "".join(f"{line}\r\n" for one in statements for line in _message(one)).encode("ascii")


def _message(one: Statement) -> Iterator[str]:
    currency = one.account.currency
    yield f":20:{one.until:%y%m%d}{currency}{one.number:05d}"
    yield f":25:{one.account.iban or one.account.bban or one.account.id}"
    yield f":28C:{one.number:05d}/001"
    yield f":60F:{_balance(one.opening_minor, currency, one.since)}"
    for row in one.booked:
        yield _entry(row)
        yield from _told(row)
    yield f":62F:{_balance(one.closing_minor, currency, one.until)}"
    yield "-"


def _balance(minor: int, currency: str, day: date) -> str:
    return f"{_mark(minor)}{day:%y%m%d}{currency}{_number(minor, currency)}"


def _entry(row: LineRow) -> str:
    """Field 61: value date, entry date, direction, amount, type, the payer's and the bank's reference."""
    value_on = (row.value_on or row.booked_on).replace("-", "")[2:]
    booked_on = row.booked_on.replace("-", "")[4:]
    kind = _KINDS.get(row.kind, _OTHER)[0]
    own = _plain(row.entry_id or "")[-16:].strip() or "NONREF"
    reference = _plain(row.reference or row.end_to_end_id or "")[:16].strip("/ ") or "NONREF"
    mark = _mark(row.amount_minor)
    if row.kind == "correction":
        mark = f"R{_mark(-row.amount_minor)}"  # RD takes a debit back, RC a credit
    amount = f"{mark}{_number(row.amount_minor, row.currency)}"
    return f":61:{value_on}{booked_on}{amount}{kind}{reference}//{own}"


def _told(row: LineRow) -> Iterator[str]:
    """Field 86, in lines that never cut a subfield."""
    line, lines = ":86:", 0
    for field in _subfields(row):
        if len(line) + len(field) > _LINE_MAX + (4 if lines == 0 else 0):
            yield line
            line, lines = "", lines + 1
            if lines == _LINES_MAX:
                return
        line += field
    yield line


def _subfields(row: LineRow) -> Iterator[str]:
    _, debit, credit, text = _KINDS.get(row.kind, _OTHER)
    yield f"{debit if row.amount_minor < 0 else credit}?00{text}"
    words = [
        f"{word}+{value}"
        for word, value in (
            ("EREF", row.end_to_end_id),
            ("MREF", row.mandate_id),
            ("CRED", row.creditor_id),
            ("KREF", row.reference),
            ("SVWZ", row.remittance),
        )
        if value
    ]
    yield from _numbered([piece for word in words for piece in _cut(word)][:_PIECES], 20)
    if row.party_bic:
        yield f"?30{row.party_bic}"
    if row.party_account:
        yield f"?31{_plain(row.party_account)}"
    if row.party_name:
        yield from _numbered(_cut(row.party_name)[:2], 32)


def _numbered(pieces: Sequence[str], first: int) -> Iterator[str]:
    return (f"?{first + place}{piece}" for place, piece in enumerate(pieces))


def _cut(text: str) -> list[str]:
    plain = _plain(text)
    return [plain[place : place + _PIECE] for place in range(0, len(plain), _PIECE)]


def _mark(minor: int) -> str:
    return "D" if minor < 0 else "C"


def _number(minor: int, currency: str) -> str:
    """SWIFT's decimal comma is always there: `1250,` where the currency has no minor digits."""
    text = decimal_text(abs(minor), currency).replace(".", ",")
    return text if exponent(currency) else f"{text},"


def _plain(text: str) -> str:
    """The text in SWIFT's character set x, our letters spelled out."""
    spelled = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    return "".join(one if one in _ALLOWED else "." for one in spelled if not unicodedata.combining(one))
