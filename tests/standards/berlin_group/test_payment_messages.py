"""Payments as ISO 20022 messages, from the pain.001 to the pain.002."""

import pytest
from lxml import etree

from sandbox.bank.reasons import Reason
from sandbox.standards.berlin_group import payment_messages
from sandbox.standards.berlin_group.formats import multipart
from tests.standards.berlin_group.pain import ROWING_CLUB, V03, V09, below, put, salaries, tree, written
from tests.standards.berlin_group.test_payments import BACK, path_of, refused, say_yes

PRODUCT = "pain.001-sepa-credit-transfers"
XML = {"Content-Type": "application/xml"}
DAYS = {"startDate": "2026-03-31", "frequency": "Monthly", "executionRule": "preceding"}


def send(tpp, raw, service="payments", content_type="application/xml", expected=201, product=PRODUCT):
    headers = {**BACK, "Content-Type": content_type}
    answer = tpp.call("POST", f"/redirect/v1/{service}/{product}", data=raw, headers=headers)
    assert answer.status_code == expected, answer.text
    return answer


def codes(report, name):
    return [found.text for found in etree.fromstring(report).iter("{*}" + name)]


@pytest.mark.parametrize("version", [V03, V09])
def test_a_message_is_the_payment_that_its_json_would_be(town, buddy, version):
    raw = written(ROWING_CLUB, version)

    answer = send(buddy, raw)

    assert answer.json["transactionStatus"] == "RCVD"
    told = buddy.call("GET", path_of(answer), headers={"Accept": "application/json"}).json
    assert told == {**ROWING_CLUB, "transactionStatus": "RCVD"}
    as_it_came = buddy.call("GET", path_of(answer))
    assert (as_it_came.mimetype, as_it_came.data) == ("application/xml", raw)


@pytest.mark.parametrize(("version", "report"), [(V03, "pain.002.001.03"), (V09, "pain.002.001.10")])
def test_the_status_is_told_in_the_release_of_the_message_or_in_json(town, buddy, version, report):
    dear = {**ROWING_CLUB, "instructedAmount": {"currency": "EUR", "amount": "900.00"}}
    answer = send(buddy, written({**dear, "requestedExecutionDate": "2026-03-16"}, version))
    say_yes(town, "redirect", answer.json["paymentId"])

    told = buddy.call("GET", f"{path_of(answer)}/status")
    in_json = buddy.call("GET", f"{path_of(answer)}/status", headers={"Accept": "application/json"})

    assert report in told.text
    assert codes(told.data, "TxSts") == ["RJCT"]
    assert "AM04" in codes(told.data, "Cd")
    assert in_json.json["transactionStatus"] == "RJCT"


def test_a_bulk_is_reported_transaction_by_transaction(town, buddy):
    message = {**salaries("80.00", "10.00"), "requestedExecutionDate": "2026-03-16"}
    answer = send(buddy, written(message), service="bulk-payments")
    say_yes(town, "redirect", answer.json["paymentId"])

    told = buddy.call("GET", f"{path_of(answer)}/status")

    assert sorted(codes(told.data, "TxSts")) == ["ACSP", "RJCT"]
    assert codes(told.data, "OrgnlEndToEndId") == ["SALARY-1", "SALARY-2"]


def test_a_standing_order_is_a_message_and_its_days(town, buddy):
    form = multipart.write(written(ROWING_CLUB), DAYS)

    answer = send(buddy, form.body, "periodic-payments", form.content_type)

    told = buddy.call("GET", path_of(answer), headers={"Accept": "application/json"}).json
    once = {"requestedExecutionDate": "2026-04-01"}
    assert told == {k: v for k, v in ROWING_CLUB.items() if k not in once} | DAYS | {
        "transactionStatus": "RCVD"
    }
    assert buddy.call("GET", path_of(answer)).data == form.body
    assert codes(buddy.call("GET", f"{path_of(answer)}/status").data, "GrpSts") == ["RCVD"]


def test_what_is_no_such_message_is_refused(buddy):
    json = send(buddy, b'{"a": 1}', content_type="application/json", expected=415)
    broken = send(buddy, b"<Document>", expected=400)
    form = send(buddy, written(ROWING_CLUB), "periodic-payments", expected=415)

    assert {refused(one)[0] for one in (json, broken, form)} == {"FORMAT_ERROR"}


def test_a_message_asks_for_the_product_of_its_path(buddy):
    root = tree(ROWING_CLUB)
    kind = etree.Element(f"{{{root.nsmap[None]}}}PmtTpInf")
    below(root, "PmtInf").insert(3, kind)
    put(kind, "LclInstrm/Cd", "INST")
    below(root, "PmtInf").insert(2, kind)

    answer = send(buddy, etree.tostring(root), expected=400)

    assert refused(answer) == ("FORMAT_ERROR", "PmtTpInf/LclInstrm")


def test_a_payment_in_json_is_told_in_json_alone(buddy):
    body = {**ROWING_CLUB, "requestedExecutionDate": "2026-03-20"}
    path = f"/redirect/v1/payments/{PRODUCT.removeprefix('pain.001-')}"
    answer = buddy.call("POST", path, json=body, headers=BACK)

    for place in ("", "/status"):
        found = buddy.call("GET", f"{path_of(answer)}{place}", headers={"Accept": "application/xml"})
        assert (found.status_code, refused(found)[0]) == (406, "REQUESTED_FORMATS_INVALID")


def test_every_reason_has_a_code_of_the_report():
    assert set(payment_messages.REASON) == set(Reason)
