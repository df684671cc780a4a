"""Grants: no more accesses than granted, and no older history than allowed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from sandbox.bank import grants
from sandbox.bank.accounts import AccountUnknown
from tests.bank import factories as a


def read(bank, consent, endpoint="accounts", **more):
    return grants.open_grant(bank, "app-1", consent.id, endpoint=endpoint, **{"psu_present": False, **more})


def test_the_fifth_access_without_the_psu_is_refused_until_tomorrow(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent = a.a_valid_consent(bank)
        for _ in range(4):
            read(bank, consent)

        with pytest.raises(grants.AccessExceeded) as refused:
            read(bank, consent)
        assert refused.value.resets_at.isoformat() == "2026-03-16T23:00:00+00:00"
        read(bank, consent, endpoint="balances", resource="kari-1")
        read(bank, consent, psu_present=True)
        read(bank, consent, continuation=True)
        read(a.a_bank(work, hours=14), consent)


def test_calls_within_one_slot_count_once_where_the_bank_counts_slots(database):
    with database.writing() as work:
        a.settle_in(work)
        profile = a.with_rules(rules={"counting": "timeslot"})
        consent = a.a_valid_consent(a.a_bank(work, profile))
        for minutes in (0, 1, 20, 40, 60, 61):
            read(a.a_bank(work, profile, minutes=minutes), consent)
        with pytest.raises(grants.AccessExceeded):
            read(a.a_bank(work, profile, minutes=80), consent)


def test_a_one_off_consent_is_good_for_one_access_per_resource_and_twenty_minutes(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent = a.a_valid_consent(bank, a.an_order(recurring=False))
        read(bank, consent, psu_present=True)
        with pytest.raises(grants.AccessExceeded):
            read(bank, consent, psu_present=True)
        read(bank, consent, endpoint="balances", resource="kari-1")
        with pytest.raises(grants.ConsentExpired):
            read(a.a_bank(work, minutes=21), consent, endpoint="details")


def test_only_granted_accounts_open_and_only_for_what_was_granted(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        grant = read(bank, a.a_valid_consent(bank, a.an_order(a.dedicated(a.KARIS_IBAN))))
        assert grants.account(grant, "kari-1", balances=True).id == "kari-1"
        with pytest.raises(grants.AccessNotGranted):
            grants.account(grant, "kari-1", transactions=True)
        with pytest.raises(AccountUnknown):
            grants.account(grant, "kari-2")


def test_old_history_needs_a_fresh_sca(database):
    with database.writing() as work:
        a.settle_in(work)
        profile = a.with_rules(statements={"history_days_unattended": 90})
        bank, later = a.a_bank(work, profile), a.a_bank(work, profile, minutes=15)
        consent = a.a_valid_consent(bank)
        assert grants.history_start(bank, read(bank, consent)) == date(2024, 3, 16)
        assert grants.history_start(later, read(later, consent)) == date(2025, 12, 16)


def test_twenty_at_once_get_exactly_the_accesses_that_are_left(database):
    with database.writing() as work:
        a.settle_in(work)
        consent_id = a.a_valid_consent(a.a_bank(work)).id

    def use(_):
        with database.work() as work:
            try:
                grants.open_grant(a.a_bank(work), "app-1", consent_id, endpoint="accounts", psu_present=False)
            except grants.AccessExceeded:
                return False
            work.commit()
            return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(use, range(20))) == 4
