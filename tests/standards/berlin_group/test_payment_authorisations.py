"""The PSU's yes to payments and to their cancellations, by every approach, once or twice."""

from datetime import date

import pytest

from sandbox.bank import authorisations, ledger, payments
from sandbox.bank.accounts import Account, AccountStatus, Holder, Role
from sandbox.bank.authorisations import CancellationSubject
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import Processing
from sandbox.standards.berlin_group import payment_status
from sandbox.standards.berlin_group.schemas_payments import TRANSACTION_STATUSES
from tests.standards.berlin_group.test_authorisations import code_for
from tests.standards.berlin_group.test_payments import (
    BACK,
    INSTANT,
    NORWEGIAN,
    a_payment,
    initiate,
    path_of,
    refused,
    say_yes,
)
from tests.standards.berlin_group.town import IBAN_COMPANY, KARI, OLA, a_salary

EXPLICIT = {"TPP-Explicit-Authorisation-Preferred": "true"}
LATER = {"requestedExecutionDate": "2026-03-20"}


def href(answer, name):
    return answer.json["_links"][name]["href"]


def status(tpp, answer):
    return tpp.call("GET", f"{path_of(answer)}/status").json["transactionStatus"]


def test_embedded_password_and_code_pay(town, buddy):
    answer = initiate(buddy, bank="embedded", product=INSTANT)
    assert set(answer.json["_links"]) == {"startAuthorisationWithPsuAuthentication", "self", "status"}
    assert "ASPSP-SCA-Approach" not in answer.headers

    body = {"psuData": {"password": "kari-password"}}
    start = href(answer, "startAuthorisationWithPsuAuthentication")
    started = buddy.follow("POST", start, json=body, headers={"PSU-ID": "kari"})
    code = code_for(town, "embedded", started.json["authorisationId"])
    done = buddy.follow("PUT", href(started, "authoriseTransaction"), json={"scaAuthenticationData": code})

    assert (started.status_code, started.headers["ASPSP-SCA-Approach"]) == (201, "EMBEDDED")
    assert done.json["scaStatus"] == "finalised"
    assert href(done, "status") == href(answer, "status")
    assert status(buddy, answer) == "ACCC"


def test_too_many_wrong_codes_reject_the_payment(buddy):
    answer = initiate(buddy, bank="embedded")
    start = href(answer, "startAuthorisationWithPsuAuthentication")
    body = {"psuData": {"password": "kari-password"}}
    started = buddy.follow("POST", start, json=body, headers={"PSU-ID": "kari"})

    for _ in range(3):
        wrong = buddy.follow(
            "PUT", href(started, "authoriseTransaction"), json={"scaAuthenticationData": "x"}
        )

    assert (wrong.status_code, refused(wrong)[0]) == (401, "PSU_CREDENTIALS_INVALID")
    assert status(buddy, answer) == "RJCT"


def test_decoupled_the_psu_is_named_and_says_yes_in_the_app(town, buddy):
    answer = initiate(buddy, bank="decoupled", product=INSTANT, **{"PSU-ID": "kari"})
    assert answer.json["psuMessage"] == "Please open the app of Decoupled and confirm there."

    say_yes(town, "decoupled", answer.json["paymentId"])

    assert buddy.follow("GET", href(answer, "scaStatus")).json["scaStatus"] == "finalised"
    assert status(buddy, answer) == "ACCC"


def test_where_the_tpp_wants_it_explicit_it_starts_the_authorisation_itself(buddy):
    answer = initiate(buddy, **EXPLICIT)
    assert set(answer.json["_links"]) == {"startAuthorisation", "self", "status"}

    started = buddy.follow("POST", href(answer, "startAuthorisation"), headers=BACK)

    assert set(started.json["_links"]) == {"scaRedirect", "scaStatus"}
    assert started.headers["Location"] == href(started, "scaStatus")
    assert buddy.follow("GET", href(answer, "startAuthorisation")).json == {
        "authorisationIds": [started.json["authorisationId"]]
    }


def test_an_authorisation_of_a_payment_is_none_of_its_cancellation(buddy):
    answer = initiate(buddy)
    elsewhere = href(answer, "scaStatus").replace("/authorisations/", "/cancellation-authorisations/")

    found = buddy.follow("GET", elsewhere)

    assert (found.status_code, refused(found)[0]) == (403, "RESOURCE_UNKNOWN")


def a_company(town, bank_id):
    """An account of which Kari and Ola sign together."""
    with town.at(bank_id) as bank:
        for person_id in (KARI, OLA):
            bank.people.move_in(bank, person_id)
        here = {"workspace_id": bank.workspace_id, "bank_id": bank.id}
        account_id = f"{bank.id}-company"
        ledger.open_book(bank, account_id, "NOK")
        company = Account(
            **here, id=account_id, kind="current", status=AccountStatus.ENABLED, currency="NOK",
            iban=IBAN_COMPANY, bban=IBAN_COMPANY[4:], name="Driftskonto", product="Bedrift",
            owner_name="Elg AS", usage="ORGA", opened_on=date(2020, 1, 1), credit_limit_minor=0,
        )  # fmt: skip
        bank.work.add(company)
        bank.work.flush()
        for person_id in (KARI, OLA):
            bank.work.add(
                Holder(**here, person_id=person_id, account_id=account_id, role=Role.SIGNATORY, position=9)
            )
        bank.work.flush()
        ledger.book(bank, [a_salary(bank, account_id)])


def test_two_signatures_are_started_one_by_one_and_the_second_pays(town, buddy):
    a_company(town, "redirect")
    answer = initiate(buddy, a_payment(debtorAccount={"iban": IBAN_COMPANY}), product=INSTANT)
    assert set(answer.json["_links"]) == {"startAuthorisation", "self", "status"}

    buddy.follow("POST", href(answer, "startAuthorisation"), headers={**BACK, "PSU-ID": "kari"})
    say_yes(town, "redirect", answer.json["paymentId"], KARI)
    between = buddy.call("GET", f"{path_of(answer)}/status").json
    buddy.follow("POST", href(answer, "startAuthorisation"), headers={**BACK, "PSU-ID": "ola"})
    say_yes(town, "redirect", answer.json["paymentId"], OLA)

    assert between == {
        "transactionStatus": "PATC",
        "psuMessage": "The payment waits for 1 more signature(s).",
    }
    assert status(buddy, answer) == "ACCC"


def test_one_person_signs_once(town, buddy):
    a_company(town, "embedded")
    answer = initiate(buddy, a_payment(debtorAccount={"iban": IBAN_COMPANY}), bank="embedded")
    start = href(answer, "startAuthorisationWithPsuAuthentication")

    outcomes = []
    for _ in range(2):
        body = {"psuData": {"password": "kari-password"}}
        started = buddy.follow("POST", start, json=body, headers={"PSU-ID": "kari"})
        code = code_for(town, "embedded", started.json["authorisationId"])
        outcomes.append(
            buddy.follow("PUT", href(started, "authoriseTransaction"), json={"scaAuthenticationData": code})
        )

    assert [one.status_code for one in outcomes] == [200, 409]
    assert refused(outcomes[1])[0] == "STATUS_INVALID"
    assert status(buddy, answer) == "PATC"


def test_what_nobody_has_said_yes_to_is_cancelled_at_once(buddy):
    answer = initiate(buddy)

    assert buddy.call("DELETE", path_of(answer)).status_code == 204

    assert status(buddy, answer) == "CANC"
    assert buddy.follow("GET", href(answer, "scaStatus")).json["scaStatus"] == "failed"


def test_what_is_accepted_is_cancelled_by_the_psus_yes(town, buddy):
    answer = initiate(buddy, a_payment(**LATER))
    say_yes(town, "redirect", answer.json["paymentId"])

    asked = buddy.call("DELETE", path_of(answer))
    started = buddy.follow("POST", href(asked, "startAuthorisation"), headers=BACK)
    with town.at("redirect") as bank:
        subject = CancellationSubject(payments.of_subject(bank, answer.json["paymentId"]))
        authorisations.approve(bank, authorisations.every(bank, subject.app_id, subject)[0], KARI)

    assert (asked.status_code, asked.json["transactionStatus"]) == (202, "ACCP")
    assert href(asked, "startAuthorisation").endswith("/cancellation-authorisations")
    assert started.json["_links"]["scaStatus"]["href"].startswith(href(asked, "startAuthorisation"))
    assert buddy.follow("GET", href(asked, "startAuthorisation")).json["authorisationIds"]
    assert status(buddy, answer) == "CANC"


def test_a_no_to_the_cancellation_leaves_the_payment(town, buddy):
    answer = initiate(buddy, a_payment(**LATER))
    say_yes(town, "redirect", answer.json["paymentId"])
    asked = buddy.call("DELETE", path_of(answer))
    buddy.follow("POST", href(asked, "startAuthorisation"), headers=BACK)

    with town.at("redirect") as bank:
        subject = CancellationSubject(payments.of_subject(bank, answer.json["paymentId"]))
        authorisations.decline(bank, authorisations.every(bank, subject.app_id, subject)[0])

    assert status(buddy, answer) == "ACCP"


@pytest.mark.parametrize("before", ["credited", "rejected", "cancelled"])
def test_what_is_done_cannot_be_cancelled(town, buddy, before):
    answer = initiate(buddy, product=INSTANT)
    if before == "credited":
        say_yes(town, "redirect", answer.json["paymentId"])
    elif before == "cancelled":
        buddy.call("DELETE", path_of(answer))
    else:
        with town.at("redirect") as bank:
            payments.refuse(bank, payments.of_subject(bank, answer.json["paymentId"]))

    asked = buddy.call("DELETE", path_of(answer))
    start = buddy.call("POST", f"{path_of(answer)}/cancellation-authorisations", headers=BACK)

    assert (asked.status_code, refused(asked)[0]) == (405, "CANCELLATION_INVALID")
    assert (start.status_code, refused(start)[0]) == (409, "STATUS_INVALID")


def test_the_last_authorisation_that_lapses_rejects_the_payment(town, buddy):
    answer = initiate(buddy)
    second = buddy.call("POST", f"{path_of(answer)}/authorisations", headers=BACK)
    first_id = href(answer, "scaStatus").rsplit("/", 1)[1]

    with town.at("redirect") as bank:
        authorisations.lapse(bank, first_id)
    assert status(buddy, answer) == "RCVD"
    with town.at("redirect") as bank:
        authorisations.lapse(bank, second.json["authorisationId"])

    assert status(buddy, answer) == "RJCT"


@pytest.mark.parametrize("processing", list(Processing))
def test_every_type_of_bank_has_a_code_of_the_standard_for_every_status(processing):
    table = payment_status.STATUS[processing]

    assert set(table) == set(PaymentStatus)
    assert set(table.values()) <= set(TRANSACTION_STATUSES)


def test_a_bank_describes_the_products_that_it_has(town):
    paths = town.client.get("/redirect/openapi.json").json["paths"]

    schemas = [
        {one["name"]: one["schema"].get("enum") for one in item["parameters"] if "name" in one}
        for path, item in paths.items()
        if "paymentProduct" in path
    ]
    words = {word for one in schemas for word in one["paymentProduct"]}
    assert len(schemas) == 12
    assert NORWEGIAN in words
    assert not {"instant-sepa-credit-transfers", "swedish-domestic-giro-payment"} & words
