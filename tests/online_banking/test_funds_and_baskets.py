"""The PSU's pages of a consent to confirm funds, and of a basket that is signed as a whole."""

import re
from datetime import date

import pytest

from sandbox.bank import authorisations, baskets, consents, funds, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import BasketSubject, FundsConsentSubject, Wish
from sandbox.bank.baskets import BasketOrder
from sandbox.bank.consents import ConsentOrder
from sandbox.bank.funds import FundsOrder, FundsQuestion
from sandbox.bank.payments import PaymentOrder
from sandbox.bank.profile import ScaApproach, Service
from sandbox.kernel.money import Money
from tests.online_banking.browser import in_english, log_in, through_methods
from tests.online_banking.conftest import DEDICATED, HERE, OLA, an_instruction

OK, NOK = "https://tpp.example/ok", "https://tpp.example/no"


def asked(town, subject_of, approach=ScaApproach.REDIRECT, psu=None):
    """An authorisation of what `subject_of` makes at the bank: the path of the PSU's link, and its id."""
    with town.bank() as bank:
        started = authorisations.start(bank, subject_of(bank), Wish(approach, OK, NOK, psu))
        return f"/fjordbanken/online-banking/authorisations/{started.link_token}", started.authorisation.id


def wants_to_know(town, iban=f"{HERE}1", **how):
    """A consent to confirm funds for a green card."""
    order = FundsOrder(AccountRef(iban=iban), "5409050000004711", date(2027, 7, 31), "A green card")
    return asked(town, lambda bank: FundsConsentSubject(funds.create(bank, town.app_id, order)), **how)


def wants_all(town, *debtors, reading=True, minor=125_000, **how):
    """A basket of payments from those accounts, and of a consent."""

    def subject(bank):
        ids = [
            payments.initiate(
                bank,
                town.app_id,
                PaymentOrder(
                    *(Service.SINGLE, bank.profile.payments.schemes[0], "x"),
                    (an_instruction(bank, minor + one, f"Creditor {one}"),),
                    AccountRef(iban=debtor),
                ),
            ).id
            for one, debtor in enumerate(debtors or (f"{HERE}1", f"{HERE}1"))
        ]
        order = ConsentOrder(DEDICATED, True, date(2026, 9, 1), 4)
        consent_ids = (consents.create(bank, town.app_id, order).id,) if reading else ()
        return BasketSubject(baskets.create(bank, town.app_id, BasketOrder(tuple(ids), consent_ids)))

    return asked(town, subject, **how)


def signs_again(town, authorisation_id):
    """One more authorisation of the same basket."""

    def subject(bank):
        before = authorisations.of_id(bank, authorisation_id)
        return BasketSubject(baskets.of_subject(bank, before.subject_id))

    return asked(town, subject)


def say_yes(town, browser, link, authorisation_id):
    browser.send(f"{link}/accounts")
    through_methods(browser, link)
    return browser.send(f"{link}/code", code=town.code(authorisation_id))


def plain(text):
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")


def test_a_card_issuer_says_what_it_may_ask_and_is_let(town, browser):
    link, authorisation_id = wants_to_know(town)
    words = plain(in_english(browser, link))
    for said in (
        "Budget Buddy asks to check for money",
        "Whether an amount is there right now: yes or no",
        "A green card •••• 4711",
        "Until 31 July 2027",
        "It never learns how much you have",
    ):
        assert said in words

    log_in(browser, link)
    assert "account-fjordbanken-1" in browser.ids
    assert "account-fjordbanken-2" not in browser.ids
    answer = say_yes(town, browser, link, authorisation_id)

    assert (answer.status_code, answer.location) == (303, OK)
    assert town.status(authorisation_id) == ("finalised", "valid")


def test_somebody_elses_account_can_only_be_declined(town, browser):
    link, authorisation_id = wants_to_know(town, f"{HERE}4")

    log_in(browser, link)
    assert "no-accounts" in browser.ids
    assert browser.send(f"{link}/decline").location == NOK

    assert town.status(authorisation_id) == ("failed", "rejected")


def test_a_card_issuer_is_listed_among_those_with_access_and_stopped(town, browser):
    _, authorisation_id = wants_to_know(town)
    town.has_agreed("no-1", authorisation_id)
    with town.bank() as bank:
        consent_id = authorisations.of_id(bank, authorisation_id).subject_id
    home = "/fjordbanken/online-banking/consents"
    browser.open(f"{home}?w=test&lang=en")
    browser.send(home, login="kari", password="secret-no-1", workspace="test")
    assert f"consent-{consent_id}" in browser.ids
    assert "answers" not in browser.ids

    browser.send(f"{home}/{consent_id}/revoke")

    assert "Budget Buddy can no longer ask about your account." in plain(browser.page.text)
    with town.bank() as bank:
        assert funds.of_subject(bank, consent_id).status == "revoked_by_psu"


def test_the_payer_reads_who_has_asked_about_the_money_and_what_the_bank_said(town, browser):
    _, authorisation_id = wants_to_know(town)
    town.has_agreed("no-1", authorisation_id)
    with town.bank() as bank:
        consent_id = authorisations.of_id(bank, authorisation_id).subject_id
        for minor in (12_500, 90_000_000):
            amount = Money(minor, "NOK")
            question = FundsQuestion(AccountRef(iban=f"{HERE}1"), amount, None, consent_id, "Budget Buddy")
            funds.confirm(bank, town.app_id, question)
    home = "/fjordbanken/online-banking/consents"
    browser.open(f"{home}?w=test&lang=en")

    browser.send(home, login="kari", password="secret-no-1", workspace="test")

    told = plain(browser.page.text)
    assert "Who has asked whether money is there" in told
    assert re.search(r"900,000\.00.NOK was not there .* 125\.00.NOK was there", told)


def test_a_basket_lists_every_part_in_plain_words_and_is_signed_by_one_code(town, browser):
    link, authorisation_id = wants_all(town)
    words = plain(in_english(browser, link))
    for said in (
        "Budget Buddy asks for several things at once",
        "1 of 3: payment",
        "1,250.00 NOK to Creditor 0",
        "2 of 3: payment",
        "1,250.01 NOK to Creditor 1",
        "From your account: •••• 7941",
        "3 of 3: access",
        "What it may see: Transactions",
        "How long: Until 1 September 2026",
    ):
        assert said in words

    log_in(browser, link)
    browser.send(f"{link}/accounts")
    through_methods(browser, link)
    assert "2 payments, 2,500.01 NOK, access to your accounts" in plain(browser.page.text)
    answer = browser.send(f"{link}/code", code=town.code(authorisation_id))

    assert (answer.status_code, answer.location) == (303, OK)
    assert town.status(authorisation_id) == ("finalised", "authorised")


def test_too_little_money_for_all_of_it_is_said_beforehand(town, browser):
    link, _ = wants_all(town, reading=False, minor=2_000_000)

    in_english(browser, link)
    log_in(browser, link)

    assert "Too little money: 16,543.23 NOK is missing." in plain(browser.page.text)


def test_a_basket_with_a_part_that_is_not_mine_comes_to_nothing(town, browser):
    link, authorisation_id = wants_all(town, f"{HERE}1", f"{HERE}4", reading=False)

    log_in(browser, link)
    answer = say_yes(town, browser, link, authorisation_id)

    assert answer.location == NOK
    assert town.status(authorisation_id) == ("failed", "rejected")


def test_two_people_sign_a_basket_for_a_company_each_once(town, browser):
    company = town.shares_a_company()
    link, authorisation_id = wants_all(town, company, company, reading=False)
    assert "2 people must sign" in plain(in_english(browser, link))
    log_in(browser, link)
    say_yes(town, browser, link, authorisation_id)
    assert town.status(authorisation_id) == ("finalised", "partially_authorised")

    again, _ = signs_again(town, authorisation_id)
    log_in(browser, again)
    assert (browser.page.status_code, "You have signed already" in browser.page.text) == (409, True)

    _, olas = signs_again(town, authorisation_id)
    town.has_agreed(OLA, olas)
    assert town.status(olas) == ("exempted", "authorised")


@pytest.mark.parametrize("wants", [wants_to_know, wants_all])
def test_the_bank_app_asks_for_it_and_says_how_it_ended(town, browser, wants):
    _, approved = wants(town, approach=ScaApproach.DECOUPLED, psu="kari")
    _, declined = wants(town, approach=ScaApproach.DECOUPLED, psu="kari")
    home = "/fjordbanken/online-banking/app"
    browser.open(f"{home}?w=test&lang=en")
    browser.send(home, login="kari", password="secret-no-1", workspace="test")

    browser.send(f"{home}/{approved}/approve")
    assert "Approved." in plain(browser.page.text)
    browser.send(f"{home}/{declined}/decline")
    assert "Declined." in plain(browser.page.text)

    assert town.status(approved)[0] == "finalised"
    assert town.status(declined) == ("failed", "rejected")


@pytest.mark.parametrize("language", ["nb", "sv", "da", "fi", "de", "en"])
def test_every_language_has_the_words_for_it(town, language):
    from sandbox.online_banking import asks
    from sandbox.online_banking import words as languages

    words = languages.every()[language]
    _, asking = wants_to_know(town)
    _, basket = wants_all(town)

    with town.bank() as bank:
        for authorisation_id in (asking, basket):
            subject = authorisations.subject_of(bank, authorisations.of_id(bank, authorisation_id))
            ask = asks.ask(bank, subject, words, known=True)
            assert ask.rows
            for key in ("asks_title", "asks_lead", "asks_note", "shown_title", "shown_lead", "no_accounts"):
                assert words.say(f"{key}_{subject.kind}", app="X", bank="Y")
            for key in ("confirm", "done_yes_title", "done_yes", "done_no_title", "done_no"):
                assert words.say(f"{key}_{subject.kind}", app="X")
            for key in ("notice_yes", "notice_no"):
                assert words.say(f"{key}_{subject.kind}", app="X")
