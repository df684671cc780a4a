"""What a PSU is told of the creditor's name before the yes, which confirms it."""

import pytest

from sandbox.bank import payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.payments import Instruction
from sandbox.bank.profile import ScaApproach, Scheme, Service
from sandbox.kernel.money import Money
from sandbox.online_banking import words as languages
from tests.online_banking.browser import in_english, log_in, through_methods
from tests.online_banking.conftest import HERE

BANK = "hansekontor"
KARIS, NOWHERE = f"{HERE}1", "DE89370400440532013000"


def to(name, iban=KARIS):
    return Instruction(Money(1250, "EUR"), name, AccountRef(iban=iban))


def asks(town, *creditors):
    service = Service.BULK if len(creditors) > 1 else Service.SINGLE
    how = {"debtor": f"{HERE}2", "approach": ScaApproach.REDIRECT}
    return town.pays(BANK, *creditors, scheme=Scheme.SEPA, service=service, **how)


@pytest.mark.parametrize(
    ("creditor", "row", "said"),
    [
        (to("Kari Nordmann"), "ask-payee", "The recipient&#39;s bank knows the name"),
        (to("K. Nordmann"), "ask-doubt", "The account belongs to Kari Nordmann, not to K. Nordmann"),
        (to("Per Hansen"), "ask-doubt", "The account does not belong to Per Hansen"),
        (
            to("Per Hansen", NOWHERE),
            "ask-doubt",
            "Nobody could say whether the account belongs to Per Hansen",
        ),
    ],
)
def test_the_page_says_whose_account_it_is(town, browser, creditor, row, said):
    link, _, _ = asks(town, creditor)

    page = in_english(browser, link)

    assert said in page
    assert row in browser.ids
    assert ("Your money may go to somebody else" in page) is (row == "ask-doubt")


def test_of_a_bulk_only_the_doubts_are_listed(town, browser):
    link, _, _ = asks(town, to("Kari Nordmann"), to("Per Hansen"))
    all_right, _, _ = asks(town, to("Kari Nordmann"), to("Nordmann Kari"))

    page = in_english(browser, link)

    assert "The account does not belong to Per Hansen" in page
    assert "belongs to Kari" not in page
    assert "know all 2 names" in in_english(browser, all_right)


def test_a_payment_that_is_not_verified_says_nothing_of_it(town, browser):
    link, _, _ = town.pays("fjordbanken")

    in_english(browser, link)

    assert not {"ask-payee", "ask-doubt"} & browser.ids


def test_the_yes_confirms_the_creditor(town, browser):
    link, authorisation_id, payment_id = asks(town, to("Per Hansen"))

    log_in(browser, link)
    browser.send(f"{link}/accounts")
    through_methods(browser, link)
    browser.send(f"{link}/code", code=town.code(authorisation_id, BANK))

    with town.bank(BANK) as bank:
        assert payments.of_subject(bank, payment_id).status == payments.PaymentStatus.IN_PROCESS


@pytest.mark.parametrize("language", languages.every())
def test_every_language_has_the_words_for_it(language):
    words = languages.every()[language]

    for outcome in ("close_match", "no_match", "not_possible"):
        said = words.say(f"payee_{outcome}", name="Kari", held="Ola")
        assert "Kari" in said
        assert ("Ola" in said) is (outcome == "close_match")
    assert words.say("payee_warning")
    assert "3" in words.count("payee_match", 3)
    assert words.count("payee_match", 1)
