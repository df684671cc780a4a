"""Domestic payments: the PSU says yes to a consent, and the TPP submits the payment, once."""

from typing import Any

import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import OUTSIDE, Pisp


@pytest.fixture(params=VERSIONS)
def pisp(request: pytest.FixtureRequest, city) -> Pisp:
    """A PISP at Kelp Bank, once in each version."""
    return Pisp(city, request.param)


def test_a_payment_from_the_consent_to_the_creditor(pisp):
    staged = pisp.stage().json["Data"]

    assert staged["Status"] == pisp.word("AwaitingAuthorisation", "AWAU")
    assert staged["Initiation"] == pisp.sent["Data"]["Initiation"]

    pisp.approve()

    assert pisp.consent()["Status"] == pisp.word("Authorised", "AUTH")
    assert "Debtor" in pisp.consent()

    created = pisp.submit().json["Data"]

    assert created["Status"] == pisp.word("AcceptedCreditSettlementCompleted", "RCVD")
    assert created["ConsentId"] == pisp.consent_id
    assert pisp.payment()["Status"] == pisp.word("AcceptedCreditSettlementCompleted", "ACCC")
    assert pisp.consent()["Status"] == pisp.word("Consumed", "COND")
    [detail] = pisp.details()
    assert detail["StatusDetail"]["LocalInstrument"] == "UK.OBIE.FPS"


def test_what_is_submitted_is_what_the_psu_said_yes_to_and_nothing_else(pisp):
    pisp.stage()
    pisp.approve()

    dearer = pisp.submit(400, InstructedAmount={"Amount": "12.51", "Currency": "GBP"})
    other = pisp.submit(400, LocalInstrument="UK.OBIE.CHAPS")

    code = pisp.word("UK.OBIE.Resource.ConsentMismatch", "U008")
    assert pisp.code(dearer) == (code, "Data.Initiation.InstructedAmount.Amount")
    assert pisp.code(other) == (code, "Data.Initiation.LocalInstrument")
    pisp.submit()


def test_the_same_risk_is_part_of_the_consent(pisp):
    pisp.stage(risk={"PaymentContextCode": "TransferToSelf"})
    pisp.approve()
    pisp.sent["Risk"] = {"PaymentContextCode": "TransferToThirdParty"}

    answer = pisp.submit(400)

    code = pisp.word("UK.OBIE.Resource.ConsentMismatch", "U008")
    assert pisp.code(answer) == (code, "Risk.PaymentContextCode")


def test_everything_that_a_tpp_may_say_is_told_again_to_the_letter(pisp):
    three = pisp.version == "v3.1"
    address = {
        "AddressType": "Business" if three else "BIZZ",
        "StreetName": "Quayside",
        "BuildingNumber": "1",
        "PostCode": "E8 9ZZ",
        "TownName": "London",
        "Country": "GB",
        "AddressLine": ["Unit 4"],
    }
    more = {
        "LocalInstrument": "UK.OBIE.FPS",
        "DebtorAccount": pisp.number(),
        "CreditorPostalAddress": address,
        "SupplementaryData": {"basket": {"lines": 2, "gift": True}},
    }
    if not three:
        party = {
            "Name": "Grandma",
            "SchemeName": "UK.OBIE.SortCodeAccountNumber",
            "Identification": "99999987654321",
        }
        more |= {
            "UltimateCreditor": party,
            "UltimateDebtor": party,
            "CreditorAgent": {
                "SchemeName": "UK.OBIE.BICFI",
                "Identification": "KELPGB20",
                "PostalAddress": address,
            },
            "RegulatoryReporting": [
                {
                    "DebitCreditReportingIndicator": "CRED",
                    "Authority": {"Name": "FCA", "CountryCode": "GB"},
                    "Details": [{"Type": "T", "Amount": {"Amount": "1.00", "Currency": "GBP"}}],
                }
            ],
        }
    wishes = {
        "ReadRefundAccount": "No",
        "Authorisation": {"AuthorisationType": "Any", "CompletionDateTime": "2026-03-20T10:00:00+00:00"},
        "SCASupportData": {"RequestedSCAExemptionType": "BillPayment", "AppliedAuthenticationApproach": "CA"},
    }

    pisp.stage(pisp.initiation(**more), **wishes, risk={"MerchantCategoryCode": "5411"})

    told = pisp.get(f"/domestic-payment-consents/{pisp.consent_id}")
    assert told["Data"]["Initiation"] == pisp.sent["Data"]["Initiation"]
    assert {name: told["Data"][name] for name in wishes} == wishes
    assert told["Risk"] == {"MerchantCategoryCode": "5411"}


def test_the_debtor_is_the_one_that_was_named(pisp):
    pisp.stage(pisp.initiation(DebtorAccount=pisp.number()), ReadRefundAccount="Yes")
    pisp.approve()

    paid = pisp.submit().json["Data"]

    assert paid["Refund"]["Account"]["Identification"] == pisp.number()["Identification"]
    assert paid["Debtor"]["Name"] == paid["Refund"]["Account"]["Name"]


def test_without_the_wish_nobody_learns_the_refund_account(pisp):
    assert "Refund" not in pisp.paid()
    assert "Refund" not in pisp.paid(ReadRefundAccount="No")


def test_somebody_elses_account_is_not_one_to_pay_from(pisp):
    answer = pisp.stage(pisp.initiation(DebtorAccount=OUTSIDE), 400)

    code = pisp.word("UK.OBIE.Field.Invalid", "U002")
    assert pisp.code(answer) == (code, "Data.Initiation.DebtorAccount")


def test_funds_are_confirmed_between_the_yes_and_the_payment(pisp):
    pisp.stage()
    pisp.approve()
    little = pisp.get(f"/domestic-payment-consents/{pisp.consent_id}/funds-confirmation")
    pisp.stage(pisp.initiation("900000.00"))
    pisp.approve()
    much = pisp.get(f"/domestic-payment-consents/{pisp.consent_id}/funds-confirmation")

    assert little["Data"]["FundsAvailableResult"]["FundsAvailable"] is True
    assert much["Data"]["FundsAvailableResult"]["FundsAvailable"] is False


def test_without_the_money_the_payment_is_rejected_and_the_consent_is_used(pisp):
    paid = pisp.paid(pisp.initiation("900000.00"))

    assert paid["Status"] == pisp.word("Rejected", "RJCT")
    assert pisp.consent()["Status"] == pisp.word("Consumed", "COND")
    if pisp.version == "v4.0":
        assert paid["StatusReason"][0]["StatusReasonCode"] == "AM04"
    assert pisp.details()[0]["StatusDetail"]["StatusReason"] == pisp.word("ProprietaryRejection", "AM04")


@pytest.mark.parametrize(
    ("instrument", "status", "charge"),
    [
        ("UK.OBIE.FPS", ("AcceptedCreditSettlementCompleted", "ACCC"), None),
        ("UK.OBIE.BACS", ("AcceptedSettlementInProcess", "ACSP"), None),
        ("UK.OBIE.CHAPS", ("AcceptedSettlementCompleted", "ACSC"), "UK.OBIE.CHAPSOut"),
    ],
)
def test_each_instrument_has_its_own_way(pisp, instrument, status, charge):
    staged = pisp.stage(pisp.initiation(LocalInstrument=instrument)).json["Data"]
    pisp.approve()
    pisp.submit()

    assert pisp.payment()["Status"] == pisp.word(*status)
    assert [one["Type"] for one in staged.get("Charges", ())] == ([charge] if charge else [])
    assert pisp.details()[0]["StatusDetail"]["LocalInstrument"] == instrument


def test_bacs_takes_its_three_days(pisp):
    pisp.paid(pisp.initiation(LocalInstrument="UK.OBIE.BACS"))
    expected = pisp.payment()["ExpectedSettlementDateTime"]

    pisp.sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 3})

    assert expected.startswith("2026-03-18")
    assert pisp.payment()["Status"] == pisp.word("AcceptedSettlementCompleted", "ACSC")


def test_a_company_pays_by_two_signatures(pisp):
    pisp.psu, _ = directors(pisp)
    pisp.stage(pisp.initiation(DebtorAccount=of_company(pisp)))
    pisp.approve()

    created = pisp.submit().json["Data"]

    several = created["MultiAuthorisation"]
    assert several["Status"] == pisp.word("AwaitingFurtherAuthorisation", "AWAF")
    assert (several["NumberRequired"], several["NumberReceived"]) == (2, 1)
    assert pisp.payment()["Status"] == pisp.word("Pending", "PATC")


def test_until_when_the_other_one_may_sign_is_told_and_then_it_is_over(pisp):
    pisp.psu, _ = directors(pisp)
    pisp.stage(pisp.initiation(DebtorAccount=of_company(pisp)))
    pisp.approve()
    until = pisp.submit().json["Data"]["MultiAuthorisation"]["ExpirationDateTime"]

    pisp.sandbox.call("PUT", "/_sandbox/clock", json={"at": until})
    over = pisp.payment()

    assert over["Status"] == pisp.word("Rejected", "RJCT")
    assert over["MultiAuthorisation"]["Status"] == pisp.word("Rejected", "RJCT")
    assert "ExpirationDateTime" not in over["MultiAuthorisation"]


def test_the_other_signature_completes_it(pisp):
    first, second = directors(pisp)
    pisp.psu = first
    pisp.stage(pisp.initiation(DebtorAccount=of_company(pisp)))
    pisp.approve()
    pisp.submit()
    pisp.psu = second
    pisp.approve()

    paid = pisp.payment()

    assert paid["MultiAuthorisation"]["Status"] == pisp.word("Authorised", "AUTH")
    assert paid["Status"] == pisp.word("AcceptedCreditSettlementCompleted", "ACCC")


def test_the_other_signature_refused_rejects_it(pisp):
    pisp.psu, second = directors(pisp)
    pisp.stage(pisp.initiation(DebtorAccount=of_company(pisp)))
    pisp.approve()
    pisp.submit()
    pisp.psu = second
    pisp.decline()

    paid = pisp.payment()

    assert paid["MultiAuthorisation"]["Status"] == pisp.word("Rejected", "RJCT")
    assert paid["Status"] == pisp.word("Rejected", "RJCT")


def test_a_tpp_that_wants_one_signature_is_offered_no_account_that_needs_two(pisp):
    pisp.psu, _ = directors(pisp)
    single = {"AuthorisationType": "Single"}

    answer = pisp.stage(pisp.initiation(DebtorAccount=of_company(pisp)), 400, Authorisation=single)

    code = pisp.word("UK.OBIE.Field.Invalid", "U002")
    assert pisp.code(answer) == (code, "Data.Authorisation.AuthorisationType")


def directors(pisp: Pisp) -> tuple[str, str]:
    """The two who sign for a company at Kelp Bank."""
    first, second, *_ = company(pisp)
    return first["id"], second["id"]


def of_company(pisp: Pisp) -> dict[str, str]:
    """The company's account."""
    _, _, itself, *_ = company(pisp)
    account = next(
        one for one in itself["accounts"] if one["bank"] == "kelpbank" and one["currency"] == "GBP"
    )
    return {"SchemeName": "UK.OBIE.IBAN", "Identification": account["iban"]}


def company(pisp: Pisp) -> list[dict[str, Any]]:
    """Two directors and the company."""
    found = pisp.sandbox.call("GET", "/_sandbox/people?bank=kelpbank&persona=company").json["people"]
    return [pisp.sandbox.call("GET", f"/_sandbox/people/{one['id']}").json for one in found[:3]]
