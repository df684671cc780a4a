"""How the dialect says no, in the envelope of each version; and the headers of every call."""

import csv
import uuid

import pytest

from sandbox.standards.uk_open_banking import errors
from sandbox.standards.uk_open_banking.refusals import REFUSALS
from tests.standards.uk_open_banking import published
from tests.standards.uk_open_banking.conftest import VERSIONS, Tpp
from tests.standards.uk_open_banking.test_consents import codes

CONSENTS = "/account-access-consents"
BASIC = {"Data": {"Permissions": ["ReadAccountsBasic"]}, "Risk": {}}


def test_the_envelope_is_that_of_the_version(tpp):
    body = tpp.call("POST", CONSENTS, 400, json={}).json

    if tpp.version == "v3.1":
        assert set(body) == {"Code", "Id", "Message", "Errors"}
        assert body["Code"] == "400 BadRequest"
    else:
        assert set(body) == {"Id", "Errors"}


def test_the_error_s_id_is_that_of_the_interaction(tpp):
    answer = tpp.call("POST", CONSENTS, 400, json={})

    assert answer.json["Id"] == answer.headers["x-fapi-interaction-id"]


def test_the_interaction_id_is_played_back_or_made(tpp):
    mine = str(uuid.uuid4())
    headers = {"x-fapi-interaction-id": mine}

    assert (
        tpp.call("POST", CONSENTS, 201, json=BASIC, headers=headers).headers["x-fapi-interaction-id"] == mine
    )
    made = tpp.call("POST", CONSENTS, 201, json=BASIC, headers={"x-fapi-interaction-id": None})
    assert uuid.UUID(made.headers["x-fapi-interaction-id"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-fapi-interaction-id", "not-a-uuid"),
        ("x-fapi-auth-date", "2017-09-10T19:43:31Z"),
        ("x-fapi-customer-ip-address", "localhost"),
    ],
)
def test_a_header_of_the_wrong_form_is_named(tpp, name, value):
    answer = tpp.call("POST", CONSENTS, 400, json=BASIC, headers={name: value})

    assert codes(answer) == ["U006"]
    assert answer.json["Errors"][0]["Path"] == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-fapi-auth-date", "Sun, 10 Sep 2017 19:43:31 GMT"),
        ("x-fapi-customer-ip-address", "2001:db8::1"),
        ("x-customer-user-agent", "Budget Buddy/1.0"),
        ("Accept", "application/json; charset=utf-8"),
        ("Accept", "text/html, */*;q=0.1"),
        ("Accept-Charset", "utf-8"),
    ],
)
def test_a_header_of_the_right_form_is_taken(tpp, name, value):
    tpp.call("POST", CONSENTS, 201, json=BASIC, headers={name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "text/csv"),
        ("Accept", "application/jose+jwe"),
        ("Accept", "application/json; charset=iso-8859-1"),
        ("Accept-Charset", "iso-8859-1"),
    ],
)
def test_another_media_type_is_not_acceptable(tpp, name, value):
    assert tpp.call("POST", CONSENTS, 406, json=BASIC, headers={name: value}).get_data() == b""


@pytest.mark.parametrize(
    "mimetype", ["text/plain", "application/jose+jwe", "application/x-www-form-urlencoded"]
)
def test_another_content_type_is_not_supported(tpp, mimetype):
    answer = tpp.call("POST", CONSENTS, 415, data="{}", headers={"Content-Type": mimetype})

    assert answer.get_data() == b""


def test_what_is_no_json_is_malformed(tpp):
    answer = tpp.call("POST", CONSENTS, 400, data="{", headers={"Content-Type": "application/json"})

    assert codes(answer) == ["U010"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_another_method_is_not_allowed(tpp, method):
    answer = tpp.call(method, CONSENTS, 405)

    assert answer.headers["Allow"] == "OPTIONS, POST"
    assert answer.get_data() == b""


@pytest.mark.parametrize("path", ["/card-accounts", "/accounts/1/cards", "/accounts//balances"])
def test_nothing_is_at_an_unknown_path(tpp, path):
    assert tpp.call("GET", path, 404).get_data() == b""


def test_a_version_that_the_bank_does_not_speak_is_not_there(street):
    Tpp(street, "v4.0", "wary").call("POST", CONSENTS, 404, json=BASIC)
    assert street.call("GET", "/albion/open-banking/v5.0/aisp/accounts").status_code == 404
    assert street.call("GET", "/fjordbanken/open-banking/v4.0/aisp/accounts").status_code == 404


@pytest.mark.parametrize("key", [None, "bk_test.nobody.nothing"])
def test_whoever_is_unknown_is_told_nothing(tpp, key):
    answer = tpp.call("POST", CONSENTS, 401, json=BASIC, headers={"X-API-Key": key})

    assert answer.get_data() == b""
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_call_that_names_no_consent_says_so(tpp):
    answer = tpp.call("GET", "/accounts", 401)

    assert "x-bryggen-consent-id" in answer.headers["WWW-Authenticate"]


def test_who_reads_too_often_without_the_psu_is_told_when_to_come_back(street):
    wary = Tpp(street, "v3.1", "wary").agreed(("ReadAccountsBasic",))
    for _ in range(2):
        wary.call("GET", "/accounts")

    answer = wary.call("GET", "/accounts", 429)

    assert answer.headers["Retry-After"] == "Mon, 16 Mar 2026 23:00:00 GMT"
    wary.call("GET", "/accounts", headers={"x-fapi-customer-ip-address": "192.0.2.7"})


@published.needs_the_published_files
def test_each_code_is_in_the_code_sets_under_both_of_its_names():
    with published.CODES.open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row and row[0] == "OBExternalStatusReason1Code"]
    known = {row[1]: row[2] for row in rows}
    statuses = {row[1]: row[4] for row in rows}

    # The published file of events, 3.1.11, does not have the name that the code set gives to U024.
    named = {**known, "U024": "UK.OBIE.Field.Invalid"}
    assert {code: named.get(code) for code in errors.NAMES_V3} == dict(errors.NAMES_V3)
    for error in REFUSALS.values():
        assert set(error.codes) <= set(known)
        if error.codes and error.codes[0] in errors.NAMES_V3 and error.status != 401:
            assert statuses[error.codes[0]] in (str(error.status), "5xx") or error.status == 413


@published.needs_the_published_files
@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_of_the_published_file_is_served_and_no_other(street, version):
    document = street.call("GET", "/albion/openapi.json").json
    root = f"/open-banking/{version}/aisp"
    served = {
        (method.upper(), path.removeprefix(root))
        for path, item in document["paths"].items()
        if path.startswith(root)
        for method in item
        if method != "parameters"
    }

    assert served == published.operations(version)


def test_each_bank_describes_what_it_has(street):
    document = street.call("GET", "/wary/open-banking/openapi.json").json

    assert document["servers"] == [{"url": f"{street.origin}/wary"}]
    assert "/open-banking/v3.1/aisp/accounts" in document["paths"]
    assert not [path for path in document["paths"] if "v4.0" in path or path.endswith(("/party", "/parties"))]
    assert "/open-banking/v3.1/aisp/balances" not in document["paths"]
    assert street.call("GET", "/wary/openapi.json").json["paths"].keys() >= {"/v1/consents"}
