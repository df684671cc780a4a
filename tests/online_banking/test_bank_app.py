"""The bank app of the decoupled way, and the page of granted consents."""

import pytest

from sandbox.bank import authorisations
from sandbox.bank.profile import ScaApproach
from tests.online_banking.conftest import KARI

_DECOUPLED = ScaApproach.DECOUPLED


@pytest.fixture
def bank_id(town):
    return next(one.id for one in town.profiles.values() if _DECOUPLED in one.sca.approaches)


@pytest.fixture
def home(bank_id):
    return f"/{bank_id}/online-banking"


def sign_in(browser, page, login="kari", password="secret-no-1", workspace="test"):
    browser.open(page)
    return browser.send(page, login=login, password=password, workspace=workspace)


def test_the_link_of_the_app_carries_the_workspace(browser, home):
    assert 'value="test"' in browser.open(f"{home}/app?w=test").text


def test_what_waits_is_approved_with_a_tap(town, browser, bank_id, home):
    _, authorisation_id = town.asks(bank_id, approach=_DECOUPLED, psu="kari")

    sign_in(browser, f"{home}/app")
    assert f"approve-{authorisation_id}" in browser.ids
    browser.send(f"{home}/app/{authorisation_id}/approve", account=[f"{bank_id}-1"])

    assert "notice" in browser.ids
    assert town.status(authorisation_id, bank_id) == ("finalised", "valid")


def test_what_waits_is_declined_with_a_tap(town, browser, bank_id, home):
    _, authorisation_id = town.asks(bank_id, approach=_DECOUPLED, psu="kari")

    sign_in(browser, f"{home}/app")
    browser.send(f"{home}/app/{authorisation_id}/decline")

    assert town.status(authorisation_id, bank_id) == ("failed", "rejected")


def test_nobody_approves_what_waits_for_somebody_else(town, browser, bank_id, home):
    _, authorisation_id = town.asks(bank_id, approach=_DECOUPLED, psu="kari")

    sign_in(browser, f"{home}/app", "ola", "secret-no-2")
    browser.send(f"{home}/app/{authorisation_id}/approve", account=[f"{bank_id}-1"])

    assert town.status(authorisation_id, bank_id)[0] == "started"


def test_ticking_nothing_approves_nothing(town, browser, bank_id, home):
    _, authorisation_id = town.asks(bank_id, approach=_DECOUPLED, psu="kari")

    sign_in(browser, f"{home}/app")
    browser.send(f"{home}/app/{authorisation_id}/approve")

    assert "fault" in browser.ids
    assert town.status(authorisation_id, bank_id)[0] == "started"


@pytest.mark.parametrize(
    "wrong", [{"login": "nobody"}, {"login": "late"}, {"password": "no"}, {"workspace": "nowhere"}]
)
def test_who_is_nobody_here_is_told_why(browser, home, wrong):
    assert sign_in(browser, f"{home}/app", **wrong).status_code == 422
    assert "fault" in browser.ids


def test_a_granted_consent_is_listed_and_taken_back(town, browser, bank_id, home):
    _, authorisation_id = town.asks(bank_id, approach=_DECOUPLED, psu="kari")
    with town.bank(bank_id) as bank:
        found = authorisations.of_id(bank, authorisation_id)
        authorisations.approve(bank, found, KARI, None)
        consent_id = found.subject_id

    sign_in(browser, f"{home}/consents")
    assert "Budget Buddy" in browser.page.text
    browser.send(f"{home}/consents/{consent_id}/revoke")

    assert f"consent-{consent_id}" not in browser.ids
    assert town.status(authorisation_id, bank_id)[1] == "revoked_by_psu"


def test_after_signing_out_nothing_is_shown(browser, home):
    sign_in(browser, f"{home}/consents")
    browser.send(f"{home}/sign-out")

    browser.open(f"{home}/consents")

    assert "sign-in" in browser.ids


def test_a_page_that_is_not_there_says_so_in_the_banks_colours(browser, home):
    answer = browser.open(f"{home}/nothing")

    assert answer.status_code == 404
    assert "problem" in browser.ids
    assert "--primary" in browser.open(f"{home}/look.css").text
