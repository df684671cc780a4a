"""Periodic payments in XML: a form of two parts."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import Request

from sandbox.gateway.refusals import ContentTypeUnsupported, RequestMalformed
from sandbox.standards.berlin_group.errors import FormatError
from sandbox.standards.berlin_group.formats import multipart
from sandbox.standards.berlin_group.formats.standing_order import StandingOrderType
from tests.standards.berlin_group import published
from tests.standards.berlin_group.pain import ROWING_CLUB, V03, V09, salaries, written

MONTHLY = {
    "startDate": "2026-05-01",
    "frequency": "Monthly",
    "dayOfExecution": "1",
    "executionRule": "following",
}
XML, JSON = "xml_sct", "json_standingorderType"


def form(*parts, **headers):
    """A form by hand: (name, content, headers)."""
    body = b""
    for name, content, *lines in parts:
        said = "".join(f"{line}\r\n" for line in [f'Content-Disposition: form-data; name="{name}"', *lines])
        body += b"--edge\r\n" + said.encode() + b"\r\n" + content + b"\r\n"
    return body + b"--edge--\r\n"


def refused(raw, content_type="multipart/form-data; boundary=edge"):
    with pytest.raises((FormatError, RequestMalformed)) as refusal:
        multipart.read(raw, content_type)
    return [(one.path, one.text) for one in refusal.value.messages]


@pytest.mark.parametrize("version", [V03, V09])
def test_what_is_written_is_read(version):
    sent = multipart.write(written(ROWING_CLUB, version), MONTHLY)

    payment = multipart.read(sent.body, sent.content_type)

    assert payment.xml == written(ROWING_CLUB, version)
    assert payment.standing_order == MONTHLY
    assert payment.message.body == ROWING_CLUB


def test_the_body_is_that_of_a_periodic_payment_in_json():
    sent = multipart.write(written(ROWING_CLUB), MONTHLY)

    body = multipart.read(sent.body, sent.content_type).body

    assert (
        body
        == {name: said for name, said in ROWING_CLUB.items() if name != "requestedExecutionDate"} | MONTHLY
    )


@published.needs_the_published_file
def test_that_body_has_no_member_which_the_published_file_has_not():
    sent = multipart.write(written(ROWING_CLUB), MONTHLY)

    body = multipart.read(sent.body, sent.content_type).body

    schemas = published.document()["components"]["schemas"]
    assert set(body) <= set(schemas["periodicPaymentInitiation_json"]["properties"])


@pytest.mark.parametrize(
    "files",
    [
        {XML: (None, written(ROWING_CLUB)), JSON: (None, orjson.dumps(MONTHLY))},
        {
            JSON: ("order.json", orjson.dumps(MONTHLY), "application/json"),
            XML: ("sct.xml", written(ROWING_CLUB), "application/xml; charset=UTF-8"),
        },
    ],
)
def test_a_form_of_another_writer_is_read(files):
    request = Request("POST", "http://localhost", files=files).prepare()

    assert multipart.read(request.body, request.headers["Content-Type"]).body["frequency"] == "Monthly"


def test_the_same_parts_make_the_same_form():
    assert multipart.write(b"<a/>", MONTHLY) == multipart.write(b"<a/>", dict(MONTHLY))


@pytest.mark.parametrize(
    "content_type", ["", "application/xml", "application/json", "multipart/mixed; boundary=edge"]
)
def test_only_a_form_is_a_form(content_type):
    with pytest.raises(ContentTypeUnsupported) as refusal:
        multipart.read(b"", content_type)

    assert "multipart/form-data" in refusal.value.text


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'x' * 71}"],
)
def test_the_parts_need_a_boundary(content_type):
    assert refused(form((XML, b"<a/>")), content_type)[0][0] == "Content-Type"


GOOD_XML, GOOD_JSON = (XML, written(ROWING_CLUB)), (JSON, orjson.dumps(MONTHLY))


@pytest.mark.parametrize(
    ("raw", "path", "said"),
    [
        (b"", None, "not a well-formed form"),
        (b"<Document/>", None, "not a well-formed form"),
        (form(GOOD_XML, GOOD_JSON)[:-10], None, "not a well-formed form"),
        (form(GOOD_XML), JSON, "missing"),
        (form(GOOD_JSON), XML, "missing"),
        (form(GOOD_XML, GOOD_JSON, GOOD_XML), XML, "twice"),
        (form(GOOD_XML, GOOD_JSON, ("note", b"hello")), None, "Only the parts"),
        (form((*GOOD_XML, "Content-Type: image/png"), GOOD_JSON), XML, "application/xml"),
        (form(GOOD_XML, (*GOOD_JSON, "Content-Type: text/plain")), JSON, "application/json"),
        (form((*GOOD_XML, "Content-Type: application/xml; charset=latin-1"), GOOD_JSON), XML, "UTF-8"),
        (form((*GOOD_XML, "Content-Transfer-Encoding: base64"), GOOD_JSON), XML, "transfer encoding"),
        (form((XML, b"<a/>"), GOOD_JSON), None, "must be a Document"),
        (form((XML, written(salaries("1.00", "2.00"))), GOOD_JSON), None, "bulk"),
        (form(GOOD_XML, (JSON, b"{")), JSON, "not JSON"),
        (form(GOOD_XML, (JSON, b"[]")), JSON, "Invalid input type"),
        (form((XML, b" " * 1_000_000), GOOD_JSON), None, "bytes"),
    ],
)
def test_what_is_no_periodic_payment_is_refused(raw, path, said):
    ((found, text),) = refused(raw)

    assert path in {None, found}
    assert said in text


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"startDate": "1 May"}, "startDate"),
        ({"startDate": None}, "startDate"),
        ({"endDate": "2026-04-30"}, "endDate"),
        ({"frequency": "Hourly"}, "frequency"),
        ({"executionRule": "latest"}, "executionRule"),
        ({"dayOfExecution": "01"}, "dayOfExecution"),
        ({"dayOfExecution": 1}, "dayOfExecution"),
        ({"monthsOfExecution": ["1"]}, "monthsOfExecution"),
        ({"frequency": "MonthlyVariable"}, "monthsOfExecution"),
        ({"frequency": "MonthlyVariable", "monthsOfExecution": []}, "monthsOfExecution"),
        ({"frequency": "MonthlyVariable", "monthsOfExecution": ["1", "1"]}, "monthsOfExecution"),
        ({"frequency": "MonthlyVariable", "monthsOfExecution": ["13"]}, "monthsOfExecution"),
        ({"frequency": "MonthlyVariable", "monthsOfExecution": [1]}, "monthsOfExecution"),
        ({"instructedAmount": "1"}, "instructedAmount"),
    ],
)
def test_the_days_of_a_standing_order_are_checked(change, member):
    raw = form(GOOD_XML, (JSON, orjson.dumps(MONTHLY | change)))

    assert [path for path, _ in refused(raw)] == [f"{JSON}.{member}"]


def test_months_are_named_where_they_vary():
    varying = MONTHLY | {"frequency": "MonthlyVariable", "monthsOfExecution": ["1", "4", "10"]}

    assert not StandingOrderType().validate(varying)


@published.needs_the_published_file
def test_the_members_are_those_of_the_published_file():
    schemas = published.document()["components"]["schemas"]
    said = schemas["periodicPaymentInitiation_xml-Part2-standingorderType_json"]

    assert set(StandingOrderType().fields) == set(said["properties"])
    assert {name for name, field in StandingOrderType().fields.items() if field.required} == set(
        said["required"]
    )


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_bent_form_is_read_or_refused_and_nothing_else(data):
    raw = form(GOOD_XML, GOOD_JSON)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 60)))
        raw = (
            raw[:start] + data.draw(st.one_of(st.binary(max_size=8), st.just(raw[start:end] * 2))) + raw[end:]
        )

    try:
        payment = multipart.read(raw, "multipart/form-data; boundary=edge")
    except (FormatError, RequestMalformed):
        return
    assert payment.body["frequency"]


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=80))
def test_any_content_type_is_read_or_refused_and_nothing_else(text):
    with pytest.raises((FormatError, RequestMalformed, ContentTypeUnsupported)):
        multipart.read(form(GOOD_XML), f"multipart/form-data{text}")
