"""Access: what each kind of consent offers the PSU, and what its yes gives the TPP."""

from itertools import product

import pytest

from sandbox.bank import consents
from sandbox.bank.accounts import AccountRef
from sandbox.bank.consents import Access, AccessKind, ConsentStatus
from sandbox.bank.profile import MultiCurrency
from tests.bank import factories as a

VALUTA_IBAN = "NO4060001234575"


def granted(bank, access):
    """What Kari's yes to that access gives: account id, balances, transactions, owner's name."""
    consent = a.a_valid_consent(bank, a.an_order(access))
    assert consent.status == ConsentStatus.VALID
    return [
        (one.account.id, one.balances, one.transactions, one.owner_name)
        for one in consents.granted(bank, consent)
    ]


def add_a_multi_currency_account(work):
    """One IBAN of Kari's, in kroner and in euro."""
    a.add_account(work, "kari-3", a.KARI, "multi", VALUTA_IBAN)
    for currency in ("EUR", "NOK"):
        a.add_account(
            work, f"kari-3-{currency}", a.KARI, "current", VALUTA_IBAN, currency=currency, parent_id="kari-3"
        )


@pytest.mark.parametrize(
    ("kind", "balances", "transactions"),
    [
        (AccessKind.AVAILABLE, False, False),
        (AccessKind.AVAILABLE_WITH_BALANCE, True, False),
        (AccessKind.ALL_PSD2, True, True),
        (AccessKind.BANK_OFFERED, True, True),
    ],
)
def test_an_access_to_all_accounts_gives_what_its_name_says(database, kind, balances, transactions):
    with database.writing() as work:
        a.settle_in(work)
        assert granted(a.a_bank(work), Access(kind)) == [
            ("kari-1", balances, transactions, False),
            ("kari-2", balances, transactions, False),
        ]


def test_a_named_account_gives_only_what_it_is_named_for(database):
    with database.writing() as work:
        a.settle_in(work)
        access = Access(
            AccessKind.DEDICATED,
            accounts=(AccountRef(iban="NO21 6000 1234568"),),
            transactions=(AccountRef(iban=a.KARIS_IBAN.lower()),),
        )
        assert granted(a.a_bank(work), access) == [
            ("kari-1", False, True, False),
            ("kari-2", False, False, False),
        ]


def test_an_access_that_names_no_account_leaves_the_choice_to_the_psu(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        unnamed, named = Access(AccessKind.DEDICATED), a.dedicated(a.KARIS_IBAN)
        assert consents.is_choice_of_psu(consents.create(bank, "app-1", a.an_order(unnamed)))
        assert not consents.is_choice_of_psu(consents.create(bank, "app-1", a.an_order(named)))


def test_a_restricted_access_offers_only_accounts_of_those_types(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        for restricted_to, expected in (
            (("SVGS",), ["kari-2"]),
            (("CACC",), ["kari-1"]),
            (("CACC", "SVGS"), ["kari-1", "kari-2"]),
            (("LOAN",), []),
            (("XXXX",), []),
        ):
            for kind in (AccessKind.BANK_OFFERED, AccessKind.AVAILABLE_WITH_BALANCE, AccessKind.ALL_PSD2):
                order = a.an_order(Access(kind, restricted_to=restricted_to))
                consent = consents.create(bank, "app-1", order)
                assert [one.id for one in consents.offered(bank, consent, a.KARI)] == expected


def test_a_yes_to_no_account_at_all_is_a_no(database):
    with database.writing() as work:
        a.settle_in(work)
        access = Access(AccessKind.ALL_PSD2, restricted_to=("LOAN",))
        consent = a.a_valid_consent(a.a_bank(work), a.an_order(access))
        assert consent.status == ConsentStatus.REJECTED
        assert consent.authorised_at is None


def test_the_owners_name_is_granted_only_where_asked_for_and_given_by_the_bank(database):
    with database.writing() as work:
        a.settle_in(work)
        for asked, bank_gives in product((False, True), repeat=2):
            bank = a.a_bank(work, a.with_rules(rules={"owner_name": bank_gives}))
            given = [one[3] for one in granted(bank, Access(AccessKind.ALL_PSD2, owner_name=asked))]
            assert given == [asked and bank_gives] * 2


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        (MultiCurrency.SUBACCOUNT, ["kari-3-EUR", "kari-3-NOK"]),
        (MultiCurrency.AGGREGATION, ["kari-3"]),
        (MultiCurrency.BOTH, ["kari-3", "kari-3-EUR", "kari-3-NOK"]),
    ],
)
def test_a_multi_currency_account_is_offered_as_the_bank_shows_it(database, how, shown):
    with database.writing() as work:
        a.settle_in(work)
        add_a_multi_currency_account(work)
        bank = a.a_bank(work, a.with_rules(statements={"multi_currency": how}))
        everything = consents.create(bank, "app-1", a.an_order())
        by_iban = consents.create(bank, "app-1", a.an_order(a.dedicated(VALUTA_IBAN)))

        assert [one.id for one in consents.offered(bank, everything, a.KARI)] == ["kari-1", "kari-2", *shown]
        assert [one.id for one in consents.offered(bank, by_iban, a.KARI)] == shown


def test_an_iban_with_a_currency_means_that_sub_account_alone(database):
    with database.writing() as work:
        a.settle_in(work)
        add_a_multi_currency_account(work)
        euro = AccountRef(iban=VALUTA_IBAN, currency="EUR")
        access = Access(AccessKind.DEDICATED, accounts=(euro,), balances=(euro,))
        assert granted(a.a_bank(work), access) == [("kari-3-EUR", True, False, False)]


def test_a_bank_without_account_lists_refuses_both_kinds_of_them(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work, a.with_rules(rules={"available_accounts": False}))
        for kind in (AccessKind.AVAILABLE, AccessKind.AVAILABLE_WITH_BALANCE):
            with pytest.raises(consents.ConsentKindUnsupported):
                consents.create(bank, "app-1", a.an_order(Access(kind)))
