"""Failures of payments that come again, come later, go by a mandate or in a file: the same words."""

import orjson

from tests.failures.conftest import TPPS
from tests.failures.test_calls_that_fail import Call, make
from tests.failures.test_payments_that_fail import advance, whole
from tests.failures.test_rules import rule
from tests.journeys.conftest import OK, PRESENT
from tests.standards.uk_open_banking.test_file_payments import Filer
from tests.standards.uk_open_banking.varying import Vrp, gbp, limit


def test_each_run_of_a_standing_order_fails(world):
    tpp = TPPS["berlin_group"](world)
    body = {
        "debtorAccount": {"iban": tpp.payer.account["iban"]},
        "instructedAmount": {"currency": "NOK", "amount": "313.04"},
        "creditorAccount": {"bban": "99980100142"},
        "creditorName": "Fru Tellefsen",
        "startDate": "2026-03-17",
        "frequency": "Weekly",
    }
    path = f"/fjordbanken/v1/periodic-payments/{tpp.product}"
    tpp.started = world.call("POST", path, json=body, headers={**PRESENT, "TPP-Redirect-URI": OK})
    tpp.say_yes()

    advance(world, days=9)

    told = whole(world, tpp.payment_id())
    runs = [(one["status"], one["reason"]) for one in told["transfers"][1:]]
    assert runs == [("rejected", "AM04"), ("rejected", "AM04")]
    assert told["status"] == "accepted"
    assert {one["failure"] for one in told["transfers"]} == {"insufficient_funds"}


def test_a_payment_for_a_day_to_come_fails_on_its_day(world):
    tpp = TPPS["uk_open_banking"](world)
    tpp.pisp.kind = "domestic-scheduled-payment"
    tpp.pisp.paid(tpp.pisp.initiation("311.04", RequestedExecutionDateTime="2026-03-18T09:00:00+00:00"))
    assert whole(world, tpp.payment_id())["status"] == "accepted"

    advance(world, days=3)

    assert whole(world, tpp.payment_id())["reason"] == "AC04"


def test_a_payment_by_a_mandate_fails_at_once(world):
    vrp = Vrp(world, "v4.0")
    high = {"MaximumIndividualAmount": gbp("400.00"), "PeriodicLimits": [limit("Day", "400.00")]}
    vrp.allowed(parameters=vrp.parameters(**high))

    told = vrp.pay("314.04").json["Data"]

    assert told["Status"] == "RJCT"
    assert told["StatusReason"][0]["StatusReasonCode"] == "BE04"


def test_a_file_fails_in_one_of_its_payments(world):
    filer = Filer(world, "v4.0", psu="gb-14")
    body = orjson.loads(filer.file(2))
    body["Data"]["DomesticPayments"][1]["InstructedAmount"]["Amount"] = "311.06"
    raw = orjson.dumps(body)
    filer.stage(filer.said_of(raw, 2, ControlSum=312.06))
    filer.upload(raw)
    filer.approve()
    filer.submit()

    [found] = world.call("GET", "/_sandbox/payments").json["payments"]
    transfers = whole(world, found["id"])["transfers"]
    assert [one["reason"] for one in transfers] == [None, "AC06"]


def test_the_authorization_server_is_overloaded_by_a_rule(world):
    rule(world, "server_unavailable", count=1)
    call = Call("POST", "/oauth/token", {"grant_type": "client_credentials"})

    first, second = make(world, "berlin_group", call), make(world, "berlin_group", call)

    assert (first.status_code, first.json["error"]) == (503, "temporarily_unavailable")
    assert first.headers["Retry-After"] == "10"
    assert second.status_code != 503


def test_a_yes_at_once_is_no_yes_where_nobody_answers_in_time(world):
    world.call("PUT", f"/_sandbox/apps/{world.app_id}/yes", json={})
    tpp = TPPS["berlin_group"](world)

    assert tpp.pay(amount="340.03").status == 201

    assert tpp.stands()[0] == "RJCT"
