"""The PSU's pages of a payment mandate: the limits in words, the yes, what is used, the way back."""

from datetime import date

import pytest

from sandbox.bank import authorisations, mandates
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import MandateSubject
from sandbox.bank.consents import ConsentStatus
from sandbox.bank.mandates import Alignment, Limits, MandateOrder, PeriodicLimit, PeriodKind
from sandbox.bank.payments import PaymentOrder
from sandbox.bank.profile import ScaApproach, Service
from sandbox.online_banking import asks, limits
from sandbox.online_banking import words as languages
from tests.online_banking.browser import in_english, log_in, through_methods
from tests.online_banking.conftest import an_instruction
from tests.online_banking.test_funds_and_baskets import asked, plain

EVERY = tuple(
    PeriodicLimit(kind, alignment, 1_000_000)
    for kind in PeriodKind
    for alignment in Alignment
    if (kind, alignment) != (PeriodKind.FORTNIGHT, Alignment.CALENDAR)
)
A_DAY, A_MONTH = (
    PeriodicLimit(PeriodKind.DAY, Alignment.START, 150_000),
    PeriodicLimit(PeriodKind.MONTH, Alignment.CALENDAR, 310_000),
)
OLAS = AccountRef(iban="NO2230001234567")


def wants_to_pay(town, *periodic, creditor=OLAS, approach=ScaApproach.REDIRECT, psu=None, **days):
    """A mandate to pay 1000 at a time."""

    def subject(bank):
        order = MandateOrder(
            Limits(bank.profile.currency, 100_000, periodic or (A_DAY, A_MONTH), **days),
            *(bank.profile.payments.schemes[0], {}),
            creditor=creditor,
            creditor_name="Ola Nordmann" if creditor else None,
        )
        return MandateSubject(mandates.create(bank, town.app_id, order))

    return asked(town, subject, approach=approach, psu=psu)


def mandate_of(bank, authorisation_id):
    return authorisations.subject_of(bank, authorisations.of_id(bank, authorisation_id)).mandate


def test_the_limits_are_said_in_words_before_the_yes(town, browser):
    link, _ = wants_to_pay(town, valid_to=date(2026, 9, 30))

    words = plain(in_english(browser, link))

    for said in (
        "asks to pay for you again and again",
        "Ola Nordmann",
        "1,000.00 NOK at most",
        "1,500.00 NOK a day",
        "3,100.00 NOK in a calendar month",
        "for the days that are left",
        "Until 30 September 2026",
    ):
        assert said in words.replace("\u00a0", " ")


def test_the_psu_picks_an_account_says_yes_sees_what_is_used_and_takes_it_back(town, browser):
    link, authorisation_id = wants_to_pay(town)
    log_in(browser, link)
    picked = "fjordbanken-1"
    browser.send(f"{link}/accounts", account=picked)
    through_methods(browser, link)

    browser.send(f"{link}/code", code=town.code(authorisation_id))

    with town.bank() as bank:
        mandate = mandate_of(bank, authorisation_id)
        mandate_id = mandate.id
        assert (mandate.status, mandate.account_id) == (ConsentStatus.VALID, picked)
        product = (Service.SINGLE, bank.profile.payments.schemes[0], "x")
        order = PaymentOrder(*product, (an_instruction(bank, 100_000),))
        mandates.pay(bank, mandate, order, {})
    home = "/fjordbanken/online-banking/consents"
    browser.open(f"{home}?w=test&lang=en")
    browser.send(home, login="kari", password="secret-no-1", workspace="test")
    assert "1,000.00\u00a0NOK of 1,500.00\u00a0NOK until" in browser.page.text
    browser.send(f"{home}/{mandate_id}/revoke")
    assert "can no longer pay for you" in plain(browser.page.text)
    with town.bank() as bank:
        assert mandate_of(bank, authorisation_id).status == ConsentStatus.REVOKED_BY_PSU


def test_the_bank_app_asks_for_it_too(town, browser):
    _, approved = wants_to_pay(town, approach=ScaApproach.DECOUPLED, psu="kari")
    home = "/fjordbanken/online-banking/app"
    browser.open(f"{home}?w=test&lang=en")
    browser.send(home, login="kari", password="secret-no-1", workspace="test")
    assert "pay for you again and again" in plain(browser.page.text)

    browser.send(f"{home}/{approved}/approve", account="fjordbanken-1")

    assert "may now pay within the limits" in plain(browser.page.text)
    assert town.status(approved) == ("finalised", "valid")


@pytest.mark.parametrize("language", sorted(languages.every()))
def test_every_language_has_the_words_for_it(town, language):
    words = languages.every()[language]
    _, whole = wants_to_pay(town, *EVERY, creditor=None, valid_from=date(2027, 1, 7))

    with town.bank() as bank:
        mandate = mandate_of(bank, whole)
        assert asks.ask(bank, MandateSubject(mandate), words, known=True).rows
        assert limits.used_rows(bank, mandate, words)
    asked_before = ("asks_title", "asks_lead", "asks_note", "shown_title", "shown_lead", "no_accounts")
    chosen = ("choose_title", "choose_lead", "choose_none")
    after = ("confirm", "done_yes_title", "done_yes", "done_no_title", "done_no", "notice_yes", "notice_no")
    for key in (*asked_before, *chosen, *after, "revoked"):
        assert words.say(f"{key}_mandate", app="X", bank="Y")
