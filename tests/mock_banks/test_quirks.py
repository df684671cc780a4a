"""The table of quirks says what the code can do, what the banks' files say, and which test proves it."""

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.bank.bookings import CLEAN
from sandbox.bank.profile import ForeignAmount
from sandbox.bank.profile_fields import known
from sandbox.bank.profile_schema import BookingsSchema
from sandbox.kernel import documents, places
from tests.mock_banks.test_the_banks import BANKS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "quirks.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| (Q\d+) \| `([\w.]+)` \| (.*?) \| (.*?) \| (.*?) \| `(\w+)` \|$", re.MULTILINE)
ROWS = {row[0]: row[1:] for row in _ROW.findall(PAGE)}
#: What a file must say for the quirk, where it is more than that the setting is there.
_MEANS = {
    "Q5": "latestBooking",
    "Q6": "inText",
    "Q10": "additionalInformation",
    "Q11": "cardholder",
    "Q12": "array",
    "Q14": "structured",
    "Q15": "information",
    "Q18": "{date}",
    "Q20": "ubaccount",
}


def setting(bank_id: str, path: str) -> Any:
    """What a bank's own file says there, or None."""
    found: Any = documents.load(places.mock_banks() / f"{bank_id}.yaml")
    if "." not in path:
        return (found["interfaces"][0].get("switches") or {}).get(path)
    for step in path.split("."):
        found = (found or {}).get(step)
    return found


def test_there_are_twenty_one():
    assert list(ROWS) == [f"Q{number}" for number in range(1, 22)]


@pytest.mark.parametrize("quirk", ROWS)
def test_each_is_had_by_the_banks_that_the_table_names(quirk):
    path, _, _, listed, _ = ROWS[quirk]

    said = {bank_id: setting(bank_id, path) for bank_id in BANKS}

    having = [bank_id for bank_id, value in said.items() if value and _MEANS.get(quirk, "") in str(value)]
    assert having == listed.split(", ")
    assert having


def test_each_is_proven_by_a_test_that_there_is():
    tests = "".join(one.read_text(encoding="utf-8") for one in (ROOT / "tests").rglob("test_*.py"))

    assert [row[-1] for row in ROWS.values() if f"def {row[-1]}(" not in tests] == []


def test_each_setting_of_bookings_is_in_the_table():
    named = {row[0].removeprefix("bookings.") for row in ROWS.values() if row[0].startswith("bookings.")}

    assert named == set(known(BookingsSchema()))


def test_the_clean_bank_has_none():
    clean = BANKS["fjordbanken"]

    assert clean.bookings == CLEAN
    assert not any("fjordbanken" in row[3] for row in ROWS.values())
    assert not clean.interfaces[0].switches


def test_a_running_balance_and_foreign_amounts_do_not_go_together():
    for bank in BANKS.values():
        if bank.bookings.foreign_amount is ForeignAmount.ORIGINAL:
            assert not bank.statements.balance_after_transaction
