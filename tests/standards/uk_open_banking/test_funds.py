"""Confirmation of funds to those who issue cards: the PSU says yes once, and the bank yes or no each time."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from tests.standards.uk_open_banking import published
from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import OUTSIDE, Pisp

_REFERENCES = itertools.count(1)


@dataclass
class Cbpii(Pisp):
    """An app that issues cards."""

    service: str = "cbpii"

    def ask_consent(self, expected: int = 201, **data: Any) -> Any:
        body = {"Data": {"DebtorAccount": self.number(), **data}}
        answer = self.call("POST", "/funds-confirmation-consents", expected, json=body)
        if expected == 201:
            self.consent_id = answer.json["Data"]["ConsentId"]
            self.authorisation_id = answer.headers["x-bryggen-authorisation-id"]
        return answer

    def confirm(self, amount: str = "10.00", expected: int = 201, currency: str = "GBP", **more: Any) -> Any:
        data = {
            "ConsentId": self.consent_id,
            "Reference": f"purchase-{next(_REFERENCES)}",
            "InstructedAmount": {"Amount": amount, "Currency": currency},
        }
        return self.call("POST", "/funds-confirmations", expected, json={"Data": data | more})

    def told(self, expected: int = 200) -> Any:
        return self.call("GET", f"/funds-confirmation-consents/{self.consent_id}", expected)


@pytest.fixture(params=VERSIONS)
def cbpii(request: pytest.FixtureRequest, city) -> Cbpii:
    """A card issuer at Kelp Bank, once in each version."""
    return Cbpii(city, request.param)


def test_yes_or_no_and_no_balance(cbpii):
    cbpii.ask_consent()
    cbpii.approve()

    little, much = cbpii.confirm().json["Data"], cbpii.confirm("900000.00").json["Data"]

    assert (little["FundsAvailable"], much["FundsAvailable"]) == (True, False)
    assert little["FundsConfirmationId"] != much["FundsConfirmationId"]


def test_a_reference_names_one_question(cbpii):
    cbpii.ask_consent()
    cbpii.approve()
    cbpii.confirm(Reference="one")

    answer = cbpii.confirm(Reference="one", expected=400)

    assert cbpii.code(answer) == (
        cbpii.word("UK.OBIE.Rules.DuplicateReference", "U013"),
        "Data.Reference",
    )


def test_funds_are_confirmed_in_the_accounts_own_currency(cbpii):
    cbpii.ask_consent()
    cbpii.approve()

    answer = cbpii.confirm(currency="EUR", expected=400)

    assert cbpii.code(answer) == (
        cbpii.word("UK.OBIE.Unsupported.Currency", "U023"),
        "Data.InstructedAmount.Currency",
    )


def test_somebody_elses_account_is_never_confirmed(cbpii):
    cbpii.ask_consent(DebtorAccount=OUTSIDE)
    cbpii.approve()

    assert cbpii.told().json["Data"]["Status"] == cbpii.word("Rejected", "RJCT")


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (
            {"ExpirationDateTime": "2026-03-01T00:00:00+00:00"},
            ("UK.OBIE.Field.InvalidDate", "U003"),
            "Data.ExpirationDateTime",
        ),
        (
            {"DebtorAccount": {"SchemeName": "UK.OBIE.PAN", "Identification": "4000000000000002"}},
            ("UK.OBIE.Unsupported.Scheme", "U027"),
            "Data.DebtorAccount.SchemeName",
        ),
        ({"Colour": "blue"}, ("UK.OBIE.Field.Unexpected", "U005"), "Data.Colour"),
    ],
)
def test_what_makes_no_consent_is_refused_with_its_place(cbpii, data, code, place):
    answer = cbpii.ask_consent(400, **data)

    assert cbpii.code(answer) == (cbpii.word(*code), place)


def test_another_tpps_consent_is_forbidden(cbpii):
    cbpii.ask_consent()
    cbpii.key = cbpii.sandbox.new_app("Rival", cbpii.sandbox.world)

    cbpii.told(403)
    cbpii.confirm(expected=403)


def test_a_consent_of_3_1_serves_at_4_0_and_not_the_other_way(city):
    old, new = Cbpii(city, "v3.1"), Cbpii(city, "v4.0")
    for one in (old, new):
        one.ask_consent()
        one.approve()

    assert old.in_version("v4.0").confirm().json["Data"]["FundsAvailable"] is True
    new.in_version("v3.1").confirm(expected=403)
    new.in_version("v3.1").told(400)


@published.needs_the_published_files
@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_of_the_published_file_is_described(city, version):
    described = {
        (method.upper(), path.removeprefix(f"/open-banking/{version}/cbpii"))
        for path, item in city.call("GET", "/kelpbank/openapi.json").json["paths"].items()
        if f"/{version}/cbpii/" in path
        for method in item
        if method in ("get", "post", "delete")
    }

    assert described == published.operations(version, "cbpii")
