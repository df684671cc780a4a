"""What a PSU is asked before money moves, the yes and the no, and the page of payments under way."""

from datetime import date

import pytest

from sandbox.bank import payments
from sandbox.bank.profile import NoFunds, ScaApproach, Service
from sandbox.kernel.money import Money
from tests.online_banking.browser import Browser, in_english, log_in, through_methods
from tests.online_banking.conftest import HERE, KARI, OLA, RENT, an_instruction
from tests.online_banking.test_bank_app import sign_in
from tests.online_banking.test_redirect import NOK, OK


def say_yes(town, browser, link, authorisation_id, login="kari", password="secret-no-1", **fields):
    """Log in, pick, and confirm; the last answer."""
    log_in(browser, link, login, password)
    browser.send(f"{link}/accounts", **fields)
    through_methods(browser, link)
    return browser.send(f"{link}/code", code=town.code(authorisation_id))


def find(town, payment_id, bank_id="fjordbanken"):
    with town.bank(bank_id) as bank:
        found = payments.of_subject(bank, payment_id)
        return found.status, found.debtor_account_id, found.signed_by


def test_the_landing_page_says_how_much_to_whom_and_what_for(town, browser):
    with town.bank() as bank:
        asked = an_instruction(bank, remittance="Rent for March", reference="12345678903")
    link, _, _ = town.pays("fjordbanken", asked, requested_on=date(2026, 3, 20))

    page = in_english(browser, link)

    assert "Budget Buddy asks you to pay" in page
    for said in ("1,250.00\u00a0NOK", "Ola Nordmann", "Rent for March", "Reference 12345678903"):
        assert said in page
    assert "On 20 March 2026" in page
    assert "gets no access to your accounts" in page
    ids = {"ask-amount", "ask-creditor", "ask-when", "ask-fee", "ask-told"}
    assert ids <= browser.ids


def test_a_yes_pays_from_the_account_that_the_psu_picks(town, browser):
    link, authorisation_id, payment_id = town.pays(ok=OK)

    log_in(browser, link)
    assert 'type="radio"' in browser.page.text
    browser.send(f"{link}/accounts", account="fjordbanken-2")
    through_methods(browser, link)
    assert "headline" in browser.ids
    answer = browser.send(f"{link}/code", code=town.code(authorisation_id))

    assert (answer.status_code, answer.location) == (303, OK)
    assert find(town, payment_id) == ("in_process", "fjordbanken-2", [KARI])


@pytest.mark.parametrize("picked", [[], ["fjordbanken-1", "fjordbanken-2"], ["fjordbanken-4"]])
def test_one_account_of_ones_own_is_to_be_picked(town, browser, picked):
    link, _, payment_id = town.pays()
    log_in(browser, link)

    assert browser.send(f"{link}/accounts", account=picked).status_code == 422
    assert "fault" in browser.ids
    assert find(town, payment_id)[0] == "received"


def test_a_card_cannot_pay(town, browser):
    link, _, _ = town.pays()

    log_in(browser, link)

    assert "account-fjordbanken-1" in browser.ids
    assert "account-fjordbanken-3" not in browser.ids


def test_the_account_that_the_tpp_named_is_shown_and_not_chosen(town, browser):
    link, authorisation_id, payment_id = town.pays(debtor=f"{HERE}1", ok=OK)

    log_in(browser, link)
    assert 'type="radio"' not in browser.page.text
    assert "ask-from" in browser.ids
    say_yes(town, browser, link, authorisation_id)

    assert find(town, payment_id)[:2] == ("in_process", "fjordbanken-1")


def test_somebody_elses_account_can_only_be_declined(town, browser):
    link, _, payment_id = town.pays(debtor=f"{HERE}4", ok=OK, nok=NOK)

    log_in(browser, link)
    assert "no-accounts" in browser.ids
    answer = browser.send(f"{link}/decline")

    assert (answer.status_code, answer.location) == (303, NOK)
    assert find(town, payment_id)[0] == "rejected"


def test_too_little_money_is_said_before_the_yes_and_refused_after_it(town, browser):
    link, _, payment_id = town.pays()

    log_in(browser, link, "ola", "secret-no-2")
    assert "For lite penger" in browser.page.text
    assert "1\u00a0151,00\u00a0NOK" in browser.page.text
    browser.send(f"{link}/accounts", account="fjordbanken-4")
    browser.send(f"{link}/code")

    assert "Banken kunne ikke betale" in browser.page.text
    assert find(town, payment_id)[0] == "rejected"


def test_a_payment_in_another_currency_says_what_it_takes(town, browser):
    with town.bank() as bank:
        asked = an_instruction(bank, 10_000, currency="EUR")
        scheme = bank.profile.payments.schemes[-1]
    link, _, _ = town.pays("fjordbanken", asked, scheme=scheme)

    log_in(browser, link)

    assert "Trekker 1\u00a0170,00\u00a0NOK etter dagens kurs" in browser.page.text


def test_a_standing_order_says_its_rhythm_and_its_end(town, browser):
    link, _, _ = town.pays(service=Service.PERIODIC, schedule=RENT)

    page = in_english(browser, link)

    for said in ("First on 30 April 2026", "Every month", "on the last day of the month"):
        assert said in page
    assert "Until 31 December 2026" in page


def test_a_bulk_says_its_number_and_its_sum_and_folds_the_rest(town, browser):
    with town.bank() as bank:
        many = [an_instruction(bank, 10_000 + n, f"Creditor {n}") for n in range(5)]
    link, _, _ = town.pays("fjordbanken", *many, service=Service.BULK)

    page = in_english(browser, link)

    assert "5 payments" in page
    assert "500.10\u00a0NOK" in page
    assert "and 2 more" in page
    assert page.index("Creditor 2") < page.index("<details>") < page.index("Creditor 3")


def test_two_people_sign_for_a_company_each_once(town, browser):
    iban = town.shares_a_company()
    link, authorisation_id, payment_id = town.pays(debtor=iban)
    assert "Kari" not in in_english(browser, link)
    say_yes(town, browser, link, authorisation_id)
    assert "Another person must sign" in browser.page.text
    assert find(town, payment_id) == ("partially_authorised", "fjordbanken-5", [KARI])

    link, authorisation_id, _ = town.signs(payment_id, ok=OK)
    log_in(browser, link)
    assert "You have signed already" in browser.page.text
    assert "back" in browser.ids
    assert find(town, payment_id)[0] == "partially_authorised"

    other = Browser(town)
    link, authorisation_id, _ = town.signs(payment_id, ok=OK)
    log_in(other, link, "ola", "secret-no-2")
    assert "Kari Nordmann" in other.page.text
    other.send(f"{link}/accounts")
    other.send(f"{link}/code")
    assert find(town, payment_id) == ("in_process", "fjordbanken-5", [KARI, OLA])


def test_a_cancellation_asked_for_by_the_tpp_takes_the_payment_back(town, browser):
    _, authorisation_id, payment_id = town.pays(debtor=f"{HERE}1", requested_on=date(2026, 4, 1))
    town.has_agreed(KARI, authorisation_id)
    link, authorisation_id, _ = town.signs(payment_id, cancelling=True)

    assert "asks to take a payment back" in in_english(browser, link)
    say_yes(town, browser, link, authorisation_id)

    assert "The payment is taken back" in browser.page.text
    assert find(town, payment_id)[0] == "cancelled"


def test_declining_a_cancellation_leaves_the_payment_as_it_is(town, browser):
    _, authorisation_id, payment_id = town.pays(debtor=f"{HERE}1", requested_on=date(2026, 4, 1))
    town.has_agreed(KARI, authorisation_id)
    link, _, _ = town.signs(payment_id, cancelling=True)

    browser.open(link)
    browser.send(f"{link}/decline")

    assert find(town, payment_id)[0] == "accepted"


def test_a_payment_that_is_carried_out_meanwhile_is_too_late_to_take_back(town, browser):
    _, authorisation_id, payment_id = town.pays(debtor=f"{HERE}1")
    town.has_agreed(KARI, authorisation_id)
    link, _, _ = town.signs(payment_id, cancelling=True)
    with town.bank() as bank:
        payments.go_on(bank, payments.of_subject(bank, payment_id))

    assert "It is too late for that" in in_english(browser, link)
    assert browser.page.status_code == 410


def test_what_is_under_way_is_listed_and_taken_back(town, browser):
    _, one, payment_id = town.pays(debtor=f"{HERE}1", requested_on=date(2026, 4, 1))
    _, two, order_id = town.pays(debtor=f"{HERE}1", service=Service.PERIODIC, schedule=RENT)
    _, three, gone_id = town.pays(debtor=f"{HERE}1")
    town.pays(debtor=f"{HERE}1")
    for authorisation_id in (one, two, three):
        town.has_agreed(KARI, authorisation_id)
    with town.bank() as bank:
        payments.go_on(bank, payments.of_subject(bank, gone_id))

    page = sign_in(browser, "/fjordbanken/online-banking/payments").text
    assert {f"cancel-{payment_id}", f"cancel-{order_id}"} <= browser.ids
    assert page.count('class="card stack"') == 2
    assert "Sendes 1. april 2026" in page
    browser.send(f"/fjordbanken/online-banking/payments/{payment_id}/cancel")

    assert "notice" in browser.ids
    assert f"payment-{payment_id}" not in browser.ids
    assert find(town, payment_id)[0] == "cancelled"
    browser.send(f"/fjordbanken/online-banking/payments/{order_id}/cancel")
    assert find(town, order_id)[0] == "cancelled"


def test_a_payment_that_waits_for_money_says_so(town, browser):
    bank_id = "nordlys"
    assert town.profiles[bank_id].payments.no_funds == NoFunds.WAIT
    _, authorisation_id, payment_id = town.pays(
        bank_id, debtor=f"{HERE}4", approach=ScaApproach.DECOUPLED, psu="ola"
    )
    town.has_agreed(OLA, authorisation_id, bank_id)

    in_english(browser, f"/{bank_id}/online-banking/payments")
    page = sign_in(browser, f"/{bank_id}/online-banking/payments", "ola", "secret-no-2").text

    assert "Waits for money on the account" in page
    assert f"cancel-{payment_id}" in browser.ids


def test_nobody_takes_back_what_is_somebody_elses(town, browser):
    _, authorisation_id, payment_id = town.pays(debtor=f"{HERE}1", requested_on=date(2026, 4, 1))
    town.has_agreed(KARI, authorisation_id)

    sign_in(browser, "/fjordbanken/online-banking/payments", "ola", "secret-no-2")
    assert f"payment-{payment_id}" not in browser.ids
    browser.send(f"/fjordbanken/online-banking/payments/{payment_id}/cancel")

    assert find(town, payment_id)[0] == "accepted"


def test_the_bank_app_asks_for_one_account_and_pays(town, browser):
    _, authorisation_id, payment_id = town.pays(approach=ScaApproach.DECOUPLED, psu="kari")

    page = sign_in(browser, "/fjordbanken/online-banking/app").text
    assert 'type="radio"' in page
    assert f"ask-{authorisation_id}-amount" in browser.ids
    browser.send(f"/fjordbanken/online-banking/app/{authorisation_id}/approve")
    assert "fault" in browser.ids
    browser.send(f"/fjordbanken/online-banking/app/{authorisation_id}/approve", account="fjordbanken-2")

    assert "Banken utfører betalingen" in browser.page.text
    assert find(town, payment_id)[:2] == ("in_process", "fjordbanken-2")


def test_the_bank_app_says_where_the_bank_could_not_pay(town, browser):
    _, authorisation_id, payment_id = town.pays(approach=ScaApproach.DECOUPLED, psu="ola")

    sign_in(browser, "/fjordbanken/online-banking/app", "ola", "secret-no-2")
    browser.send(f"/fjordbanken/online-banking/app/{authorisation_id}/approve", account="fjordbanken-4")

    assert "Banken kunne ikke betale" in browser.page.text
    assert find(town, payment_id)[0] == "rejected"


def test_the_bank_app_leaves_a_second_signature_to_somebody_else(town, browser):
    iban = town.shares_a_company()
    _, authorisation_id, payment_id = town.pays(debtor=iban)
    town.has_agreed(KARI, authorisation_id)
    _, authorisation_id, _ = town.signs(payment_id, approach=ScaApproach.DECOUPLED, psu="kari")

    sign_in(browser, "/fjordbanken/online-banking/app")
    assert f"decline-{authorisation_id}" in browser.ids
    assert f"approve-{authorisation_id}" not in browser.ids
    answer = browser.send(f"/fjordbanken/online-banking/app/{authorisation_id}/approve")

    assert answer.status_code == 409
    assert "Du har allerede skrevet under" in answer.text


def test_a_reading_of_money_is_exact_in_every_currency():
    from sandbox.online_banking import words

    assert words.every()["en"].amount(Money(1_000, "JPY").minor, "JPY") == "1,000\u00a0JPY"
    assert words.every()["fi"].amount(-1_234_567, "KWD") == "\u22121\u00a0234,567\u00a0KWD"
