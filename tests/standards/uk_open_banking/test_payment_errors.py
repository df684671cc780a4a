"""How payments are refused: the idempotency key, the members of a body, other TPPs, and other banks."""

import pytest

from tests.conftest import Sandbox
from tests.standards.uk_open_banking import published
from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import Pisp


@pytest.fixture(params=VERSIONS)
def pisp(request: pytest.FixtureRequest, city) -> Pisp:
    """A PISP at Kelp Bank, once in each version."""
    return Pisp(city, request.param)


def test_the_same_key_and_body_make_one_consent(pisp):
    first = pisp.stage(key="one").json["Data"]
    pisp.approve()
    again = pisp.stage(key="one").json["Data"]

    assert again["ConsentId"] == first["ConsentId"]
    assert (first["Status"], again["Status"]) == (
        pisp.word("AwaitingAuthorisation", "AWAU"),
        pisp.word("Authorised", "AUTH"),
    )


def test_the_same_key_and_body_make_one_payment(pisp):
    pisp.stage()
    pisp.approve()
    first = pisp.submit(key="one").json["Data"]

    again = pisp.submit(key="one").json["Data"]

    assert pisp.payment_id in str(first)
    assert again["CreationDateTime"] == first["CreationDateTime"]


def test_a_repeated_consent_that_waits_can_be_authorised(pisp):
    pisp.stage(key="one")
    pisp.stage(key="one")

    pisp.approve()

    assert pisp.consent()["Status"] == pisp.word("Authorised", "AUTH")


def test_the_same_key_with_another_body_changes_nothing(pisp):
    pisp.stage(key="one")
    sent, consent_id = pisp.sent, pisp.consent_id

    answer = pisp.stage(pisp.initiation("99.00"), 400, key="one")

    assert pisp.code(answer) == (pisp.word("UK.OBIE.Header.Invalid", "U006"), "x-idempotency-key")
    assert pisp.consent_id == consent_id
    assert pisp.consent()["Initiation"] == sent["Data"]["Initiation"]


def test_a_key_is_forgotten_after_24_hours(pisp):
    first = pisp.stage(key="one").json["Data"]["ConsentId"]
    pisp.sandbox.call("POST", "/_sandbox/clock/advance", json={"hours": 23, "minutes": 59})
    within = pisp.stage(key="one").json["Data"]["ConsentId"]
    pisp.sandbox.call("POST", "/_sandbox/clock/advance", json={"minutes": 1})
    after = pisp.stage(key="one").json["Data"]["ConsentId"]

    assert within == first
    assert after != first


def test_a_key_is_one_apps_and_one_endpoints(pisp):
    first = pisp.stage(key="one").json["Data"]["ConsentId"]
    pisp.approve()
    pisp.submit(key="one")
    pisp.key = pisp.sandbox.new_app("Rival", pisp.sandbox.world)

    assert pisp.stage(key="one").json["Data"]["ConsentId"] != first


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x-idempotency-key": None}, ("UK.OBIE.Header.Missing", "U007")),
        ({"x-idempotency-key": "k" * 41}, ("UK.OBIE.Header.Invalid", "U006")),
        ({"x-fapi-auth-date": "yesterday"}, ("UK.OBIE.Header.Invalid", "U006")),
        ({"x-fapi-customer-ip-address": "here"}, ("UK.OBIE.Header.Invalid", "U006")),
    ],
)
def test_headers_are_read_strictly(pisp, headers, code):
    body = {"Data": {"Initiation": pisp.initiation()}, "Risk": {}}

    answer = pisp.post("/domestic-payment-consents", body, 400, headers=headers)

    assert pisp.code(answer) == (pisp.word(*code), next(iter(headers)))


AT = "Data.Initiation"
NUMBER = {"SchemeName": "UK.OBIE.SortCodeAccountNumber", "Identification": "12", "Name": "N"}


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"InstructionIdentification": None}, ("UK.OBIE.Field.Missing", "U004"), "InstructionIdentification"),
        (
            {"InstructionIdentification": "x" * 36},
            ("UK.OBIE.Field.Invalid", "U002"),
            "InstructionIdentification",
        ),
        ({"Colour": "blue"}, ("UK.OBIE.Field.Unexpected", "U005"), "Colour"),
        (
            {"InstructedAmount": {"Amount": "1,50", "Currency": "GBP"}},
            ("UK.OBIE.Field.Invalid", "U002"),
            "InstructedAmount.Amount",
        ),
        (
            {"InstructedAmount": {"Amount": "1.505", "Currency": "GBP"}},
            ("UK.OBIE.Field.Invalid", "U002"),
            "InstructedAmount.Amount",
        ),
        (
            {"InstructedAmount": {"Amount": "0.00", "Currency": "GBP"}},
            ("UK.OBIE.Field.Invalid", "U002"),
            "InstructedAmount.Amount",
        ),
        (
            {"InstructedAmount": {"Amount": "1.50", "Currency": "SEK"}},
            ("UK.OBIE.Unsupported.Currency", "U023"),
            "InstructedAmount.Currency",
        ),
        (
            {"LocalInstrument": "UK.OBIE.Link"},
            ("UK.OBIE.Unsupported.LocalInstrument", "U026"),
            "LocalInstrument",
        ),
        (
            {"CreditorAccount": NUMBER},
            ("UK.OBIE.Unsupported.AccountIdentifier", "U021"),
            "CreditorAccount.Identification",
        ),
        (
            {"CreditorAccount": {**NUMBER, "SchemeName": "UK.OBIE.Paym"}},
            ("UK.OBIE.Unsupported.Scheme", "U027"),
            "CreditorAccount.SchemeName",
        ),
        (
            {
                "CreditorAccount": {
                    "SchemeName": "UK.OBIE.IBAN",
                    "Identification": "GB00KELP00110012345678",
                    "Name": "N",
                }
            },
            ("UK.OBIE.Unsupported.AccountIdentifier", "U021"),
            "CreditorAccount.Identification",
        ),
    ],
)
def test_what_cannot_be_paid_is_refused_with_its_place(pisp, changed, code, place):
    answer = pisp.stage(pisp.initiation(**changed), 400)

    assert pisp.code(answer) == (pisp.word(*code), f"{AT}.{place}")


def test_a_body_that_is_no_json_has_no_form(pisp):
    answer = pisp.call(
        *("POST", "/domestic-payment-consents", 400),
        data=b"{",
        content_type="application/json",
        headers={"x-idempotency-key": "k"},
    )

    assert pisp.code(answer)[0] == pisp.word("UK.OBIE.Resource.InvalidFormat", "U010")


def test_an_unknown_id_is_a_bad_request(pisp):
    nobody = "00000000-0000-4000-8000-000000000000"
    paths = [f"/domestic-payment-consents/{one}" for one in (nobody, "me")]
    paths += [f"/domestic-payment-consents/{nobody}/funds-confirmation", f"/domestic-payments/{nobody}"]

    for path in paths:
        answer = pisp.call("GET", path, 400)
        assert pisp.code(answer)[0] == pisp.word("UK.OBIE.Resource.NotFound", "U011")


def test_a_consent_of_another_sort_is_unknown(pisp):
    pisp.stage()

    answer = pisp.call("GET", f"/international-payment-consents/{pisp.consent_id}", 400)

    assert pisp.code(answer)[0] == pisp.word("UK.OBIE.Resource.NotFound", "U011")


def test_another_tpps_consent_and_payment_are_forbidden(pisp):
    pisp.paid()
    pisp.key = pisp.sandbox.new_app("Rival", pisp.sandbox.world)

    pisp.call("GET", f"/domestic-payment-consents/{pisp.consent_id}", 403)
    pisp.call("GET", f"/domestic-payments/{pisp.payment_id}", 403)
    pisp.submit(403)


def test_the_transport_is_as_the_standard_decides(pisp):
    body = {"Data": {"Initiation": pisp.initiation()}, "Risk": {}}

    pisp.call("PUT", "/domestic-payment-consents", 405)
    pisp.post("/domestic-payment-consents", body, 406, headers={"Accept": "application/xml"})
    pisp.call("POST", "/domestic-payment-consents", 415, data=b"<a/>", content_type="application/xml",
              headers={"x-idempotency-key": "k"})  # fmt: skip
    pisp.call("GET", "/domestic-payment-consents/x", 401, headers={"X-API-Key": None})


def test_what_a_bank_does_not_offer_is_not_there(city: Sandbox):
    puddleworth = Pisp(city, "v3.1", bank="puddleworth")
    puddleworth.kind = "international-payment"

    puddleworth.call("GET", "/international-payment-consents/x", 404)
    puddleworth.call("GET", "/domestic-payment-consents/x", 400)
    paths = city.call("GET", "/puddleworth/openapi.json").json["paths"]
    assert not any("international" in path for path in paths)
    assert "/open-banking/v3.1/pisp/domestic-payments" in paths


@published.needs_the_published_files
@pytest.mark.parametrize("version", VERSIONS)
def test_kelp_bank_describes_its_payments_by_the_paths_of_the_published_file(city, version):
    described = {
        (method.upper(), path.removeprefix(f"/open-banking/{version}/pisp"))
        for path, item in city.call("GET", "/kelpbank/openapi.json").json["paths"].items()
        # Variable recurring payments have a published file of their own.
        if f"/{version}/pisp/" in path and "vrp" not in path
        for method in item
        if method in ("get", "post")
    }

    assert described <= published.operations(version, "pisp")
    assert {one for one in published.operations(version, "pisp") if "/file" not in one[1]} <= described
