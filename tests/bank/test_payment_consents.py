"""Payment consents: a yes first, the payment afterwards, once; and calls that make nothing twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sandbox.bank import accounts, authorisations, idempotency, payment_consents, payments
from sandbox.bank.accounts import Role
from sandbox.bank.authorisations import PaymentConsentSubject, ScaStatus, Wish
from sandbox.bank.idempotency import Call, KeyReused
from sandbox.bank.payment_consents import (
    CutOffPassed,
    PaymentConsentNotOpen,
    PaymentConsentOrder,
    PaymentConsentStatus,
    PaymentConsentUnknown,
    SignaturesTooMany,
)
from sandbox.bank.payments import AgreedRate, DebtorUnknown, PaymentStatus
from sandbox.bank.profile import AfterCutOff, Reuse, ScaApproach, Scheme
from tests.bank import factories as a
from tests.bank import paying as p

#: Half past four, and the cut-off of Norwegian transfers has passed.
LATE = datetime(2026, 3, 16, 16, 30, tzinfo=UTC)


def strict(bank):
    """The same bank, which takes nothing for the next day."""
    rules = replace(bank.profile.payments, after_cut_off=AfterCutOff.REJECT)
    return replace(bank, profile=replace(bank.profile, payments=rules))


def staged(bank, *instructions, one_signature=False, complete_by=None, **order):
    """A consent that waits for its yes."""
    wanted = PaymentConsentOrder(
        p.an_order(*instructions, **order),
        {"said": "so"},
        one_signature=one_signature,
        complete_by=complete_by,
    )
    return payment_consents.create(bank, "app-1", wanted)


def asked(bank, consent):
    subject = PaymentConsentSubject(consent)
    return authorisations.start(bank, subject, Wish(ScaApproach.REDIRECT)).authorisation


def agreed(bank, *instructions, by=a.KARI, **order):
    """A consent with its yes."""
    consent = staged(bank, *instructions, **order)
    authorisations.approve(bank, asked(bank, consent), by)
    return consent


def status(bank, consent):
    return payment_consents.current_status(bank, consent)


def test_the_yes_moves_no_money_and_the_submission_does(bank):
    consent = agreed(bank, scheme=Scheme.DOMESTIC_INSTANT)
    before = p.available(bank, "kari-1")

    payment = payment_consents.submit(bank, consent)

    assert before == p.START_MINOR
    assert payment.status == PaymentStatus.CREDITED
    assert p.booked(bank, "kari-1") == p.START_MINOR - 10_000
    assert (consent.status, consent.terms) == (PaymentConsentStatus.CONSUMED, {"said": "so"})


def test_it_is_submitted_once(bank):
    consent = agreed(bank)
    payment_consents.submit(bank, consent)

    with pytest.raises(PaymentConsentNotOpen):
        payment_consents.submit(bank, consent)


def test_without_a_yes_nothing_is_submitted(bank):
    waiting, declined = staged(bank), staged(bank)
    authorisations.decline(bank, asked(bank, declined))

    for consent in (waiting, declined):
        with pytest.raises(PaymentConsentNotOpen):
            payment_consents.submit(bank, consent)
    assert (status(bank, waiting), status(bank, declined)) == (
        PaymentConsentStatus.RECEIVED,
        PaymentConsentStatus.REJECTED,
    )


def test_the_psu_pays_from_the_account_that_they_chose(bank):
    consent = staged(bank, debtor=None)
    authorisations.approve(bank, asked(bank, consent), a.KARI, ["kari-2"])

    payment = payment_consents.submit(bank, consent)

    assert payment.debtor_account_id == "kari-2"


def test_somebody_elses_account_is_never_chosen(bank):
    consent = staged(bank, debtor=p.OLAS)
    authorisation = asked(bank, consent)

    authorisations.approve(bank, authorisation, a.KARI)

    assert authorisation.status == ScaStatus.FAILED
    assert status(bank, consent) == PaymentConsentStatus.REJECTED


@pytest.mark.parametrize("answered", [False, True])
def test_what_is_not_used_by_the_end_of_the_next_day_lapses(bank, answered):
    consent = agreed(bank) if answered else staged(bank)
    payment = payment_consents.payment_of(bank, consent)

    then = p.later(bank, days=2)

    assert payment_consents.of_subject(then, consent.id).status == PaymentConsentStatus.REJECTED
    assert payment.status == PaymentStatus.REJECTED


def test_the_tpp_may_say_until_when_the_yes_must_come(bank):
    consent = staged(bank, complete_by=bank.now + timedelta(hours=1))

    assert status(bank, consent) == PaymentConsentStatus.RECEIVED
    assert status(bank.at(bank.now + timedelta(hours=1, seconds=1)), consent) == PaymentConsentStatus.REJECTED


def test_a_strict_bank_takes_nothing_after_the_cut_off(bank):
    here = strict(bank)
    waiting, ready = staged(here), agreed(here)
    late = here.at(LATE)

    with pytest.raises(CutOffPassed):
        staged(late)
    with pytest.raises(CutOffPassed):
        payment_consents.submit(late, ready)
    assert (status(late, waiting), status(late, ready)) == (
        PaymentConsentStatus.REJECTED,
        PaymentConsentStatus.AUTHORISED,
    )
    assert payment_consents.of_subject(late, waiting.id).reason == "TM01"


def test_a_strict_bank_takes_at_night_what_is_for_another_day(bank):
    late = strict(bank).at(LATE)

    consent = staged(late, requested_on=bank.today + timedelta(days=3))

    assert status(late, consent) == PaymentConsentStatus.RECEIVED


def test_another_bank_takes_it_for_the_next_day(bank):
    consent = agreed(bank)

    payment = payment_consents.submit(bank.at(LATE), consent)

    assert payment.status == PaymentStatus.IN_PROCESS


def test_a_company_needs_a_second_signature_after_the_submission(bank):
    bank.work.query(accounts.Holder).filter_by(account_id="kari-1").update({"role": "signatory"})
    p.also_holds(bank.work, "kari-1", a.OLA, Role.SIGNATORY)
    consent = agreed(bank)

    payment = payment_consents.submit(bank, consent)

    assert payment.status == PaymentStatus.PARTIALLY_AUTHORISED
    payments.agree(bank, payment, a.OLA)
    assert payment.status != PaymentStatus.PARTIALLY_AUTHORISED
    with pytest.raises(SignaturesTooMany):
        staged(bank, one_signature=True)
    choice = staged(bank, one_signature=True, debtor=None)
    assert [one.id for one in payment_consents.offered(bank, choice, a.KARI)] == ["kari-2"]


def test_two_that_are_alike_are_two_whatever_the_bank_thinks_of_duplicates(bank):
    rules = replace(bank.profile.payments, logical_duplicates=Reuse.REFUSE)
    here = replace(bank, profile=replace(bank.profile, payments=rules))

    first, second = staged(here), staged(here)

    assert first.payment_id != second.payment_id


def test_funds_are_there_or_not_between_the_yes_and_the_submission(bank):
    enough, too_much = agreed(bank), agreed(bank, p.an_instruction(p.START_MINOR + 1))

    assert payment_consents.is_funded(bank, enough)
    assert not payment_consents.is_funded(bank, too_much)
    with pytest.raises(PaymentConsentNotOpen):
        payment_consents.is_funded(bank, staged(bank))


def test_the_account_must_still_be_the_payers_when_it_is_submitted(bank):
    consent = agreed(bank)
    a.change_account(bank, "kari-1", kind="loan")

    with pytest.raises(DebtorUnknown):
        payment_consents.submit(bank, consent)


def test_a_rate_that_the_bank_stands_by_is_what_is_paid_by(bank):
    rate = AgreedRate("NOK", Decimal("0.10"))
    instruction = replace(p.an_instruction(1_000, p.EVAS, "EUR"), rate=rate)

    payment = payment_consents.submit(bank, agreed(bank, instruction, scheme=Scheme.SEPA))

    [one] = payments.transfers(bank, payment)
    assert one.debit_minor == 10_000


def test_a_consent_is_its_own_apps(bank):
    consent = staged(bank)

    with pytest.raises(PaymentConsentUnknown):
        payment_consents.get(bank, "app-2", consent.id)
    with pytest.raises(PaymentConsentUnknown):
        payment_consents.of_payment(bank, consent.payment_id)


def test_a_file_brings_the_payment_later_and_once(bank):
    consent = payment_consents.create(bank, "app-1", PaymentConsentOrder(None, {}))

    assert consent.status == PaymentConsentStatus.AWAITING_FILE
    payment_consents.attach(bank, consent, p.an_order(), "wages")
    assert (consent.status, consent.file) == (PaymentConsentStatus.RECEIVED, "wages")
    with pytest.raises(PaymentConsentNotOpen):
        payment_consents.attach(bank, consent, p.an_order(), "wages")


CALL = Call("app-1", "/payments", "key", "print")


def test_the_same_call_within_a_day_has_been_made_before(database):
    with database.work() as work:
        work.write()
        p.settle_in(work)
        bank = p.bank_at(work)

        assert idempotency.made_before(bank, CALL) is None
        idempotency.remember(bank, CALL, "one")

        assert idempotency.made_before(bank, CALL) == "one"
        with pytest.raises(KeyReused):
            idempotency.made_before(bank, replace(CALL, fingerprint="other"))
        for other in (replace(CALL, app_id="app-2"), replace(CALL, place="/x"), replace(CALL, key="k2")):
            assert idempotency.made_before(bank, other) is None
        tomorrow = bank.at(bank.now + timedelta(hours=24))
        assert idempotency.made_before(tomorrow, CALL) is None
        idempotency.remember(tomorrow, CALL, "two")
        assert idempotency.made_before(tomorrow, CALL) == "two"
        work.rollback()


def test_a_consent_is_kept_on_both_databases(database):
    with database.work() as work:
        work.write()
        p.settle_in(work)
        bank = p.bank_at(work)
        consent = agreed(bank)
        payment = payment_consents.submit(bank, consent)
        work.flush()
        work.expire_all()

        assert payment_consents.of_payment(bank, payment.id).id == consent.id
        work.rollback()
