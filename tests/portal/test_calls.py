"""The inspector's pages: the calls of one workspace, each whole, and once more."""

import pytest
from werkzeug.test import Client

from tests.portal.test_pages import Pages


@pytest.fixture
def called(sandbox):
    """The sandbox, a refused call to one bank, and one to another that made a consent."""
    sandbox.call("GET", "/hansekontor/v1/accounts", headers={"Consent-ID": "nothing"})
    sandbox.trace = sandbox.call(
        "POST",
        "/fjordbanken/v1/consents",
        headers={"PSU-IP-Address": "192.0.2.1", "TPP-Redirect-URI": "https://tpp.example/back"},
        json={
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": "9999-12-31",
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
        },
    ).headers["X-Bryggen-Trace"]
    return sandbox


@pytest.mark.browser
def test_a_call_shows_without_a_reload(called, served, page):
    page.goto(f"{served}/_portal/w/test/calls")
    answer = called.call("GET", "/hansekontor/v1/accounts", headers={"Consent-ID": "another"})

    page.wait_for_selector(f"a[href$='{answer.headers['X-Bryggen-Trace']}']")


def test_calls_are_listed_and_chosen(called):
    pages = Pages(called)

    assert called.trace in pages.get("/w/test/calls").text
    assert called.trace not in pages.get("/w/test/calls?status=4xx").text
    assert called.trace in pages.get("/w/test/calls?text=allAccounts&part=1").text
    assert "<html" not in pages.get("/w/test/calls?part=1").text
    assert pages.get("/w/test/calls?status=rubbish&before=nothing&bank=%27").status_code == 200


def test_a_call_is_shown_whole_without_its_secrets(called):
    shown = Pages(called).get(f"/w/test/calls/{called.trace}").text

    assert "What changed in the bank" in shown
    assert "NextGenPSD2" in shown or "OpenAPI document" in shown
    assert "$BRYGGEN_APP_KEY" in shown
    assert called.app_key not in shown


def test_a_call_is_of_its_workspace_alone(called):
    called.new_workspace("rivals")
    pages = Pages(called)

    assert pages.get(f"/w/rivals/calls/{called.trace}").status_code == 404
    assert called.trace not in pages.get("/w/rivals/calls").text
    assert pages.get("/w/test/calls/nothing").status_code == 404


def test_a_call_is_made_again_with_the_key_of_its_app(called):
    pages = Pages(called)
    path = f"/w/test/calls/{called.trace}/replay"

    again = pages.post(path, app_key=called.app_key)
    wrong = [pages.post(path, app_key=key) for key in ("", "bk_test_a_b", called.new_app("other"))]

    assert again.status_code == 303
    assert again.location.rsplit("/", 1)[-1] > called.trace
    assert [one.status_code for one in wrong] == [409, 409, 409]
    assert called.app_key not in pages.get(again.location.removeprefix("/_portal")).text


@pytest.mark.parametrize(
    ("path", "accept", "link"),
    [
        ("/fjordbanken/v1/accounts", "application/json", lambda said: said["_links"]["about"]["href"]),
        (
            "/hansekontor/v1/accounts",
            "application/problem+json",
            lambda said: said["_links"]["about"]["href"],
        ),
        ("/kelpbank/open-banking/v3.1/aisp/accounts", "*/*", lambda said: said["Errors"][0]["Url"]),
        ("/kelpbank/open-banking/v4.0/aisp/accounts", "*/*", lambda said: said["Errors"][0]["Url"]),
    ],
)
def test_an_error_leads_in_its_own_words_to_the_page_that_explains_it(sandbox, path, accept, link):
    refused = sandbox.call("GET", path, headers={"Accept": accept, "x-fapi-auth-date": "yesterday"})

    page = link(refused.json)

    assert page.endswith(f"/_portal/w/test/calls/{refused.headers['X-Bryggen-Trace']}")
    assert path in Pages(sandbox).get(page.partition("/_portal")[2]).text


def test_an_error_of_nobody_s_leads_nowhere(sandbox):
    refused = Client(sandbox.app).get("/fjordbanken/v1/accounts", headers={"X-API-Key": "bk_test_a_b"})

    assert refused.status_code == 401
    assert "_links" not in refused.json
