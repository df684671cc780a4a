"""Verification of payee: asked for by itself, in bulks, and with a payment that the payer has to confirm.

The published 1.3.11 file knows none of it; strict mode holds the answers against our own description.
"""

import uuid
from datetime import timedelta

import pytest

from sandbox.bank import payments
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.workspaces import workspace as workspaces
from tests.conftest import NOON
from tests.standards.berlin_group.test_payments import SEPA, a_payment, initiate, path_of, say_yes
from tests.standards.berlin_group.town import IBAN_KARI, IBAN_OLA

NOWHERE = "DE89370400440532013000"
EURO = {"currency": "EUR", "amount": "1.25"}
MARKS = [str(uuid.UUID(int=n)) for n in range(3)]


def call(tpp, method, path, bank="verifying", **kwargs):
    return tpp.call(method, f"/{bank}/v1/{path}", judged=False, **kwargs)


def a_question(name="Ola", iban=IBAN_OLA, **more):
    party = {"name": name} if name else {}
    return {"partyAccount": {"iban": iban}, "party": party | more}


def a_number(number):
    return {"identification": {"privateId": {"others": [{"identification": number}]}}}


def pay(tpp, name="Ola", iban=IBAN_OLA, bank="verifying", service="payments", **headers):
    """1.25 euro from Kari, as the bank's version lets it be told."""
    body = a_payment(instructedAmount=EURO, creditorAccount={"iban": iban}, creditorName=name)
    sent = {"TPP-Redirect-URI": "https://tpp.example/back", **headers}
    answer = tpp.call("POST", f"/{bank}/v1/payments/{SEPA}", judged=False, json=body, headers=sent)
    assert answer.status_code == 201, answer.text
    return answer


def status_of(tpp, payment):
    return tpp.call("GET", f"{path_of(payment)}/status", judged=False).json


@pytest.mark.parametrize("endpoint", ["payee-verifications", "payer-verifications", "party-verifications"])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (a_question("Ola"), {"partyNameMatch": "MTCH"}),
        (a_question("Ola Dr"), {"partyNameMatch": "NMTC"}),
        (a_question("Per"), {"partyNameMatch": "NMTC"}),
        (a_question("Ola", NOWHERE), {"partyNameMatch": "NOAP"}),
        (a_question("Ola", **a_number("1")), {"partyNameMatch": "MTCH", "partyIdMatch": "NOAP"}),
        (a_question(None, **a_number("1")), {"partyIdMatch": "NOAP"}),
    ],
)
def test_a_party_is_verified(buddy, endpoint, question, answer):
    told = call(buddy, "POST", endpoint, json=question)

    assert told.status_code == 200, told.text
    assert told.json.pop("additionalInformation")
    assert {name: told.json[name] for name in answer} == answer
    assert told.json.keys() - {"additionalInformation"} == answer.keys()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"party": {"name": "Ola"}}, "partyAccount"),
        (a_question(None), "party"),
        (a_question("Ola", "NO9386011117948"), "partyAccount.iban"),
        (a_question("Ola") | {"colour": "red"}, "colour"),
        (a_question("Ola", identification={}), "party.identification"),
    ],
)
def test_a_question_that_asks_nothing_is_refused_in_the_words_of_these_operations(buddy, body, place):
    answer = call(buddy, "POST", "payee-verifications", json=body)

    assert answer.status_code == 400
    first = answer.json["apiClientMessages"][0]
    assert (first["code"], first["path"]) == ("FORMAT_ERROR", place)


def a_bulk():
    asked = [a_question("Ola"), a_question("Per"), a_question("Ola", NOWHERE)]
    return {
        "partyVerificationRequests": [{"uetr": mark, **one} for mark, one in zip(MARKS, asked, strict=True)]
    }


def test_a_bulk_is_answered_at_once(buddy):
    answer = call(buddy, "POST", "bulk-payee-verifications", json=a_bulk())

    assert answer.status_code == 200, answer.text
    assert answer.json["vopBulkStatus"] == "completed"
    found = [(one["uetr"], one["partyNameMatch"]) for one in answer.json["partyVerificationResponses"]]
    assert found == list(zip(MARKS, ["MTCH", "NMTC", "NOAP"], strict=True))


def test_whoever_does_not_wait_reads_the_answers_of_a_bulk_later(town, buddy):
    later = {"Client-Asynchronous-Process-Preferred": "true"}
    taken = call(buddy, "POST", "bulk-payee-verifications", json=a_bulk(), headers=later)

    links = {name: link["href"] for name, link in taken.json["_links"].items()}
    state = buddy.follow("GET", links["status"], judged=False)
    asked = buddy.follow("GET", links["self"], judged=False)
    assert (taken.status_code, taken.json["vopBulkStatus"]) == (202, "recieved")
    assert state.json == {"vopBulkId": taken.json["vopBulkId"], "vopBulkStatus": "recieved"}
    assert asked.json["partyVerificationRequestsAndResults"] == a_bulk()["partyVerificationRequests"]

    with town.services.database.writing() as work:
        workspaces.get(work, "test").set_clock(Clock(ClockMode.FROZEN, 0.0, NOON + timedelta(seconds=5)))
    done = buddy.follow("GET", links["self"], judged=False).json
    assert done["vopBulkStatus"] == "completed"
    assert [one["partyNameMatch"] for one in done["partyVerificationRequestsAndResults"]] == [
        *("MTCH", "NMTC", "NOAP")
    ]


def test_a_bulk_of_another_app_is_unknown_and_so_is_one_that_never_was(town, buddy):
    later = {"Client-Asynchronous-Process-Preferred": "true"}
    taken = call(buddy, "POST", "bulk-payee-verifications", json=a_bulk(), headers=later)

    path = f"bulk-payee-verifications/{taken.json['vopBulkId']}"
    assert call(town.tpp("Other"), "GET", path).status_code == 403
    assert call(buddy, "GET", "bulk-payee-verifications/unknown/status").status_code == 403


def test_a_bank_takes_so_many_questions_and_no_more(buddy):
    six = {"partyVerificationRequests": a_bulk()["partyVerificationRequests"] * 2}

    assert call(buddy, "POST", "bulk-payee-verifications", json=six).status_code == 400


def test_a_bank_whose_version_has_no_such_words_has_no_such_paths(town, buddy):
    answer = call(buddy, "POST", "payee-verifications", bank="speechless", json=a_question())
    described = buddy.call("GET", "/speechless/openapi.json").text

    assert answer.status_code == 404
    assert answer.json["apiClientMessages"][0]["code"] == "RESOURCE_UNKNOWN"
    assert not [
        word for word in ("RVCM", "Client-VOP", "verifications", "creditor-confirm") if word in described
    ]
    assert "RVCM" in buddy.call("GET", "/verifying/openapi.json").text


def test_a_creditor_who_matches_needs_no_confirmation(town, buddy):
    payment = pay(buddy)

    assert payment.json["transactionStatus"] == "RCVC"
    assert "creditorNameConfirmation" not in payment.json["_links"]
    assert "scaRedirect" in payment.json["_links"]
    say_yes(town, "verifying", payment.json["paymentId"])
    assert status_of(buddy, payment)["transactionStatus"] == "ACSP"


@pytest.mark.parametrize(
    ("name", "iban", "match", "said"),
    [
        ("Per", IBAN_OLA, "NMTC", "does not belong to Per"),
        ("Ola", NOWHERE, "NOAP", "Nobody could say whether the account belongs to Ola"),
    ],
)
def test_a_creditor_in_doubt_waits_for_the_payers_word(town, buddy, name, iban, match, said):
    payment = pay(buddy, name, iban)

    assert payment.json["transactionStatus"] == "RVCM"
    assert set(payment.json["_links"]) == {"creditorNameConfirmation", "self", "status"}
    assert payment.json["originalTransactionInformationAndVopStatus"] == [
        {"transactionStatus": "RVCM", "creditorNameMatch": match}
    ]
    assert said in payment.json["psuMessage"]
    assert said in status_of(buddy, payment)["psuMessage"]
    refused = buddy.call(
        "POST",
        f"{path_of(payment)}/authorisations",
        judged=False,
        headers={"TPP-Redirect-URI": "https://t.example"},
    )
    assert refused.status_code == 409
    assert refused.json["tppMessages"][0]["code"] == "STATUS_INVALID"

    confirmed = buddy.follow("PUT", payment.json["_links"]["creditorNameConfirmation"]["href"], judged=False)
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json["transactionStatus"] == "RCVD"
    assert set(confirmed.json["_links"]) == {"startAuthorisation", "self", "status"}
    start = confirmed.json["_links"]["startAuthorisation"]["href"]
    headers = {"TPP-Redirect-URI": "https://tpp.example/back"}
    assert buddy.follow("POST", start, headers=headers, judged=False).status_code == 201
    say_yes(town, "verifying", payment.json["paymentId"])
    assert status_of(buddy, payment)["transactionStatus"] == "ACSP"


def test_a_creditor_is_confirmed_once_and_only_where_in_doubt(buddy):
    in_doubt, clean = pay(buddy, "Per"), pay(buddy)
    path = f"{path_of(in_doubt)}/creditor-confirmation"

    codes = [buddy.call("PUT", path, judged=False).status_code for _ in range(2)]
    of_clean = buddy.call("PUT", f"{path_of(clean)}/creditor-confirmation", judged=False)

    assert codes == [200, 409]
    assert of_clean.status_code == 409
    assert of_clean.json["apiClientMessages"][0]["code"] == "STATUS_INVALID"


def test_a_payer_who_does_not_confirm_cancels_without_a_yes(buddy):
    payment = pay(buddy, "Per")

    assert buddy.call("DELETE", path_of(payment), judged=False).status_code == 204
    assert status_of(buddy, payment)["transactionStatus"] == "CANC"
    assert buddy.call("PUT", f"{path_of(payment)}/creditor-confirmation", judged=False).status_code == 409


def test_in_a_bulk_every_transaction_is_told_in_its_order(buddy):
    entries = [
        {
            "instructedAmount": EURO,
            "creditorAccount": {"iban": IBAN_OLA},
            "creditorName": name,
            "endToEndIdentification": f"to-{name}",
        }
        for name in ("Ola", "Per")
    ]
    body = {"debtorAccount": {"iban": IBAN_KARI}, "payments": entries}
    headers = {"TPP-Redirect-URI": "https://tpp.example/back"}

    answer = call(buddy, "POST", f"bulk-payments/{SEPA}", json=body, headers=headers)

    assert answer.json["transactionStatus"] == "RVCM"
    assert answer.json["originalTransactionInformationAndVopStatus"] == [
        {"transactionStatus": "RCVC", "creditorNameMatch": "MTCH", "originalEndToEndId": "to-Ola"},
        {"transactionStatus": "RVCM", "creditorNameMatch": "NMTC", "originalEndToEndId": "to-Per"},
    ]


def test_a_client_may_do_without_it_or_has_asked_before(buddy):
    asked = str(uuid.uuid4())
    call(buddy, "POST", "payee-verifications", json=a_question("Per"), headers={"X-Request-ID": asked})

    waived = pay(buddy, "Per", **{"Client-VOP-Requested": "false"})
    known = pay(buddy, "Per", **{"Client-VOP-Requested": "true", "Client-VOP-Request-ID": asked})
    other = pay(buddy, "Pål", **{"Client-VOP-Request-ID": asked})

    statuses = [one.json["transactionStatus"] for one in (waived, known, other)]
    assert statuses == ["RCVD", "RCVD", "RVCM"]
    assert "psuMessage" not in waived.json
    assert "does not belong to Per" in known.json["psuMessage"]


def test_other_payments_are_not_verified(buddy):
    answer = initiate(buddy, a_payment(creditorName="Per"), bank="verifying")

    assert answer.json["transactionStatus"] == "RCVD"


def test_a_bank_of_an_older_version_warns_and_takes_the_yes_for_the_confirmation(town, buddy):
    body = a_payment(instructedAmount=EURO, creditorName="Per")
    payment = initiate(buddy, body, bank="speechless", product=SEPA)

    assert payment.json["transactionStatus"] == "RCVD"
    assert "scaRedirect" in payment.json["_links"]
    assert "does not belong to Per" in payment.json["psuMessage"]
    assert "does not belong to Per" in status_of(buddy, payment)["psuMessage"]
    say_yes(town, "speechless", payment.json["paymentId"])
    assert status_of(buddy, payment)["transactionStatus"] == "ACSP"


def test_a_clean_creditor_is_not_spoken_of_in_an_older_version(town, buddy):
    payment = initiate(
        buddy, a_payment(instructedAmount=EURO, creditorName="Ola"), bank="speechless", product=SEPA
    )

    assert payment.json["transactionStatus"] == "RCVD"
    with town.at("speechless") as bank:
        kept = payments.of_subject(bank, payment.json["paymentId"])
        assert kept.status == payments.PaymentStatus.VERIFIED
        assert [step.status for step in payments.history(bank, kept)] == ["verified"]
