"""The character NUL, which no text of a bank has and which PostgreSQL cannot keep: refused at every door."""

import pytest
from werkzeug.test import Client

from tests.failures.conftest import BerlinGroup, UkOpenBanking
from tests.portal.test_pages import Pages

_NUL = "a\x00b"
_PATHS = (
    "/fjordbanken/v1/accounts/a%00b",
    "/fjordbanken/v1/consents/a%00b/status",
    "/fjordbanken/v1/accounts?withBalance=%00",
    "/kelpbank/open-banking/v4.0/aisp/account-access-consents/a%00b",
    "/fjordbanken/online-banking/authorisations/test.a%00b",
    "/fjordbanken/oauth/authorize?client_id=test.a%00b",
    "/_sandbox/workspaces/a%00b",
    "/_sandbox/calls?text=a%00b",
    "/_sandbox/events?before=a%00b",
    "/_sandbox/people?name=a%00b",
    "/_portal/w/a%00b",
    "/_portal/w/test/calls?text=a%00b",
    "/_portal/w/test/events?before=a%00b",
    "/_portal/w/test/audit?before=a%00b",
)


@pytest.mark.parametrize("path", _PATHS)
def test_in_an_address_it_leads_nowhere(any_sandbox, path):
    assert any_sandbox.call("GET", path).status_code in (400, 404)


def test_in_a_form_it_is_refused(any_sandbox):
    pages = Pages(any_sandbox)

    for path, name in (("/workspaces", "seed"), ("/w/test/apps", "name"), ("/w/test/snapshots", "name")):
        assert pages.post(path, **{name: _NUL}).status_code == 400
    entered = Client(any_sandbox.app).post("/fjordbanken/online-banking/enter", data={"login": _NUL})
    assert entered.status_code < 500


@pytest.mark.parametrize("tpp", [BerlinGroup, UkOpenBanking])
@pytest.mark.parametrize("where", ["creditor_name", "remittance"])
def test_in_a_payment_it_is_refused(any_sandbox, tpp, where):
    said = tpp(any_sandbox).pay(**{where: _NUL})

    assert said.status == 400
    assert any_sandbox.call("GET", "/_sandbox/payments").json["payments"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_sandbox/apps", {"name": _NUL}),
        ("/_sandbox/workspaces", {"title": _NUL}),
        ("/_sandbox/members", {"name": _NUL, "role": "member"}),
        ("/_sandbox/failures/rules", {"failure": _NUL}),
    ],
)
def test_in_an_order_of_a_tester_it_is_refused(any_sandbox, path, body):
    assert any_sandbox.call("POST", path, json=body).status_code == 400


def test_what_only_looks_like_it_is_a_text_like_any_other(sandbox):
    made = sandbox.call("POST", "/_sandbox/apps", json={"name": "a\\u0000b"})

    assert made.json["name"] == "a\\u0000b"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"creditorAccount": {"iban": "\\u0000"}}', "creditorAccount.iban"),
        ('{"entries": ["a", "\\u0000"]}', "entries[1]"),
        ('{"\\u0000": 1}', None),
        ("[" * 1000 + '"\\u0000"' + "]" * 1000, "[0]" * 1000),
    ],
)
def test_the_place_where_it_stands_is_named(sandbox, body, place):
    said = sandbox.call(
        "POST", "/fjordbanken/v1/funds-confirmations", data=body, content_type="application/json"
    )

    [message] = said.json["tppMessages"]
    assert (said.status_code, message.get("path")) == (400, place)
