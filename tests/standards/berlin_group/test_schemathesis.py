"""Many odd requests against the interface's own description: no bug, no undocumented answer."""

import uuid

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sandbox.bank import authorisations, baskets, consents, funds, payments
from sandbox.gateway.faults import HEADER as FAILURE
from tests.standards.berlin_group.test_baskets import ids, put, waiting
from tests.standards.berlin_group.test_consents import say_yes
from tests.standards.berlin_group.test_funds import a_consent as a_funds_consent
from tests.standards.berlin_group.test_payments import NORWEGIAN as PRODUCT
from tests.standards.berlin_group.test_payments import initiate
from tests.standards.berlin_group.town import IBAN_KARI, open_town

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BANK, VERIFYING = "every", "verifying"
AS_OFTEN = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    opened = open_town(tmp_path_factory.mktemp("town"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tpp(town):
    return town.tpp("Fuzzer")


@pytest.fixture(scope="module")
def interface(town):
    return schemathesis.openapi.from_wsgi(f"/{BANK}/openapi.json", town.client.application)


def every_operation(interface):
    return [found.ok() for found in interface.get_all_operations()]


def try_out(operation, mode, tpp, real=None):
    """Call one operation many times; with `real`, at things that exist."""

    @AS_OFTEN
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case):
        given_here = real(case) if real else {}
        case.path_parameters = {**(case.path_parameters or {}), **given_here.get("path", {})}
        # Whoever names a failure gets it, and no document tells of a connection that breaks.
        sent = {name: value for name, value in (case.headers or {}).items() if name != FAILURE}
        case.headers = {
            **sent,
            "X-API-Key": tpp.key,
            "Accept": "application/json",
            **given_here.get("headers", {}),
        }
        case.call_and_validate(checks=CHECKS)

    calls()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_finds_a_bug_or_an_undocumented_answer(interface, tpp, mode):
    for operation in every_operation(interface):
        try_out(operation, mode, tpp)


def at_a_payment(town, tpp, case):
    """A new payment of the service and product that the case is about, and an authorisation of it."""
    if "paymentId" not in case.operation.path:
        return {}
    answer = initiate(tpp, bank=BANK, product=PRODUCT)
    with town.at(BANK) as bank:
        payment = payments.of_subject(bank, answer.json["paymentId"])
        subject = authorisations.PaymentSubject(payment)
        started = authorisations.every(bank, payment.app_id, subject)[0].id
    return {
        "paymentService": "payments",
        "paymentProduct": PRODUCT,
        "paymentId": answer.json["paymentId"],
        "authorisationId": started,
    }


def at_a_consent(town, tpp, case):
    """A new consent of the kind that the case is about, and an authorisation of it."""
    if "consentId" not in case.operation.path:
        return {}
    about_funds = "confirmation-of-funds" in case.operation.path
    made = a_funds_consent(tpp, BANK).json if about_funds else tpp.consent(BANK)
    with town.at(BANK) as bank:
        if about_funds:
            subject = authorisations.FundsConsentSubject(funds.of_subject(bank, made["consentId"]))
        else:
            subject = authorisations.ConsentSubject(consents.of_subject(bank, made["consentId"]))
        started = authorisations.every(bank, subject.app_id, subject)[0].id
    return {"consentId": made["consentId"], "authorisationId": started}


def at_a_basket(town, tpp, case):
    """A new basket with a payment in it, and an authorisation of it."""
    if "basketId" not in case.operation.path:
        return {}
    made = put(tpp, BANK, paymentIds=ids(waiting(tpp, bank=BANK))).json
    with town.at(BANK) as bank:
        subject = authorisations.BasketSubject(baskets.of_subject(bank, made["basketId"]))
        started = authorisations.every(bank, subject.app_id, subject)[0].id
    return {"basketId": made["basketId"], "authorisationId": started}


def test_no_request_at_what_exists_finds_a_bug_or_an_undocumented_answer(interface, town, tpp):
    consent_id = tpp.consent(BANK)["consentId"]
    say_yes(town, BANK, consent_id)
    account_id = f"{BANK}-{IBAN_KARI[-5:]}"

    def real(case):
        path = at_a_consent(town, tpp, case) | at_a_basket(town, tpp, case)
        if "account_id" in case.operation.path:
            path["account_id"] = account_id
        path |= at_a_payment(town, tpp, case)
        path = {name: value for name, value in path.items() if f"{{{name}}}" in case.operation.path}
        headers = {
            "X-Request-ID": str(uuid.uuid4()),
            "PSU-IP-Address": "192.0.2.7",
            "TPP-Redirect-URI": "https://tpp.example/back",
        }
        if path.keys() != {"consentId"}:
            headers["Consent-ID"] = consent_id
        if case.operation.path.endswith("/transactions"):
            case.query = {**(case.query or {}), "bookingStatus": "booked", "dateFrom": "2026-01-01"}
        return {"path": path, "headers": headers}

    for operation in every_operation(interface):
        try_out(operation, GenerationMode.POSITIVE, tpp, real)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_question_about_a_payee_finds_a_bug_or_an_undocumented_answer(town, tpp, mode):
    described = schemathesis.openapi.from_wsgi(f"/{VERIFYING}/openapi.json", town.client.application)
    about_payees = [one for one in every_operation(described) if one.definition.raw.get("tags") == ["payees"]]

    assert len(about_payees) == 13
    for operation in about_payees:
        try_out(operation, mode, tpp)
