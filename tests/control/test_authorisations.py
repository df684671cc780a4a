"""The PSU's yes and no, and the code of the phone, without a browser."""

from datetime import date

import pytest

from sandbox.bank import authorisations, consents
from sandbox.bank.authorisations import Wish
from sandbox.bank.consents import Access, AccessKind, ConsentOrder


@pytest.fixture
def waiting(sandbox):
    """An authorisation of a bank-offered consent at Fjordbanken, which waits for its PSU."""
    with sandbox.database.writing() as work:
        bank = sandbox.bank("fjordbanken", work)
        order = ConsentOrder(
            access=Access(AccessKind.BANK_OFFERED),
            recurring=True,
            valid_until=date(2026, 6, 1),
            frequency_per_day=4,
            combined_service=False,
            psu_login=None,
            tpp_name="Budget Buddy",
        )
        consent = consents.create(bank, sandbox.app_id, order)
        return authorisations.start(bank, authorisations.ConsentSubject(consent), Wish()).authorisation.id


def somebody(sandbox):
    return sandbox.call("GET", "/_sandbox/people/no-4").json


def test_the_yes_finalises_it_and_makes_the_consent_valid(sandbox, waiting):
    answer = sandbox.call(
        "POST", f"/_sandbox/authorisations/{waiting}/approve", json={"psu": somebody(sandbox)["username"]}
    )

    assert (answer.json["status"], answer.json["consent_status"]) == ("finalised", "valid")
    again = sandbox.call("POST", f"/_sandbox/authorisations/{waiting}/decline")
    assert (again.status_code, again.json["error"]["code"]) == (409, "authorisation_finished")


def test_accounts_may_be_named_by_iban(sandbox, waiting):
    person = somebody(sandbox)
    here = [one for one in person["accounts"] if one["bank"] == "fjordbanken" and one["iban"]]

    answer = sandbox.call(
        "POST",
        f"/_sandbox/authorisations/{waiting}/approve",
        json={"psu": person["username"], "accounts": [here[0]["iban"]]},
    )

    assert answer.json["consent_status"] == "valid"


def test_the_no_rejects_the_consent(sandbox, waiting):
    answer = sandbox.call("POST", f"/_sandbox/authorisations/{waiting}/decline")

    assert (answer.json["status"], answer.json["consent_status"]) == ("failed", "rejected")


def test_no_code_is_shown_before_one_was_sent(sandbox, waiting):
    answer = sandbox.call("GET", f"/_sandbox/authorisations/{waiting}/code")

    assert (answer.status_code, answer.json["error"]["code"]) == (409, "step_out_of_order")


def test_nobody_says_yes_from_another_world(sandbox, waiting):
    key = sandbox.new_workspace("elsewhere")
    answer = sandbox.call(
        "POST",
        f"/_sandbox/authorisations/{waiting}/approve",
        json={"psu": "x"},
        headers={"X-API-Key": key},
    )

    assert answer.status_code == 404
