"""Consents: trimmed to the bank's rules, and gone when their day is over."""

from datetime import date, timedelta

import pytest

from sandbox.bank import consents
from sandbox.bank.consents import ConsentStatus
from tests.bank import factories as a


def test_a_consent_for_ever_is_trimmed_to_the_banks_longest(database):
    with database.writing() as work:
        a.settle_in(work)
        consent = consents.create(a.a_bank(work), "app-1", a.an_order(frequency=99))

        assert consent.valid_until == date(2026, 3, 16) + timedelta(days=180)
        assert consent.frequency_per_day == 4


@pytest.mark.parametrize(
    ("order", "rules", "refusal"),
    [
        (a.an_order(valid_until=date(2026, 3, 15)), {}, consents.ValidUntilPast),
        (a.an_order(frequency=0), {}, consents.FrequencyInvalid),
        (a.an_order(recurring=False), {"one_off": False}, consents.OneOffUnsupported),
        (a.an_order(), {"all_psd2": False}, consents.ConsentKindUnsupported),
    ],
)
def test_what_the_bank_does_not_grant_is_refused(database, order, rules, refusal):
    with database.writing() as work:
        a.settle_in(work)
        with pytest.raises(refusal):
            consents.create(a.a_bank(work, a.with_rules(rules=rules)), "app-1", order)


def test_a_consent_lasts_until_the_end_of_its_last_day_where_the_bank_is(database):
    with database.writing() as work:
        a.settle_in(work)
        consent = a.a_valid_consent(a.a_bank(work), a.an_order(valid_until=date(2026, 3, 16)))

        # Noon is 9:00 UTC and 10:00 in Oslo: the day ends 14 hours later.
        before, after = a.a_bank(work, hours=13, minutes=59), a.a_bank(work, hours=14)
        assert consents.get(before, "app-1", consent.id).status == ConsentStatus.VALID
        assert consents.get(after, "app-1", consent.id).status == ConsentStatus.EXPIRED


def test_another_apps_consent_looks_unknown(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent = a.a_valid_consent(bank)
        with pytest.raises(consents.ConsentUnknown):
            consents.get(bank, "app-2", consent.id)


def test_a_new_recurring_consent_expires_the_older_one_of_the_same_app_and_psu_only(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        older = a.a_valid_consent(bank)
        of_another_app = a.a_valid_consent(bank, app_id="app-2")
        of_ola = a.a_valid_consent(bank, person_id=a.OLA)
        a.a_valid_consent(bank, a.an_order(recurring=False))
        assert older.status == ConsentStatus.VALID

        newer = a.a_valid_consent(bank)

        assert older.status == ConsentStatus.EXPIRED
        assert {newer.status, of_another_app.status, of_ola.status} == {ConsentStatus.VALID}


def test_a_final_consent_cannot_be_ended_again(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent = a.a_valid_consent(bank)
        consents.revoke(bank, consent)
        with pytest.raises(consents.ConsentNotOpen):
            consents.delete(bank, consent)
