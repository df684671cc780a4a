"""Variable recurring payments: one yes, payments up to every limit, and a code for what is beyond."""

import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import OUTSIDE, Pisp
from tests.standards.uk_open_banking.varying import BY_TPP, OTHER, Vrp, gbp, limit

BEYOND = ("UK.OBIE.Rules.FailsControlParameters", "U014")
MISMATCH = ("UK.OBIE.Resource.ConsentMismatch", "U008")
CONTROL = "Data.ControlParameters"


@pytest.fixture(params=VERSIONS)
def vrp(request: pytest.FixtureRequest, city) -> Vrp:
    """A PISP at Kelp Bank, once in each version."""
    return Vrp(city, request.param)


# The consent


def test_a_consent_tells_what_was_asked_for_to_the_letter(vrp):
    parameters = vrp.parameters(
        ValidFromDateTime="2026-03-16T23:59:59+00:00",
        ValidToDateTime="2027-03-15T00:00:00+00:00",
        PeriodicLimits=[
            *(limit(kind, "400.00") for kind in ("Day", "Week", "Fortnight", "Month", "Half-year", "Year")),
            *(limit(kind, "400", "Calendar") for kind in ("Day", "Week", "Month", "Half-year", "Year")),
        ],
        PSUInteractionTypes=["OffSession", "InSession"],
    )

    made = vrp.ask_for(parameters=parameters, ReadRefundAccount="Yes").json

    assert made["Data"]["Status"] == vrp.word("AwaitingAuthorisation", "AWAU")
    told = vrp.consent()
    assert told["ControlParameters"] == parameters
    assert told["Initiation"] == vrp.sent["Data"]["Initiation"]
    assert told["ReadRefundAccount"] == "Yes"
    assert "DebtorAccount" not in told


def test_the_account_that_the_psu_has_picked_is_told(vrp):
    vrp.allowed()

    told = vrp.consent()

    assert told["Status"] == vrp.word("Authorised", "AUTH")
    assert told["DebtorAccount"]["Identification"] == vrp.number()["Identification"]


def test_the_tpp_may_name_the_account(vrp):
    debtor = {**vrp.number(), "Name": "Mine"}
    vrp.allowed(Initiation={"CreditorAccount": dict(OUTSIDE), "DebtorAccount": debtor})

    paid = vrp.pay().json["Data"]

    assert paid["DebtorAccount"]["Identification"] == debtor["Identification"]


def test_an_account_that_the_tpp_names_has_the_name_of_its_owner(vrp):
    initiation = {"CreditorAccount": dict(OUTSIDE), "DebtorAccount": vrp.number()}

    answer = vrp.ask_for(400, Initiation=initiation)

    place = "Data.Initiation.DebtorAccount.Name"
    assert vrp.code(answer) == (vrp.word("UK.OBIE.Field.Missing", "U004"), place)


@pytest.mark.parametrize(
    ("parameters", "code", "place"),
    [
        ({"PeriodicLimits": []}, ("UK.OBIE.Field.Invalid", "U002"), "PeriodicLimits"),
        (
            {"PeriodicLimits": [limit("Fortnight", "1.00", "Calendar")]},
            ("UK.OBIE.Field.Invalid", "U002"),
            "PeriodicLimits[0]",
        ),
        (
            {"PeriodicLimits": [limit("Day", "1.00"), limit("Week", "0.00")]},
            ("UK.OBIE.Field.Invalid", "U002"),
            "PeriodicLimits[1]",
        ),
        (
            {"PeriodicLimits": [{**limit("Day", "1.00"), "Currency": "EUR"}]},
            ("UK.OBIE.Unsupported.Currency", "U023"),
            "PeriodicLimits[0].Currency",
        ),
        (
            {"PeriodicLimits": [limit("Decade", "1.00")]},
            ("UK.OBIE.Field.Invalid", "U002"),
            "PeriodicLimits[0].PeriodType",
        ),
        (
            {"MaximumIndividualAmount": gbp("0.00")},
            ("UK.OBIE.Field.Invalid", "U002"),
            "MaximumIndividualAmount",
        ),
        (
            {"ValidToDateTime": "2026-03-15T23:59:59+00:00"},
            ("UK.OBIE.Field.InvalidDate", "U003"),
            "ValidToDateTime",
        ),
        ({"VRPType": ["UK.OBIE.VRPType.Gift"]}, ("UK.OBIE.Field.Invalid", "U002"), "VRPType[0]"),
        ({"SupplementaryData": {"a": 1}}, ("UK.OBIE.Field.Unexpected", "U005"), "SupplementaryData"),
    ],
)
def test_a_consent_that_makes_no_sense_is_not_made(vrp, parameters, code, place):
    answer = vrp.ask_for(400, parameters=vrp.parameters(**parameters))

    assert vrp.code(answer) == (vrp.word(*code), f"{CONTROL}.{place}")


def test_the_same_key_makes_no_second_consent_and_no_second_payment(vrp):
    first = vrp.ask_for(key="k-1").json["Data"]["ConsentId"]
    assert vrp.ask_for(key="k-1").json["Data"]["ConsentId"] == first
    vrp.approve()

    paid = vrp.pay("5.00", key="p-1").json["Data"]["DomesticVRPId"]
    again = vrp.pay("5.00", key="p-1").json["Data"]

    assert again["DomesticVRPId"] == paid
    assert vrp.code(vrp.pay("6.00", 400, key="p-1")) == (
        vrp.word("UK.OBIE.Header.Invalid", "U006"),
        "x-idempotency-key",
    )
    vrp.pay("10.00")
    vrp.pay("10.00")
    assert vrp.refused("0.01")[0] == vrp.word(*BEYOND)


# The payments


def test_a_payment_needs_no_other_yes_and_is_told_with_its_details(vrp):
    vrp.allowed(ReadRefundAccount="Yes")

    made = vrp.pay("7.50").json["Data"]

    assert made["Status"] in vrp.word("AcceptedCreditSettlementCompleted", "RCVD")
    told = vrp.payment()
    assert told["Status"] == vrp.word("AcceptedCreditSettlementCompleted", "ACCC")
    assert told["Instruction"]["InstructedAmount"] == gbp("7.50")
    assert told["Refund"] == told["DebtorAccount"]
    [detail] = vrp.details()
    assert detail["Status"] == vrp.word("AcceptedCreditSettlementCompleted", "ACCC")


def test_each_limit_is_used_to_the_last_penny(vrp):
    vrp.allowed()

    assert vrp.refused("10.01") == (vrp.word(*BEYOND), f"{CONTROL}.MaximumIndividualAmount")
    vrp.pay("10.00")
    vrp.pay("10.00")
    assert vrp.refused("5.01") == (vrp.word(*BEYOND), f"{CONTROL}.PeriodicLimits[0]")
    vrp.pay("5.00")
    vrp.go_on(days=1)
    vrp.pay("10.00")


def test_of_several_limits_the_one_that_fails_is_named(vrp):
    several = [limit("Week", "30.00", "Calendar"), limit("Day", "10.00"), limit("Year", "15.00")]
    vrp.allowed(parameters=vrp.parameters(PeriodicLimits=several))
    vrp.pay("10.00")

    assert vrp.refused("0.01")[1] == f"{CONTROL}.PeriodicLimits[1]"
    vrp.go_on(days=1)
    assert vrp.refused("5.01")[1] == f"{CONTROL}.PeriodicLimits[2]"


def test_the_first_calendar_month_has_the_share_of_the_days_that_are_left(vrp):
    monthly = [limit("Month", "31.00", "Calendar")]
    wide = vrp.parameters(PeriodicLimits=monthly, MaximumIndividualAmount=gbp("100.00"))
    vrp.allowed(parameters=wide)

    # It is the 16th of March: of 31 days 16 are left, this one included.
    assert vrp.refused("16.01")[1] == f"{CONTROL}.PeriodicLimits[0]"
    vrp.pay("16.00")
    vrp.go_on(days=16)
    vrp.pay("31.00")


def test_a_payment_that_fails_frees_what_it_had_of_the_limit(vrp):
    rich = vrp.parameters(
        MaximumIndividualAmount=gbp("9000000.00"), PeriodicLimits=[limit("Day", "9000000.00")]
    )
    vrp.allowed(parameters=rich)

    told = vrp.pay("900000.00").json["Data"]
    assert told["Status"] == vrp.word("Rejected", "RJCT")
    reason = told["StatusReason"]
    assert (
        reason == "UK.OBIE.OtherReason" if vrp.version == "v3.1" else reason[0]["StatusReasonCode"] == "AM04"
    )
    for _ in range(10):
        assert vrp.pay("900000.00").json["Data"]["Status"] == vrp.word("Rejected", "RJCT")


def test_before_its_first_day_and_after_its_last_nothing_is_paid(vrp):
    vrp.allowed(
        parameters=vrp.parameters(
            ValidFromDateTime="2026-03-18T23:00:00+00:00", ValidToDateTime="2026-03-19T01:00:00+00:00"
        )
    )

    assert vrp.refused() == (vrp.word(*BEYOND), f"{CONTROL}.ValidFromDateTime")
    vrp.go_on(days=2)
    vrp.pay()
    vrp.go_on(days=1)
    vrp.pay()
    vrp.go_on(days=1)
    status = vrp.word("UK.OBIE.Resource.InvalidConsentStatus", "U009")
    assert vrp.refused() == (status, f"{CONTROL}.ValidToDateTime")
    assert vrp.consent()["Status"] == vrp.word("Authorised", "EXPD")


@pytest.mark.parametrize(
    ("said", "parameter"),
    [
        ({"VRPType": OTHER}, "VRPType"),
        ({"PSUAuthenticationMethod": BY_TPP}, "PSUAuthenticationMethods"),
        ({"PSUInteractionType": "InSession"}, "PSUInteractionTypes"),
    ],
)
def test_a_payment_of_a_kind_that_was_not_consented_to_is_refused(vrp, said, parameter):
    vrp.allowed()

    assert vrp.refused(**said) == (vrp.word(*BEYOND), f"{CONTROL}.{parameter}")


def test_what_the_consent_has_fixed_stands_in_each_payment(vrp):
    fixed = {"CreditorAccount": dict(OUTSIDE), "RemittanceInformation": vrp.remittance("Card", "4711")}
    vrp.allowed(Initiation=fixed)
    vrp.pay()

    other = {**OUTSIDE, "Identification": "99999987654321"}
    assert vrp.refused(CreditorAccount=other) == (vrp.word(*MISMATCH), "Data.Instruction.CreditorAccount")
    assert vrp.refused(RemittanceInformation=vrp.remittance("Other", "1")) == (
        vrp.word(*MISMATCH),
        "Data.Instruction.RemittanceInformation",
    )
    assert vrp.refused(RemittanceInformation=None)[0] == vrp.word(*MISMATCH)
    changed = {**fixed, "CreditorAccount": other}
    assert vrp.refused(Initiation=changed)[1] == "Data.Initiation.CreditorAccount.Identification"


def test_without_a_creditor_in_the_consent_each_payment_names_its_own_and_says_what_it_is_for(vrp):
    vrp.allowed(Initiation={})

    for number in ("99999912345678", "99999987654321"):
        told = vrp.pay(
            CreditorAccount={**OUTSIDE, "Identification": number},
            RemittanceInformation=vrp.remittance("Invoice", number),
        ).json["Data"]
        assert told["Instruction"]["CreditorAccount"]["Identification"] == number


def test_an_instrument_that_the_bank_does_not_use_for_it_is_refused(vrp):
    vrp.allowed()

    vrp.pay(LocalInstrument="UK.OBIE.FPS")
    assert vrp.refused(LocalInstrument="UK.OBIE.CHAPS") == (
        vrp.word("UK.OBIE.Unsupported.LocalInstrument", "U026"),
        "Data.Instruction.LocalInstrument",
    )


# Funds


def test_funds_are_there_or_not(vrp):
    vrp.allowed()

    told = vrp.asks_for_funds("1.00", Reference="before the sweep").json["Data"]
    assert told["FundsAvailableResult"]["FundsAvailable"] == "Available"
    assert (told["Reference"], told["InstructedAmount"]) == ("before the sweep", gbp("1.00"))
    assert (
        vrp.asks_for_funds("900000.00").json["Data"]["FundsAvailableResult"]["FundsAvailable"]
        == "NotAvailable"
    )
    assert vrp.code(vrp.asks_for_funds(expected=400, ConsentId="another")) == (
        vrp.word(*MISMATCH),
        "Data.ConsentId",
    )


# Versions, TPPs, banks


def test_a_consent_of_3_1_is_read_and_paid_by_at_4_0_in_the_words_of_4_0(city):
    old = Vrp(city, "v3.1")
    old.allowed(
        Initiation={"CreditorAccount": dict(OUTSIDE), "RemittanceInformation": {"Unstructured": "Card"}}
    )

    new = old.in_version("v4.0")
    told = new.consent()

    assert (told["Status"], told["Initiation"]["RemittanceInformation"]) == (
        "AUTH",
        {"Unstructured": ["Card"]},
    )
    new.sent = {"Data": {"Initiation": told["Initiation"]}, "Risk": {}}
    new.pay()
    assert new.payment()["Status"] == "ACCC"
    assert old.in_version("v3.1").call("GET", f"/domestic-vrps/{new.payment_id}", 400)


def test_a_consent_of_4_0_is_not_there_at_3_1(city):
    new = Vrp(city, "v4.0").allowed()
    new.pay()
    old = new.in_version("v3.1")

    for path in (f"/domestic-vrp-consents/{new.consent_id}", f"/domestic-vrps/{new.payment_id}"):
        assert old.code(old.call("GET", path, 400))[0] == "UK.OBIE.Resource.NotFound"


def test_another_tpp_s_consent_and_payment_are_forbidden(vrp):
    vrp.allowed().pay()
    other = Vrp(vrp.sandbox, vrp.version, key=vrp.sandbox.new_app("Another", vrp.sandbox.world))

    for path in (f"/domestic-vrp-consents/{vrp.consent_id}", f"/domestic-vrps/{vrp.payment_id}"):
        other.call("GET", path, 403)
    other.call("DELETE", f"/domestic-vrp-consents/{vrp.consent_id}", 403)


def test_what_is_no_id_at_all_is_not_found(vrp):
    for path in ("/domestic-vrp-consents/x", "/domestic-vrps/x", "/domestic-vrps/x/payment-details"):
        answer = vrp.call("GET", path, 400)
        assert vrp.code(answer)[0] == vrp.word("UK.OBIE.Resource.NotFound", "U011")


def test_an_ordinary_payment_is_no_variable_one(vrp):
    ordinary = Pisp(vrp.sandbox, vrp.version)
    ordinary.paid()

    vrp.call("GET", f"/domestic-vrps/{ordinary.payment_id}", 400)
    vrp.allowed().pay()
    ordinary.call("GET", f"/domestic-payments/{vrp.payment_id}", 400)


def test_a_bank_that_has_none_says_so_by_404(city):
    for version in VERSIONS:
        elsewhere = Vrp(city, version, bank="puddleworth")
        elsewhere.ask_for(404)
    document = city.call("GET", "/puddleworth/openapi.json").json
    assert not any("domestic-vrp" in path for path in document["paths"])
