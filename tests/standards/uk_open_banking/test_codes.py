"""Why somebody pays is said in the codes that the standard lists, and in no others."""

import csv

import pytest

from sandbox.standards.uk_open_banking import codes
from tests.standards.uk_open_banking import published
from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import OUTSIDE, Pisp

INVALID = ("UK.OBIE.Field.Invalid", "U002")


@pytest.fixture(params=VERSIONS)
def pisp(request: pytest.FixtureRequest, city) -> Pisp:
    """A PISP at Kelp Bank, once in each version."""
    return Pisp(city, request.param)


@published.needs_the_published_files
@pytest.mark.parametrize("known", [codes.PURPOSES, codes.CATEGORIES, codes.PROXIES], ids=lambda one: one.name)
def test_the_codes_are_those_of_the_published_sets(known):
    path = published.CODES.with_name("ISO_External_CodeSet.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        listed = {row[1].strip() for row in csv.reader(file) if row and row[0] == known.name}

    assert known.codes == listed


@pytest.mark.parametrize("code", ["BILL", "salа", "SAL"])
def test_a_purpose_that_is_none_is_refused(pisp, code):
    answer = pisp.stage(None, 400, risk={"PaymentPurposeCode": code})

    assert pisp.code(answer) == (pisp.word(*INVALID), "Risk.PaymentPurposeCode")


def test_a_purpose_that_is_one_is_told_again(pisp):
    staged = pisp.stage(None, risk={"PaymentPurposeCode": "SALA"}).json

    assert staged["Risk"]["PaymentPurposeCode"] == "SALA"


def test_the_purpose_of_a_payment_abroad_is_one_of_them_in_3_1(city):
    old = Pisp(city, "v3.1", kind="international-payment")

    answer = old.stage(old.abroad(Purpose="NONE"), 400)

    assert old.code(answer) == (INVALID[0], "Data.Initiation.Purpose")
    old.stage(old.abroad(Purpose="GDDS"))


def test_so_are_categories_and_proxies_in_4_0(city):
    new = Pisp(city, "v4.0")
    proxy = {"Identification": "+44 7700 900000", "Code": "PHON"}

    category = new.stage(None, 400, risk={"CategoryPurposeCode": "SALT"})
    sort = new.stage(new.initiation(CreditorAccount={**OUTSIDE, "Proxy": proxy}), 400)

    assert new.code(category) == ("U002", "Risk.CategoryPurposeCode")
    assert new.code(sort) == ("U002", "Data.Initiation.CreditorAccount.Proxy.Code")
    proxy["Code"] = "TELE"
    new.stage(
        new.initiation(CreditorAccount={**OUTSIDE, "Proxy": proxy}), risk={"CategoryPurposeCode": "SALA"}
    )
