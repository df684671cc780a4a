"""The way of a PSU who was sent here by a TPP, over HTTP."""

import re

import pytest

from sandbox.bank.consents import Access, AccessKind
from sandbox.bank.profile import ScaApproach
from tests.online_banking.browser import Browser, in_english, log_in, through_methods
from tests.online_banking.conftest import DEDICATED

OK, NOK = "https://tpp.example/ok?state=1", "https://tpp.example/no"
EVERYTHING = Access(AccessKind.ALL_PSD2)


@pytest.mark.parametrize(
    "bank_id", ["fjordbanken", "nordlys", "lindbanken", "saimaa", "hansekontor", "vesterhav", "kronekort"]
)
def test_a_yes_leads_back_to_the_tpp_and_the_consent_is_valid(town, browser, bank_id):
    approach = town.profiles[bank_id].sca.approaches[0]
    link, authorisation_id = town.asks(bank_id, DEDICATED, approach=approach, ok=OK, nok=NOK)

    log_in(browser, link)
    browser.send(f"{link}/accounts")
    through_methods(browser, link)
    answer = browser.send(f"{link}/code", code=town.code(authorisation_id, bank_id))

    assert answer.status_code == 303
    assert answer.location.startswith(OK)
    confirms = town.profiles[bank_id].sca.confirmation_code and approach == ScaApproach.REDIRECT
    assert town.status(authorisation_id, bank_id) == (
        ("unconfirmed", "received") if confirms else ("finalised", "valid")
    )


def test_the_landing_page_says_in_plain_words_what_is_asked(town, browser):
    link, _ = town.asks()

    page = browser.open(link, **{"Accept-Language": "en"}).text

    assert "Budget Buddy asks for access" in page
    assert "Until 1 September 2026" in page
    assert "Up to 4 times a day" in page
    assert "sandbox-hint" in browser.ids


def test_the_bank_speaks_its_own_language_until_english_is_chosen(town, browser):
    link, _ = town.asks()

    assert "ber om tilgang" in browser.open(link).text
    assert "asks for access" in browser.open(f"{link}?lang=en").text
    assert "asks for access" in browser.open(link).text


def test_a_psu_may_identify_with_the_national_id(town, browser):
    link, authorisation_id = town.asks()

    browser.open(link)
    browser.send(link, login="17057249973")

    assert town.status(authorisation_id)[0] == "psu_identified"


@pytest.mark.parametrize("login", ["nobody", "late"])
def test_who_cannot_log_in_is_told_why(town, browser, login):
    link, _ = town.asks()

    browser.open(link)
    answer = browser.send(link, login=login)

    assert answer.status_code == 422
    assert "fault" in browser.ids


def test_wrong_passwords_are_counted_and_the_last_one_leads_to_the_nok_address(town, browser):
    link, authorisation_id = town.asks(ok=OK, nok=NOK)
    attempts = town.profiles["fjordbanken"].sca.password_attempts

    answer = log_in(browser, link, password="wrong")
    assert f"{attempts - 1} forsøk" in answer.text
    for _ in range(attempts - 1):
        answer = browser.send(f"{link}/password", password="wrong")

    assert (answer.status_code, answer.location) == (303, NOK)
    assert town.status(authorisation_id) == ("failed", "rejected")


def test_wrong_codes_are_counted_and_the_last_one_fails_it(town, browser):
    link, authorisation_id = town.asks(access=EVERYTHING, ok=OK)
    attempts = town.profiles["fjordbanken"].sca.code_attempts
    log_in(browser, link)
    browser.send(f"{link}/accounts")
    through_methods(browser, link)

    for _ in range(attempts):
        answer = browser.send(f"{link}/code", code="not it")

    assert (answer.status_code, answer.location) == (303, OK)
    assert town.status(authorisation_id) == ("failed", "rejected")


def test_only_the_accounts_that_are_ticked_are_granted(town, browser):
    from sandbox.bank import authorisations, consents

    link, authorisation_id = town.asks(ok=OK)
    log_in(browser, link)
    assert browser.send(f"{link}/accounts", account=["somebody-elses"]).status_code == 422

    browser.send(f"{link}/accounts", account=["fjordbanken-2"])
    through_methods(browser, link)
    browser.send(f"{link}/code", code=town.code(authorisation_id))

    with town.bank() as bank:
        consent = authorisations.subject_of(bank, authorisations.of_id(bank, authorisation_id)).consent
        assert [one.account.id for one in consents.granted(bank, consent)] == ["fjordbanken-2"]


def test_declining_at_the_first_page_rejects_the_consent(town, browser):
    link, authorisation_id = town.asks(ok=OK, nok=NOK)

    browser.open(link)
    answer = browser.send(f"{link}/decline")

    assert (answer.status_code, answer.location) == (303, NOK)
    assert town.status(authorisation_id) == ("failed", "rejected")


def test_without_a_return_address_the_last_page_says_how_it_went(town, browser):
    link, authorisation_id = town.asks(access=EVERYTHING)
    log_in(browser, link)
    browser.send(f"{link}/accounts")
    through_methods(browser, link)

    browser.send(f"{link}/code", code=town.code(authorisation_id))

    assert {"done", "outcome", "see-consents"} <= browser.ids


def test_the_last_page_promises_nothing_as_long_as_the_tpp_owes_the_confirmation_code(town, browser):
    link, authorisation_id = town.asks("nordlys", DEDICATED)
    log_in(browser, link)
    browser.send(f"{link}/accounts")
    through_methods(browser, link)
    in_english(browser, browser.path)

    page = browser.send(f"{link}/code", code=town.code(authorisation_id, "nordlys")).text

    assert town.status(authorisation_id, "nordlys") == ("unconfirmed", "received")
    assert "One step is left" in page
    assert "Access is given" not in page
    assert "see-consents" not in browser.ids


def test_a_psu_without_any_method_says_yes_with_the_password_alone(town, browser):
    link, authorisation_id = town.asks(access=EVERYTHING, ok=OK)

    log_in(browser, link, "ola", "secret-no-2")
    browser.send(f"{link}/accounts")
    assert "code" not in browser.ids
    browser.send(f"{link}/code")

    assert town.status(authorisation_id) in {("exempted", "valid"), ("unconfirmed", "received")}


def test_another_browser_cannot_go_on_where_this_one_logged_in(town, browser):
    link, _ = town.asks(ok=OK)
    log_in(browser, link)

    stranger = Browser(town)

    assert stranger.open(f"{link}/accounts").status_code == 409
    assert "problem" in stranger.ids


def test_a_used_link_tells_a_stranger_nothing_and_leads_nowhere(town, browser):
    link, authorisation_id = town.asks(access=EVERYTHING, ok=OK)
    log_in(browser, link)
    browser.send(f"{link}/accounts")
    through_methods(browser, link)
    browser.send(f"{link}/code", code=town.code(authorisation_id))

    answer = Browser(town).open(link)

    assert answer.status_code == 410
    assert "tpp.example" not in answer.text


def test_no_step_can_be_skipped(town, browser):
    link, _ = town.asks()
    browser.open(link)

    browser.open(f"{link}/code")

    assert "identify" in browser.ids


@pytest.mark.parametrize("token", ["x", "a.b.c", "test.b.c"])
def test_a_link_that_was_never_made_says_what_to_do(browser, token):
    answer = browser.open(f"/fjordbanken/online-banking/authorisations/{token}")

    assert answer.status_code == 404
    assert "problem-text" in browser.ids


def test_a_link_is_good_at_its_own_bank_only(town, browser):
    link, _ = town.asks("fjordbanken")

    assert browser.open(link.replace("fjordbanken", "nordlys")).status_code == 404


def test_a_form_without_its_token_is_refused_and_nothing_happens(town, browser):
    link, authorisation_id = town.asks()
    browser.open(link)

    answer = browser.client.post(link, data={"login": "kari", "csrf_token": "guessed"})

    assert answer.status_code == 400
    assert town.status(authorisation_id)[0] == "received"


def test_no_page_can_be_framed_cached_or_led_astray(town, browser):
    link, _ = town.asks(ok=OK, nok="budgetbuddy://no")

    headers = browser.open(link).headers

    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://tpp.example budgetbuddy:" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_return_address_that_a_browser_would_run_is_never_used(town, browser):
    link, _ = town.asks(ok="javascript:alert(1)")
    browser.open(link)

    answer = browser.send(f"{link}/decline")

    assert answer.status_code == 200
    assert "javascript" not in answer.text


def test_the_cookie_belongs_to_one_bank_and_needs_tls_where_there_is_tls(town):
    town.open_at("https://sandbox.example/prefix")
    link, _ = town.asks()

    cookie = Browser(town).open(link).headers["Set-Cookie"]

    assert cookie.startswith("psu_fjordbanken=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/prefix/fjordbanken/online-banking"):
        assert part in cookie


def test_a_name_with_markup_is_only_a_name(town, browser):
    link, _ = town.asks()

    browser.open(link)
    answer = browser.send(link, login="<script>alert(1)</script>")

    assert "<script>" not in answer.text


def test_every_language_has_every_text():
    from sandbox.online_banking import words

    english = words.every()["en"].texts
    assert set(words.every()) == {"en", "nb", "sv", "da", "fi", "de"}
    for one in words.every().values():
        assert set(one.texts) == set(english)
        for key, text in english.items():
            assert set(_gaps(one.texts[key])) == set(_gaps(text)), (one.code, key)


def _gaps(text):
    return re.findall(r"\{(\w+)\}", str(text))
