"""Confirming funds: a PSU's word, then yes or no to an amount, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from sandbox.bank import accounts, authorisations, funds, ledger, payments, verify
from sandbox.bank.accounts import AccountRef, AccountStatus
from sandbox.bank.authorisations import FundsConsentSubject, ScaStatus, Wish
from sandbox.bank.consents import AccountNotOffered, ConsentNotOpen, ConsentStatus, ConsentUnknown
from sandbox.bank.events import Event
from sandbox.bank.funds import FundsOrder, FundsQuestion
from sandbox.bank.profile import FundsActivation, FundsRules, ScaApproach
from sandbox.kernel.money import Money
from tests.bank import factories as a
from tests.bank import paying as p

CARD, EXPIRES = "5409050000000000", date(2026, 12, 31)


@pytest.fixture
def bank(bank):
    """Kari's bank, which confirms funds by a consent that the TPP names."""
    return confirming(bank, FundsActivation.CONSENT)


def confirming(bank, activation, **rules):
    """The same bank with other choices about funds."""
    return replace(bank, profile=replace(bank.profile, funds=FundsRules(True, activation, **rules)))


def a_consent(bank, iban=p.KARIS, *, by=a.KARI, app_id="app-1", **order):
    """A consent with its yes, unless nobody says it."""
    consent = funds.create(bank, app_id, FundsOrder(AccountRef(iban=iban), **order))
    if by is not None:
        wish = Wish(ScaApproach.REDIRECT, "https://tpp.example/ok")
        started = authorisations.start(bank, FundsConsentSubject(consent), wish)
        authorisations.approve(bank, started.authorisation, by)
    return consent


def asks(bank, minor=p.START_MINOR, iban=p.KARIS, *, app_id="app-1", currency="NOK", **more):
    """Whether that amount is there, as the app hears it."""
    question = FundsQuestion(AccountRef(iban=iban), Money(minor, currency), **more)
    return funds.confirm(bank, app_id, question)


# The consent


def test_the_yes_makes_it_valid_until_somebody_takes_it_back(bank):
    consent = a_consent(bank)

    assert (consent.status, consent.person_id, consent.account_id) == (ConsentStatus.VALID, a.KARI, "kari-1")
    assert funds.of_psu(bank, a.KARI) == [consent]
    assert funds.current_status(p.later(bank, days=2000), consent) == ConsentStatus.VALID
    funds.revoke(bank, consent)
    with pytest.raises(ConsentNotOpen):
        funds.delete(bank, consent)


def test_a_second_one_leaves_the_first_as_it_is(bank):
    first, second = a_consent(bank), a_consent(bank)

    assert (first.status, second.status) == (ConsentStatus.VALID, ConsentStatus.VALID)


def test_nobody_says_yes_for_an_account_of_somebody_else(bank):
    consent = a_consent(bank, p.OLAS, by=None)
    started = authorisations.start(bank, FundsConsentSubject(consent), Wish(ScaApproach.REDIRECT))

    authorisations.approve(bank, started.authorisation, a.KARI)

    assert (started.authorisation.status, consent.status) == (ScaStatus.FAILED, ConsentStatus.REJECTED)


def test_no_other_account_can_be_picked_for_it(bank):
    consent = a_consent(bank, by=None)
    started = authorisations.start(bank, FundsConsentSubject(consent), Wish(ScaApproach.REDIRECT))

    with pytest.raises(AccountNotOffered):
        authorisations.approve(bank, started.authorisation, a.KARI, ["kari-2"])


def test_a_no_rejects_it(bank):
    consent = a_consent(bank, by=None)
    started = authorisations.start(bank, FundsConsentSubject(consent), Wish(ScaApproach.REDIRECT))

    authorisations.decline(bank, started.authorisation)

    assert consent.status == ConsentStatus.REJECTED
    with pytest.raises(ConsentNotOpen):
        authorisations.start(bank, FundsConsentSubject(consent), Wish(ScaApproach.REDIRECT))


def test_it_ends_with_the_card_that_it_names(bank):
    consent = a_consent(bank, card_number=CARD, card_expires_on=EXPIRES)

    last_evening = bank.at(a.NOON.replace(month=12, day=31, hour=22, minute=59))
    assert funds.get(last_evening, "app-1", consent.id).status == ConsentStatus.VALID
    new_year = last_evening.at(last_evening.now + timedelta(minutes=1))
    assert funds.get(new_year, "app-1", consent.id).status == ConsentStatus.EXPIRED
    with pytest.raises(funds.FundsConsentExpired):
        asks(new_year, consent_id=consent.id)


def test_it_ends_by_itself_when_the_card_is_over_though_nobody_looks(bank):
    consent = a_consent(bank, card_number=CARD, card_expires_on=EXPIRES)
    without_end = a_consent(bank)
    taken_back = a_consent(bank, card_number=CARD, card_expires_on=EXPIRES)
    funds.revoke(bank, taken_back)

    p.later(bank, at=datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC))
    assert consent.status == ConsentStatus.VALID
    p.later(bank, at=datetime(2026, 12, 31, 23, 0, tzinfo=UTC))

    assert (consent.status, without_end.status) == (ConsentStatus.EXPIRED, ConsentStatus.VALID)
    assert taken_back.status == ConsentStatus.REVOKED_BY_PSU
    ended = bank.work.scalars(select(Event).where(Event.subject_id == consent.id)).all()
    assert ended[-1].payload["status"] == ConsentStatus.EXPIRED
    assert verify.whole_database(bank.work) == []


def test_no_consent_begins_with_a_card_that_has_run_out(bank):
    with pytest.raises(funds.CardExpired):
        a_consent(bank, card_expires_on=bank.today - timedelta(days=1))


def test_it_is_its_own_app_s_only(bank):
    consent = a_consent(bank)

    with pytest.raises(ConsentUnknown):
        funds.get(bank, "app-2", consent.id)
    with pytest.raises(ConsentUnknown):
        asks(bank, app_id="app-2", consent_id=consent.id)


# The question


def test_the_answer_is_yes_to_the_last_minor_unit_and_reserves_nothing(bank):
    consent = a_consent(bank)

    assert asks(bank, p.START_MINOR, consent_id=consent.id)
    assert not asks(bank, p.START_MINOR + 1, consent_id=consent.id)
    assert asks(bank, p.START_MINOR, consent_id=consent.id)
    assert ledger.standing(bank, "kari-1").reserved_minor == 0


def test_what_a_payment_has_set_aside_is_not_there_any_more(bank):
    consent = a_consent(bank)
    payment = p.paid(bank, p.an_instruction(60_000))

    assert not asks(bank, 60_000, consent_id=consent.id)
    payments.cancel(bank, payment)
    assert asks(bank, 60_000, consent_id=consent.id)


def test_an_overdraft_counts_as_money(bank):
    consent = a_consent(bank)
    a.change_account(bank, "kari-1", credit_limit_minor=50_000)

    assert asks(bank, p.START_MINOR + 50_000, consent_id=consent.id)


@pytest.mark.parametrize("status", [AccountStatus.BLOCKED, AccountStatus.CLOSED])
def test_from_a_blocked_or_closed_account_nothing_can_be_spent(bank, status):
    consent = a_consent(bank)
    a.change_account(bank, "kari-1", status=status)

    assert not asks(bank, 1, consent_id=consent.id)


def test_another_currency_is_exchanged_at_the_rate_of_the_day(bank):
    consent = a_consent(bank)

    assert asks(bank, 1_000, currency="EUR", consent_id=consent.id)
    assert not asks(bank, 50_000, currency="EUR", consent_id=consent.id)


@pytest.mark.parametrize(("minor", "currency"), [(0, "NOK"), (-1, "NOK"), (1, "XAU")])
def test_nobody_has_or_lacks_nothing(bank, minor, currency):
    consent = a_consent(bank)

    with pytest.raises(funds.FundsAmountInvalid):
        asks(bank, minor, currency=currency, consent_id=consent.id)


# Who may ask


def test_where_the_consent_is_named_the_bank_looks_for_no_other(bank):
    consent = a_consent(bank)

    assert asks(bank, 1, consent_id=consent.id)
    with pytest.raises(funds.FundsNotActivated):
        asks(bank, 1)


def test_a_consent_is_good_for_its_account_alone(bank):
    consent = a_consent(bank)

    with pytest.raises(funds.FundsConsentNotValid):
        asks(bank, 1, p.KARIS_SAVINGS, consent_id=consent.id)
    with pytest.raises(funds.FundsConsentNotValid):
        asks(bank, 1, p.OLAS, consent_id=consent.id)


def test_nobody_may_ask_before_the_yes_or_after_the_end(bank):
    waiting = a_consent(bank, by=None)
    ended = a_consent(bank)
    funds.delete(bank, ended)

    for consent in (waiting, ended):
        with pytest.raises(funds.FundsConsentNotValid):
            asks(bank, 1, consent_id=consent.id)


def test_where_the_account_is_enough_the_bank_finds_the_consent(bank):
    finding = confirming(bank, FundsActivation.ACCOUNT)
    with pytest.raises(funds.FundsNotActivated):
        asks(finding, 1)
    consent = a_consent(finding)

    assert asks(finding, 1)
    assert asks(finding, 1, consent_id=consent.id)
    with pytest.raises(funds.FundsNotActivated):
        asks(finding, 1, app_id="app-2")
    with pytest.raises(funds.FundsNotActivated):
        asks(finding, 1, p.OLAS)
    funds.revoke(finding, consent)
    with pytest.raises(funds.FundsNotActivated):
        asks(finding, 1)


def test_where_bank_and_psu_have_settled_it_any_account_of_the_bank_may_be_asked_about(bank):
    open_one = confirming(bank, FundsActivation.NONE)

    assert asks(open_one, 1)
    assert asks(open_one, 1, consent_id="never seen")
    for elsewhere in (p.LIVS, p.OUTSIDE):
        with pytest.raises(accounts.AccountUnknown):
            asks(open_one, 1, elsewhere)


def test_the_card_must_be_that_of_the_consent_where_the_bank_looks_at_cards(bank):
    consent = a_consent(bank, card_number=CARD, card_expires_on=EXPIRES)

    assert asks(bank, 1, consent_id=consent.id, card_number=CARD)
    assert asks(bank, 1, consent_id=consent.id)
    with pytest.raises(funds.CardInvalid):
        asks(bank, 1, consent_id=consent.id, card_number="5409050000000001")
    careless = confirming(bank, FundsActivation.CONSENT, card_number=False)
    assert asks(careless, 1, consent_id=consent.id, card_number="5409050000000001")


def test_of_two_consents_the_one_for_the_card_is_found(bank):
    finding = confirming(bank, FundsActivation.ACCOUNT)
    a_consent(finding, card_number=CARD)
    a_consent(finding, card_number="5409050000000001")

    assert asks(finding, 1, card_number=CARD)
    with pytest.raises(funds.CardInvalid):
        asks(finding, 1, card_number="5409050000000002")


# The payer


def test_the_payer_reads_who_has_asked_and_what_the_answer_was(bank):
    consent = a_consent(bank)
    asks(bank, 100, consent_id=consent.id, tpp_name="Card Club")
    later = p.later(bank, hours=1)
    asks(later, p.START_MINOR + 1, consent_id=consent.id, tpp_name="Card Club")

    told = [(one.tpp_name, one.amount_minor, one.available) for one in funds.answers(later, a.KARI)]

    assert told == [("Card Club", p.START_MINOR + 1, False), ("Card Club", 100, True)]
    assert funds.answers(later, a.OLA) == []


def test_what_was_refused_is_no_answer(bank):
    with pytest.raises(funds.FundsNotActivated):
        asks(bank, 100)

    assert funds.answers(bank, a.KARI) == []
