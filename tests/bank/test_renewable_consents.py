"""Renewable consents: they last as the TPP says, stand side by side, and the PSU may say yes again."""

from datetime import timedelta

import pytest

from sandbox.bank import accounts, authorisations, consents
from sandbox.bank.authorisations import ConsentSubject, Wish
from sandbox.bank.consents import FOREVER, Access, AccessKind, ConsentOrder, ConsentStatus
from tests.bank import factories as a

TERMS = {"version": "of the standard", "asked": ["this", "that"]}


def an_order(**more):
    given = {
        "access": Access(AccessKind.BANK_OFFERED),
        "recurring": True,
        "valid_until": FOREVER,
        "frequency_per_day": 4,
        "renewable": True,
        "terms": TERMS,
    }
    return ConsentOrder(**{**given, **more})


def says_yes(bank, consent, account_ids=None, person_id=a.KARI):
    started = authorisations.start(bank, ConsentSubject(consent), Wish())
    authorisations.approve(bank, started.authorisation, person_id, account_ids)


def test_it_is_not_trimmed_and_its_terms_are_kept(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)

        consent = consents.create(bank, "app-1", an_order())

        assert consent.valid_until == FOREVER
        says_yes(bank, consent)
        assert consents.standing(bank, "app-1", consent.id).terms == TERMS
        assert consents.current_status(a.a_bank(work, days=4000), consent) == ConsentStatus.VALID


def test_it_ends_at_its_moment(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        at = a.NOON + timedelta(hours=3)
        consent = consents.create(bank, "app-1", an_order(valid_until=at.date(), expires_at=at))
        says_yes(bank, consent)

        before, after = a.a_bank(work, hours=2, minutes=59), a.a_bank(work, hours=3)
        assert consents.standing(before, "app-1", consent.id).status == ConsentStatus.VALID
        assert consents.standing(after, "app-1", consent.id).status == ConsentStatus.EXPIRED
        with pytest.raises(consents.ValidUntilPast):
            consents.create(after, "app-1", an_order(valid_until=at.date(), expires_at=at))


def test_it_stands_beside_others_of_the_same_two(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        first, second = (consents.create(bank, "app-1", an_order()) for _ in range(2))

        says_yes(bank, first)
        says_yes(bank, second)

        assert {first.status, second.status} == {ConsentStatus.VALID}


def test_another_yes_chooses_anew(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent = consents.create(bank, "app-1", an_order())
        says_yes(bank, consent)
        mine = [one.id for one in accounts.of_customer(bank, a.KARI)]
        consents.revoke(bank, consent)

        says_yes(bank, consent, mine[:1])

        assert consent.status == ConsentStatus.VALID
        assert [one.account.id for one in consents.granted(bank, consent)] == mine[:1]
        assert len(mine) > 1


def test_an_ordinary_consent_that_was_revoked_stays_so(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent = a.a_valid_consent(bank)
        consents.revoke(bank, consent)

        with pytest.raises(consents.ConsentNotOpen):
            authorisations.start(bank, ConsentSubject(consent), Wish())
