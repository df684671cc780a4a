"""The sandbox inside somebody else's tests: what the fixture gives, and that tests do not meet."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from time import process_time

import httpx
import pytest

from sandbox.kernel import passing
from sandbox.testing import PageUnexpected, Refused, Server
from sandbox.testing.plugin import bryggen, bryggen_server

__all__ = ["bryggen", "bryggen_server"]


def test_an_app_reads_what_a_psu_has_agreed_to(bryggen):
    psu = bryggen.person("no-0")
    bank = bryggen.berlin_group("fjordbanken")

    consent = bank.consent(psu)
    [account, *_] = bank.accounts(consent)
    entries = list(bank.transactions(consent, account.id, date(2025, 6, 1)))
    balances = bank.balances(consent, account.id)

    assert account.iban in {one.iban for one in psu.accounts}
    assert len(entries) > 100
    assert {one.currency for one in entries} == {account.currency} == {one.currency for one in balances}
    assert all(one.amount and one.text and not one.pending for one in entries)


def test_a_version_is_named_as_it_is_published_or_as_paths_have_it(bryggen):
    assert bryggen.uk_open_banking("kelpbank", "3.1.11") == bryggen.uk_open_banking("kelpbank", "v3.1")
    with pytest.raises(LookupError, match=r"3\.1 and 4\.0, not in 5\.0"):
        bryggen.uk_open_banking("kelpbank", "5.0")


@pytest.mark.parametrize("version", ["3.1", "4.0"])
def test_it_reads_in_london_too(bryggen, version):
    psu = bryggen.person("gb-0")
    bank = bryggen.uk_open_banking("kelpbank", version)

    consent = bank.consent(psu)
    [account, *_] = bank.accounts(consent)
    entries = list(bank.transactions(consent, account.id))

    assert account.iban in {one.iban for one in psu.accounts}
    assert bank.balances(consent, account.id)[0].currency == "GBP"
    assert len(entries) > 100
    assert {one.amount > 0 for one in entries} == {True, False}
    [latest, *_] = bank.transactions(consent, account.id, since="2026-03-01")
    assert latest.booked_on >= date(2026, 3, 1)


@pytest.mark.parametrize("version", ["3.1", "4.0"])
def test_it_pays_in_london_too(bryggen, version):
    psu, creditor = bryggen.person("gb-14"), bryggen.person("gb-3")
    bank = bryggen.uk_open_banking("kelpbank", version)
    wanted = bank.purchase("12.50", creditor.account("kelpbank"), creditor.name)

    payment = bank.pay(psu, wanted)
    bryggen.advance(days=1)

    assert bank.status(payment).status in {"ACCC", "AcceptedCreditSettlementCompleted"}
    read = bank.consent(creditor)
    account = creditor.account("kelpbank")
    assert Decimal("12.50") in {one.amount for one in bank.transactions(read, account.id, "2026-03-10")}


def test_a_payment_arrives_and_can_be_sent_back(bryggen):
    psu, creditor = bryggen.person("no-0"), bryggen.person("no-1")
    bank = bryggen.berlin_group("fjordbanken")
    body = {
        "instructedAmount": {"currency": "NOK", "amount": "125.00"},
        "debtorAccount": {"iban": psu.account("fjordbanken").iban},
        "creditorAccount": {"iban": creditor.account("nordlys").iban},
        "creditorName": creditor.name,
    }

    payment = bank.pay(psu, "norwegian-domestic-credit-transfers", body)
    assert bank.status(payment).status != "ACSC"
    bryggen.advance(days=2)
    assert bank.status(payment).status == "ACSC"
    bryggen.give_back(payment.id)

    read = bank.consent(psu)
    account = psu.account("fjordbanken")
    amounts = {one.amount for one in bank.transactions(read, account.id, "2026-03-10")}
    assert {Decimal("-125.00"), Decimal("125.00")} <= amounts


def test_a_payment_settles_when_the_test_says_so(bryggen):
    psu, creditor = bryggen.person("no-0"), bryggen.person("no-1")
    bryggen.progress("payment", "by_hand")
    bank = bryggen.berlin_group("fjordbanken")
    body = {
        "instructedAmount": {"currency": "NOK", "amount": "12.00"},
        "debtorAccount": {"iban": psu.account("fjordbanken").iban},
        "creditorAccount": {"iban": creditor.account("nordlys").iban},
        "creditorName": creditor.name,
    }
    payment = bank.pay(psu, "norwegian-domestic-credit-transfers", body)

    bryggen.advance(days=10)
    before = bank.status(payment).status
    bryggen.settle(payment.id)

    assert (before, bank.status(payment).status) == ("ACSP", "ACSC")


def test_a_refusal_shows_the_banks_own_words(bryggen):
    bank = bryggen.berlin_group("fjordbanken")

    with pytest.raises(Refused) as refused:
        bank.call("GET", "/v1/accounts")

    assert refused.value.status == 400
    assert refused.value.body["tppMessages"][0]["code"] in str(refused.value)
    assert bank.send("GET", "/v1/accounts").status_code == 400


def test_a_psu_may_say_no(bryggen):
    bank = bryggen.berlin_group("fjordbanken")
    begun = bank.ask_consent()

    bryggen.decline(begun.authorisation_id)

    assert bank.call("GET", begun.links["status"])["consentStatus"] == "rejected"


@pytest.mark.parametrize("bank_id", ["fjordbanken", "lindbanken"])
def test_a_psu_goes_to_the_banks_own_pages(bryggen, bank_id):
    bank = bryggen.berlin_group(bank_id)
    psu = bryggen.people(bank=bank_id, persona="single-employee")[0]
    agreed, refused = bank.ask_consent(), bank.ask_consent()

    back = bryggen.say_yes(agreed.psu_link, psu)
    nok = bryggen.say_no(refused.psu_link, psu)

    assert (back, nok) == ("https://tpp.example/ok", "https://tpp.example/nok")
    assert bank.call("GET", agreed.links["status"])["consentStatus"] == "valid"
    assert bank.call("GET", refused.links["status"])["consentStatus"] == "rejected"
    with pytest.raises(PageUnexpected):
        bryggen.say_yes(f"{bank.url}/online-banking/authorisations/nobody", psu)


def test_a_psu_chooses_the_account_to_pay_from(bryggen):
    psu, creditor = bryggen.person("no-0"), bryggen.person("no-1")
    bank, account = bryggen.berlin_group("fjordbanken"), psu.account("fjordbanken")
    wanted = {
        "instructedAmount": {"currency": "NOK", "amount": "12.00"},
        "creditorAccount": {"iban": creditor.account("nordlys").iban},
        "creditorName": creditor.name,
    }
    payment = bank.initiate("norwegian-domestic-credit-transfers", wanted)

    bryggen.say_yes(payment.psu_link, psu, [account.id])
    bryggen.advance(days=2)

    assert bank.status(payment).status == "ACSC"


def test_each_test_has_a_world_of_its_own_whose_clock_stands(bryggen, bryggen_server):
    assert bryggen.now == datetime(2026, 3, 16, 9, tzinfo=UTC)
    with bryggen_server.world(at=None) as another:
        another.advance(months=2)
        consent = another.berlin_group("fjordbanken").consent(another.person("no-0"))

        with pytest.raises(Refused):
            bryggen.berlin_group("fjordbanken").call("GET", f"/v1/consents/{consent.id}")
        gone = another.app_key
    assert bryggen.now == datetime(2026, 3, 16, 9, tzinfo=UTC)

    told = httpx.get(f"{bryggen.origin}/_sandbox/people", headers={"X-API-Key": gone}, trust_env=False)
    assert told.status_code == 401


def test_worlds_take_milliseconds(bryggen_server):
    began = process_time()
    for _ in range(20):
        with bryggen_server.world():
            pass

    assert (process_time() - began) / 20 < 0.05


def test_the_first_answer_is_there_within_a_second_and_nothing_is_left():
    began = process_time()
    with Server() as server, server.world() as world:
        world.people(bank="fjordbanken", limit="1")
        took, folder = process_time() - began, server.folder

        assert took < 1
        assert folder.parent == passing.memory() or passing.memory() is None
        assert any(folder.glob("*.sqlite3"))
    assert not folder.exists()


def test_people_are_found_by_what_they_are(bryggen):
    found = bryggen.people(bank="fjordbanken", persona="student")

    assert found
    assert all(one.persona == "student" for one in found)
    with pytest.raises(LookupError):
        bryggen.person("no-0").account("fjordbanken", "mortgage")


def test_events_of_the_world_are_there(bryggen):
    consent = bryggen.berlin_group("fjordbanken").consent(bryggen.person("no-0"))

    kinds = {one["kind"] for one in bryggen.events(subject_id=consent.id)}

    assert {"consent_status", "sca_status"} <= kinds


def test_a_project_of_its_own_has_the_fixture_without_a_word(tmp_path):
    (tmp_path / "test_mine.py").write_text(
        "def test_mine(bryggen):\n"
        "    consent = bryggen.berlin_group('fjordbanken').consent(bryggen.person('no-0'))\n"
        "    assert consent.id\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "sandbox.testing.plugin", "-p", "no:cacheprovider"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    told = subprocess.run(
        command, cwd=tmp_path, env=alone, capture_output=True, text=True, timeout=60, check=False
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert "1 passed" in told.stdout


def test_the_next_call_fails_as_the_test_wants_it_and_the_one_after_does_not(bryggen):
    consent = bryggen.berlin_group("fjordbanken").consent(bryggen.person("no-0"))
    bank = bryggen.berlin_group("fjordbanken")

    bryggen.failures.next("too_many_requests", bank="fjordbanken", operation="GET */accounts*")
    refused = bank.send("GET", "/v1/accounts", consent=consent)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert bank.accounts(consent)


def test_a_failure_lasts_until_it_is_cleared_and_its_name_is_checked(bryggen):
    bank = bryggen.berlin_group("fjordbanken")
    consent = bank.consent(bryggen.person("no-0"))
    name = "internal_error"
    assert name in bryggen.failures.names(area="transport")

    bryggen.failures.always(name, bank="fjordbanken")
    told = [bank.send("GET", "/v1/accounts", consent=consent).status_code for _ in range(3)]
    bryggen.failures.clear()

    assert told == [500, 500, 500]
    assert bank.accounts(consent)
    with pytest.raises(Refused) as refused:
        bryggen.failures.next("internal_eror")
    assert name in refused.value.answer.text
