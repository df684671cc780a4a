"""The catalogue's file is read strictly, and says nothing that the house does not know."""

import re
from pathlib import Path

import pytest

from sandbox.bank import faults, payees
from sandbox.bank.faults import CatalogueInvalid, FailureUnknown, Refuse
from sandbox.bank.faults.schema import PAYEE_OUTCOMES
from sandbox.kernel.documents import DocumentMalformed
from sandbox.kernel.errors import leaf, leaves
from sandbox.kernel.money import Money
from sandbox.standards.registry import STANDARDS
from tests.failures.test_calls_that_fail import OF_CALLS
from tests.failures.test_payments_that_fail import OF_PAYMENTS
from tests.failures.test_yes_that_fails import OF_PAYEES, OF_YES

GOOD = """\
no_money:
  area: payments
  life: There is no money.
  effect: {kind: reject, reason: AM04, stage: acceptance}
  magic: {amount: "313.04"}
  standards: [berlin_group]
"""


@pytest.fixture
def reading(tmp_path):
    """Read a catalogue of that text."""

    def read(text):
        path = tmp_path / "failures.yaml"
        path.write_text(text, encoding="utf-8")
        return faults.read(path)

    return read


def test_a_catalogue_is_found_by_name_and_by_magic_word(reading):
    found = reading(GOOD)

    assert found.failures["no_money"] is found.by_amount[31304]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("reason: AM04", "reason: AM99", "line 4, no_money.effect.reason: takes one of: AB05"),
        ("kind: reject", "kind: explode", "line 4, no_money.effect: takes a kind of: refuse, reject"),
        (", stage: acceptance", "", "line 4, no_money.effect.stage: is missing."),
        ("area: payments", "area: weather", "line 2, no_money.area: takes one of: accounts"),
        ("There is no money.", "no money", "line 3, no_money.life: takes one sentence."),
        ('"313.04"', "313.04", "line 5, no_money.magic.amount: takes a text"),
        ('"313.04"', '"313"', "line 5, no_money.magic.amount: takes an amount with two decimals"),
        ("amount:", "ammount:", "no_money.magic.ammount: is not known here; known are: amount"),
        ("no_money", "No money", "line 1, No money: is no name"),
        ("standards: [berlin_group]", "", "no_money.standards: is missing."),
        (
            "{kind: reject, reason: AM04, stage: acceptance}",
            "{kind: delay, seconds: 3}",
            "no_money.calls: names the calls that it happens to.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_field(reading, old, new, said):
    with pytest.raises(CatalogueInvalid) as caught:
        reading(GOOD.replace(old, new))

    assert "failures.yaml, line" in caught.value.text
    assert said in caught.value.text


def test_a_magic_word_chooses_one_failure_alone(reading):
    twice = GOOD + GOOD.replace("no_money", "no_luck")

    with pytest.raises(CatalogueInvalid, match=r"no_luck\.magic\.amount: chooses no_money already"):
        reading(twice)


def test_what_is_no_yaml_is_said_with_its_line(reading):
    with pytest.raises(DocumentMalformed, match="line 5"):
        reading(GOOD.replace("stage: acceptance}", "stage: acceptance"))


def test_an_unknown_name_is_answered_with_those_that_are_near():
    with pytest.raises(FailureUnknown, match="Did you mean: insufficient_funds"):
        faults.get("insuficient_fund")
    with pytest.raises(FailureUnknown, match=r"There is no failure 'xyzzy'\.$"):
        faults.get("xyzzy")


def test_an_amount_is_magic_in_currencies_with_two_decimals():
    assert faults.by_magic(Money(31304, "SEK"), "Eva", None, None).name == "insufficient_funds"
    assert faults.by_magic(Money(31304, "JPY"), "Eva", None, None) is None
    assert faults.by_magic(Money(31305, "SEK"), "  fail ACCOUNT closed ", None, None).name == (
        "duplicate_payment"
    )


@pytest.mark.parametrize("failure", faults.every(), ids=lambda one: one.name)
def test_a_failure_is_of_standards_that_there_are_and_refuses_by_a_refusal_that_they_know(failure):
    assert set(failure.standards) <= set(STANDARDS)
    if isinstance(failure.effect, Refuse):
        made = faults.refusal(failure)
        assert made.text
        for standard in failure.standards:
            known = leaf(failure.effect.refusal)
            assert known in STANDARDS[standard].refusals or known.__module__.startswith("sandbox.oauth")


def test_every_failure_is_made_in_each_of_its_standards_by_a_test():
    made = {one.name for one in (*OF_PAYMENTS, *OF_CALLS, *OF_YES, *OF_PAYEES)}

    assert made == {one.name for one in faults.every()}
    assert len(made) > 100


def test_a_refusal_that_a_failure_refuses_by_is_known_by_its_name_alone():
    meant = {one.effect.refusal for one in faults.every() if isinstance(one.effect, Refuse)}

    found = [one.__name__ for one in leaves() if one.__name__ in meant]

    assert sorted(found) == sorted(meant)


def test_the_answers_about_a_payee_are_those_of_the_bank():
    assert set(PAYEE_OUTCOMES) == {one.value for one in payees.PayeeOutcome}


def test_the_table_of_the_docs_is_that_of_the_catalogue():
    page = (Path(__file__).parents[2] / "docs" / "failures.md").read_text(encoding="utf-8")

    found = re.search(r"<!-- begin of the table -->\n(.*)<!-- end of the table -->", page, re.DOTALL)

    assert found, "docs/failures.md has lost the marks around its table"
    assert found[1] == faults.table(faults.every()), "write it again: bryggen failures table"
