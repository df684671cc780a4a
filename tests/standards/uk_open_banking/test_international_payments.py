"""Payments abroad: in which currency, at which rate, and what is taken for it."""

from decimal import Decimal

import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import Pisp

#: What a pound buys on the day of the tests, by fixtures/rates.yaml.
DOLLARS = 1.344828
AT = "Data.Initiation.ExchangeRateInformation"
ACTUAL = {"UnitCurrency": "GBP", "RateType": "Actual"}
INDICATIVE = {"UnitCurrency": "GBP", "RateType": "Indicative"}
AGREED = {"UnitCurrency": "GBP", "RateType": "Agreed", "ExchangeRate": 1.38, "ContractIdentification": "FX-7"}


@pytest.fixture(params=VERSIONS)
def pisp(request: pytest.FixtureRequest, city) -> Pisp:
    """A PISP at Kelp Bank, once in each version."""
    return Pisp(city, request.param, kind="international-payment")


def taken(pisp: Pisp) -> Decimal:
    """What the payment has cost the payer, without the bank's fee."""
    with pisp.sandbox.database.reading() as work:
        from sandbox.bank import payments

        bank = pisp.sandbox.bank(pisp.bank, work)
        [one] = payments.transfers(bank, payments.of_subject(bank, pisp.payment_id))
        return Decimal(one.debit_minor) / 100


def test_a_payment_abroad_goes_by_correspondent_banks_for_a_fee(pisp):
    staged = pisp.stage(pisp.abroad()).json["Data"]
    pisp.approve()
    pisp.submit()

    assert staged["Charges"][0]["Amount"] == {"Amount": "15.00", "Currency": "GBP"}
    assert staged["Charges"][0]["Type"] == "UK.Bryggen.CrossBorderOut"
    assert pisp.payment()["Status"] == pisp.word("AcceptedSettlementInProcess", "ACSP")
    assert pisp.details()[0]["StatusDetail"]["LocalInstrument"] == "UK.OBIE.SWIFT"
    pisp.sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 3})
    assert pisp.payment()["Status"] == pisp.word("AcceptedSettlementCompleted", "ACSC")


def test_without_a_wish_no_rate_is_told(pisp):
    assert "ExchangeRateInformation" not in pisp.paid(pisp.abroad())


def test_an_actual_rate_is_the_banks_own_and_held_as_long_as_the_consent(pisp):
    staged = pisp.stage(pisp.abroad(ExchangeRateInformation=ACTUAL)).json["Data"]

    told = staged["ExchangeRateInformation"]
    assert told["ExchangeRate"] == DOLLARS
    assert told["RateType"] == "Actual"
    assert told["ExpirationDateTime"].startswith("2026-03-18T00:00:00")
    assert staged["Initiation"]["ExchangeRateInformation"] == ACTUAL
    pisp.approve()
    assert pisp.submit().json["Data"]["ExchangeRateInformation"] == told
    assert taken(pisp) == Decimal("74.36")


def test_an_indicative_rate_is_a_word_about_today(pisp):
    told = pisp.stage(pisp.abroad(ExchangeRateInformation=INDICATIVE)).json["Data"]["ExchangeRateInformation"]

    assert told == {"UnitCurrency": "GBP", "RateType": "Indicative", "ExchangeRate": DOLLARS}


def test_an_agreed_rate_is_what_is_paid_by(pisp):
    more = {"ExchangeRateInformation": AGREED, "InstructionPriority": "Normal"}
    paid = pisp.paid(pisp.abroad(**more))

    assert paid["ExchangeRateInformation"] == AGREED
    assert taken(pisp) == Decimal("72.46")


def test_an_amount_in_pounds_is_sent_in_dollars_at_the_agreed_rate(pisp):
    amount = {"Amount": "100.00", "Currency": "GBP"}
    more = {"ExchangeRateInformation": AGREED, "InstructionPriority": "Normal", "InstructedAmount": amount}
    pisp.paid(pisp.abroad(**more))

    assert taken(pisp) == Decimal("100.00")


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        (
            {"ExchangeRateInformation": {**AGREED, "ExchangeRate": 1.5}, "InstructionPriority": "Normal"},
            ("UK.OBIE.Field.Invalid", "U002"),
            f"{AT}.ExchangeRate",
        ),
        (
            {"ExchangeRateInformation": {"UnitCurrency": "GBP", "RateType": "Agreed"}},
            ("UK.OBIE.Field.Expected", "U001"),
            f"{AT}.ExchangeRate",
        ),
        (
            {"ExchangeRateInformation": AGREED},
            ("UK.OBIE.Field.Expected", "U001"),
            "Data.Initiation.InstructionPriority",
        ),
        (
            {"ExchangeRateInformation": {**ACTUAL, "ExchangeRate": 1.34}},
            ("UK.OBIE.Field.Unexpected", "U005"),
            f"{AT}.ExchangeRate",
        ),
        (
            {"ExchangeRateInformation": {**INDICATIVE, "ContractIdentification": "FX-7"}},
            ("UK.OBIE.Field.Unexpected", "U005"),
            f"{AT}.ContractIdentification",
        ),
        (
            {"ExchangeRateInformation": {**ACTUAL, "UnitCurrency": "USD"}},
            ("UK.OBIE.Field.Invalid", "U002"),
            f"{AT}.UnitCurrency",
        ),
        (
            {"InstructionPriority": "Urgent", "LocalInstrument": "UK.OBIE.SWIFT"},
            ("UK.OBIE.Field.Unexpected", "U005"),
            "Data.Initiation.InstructionPriority",
        ),
        (
            {"ExchangeRateInformation": ACTUAL, "CurrencyOfTransfer": "XXX"},
            ("UK.OBIE.Unsupported.Currency", "U023"),
            "Data.Initiation.CurrencyOfTransfer",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(pisp, changed, code, place):
    answer = pisp.stage(pisp.abroad(**changed), 400)

    assert pisp.code(answer) == (pisp.word(*code), place)


def test_the_refund_account_names_its_bank(pisp):
    refund = pisp.paid(pisp.abroad(), ReadRefundAccount="Yes")["Refund"]

    assert refund["Agent"]["Identification"] == "KELPGB20"


def test_funds_are_confirmed_with_exchange_and_fee(pisp):
    pisp.stage(pisp.abroad("900000.00"))
    pisp.approve()

    answer = pisp.get(f"/international-payment-consents/{pisp.consent_id}/funds-confirmation")

    assert answer["Data"]["FundsAvailableResult"]["FundsAvailable"] is False


@pytest.mark.parametrize("version", VERSIONS)
def test_a_dated_payment_abroad_waits_for_its_day(city, version):
    pisp = Pisp(city, version, kind="international-scheduled-payment")
    day = {"RequestedExecutionDateTime": "2026-03-20T00:00:00+00:00"}

    pisp.paid(pisp.abroad(**day, ExchangeRateInformation=ACTUAL))
    waiting = pisp.payment()
    city.call("POST", "/_sandbox/clock/advance", json={"days": 7})

    assert waiting["Status"] == pisp.word("InitiationCompleted", "ACTC")
    assert waiting["ExpectedExecutionDateTime"].startswith("2026-03-20")
    assert pisp.payment()["Status"] == pisp.word("InitiationCompleted", "ACSC")
    assert taken(pisp) == Decimal("74.36")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_standing_order_goes_abroad_too(city, version):
    pisp = Pisp(city, version, kind="international-standing-order")
    own = pisp.standing()
    del own["FirstPaymentAmount"]
    amount = {"Amount": "40.00", "Currency": "EUR"}
    own |= {"InstructedAmount": amount, "CurrencyOfTransfer": "EUR"}
    own["CreditorAccount"] = pisp.abroad()["CreditorAccount"]

    pisp.paid(own)
    city.call("POST", "/_sandbox/clock/advance", json={"days": 50})

    assert pisp.payment()["Status"] == pisp.word("InitiationCompleted", "INCO")
    assert len(pisp.details()) == 2
