"""How the door says no: status, code, body and place."""

import uuid

import pytest
from openapi_spec_validator import validate

from tests.standards.berlin_group.town import a_consent

NOWHERE = str(uuid.UUID(int=7))
PROBLEM = "application/problem+json"
BACK = {"TPP-Redirect-URI": "https://tpp.example/back"}


def code_of(response):
    return response.status_code, response.json["tppMessages"][0]["code"]


def test_an_unknown_consent_in_the_path_is_403(buddy):
    response = buddy.call("GET", f"/redirect/v1/consents/{NOWHERE}")

    assert code_of(response) == (403, "CONSENT_UNKNOWN")


def test_an_unknown_consent_in_the_header_is_400(buddy):
    response = buddy.call("GET", "/redirect/v1/accounts", headers={"Consent-ID": NOWHERE})

    assert code_of(response) == (400, "CONSENT_UNKNOWN")


def test_a_bank_may_answer_400_for_an_unknown_consent_in_the_path(buddy):
    response = buddy.call("GET", f"/quirky/v1/consents/{NOWHERE}")

    assert (response.status_code, response.json["code"]) == (400, "CONSENT_UNKNOWN")


@pytest.mark.parametrize("consent_id", ["1", "%01", "ø", "a" * 500, "..%2f"])
def test_an_id_of_any_form_is_merely_unknown(buddy, consent_id):
    response = buddy.call("GET", f"/redirect/v1/consents/{consent_id}", judged=False)

    assert response.status_code in {403, 404}


def test_an_error_is_a_problem_for_who_accepts_one(buddy):
    accept = {"Accept": f"application/json, {PROBLEM}"}
    response = buddy.call("GET", f"/redirect/v1/consents/{NOWHERE}", headers=accept)

    assert response.mimetype == PROBLEM
    assert response.json == {
        "type": "urn:bryggen:berlin-group:CONSENT_UNKNOWN",
        "title": "Consent unknown",
        "status": 403,
        "detail": "The consent is not known.",
        "code": "CONSENT_UNKNOWN",
    }


def test_a_problem_lists_what_else_is_wrong(buddy):
    response = buddy.call(
        "POST",
        "/redirect/v1/consents",
        json={"access": {"allPsd2": "x"}},
        headers={**BACK, "Accept": PROBLEM},
    )

    assert response.json["code"] == "FORMAT_ERROR"
    assert len(response.json["additionalErrors"]) == 4


def test_a_bank_may_prefer_problems(buddy):
    response = buddy.call("GET", f"/quirky/v1/consents/{NOWHERE}", headers={"Accept": "*/*"})

    assert response.mimetype == PROBLEM


@pytest.mark.parametrize(
    ("key", "code"), [(None, "TOKEN_INVALID"), ("bk_test_no_key", "TOKEN_UNKNOWN"), ("x", "TOKEN_UNKNOWN")]
)
def test_a_call_without_a_known_key_is_401(buddy, key, code):
    response = buddy.call("POST", "/redirect/v1/consents", headers={"X-API-Key": key})

    assert code_of(response) == (401, code)
    assert response.headers["WWW-Authenticate"] == 'ApiKey realm="redirect"'


def test_a_bearer_key_is_good_only_where_the_bank_says_so(buddy):
    bearer = {"X-API-Key": None, "Authorization": f"Bearer {buddy.key}"}

    assert buddy.call("GET", f"/redirect/v1/consents/{NOWHERE}", headers=bearer).status_code == 401
    assert buddy.call("GET", f"/quirky/v1/consents/{NOWHERE}", headers=bearer).status_code == 400


@pytest.mark.parametrize("request_id", [None, "", "7", "99391c7e-ad88-49ec-a2ad-99ddcb1f772", "x" * 36])
def test_every_call_needs_an_x_request_id_that_is_a_uuid(buddy, request_id):
    response = buddy.call("GET", f"/redirect/v1/consents/{NOWHERE}", headers={"X-Request-ID": request_id})

    assert code_of(response) == (400, "FORMAT_ERROR")
    assert response.json["tppMessages"][0]["path"] == "X-Request-ID"
    assert uuid.UUID(response.headers["X-Request-ID"])


@pytest.mark.parametrize("path", ["/v1/consents", f"/v1/consents/{NOWHERE}", "/v1/nothing"])
def test_the_x_request_id_comes_back_with_every_answer(buddy, path):
    request_id = "99391C7E-ad88-49ec-a2ad-99ddcb1f7721"
    response = buddy.call("GET", f"/redirect{path}", judged=False, headers={"X-Request-ID": request_id})

    assert response.headers["X-Request-ID"] == request_id


@pytest.mark.parametrize("path", ["/v1/consent", "/v1/consents//status"])
def test_an_unknown_path_is_404_in_the_dialects_form(buddy, path):
    response = buddy.call("GET", f"/redirect{path}", judged=False)

    assert code_of(response) == (404, "RESOURCE_UNKNOWN")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
def test_a_method_that_is_not_there_is_405_and_says_which_is(buddy, method):
    response = buddy.call(method, "/redirect/v1/consents", judged=False)

    assert code_of(response) == (405, "SERVICE_INVALID")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("accept", ["application/xml", "text/plain;q=0.5", "application/json;q=0"])
def test_a_format_that_the_bank_lacks_is_406(buddy, accept):
    response = buddy.call("GET", f"/redirect/v1/consents/{NOWHERE}", headers={"Accept": accept})

    assert code_of(response) == (406, "REQUESTED_FORMATS_INVALID")


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json", "text/html, */*;q=0.1"])
def test_json_is_fine_for_whoever_accepts_it(buddy, accept):
    response = buddy.call("GET", f"/redirect/v1/consents/{NOWHERE}", headers={"Accept": accept})

    assert response.status_code == 403


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
def test_a_body_that_is_not_json_is_415(buddy, content_type):
    response = buddy.call(
        "POST", "/redirect/v1/consents", data=b"a=1", headers={**BACK, "Content-Type": content_type}
    )

    assert code_of(response) == (415, "FORMAT_ERROR")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"a"', b"\xff", b"{'a': 1}", b"NaN", b"[" * 100_000, b'{"a":"\\ud800"}'],
)
def test_a_body_that_is_no_json_object_is_400(buddy, body):
    response = buddy.call(
        "POST", "/redirect/v1/consents", data=body, headers={**BACK, "Content-Type": "application/json"}
    )

    assert code_of(response) == (400, "FORMAT_ERROR")


def test_a_body_beyond_all_measure_is_413(buddy):
    response = buddy.call(
        "POST", "/redirect/v1/consents", data=b" " * 1_000_001, judged=False,
        headers={**BACK, "Content-Type": "application/json"},
    )  # fmt: skip

    assert code_of(response) == (413, "FORMAT_ERROR")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("PSU-IP-Address", "localhost"),
        ("PSU-Http-Method", "TRACE"),
        ("PSU-Device-ID", "phone"),
        ("PSU-Geo-Location", "Bergen"),
        ("TPP-Redirect-Preferred", "yes"),
        ("TPP-Explicit-Authorisation-Preferred", "1"),
    ],
)
def test_a_header_of_the_wrong_form_is_refused_with_its_name(buddy, header, value):
    response = buddy.call("POST", "/redirect/v1/consents", json=a_consent(), headers={**BACK, header: value})

    assert code_of(response) == (400, "FORMAT_ERROR")
    assert response.json["tppMessages"][0]["path"] == header


def test_a_bug_is_500_in_the_dialects_form_and_tells_nothing(town, buddy):
    town.services.people.by_username = lambda *_: 1 / 0  # type: ignore[method-assign]
    response = buddy.call(
        "POST", "/redirect/v1/consents", json=a_consent(), headers={**BACK, "PSU-ID": "kari"}
    )

    assert response.status_code == 500
    assert "ZeroDivision" not in response.text


def test_the_interface_describes_itself_without_a_key(town):
    document = town.client.get("/redirect/openapi.json").json

    validate(document)
    assert document["servers"] == [{"url": "http://localhost/redirect"}]
    assert {"/v1/consents", "/v1/consents/{consentId}/authorisations/{authorisationId}"} <= set(
        document["paths"]
    )
    assert {"200", "400", "401", "403", "404", "405", "406", "409", "415", "429", "500"} <= set(
        document["paths"]["/v1/consents/{consentId}"]["get"]["responses"]
    )
