"""After a refusal nothing has happened, and the same call made again does what was asked for."""

import pytest

from sandbox.bank import faults
from sandbox.kernel.ids import new_uuid
from sandbox.kernel.money import Money
from tests.failures.conftest import TPPS
from tests.failures.test_calls_that_fail import Call, make
from tests.journeys.conftest import Tpp as Reader
from tests.standards.uk_open_banking.conftest import Tpp as UkReader

#: Some of each sort: what the bank, its front, its guard, and its rules for payments and consents say no by.
_OF_ORDERS = (
    *("too_many_requests", "internal_error", "gateway_timeout", "token_expired", "certificate_missing"),
    *("signature_stale", "amount_refused", "creditor_refused", "product_refused"),
)
_OF_CONSENTS = (
    *("maintenance", "bad_gateway", "token_revoked", "role_missing"),
    *("consent_kind_refused", "consent_account_refused"),
)
_ASKED = "/account-access-consents"
_WHOLE = {
    **{"access": {"allPsd2": "allAccounts"}, "recurringIndicator": True, "validUntil": "2026-06-01"},
    **{"frequencyPerDay": 4, "combinedServiceIndicator": False},
}
_CASES = [(standard, name) for standard in TPPS for name in _OF_ORDERS]


@pytest.mark.parametrize(("standard", "name"), _CASES)
def test_an_order_that_was_refused_is_taken_the_second_time(world, standard, name):
    ids = {"X-Request-ID": new_uuid(), "x-idempotency-key": "the same"}
    tpp = TPPS[standard](world, headers={**ids, "X-Bryggen-Failure": name})
    first = tpp.pay()
    assert first.status >= 400
    assert first.answer.headers["X-Bryggen-Failure"] == name
    assert world.call("GET", "/_sandbox/payments").json["payments"] == []
    assert world.call("GET", "/_sandbox/events").json["events"] == []

    tpp.headers = ids
    second = tpp.pay()

    assert second.status == 201, second.answer.text
    tpp.say_yes()
    assert tpp.stands()[0] != "RJCT"


@pytest.mark.parametrize("standard", TPPS)
def test_an_order_whose_answer_was_lost_is_made_once(world, standard):
    ids = {"X-Request-ID": new_uuid(), "x-idempotency-key": "the same"}
    tpp = TPPS[standard](world, headers={**ids, "X-Bryggen-Failure": "answer_lost"})
    with pytest.raises(ConnectionResetError):
        tpp.pay()

    tpp.headers = ids
    assert tpp.pay().status == 201

    assert len(world.call("GET", "/_sandbox/payments").json["payments"]) == 1


@pytest.mark.parametrize("standard", TPPS)
@pytest.mark.parametrize("name", _OF_CONSENTS)
def test_a_consent_that_was_refused_is_made_the_second_time(world, standard, name):
    british = standard == "uk_open_banking"
    asking = (
        UkReader(world, "v4.0", bank="kelpbank", psu="gb-14") if british else Reader(world, "fjordbanken")
    )
    path = f"/open-banking/v4.0/aisp{_ASKED}" if british else "/v1/consents"
    body = {"Data": {"Permissions": ["ReadAccountsBasic"]}, "Risk": {}} if british else _WHOLE
    refused = make(world, standard, Call("POST", path, body), name)
    assert refused.status_code >= 400
    assert refused.headers["X-Bryggen-Failure"] == name
    assert world.call("GET", "/_sandbox/events").json["events"] == []

    asking.agreed()

    assert asking.consent_id


def chosen(failure):
    """What each of the words chooses, where it stands alone in a payment."""
    magic, little = failure.magic, Money(100, "NOK")
    if magic.amount:
        yield faults.by_magic(Money(int(magic.amount.replace(".", "")), "NOK"), "Eva", None, None)
    if magic.creditor_name:
        yield faults.by_magic(little, magic.creditor_name.upper(), None, None)
    if magic.remittance:
        yield faults.by_magic(little, "Eva", None, f" {magic.remittance.lower()} ")
    for number in magic.creditor_accounts:
        yield faults.by_magic(little, "Eva", number, None)


@pytest.mark.parametrize("failure", faults.every(), ids=lambda one: one.name)
def test_each_magic_word_chooses_its_own_failure(failure):
    assert {one and one.name for one in chosen(failure)} <= {failure.name}
    named = ("somebody", failure) if failure.magic.psu else (f"somebody+{failure.name}", None)
    assert faults.by_login(f"somebody+{failure.name}") == named
