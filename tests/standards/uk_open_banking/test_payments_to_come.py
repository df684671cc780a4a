"""Payments for a day to come, and standing orders by the texts of 3.1 and the codes of 4.0."""

import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import Pisp

FIRST = "Data.Initiation.FirstPaymentDateTime"
MANDATE = "Data.Initiation.MandateRelatedInformation"


@pytest.fixture(params=VERSIONS)
def dated(request: pytest.FixtureRequest, city) -> Pisp:
    return Pisp(city, request.param, kind="domestic-scheduled-payment")


@pytest.fixture(params=VERSIONS)
def order(request: pytest.FixtureRequest, city) -> Pisp:
    return Pisp(city, request.param, kind="domestic-standing-order")


@pytest.fixture
def old(city) -> Pisp:
    return Pisp(city, "v3.1", kind="domestic-standing-order")


@pytest.fixture
def new(city) -> Pisp:
    return Pisp(city, "v4.0", kind="domestic-standing-order")


def days(pisp: Pisp, count: int) -> None:
    pisp.sandbox.call("POST", "/_sandbox/clock/advance", json={"days": count})


def on(day: str) -> dict[str, str]:
    return {"RequestedExecutionDateTime": f"{day}T00:00:00+00:00"}


def test_a_scheduled_payment_waits_for_its_day(dated):
    created = dated.paid(dated.initiation(**on("2026-03-20")))
    waiting = dated.payment()
    days(dated, 5)

    assert created["Status"] == dated.word("InitiationCompleted", "RCVD")
    assert waiting["Status"] == dated.word("InitiationCompleted", "ACTC")
    assert dated.payment()["Status"] == dated.word("InitiationCompleted", "ACSC")
    assert dated.details()[0]["Status"] == dated.word("AcceptedCreditSettlementCompleted", "ACCC")


def test_a_scheduled_payment_that_fails_on_its_day_was_initiated_nevertheless(dated):
    dated.paid(dated.initiation("900000.00", **on("2026-03-20")))
    days(dated, 5)

    assert dated.payment()["Status"] == dated.word("InitiationCompleted", "RJCT")
    assert dated.details()[0]["StatusDetail"]["StatusReason"] == dated.word("ProprietaryRejection", "AM04")


@pytest.mark.parametrize("day", ["2026-03-16", "2026-03-01", "2031-01-01"])
def test_a_scheduled_payment_is_for_a_day_to_come_and_not_too_far(dated, day):
    answer = dated.stage(dated.initiation(**on(day)), 400)

    code = dated.word("UK.OBIE.Field.InvalidDate", "U003")
    assert dated.code(answer) == (code, "Data.Initiation.RequestedExecutionDateTime")


def test_a_scheduled_payment_is_seen_among_those_to_come(dated):
    dated.paid(dated.initiation(**on("2026-03-20")))
    reader = Pisp(dated.sandbox, dated.version, psu=dated.psu, service="aisp")

    reader.agreed(["ReadAccountsBasic", "ReadScheduledPaymentsDetail"])

    told = reader.get("/scheduled-payments")["Data"]["ScheduledPayment"]
    assert any(one["ScheduledPaymentId"].startswith(dated.payment_id) for one in told)


def test_the_psu_takes_back_what_is_to_come(dated):
    from sandbox.bank import payments

    dated.paid(dated.initiation(**on("2026-03-20")))
    with dated.sandbox.database.writing() as work:
        bank = dated.sandbox.bank(dated.bank, work)
        payments.cancel(bank, payments.of_subject(bank, dated.payment_id))

    assert dated.payment()["Status"] == dated.word("Cancelled", "CANC")


def test_a_standing_order_pays_on_each_of_its_days(order):
    created = order.paid(order.standing())
    before = order.details()
    days(order, 50)

    assert created["Status"] == order.word("InitiationCompleted", "RCVD")
    assert [one["Status"] for one in before] == [order.word("AcceptedTechnicalValidation", "ACTC")]
    assert order.payment()["Status"] == order.word("InitiationCompleted", "INCO")
    paid = [one["Status"] for one in order.details()]
    assert paid == [order.word("AcceptedCreditSettlementCompleted", "ACCC")] * 2


def test_a_standing_order_ends_after_so_many_payments(order):
    order.paid(order.standing(NumberOfPayments="2"))
    days(order, 200)

    assert len(order.details()) == 2


def test_a_standing_order_is_seen_among_the_payers_own(order):
    order.paid(order.standing())
    reader = Pisp(order.sandbox, order.version, psu=order.psu, service="aisp")

    reader.agreed(["ReadAccountsBasic", "ReadStandingOrdersDetail"])

    told = reader.get("/standing-orders")["Data"]["StandingOrder"]
    assert order.payment_id in [one["StandingOrderId"] for one in told]


@pytest.mark.parametrize(
    ("frequency", "first", "times"),
    [
        ("EvryDay", "2026-04-01", 6),
        ("EvryWorkgDay", "2026-04-01", 6),
        ("IntrvlWkDay:01:03", "2026-04-01", 2),
        ("IntrvlWkDay:02:03", "2026-04-01", 1),
        ("IntrvlMnthDay:01:01", "2026-04-01", 1),
        ("IntrvlMnthDay:03:-01", "2026-03-31", 1),
        ("IntrvlMnthDay:12:31", "2026-03-31", 1),
    ],
)
def test_the_rhythms_of_3_1(old, frequency, first, times):
    days_ = {"Frequency": frequency, "FirstPaymentDateTime": f"{first}T00:00:00+00:00"}
    old.paid(old.standing("1.00", **days_))

    days(old, 27)  # to the 12th of April; the 3rd and the 6th are holidays

    assert len(old.details()) == times


@pytest.mark.parametrize(
    ("frequency", "code", "place"),
    [
        ("IntrvlDay:05", ("UK.OBIE.Unsupported.Frequency", "U025"), "Frequency"),
        ("WkInMnthDay:02:01", ("UK.OBIE.Unsupported.Frequency", "U025"), "Frequency"),
        ("IntrvlMnthDay:24:01", ("UK.OBIE.Unsupported.Frequency", "U025"), "Frequency"),
        ("QtrDay:ENGLISH", ("UK.OBIE.Unsupported.Frequency", "U025"), "Frequency"),
        ("Whenever", ("UK.OBIE.Unsupported.Frequency", "U025"), "Frequency"),
        ("IntrvlWkDay:01:02", ("UK.OBIE.Field.InvalidDate", "U003"), "Frequency"),
        ("IntrvlMnthDay:01:15", ("UK.OBIE.Field.InvalidDate", "U003"), "Frequency"),
    ],
)
def test_the_rhythms_that_a_bank_does_not_keep(old, frequency, code, place):
    answer = old.stage(old.standing(Frequency=frequency), 400)

    assert old.code(answer) == (code[0], f"Data.Initiation.{place}")


@pytest.mark.parametrize(
    ("frequency", "first", "times"),
    [
        ({"Type": "DAIL"}, "2026-04-01", 6),
        ({"Type": "WODL"}, "2026-04-01", 6),
        ({"Type": "WEEK", "PointInTime": "03"}, "2026-04-01", 2),
        ({"Type": "WEEK", "CountPerPeriod": 1}, "2026-04-01", 2),
        ({"Type": "FRTN"}, "2026-04-01", 1),
        ({"Type": "MNTH", "PointInTime": "01"}, "2026-04-01", 1),
        ({"Type": "TWMH"}, "2026-04-01", 1),
        ({"Type": "QURT"}, "2026-04-01", 1),
        ({"Type": "MIAN"}, "2026-04-01", 1),
        ({"Type": "YEAR"}, "2026-04-01", 1),
        ({"Type": "IntrvlWkDay:01:03"}, "2026-04-01", 2),
    ],
)
def test_the_rhythms_of_4_0(new, frequency, first, times):
    mandate = {"FirstPaymentDateTime": f"{first}T00:00:00+00:00", "Frequency": frequency}
    new.paid(new.standing("1.00", MandateRelatedInformation=mandate))

    days(new, 27)

    assert len(new.details()) == times


@pytest.mark.parametrize(
    ("frequency", "code", "place"),
    [
        ({"Type": "ADHO"}, "U025", "Frequency.Type"),
        ({"Type": "FOWK"}, "U025", "Frequency.Type"),
        ({"Type": "WEEK", "CountPerPeriod": 3}, "U025", "Frequency.CountPerPeriod"),
        ({"Type": "MNTH", "CountPerPeriod": 1, "PointInTime": "01"}, "U005", "Frequency.PointInTime"),
        ({"Type": "MNTH", "PointInTime": "02"}, "U003", "Frequency.PointInTime"),
        ({"Type": "DAIL", "PointInTime": "02"}, "U025", "Frequency.PointInTime"),
        ({"Type": "MNTH", "PointInTime": "1"}, "U002", "Frequency.PointInTime"),
        ({"CountPerPeriod": 1}, "U004", "Frequency.Type"),
    ],
)
def test_the_codes_that_a_bank_does_not_keep(new, frequency, code, place):
    mandate = {"FirstPaymentDateTime": "2026-04-01T00:00:00+00:00", "Frequency": frequency}

    answer = new.stage(new.standing(MandateRelatedInformation=mandate), 400)

    assert new.code(answer) == (code, f"{MANDATE}.{place}")


def test_in_4_0_the_bank_wants_to_know_the_first_day(new):
    answer = new.stage(new.standing(MandateRelatedInformation={"Frequency": {"Type": "WEEK"}}), 400)

    assert new.code(answer) == ("U001", f"{MANDATE}.FirstPaymentDateTime")


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        (
            {"RecurringPaymentAmount": {"Amount": "26.00", "Currency": "GBP"}},
            ("UK.OBIE.Field.Invalid", "U002"),
            "RecurringPaymentAmount",
        ),
        ({"NumberOfPayments": "many"}, ("UK.OBIE.Field.Invalid", "U002"), "NumberOfPayments"),
        ({"NumberOfPayments": "0"}, ("UK.OBIE.Field.Invalid", "U002"), "NumberOfPayments"),
    ],
)
def test_all_payments_of_an_order_are_alike(order, changed, code, place):
    answer = order.stage(order.standing(**changed), 400)

    assert order.code(answer) == (order.word(*code), f"Data.Initiation.{place}")


def test_an_order_ends_on_a_day_or_after_so_many_payments(old):
    final = "2026-06-01T00:00:00+00:00"

    both = old.stage(old.standing(FinalPaymentDateTime=final, NumberOfPayments="2"), 400)
    early = old.stage(old.standing(FinalPaymentDateTime="2026-03-20T00:00:00+00:00"), 400)
    late = old.stage(old.standing(RecurringPaymentDateTime="2026-05-02T00:00:00+00:00"), 400)

    assert old.code(both) == ("UK.OBIE.Field.Unexpected", "Data.Initiation.NumberOfPayments")
    assert old.code(early) == ("UK.OBIE.Field.InvalidDate", "Data.Initiation.FinalPaymentDateTime")
    assert old.code(late) == ("UK.OBIE.Field.InvalidDate", "Data.Initiation.RecurringPaymentDateTime")
    old.stage(old.standing(RecurringPaymentDateTime="2026-05-01T00:00:00+00:00"))


def test_an_order_of_3_1_is_read_at_4_0_as_a_mandate(old):
    old.paid(old.standing(FinalPaymentDateTime="2026-06-01T00:00:00+00:00"))

    told = old.in_version("v4.0").consent()["Initiation"]

    assert told["MandateRelatedInformation"]["Frequency"] == {"Type": "IntrvlMnthDay:01:01"}
    assert told["MandateRelatedInformation"]["FinalPaymentDateTime"].startswith("2026-06-01")
    assert told["RemittanceInformation"]["Structured"][0]["CreditorReferenceInformation"] == {
        "Reference": "RENT"
    }
