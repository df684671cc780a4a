"""The banks that are shipped: each is whole, fictional, and unlike the others."""

import pytest
from schwifty import BIC, registry
from schwifty.exceptions import SchwiftyException

from sandbox.bank import profiles
from sandbox.bank.profile import BankKind, Counting, Profile, ScaApproach
from sandbox.kernel import iban, places
from sandbox.standards.registry import STANDARDS

SWITCHES = {one.id: one.switches for one in STANDARDS.values()}
BANKS = profiles.load(places.mock_banks(), SWITCHES)


def test_there_are_three_banks_in_britain_two_in_each_other_country_and_one_in_sweden():
    countries = ["DE", "DE", "DK", "DK", "FI", "FI", "GB", "GB", "GB", "NO", "NO", "SE"]
    assert sorted(bank.country for bank in BANKS.values()) == countries
    assert [bank.id for bank in BANKS.values() if bank.kind is BankKind.CARD_ISSUER] == ["kronekort"]


@pytest.mark.parametrize("bank", BANKS.values(), ids=lambda bank: bank.id)
def test_no_real_bank_has_its_bic_code_or_name(bank: Profile):
    real = [one for one in registry.get_all_banks() if one.country_code == bank.country]

    assert BIC(bank.bic).type == "testing"
    assert bank.bank_code not in {one.bank_code for one in real}
    assert bank.bic[:6] not in {str(one.bic)[:6] for one in real}
    assert bank.name.lower() not in {one.name.lower() for one in real}


def test_an_unreal_bic_is_one_that_schwifty_reads():
    with pytest.raises(SchwiftyException):
        BIC("NOT A BIC")


@pytest.mark.parametrize("bank", BANKS.values(), ids=lambda bank: bank.id)
def test_its_file_is_named_like_it_and_its_pages_speak_its_language_and_english(bank: Profile):
    assert (places.mock_banks() / f"{bank.id}.yaml").is_file()
    assert bank.languages[-1] == "en"
    own = {"NO": "nb", "SE": "sv", "DK": "da", "FI": "fi", "DE": "de", "GB": "en"}
    assert bank.languages[0] == own[bank.country]


@pytest.mark.parametrize(
    "trait",
    [
        lambda bank: bank.look.primary,
        lambda bank: bank.statements.balance_types,
        lambda bank: bank.statements.page_size,
        lambda bank: bank.text.card,
        lambda bank: tuple(method.id for method in bank.sca.methods),
        lambda bank: bank.bank_code,
        lambda bank: bank.bic,
    ],
    ids=["colour", "balances", "page", "card text", "methods", "bank code", "BIC"],
)
def test_no_two_banks_are_alike(trait):
    assert len({trait(bank) for bank in BANKS.values()}) == len(BANKS)


def test_together_they_have_every_variant_that_an_app_must_be_ready_for():
    banks = BANKS.values()

    assert {bank.sca.approaches[0] for bank in banks} == set(ScaApproach)
    assert {bank.consents.counting for bank in banks} == set(Counting)
    assert {word for bank in banks for word in bank.statements.formats} == {
        "json",
        "camt.052",
        "camt.053",
        "mt940",
    }
    assert {bank.statements.newest_first for bank in banks} == {True, False}
    assert {bank.sca.explicit_start for bank in banks} == {True, False}
    assert {bank.sca.confirmation_code for bank in banks} == {True, False}
    assert {bank.statements.delta_list for bank in banks} == {True, False}
    assert {bank.statements.history_days_unattended is None for bank in banks} == {True, False}
    assert len({bank.statements.multi_currency for bank in banks}) == 3
    assert {len(bank.sca.methods) > 1 for bank in banks} == {True, False}


def test_a_british_bank_has_the_letters_of_its_bic_and_a_sort_code_that_nobody_has():
    for bank in BANKS.values():
        if bank.country == "GB":
            assert bank.bank_code[:4] == bank.bic[:4]
            assert iban.is_fictional_code("GB", bank.bank_code)


def test_the_british_banks_speak_one_version_the_other_and_both():
    spoken = {
        bank.id: {one.version for one in bank.interfaces} for bank in BANKS.values() if bank.country == "GB"
    }

    assert spoken == {"kelpbank": {"3.1.11", "4.0"}, "puddleworth": {"3.1.11"}, "magpie": {"4.0"}}
