"""Authorisations: every try is remembered, and only the PSU's yes makes a consent valid."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from sandbox.bank import authorisations, consents
from sandbox.bank.authorisations import Outcome, ScaStatus
from sandbox.bank.consents import ConsentStatus
from sandbox.bank.customers import PsuUnknown
from sandbox.bank.profile import ScaApproach
from tests.bank import factories as a


def test_name_password_and_code_make_the_consent_valid(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent, started = a.a_started(bank, approach=ScaApproach.EMBEDDED)
        it = started.authorisation

        authorisations.identify(bank, it, "kari")
        assert authorisations.authenticate(bank, it, "secret-no-1") == Outcome.RIGHT
        assert it.status == ScaStatus.SCA_METHOD_SELECTED
        code = authorisations.code_for_testing(bank, it)
        assert authorisations.confirm(bank, it, code) == Outcome.RIGHT

        assert (it.status, consent.status) == (ScaStatus.FINALISED, ConsentStatus.VALID)
        assert [one.account.id for one in consents.granted(bank, consent)] == ["kari-1", "kari-2"]


@pytest.mark.parametrize("step", ["password", "code"])
def test_the_last_wrong_try_fails_it_and_rejects_the_consent(database, step):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent, started = a.a_started(bank)
        it = started.authorisation
        authorisations.identify(bank, it, "kari")
        if step == "code":
            authorisations.authenticate(bank, it, "secret-no-1")
        attempt = authorisations.authenticate if step == "password" else authorisations.confirm

        tries = [attempt(bank, it, "wrong") for _ in range(3)]

        assert tries == [Outcome.WRONG, Outcome.WRONG, Outcome.FAILED]
        assert (it.status, consent.status) == (ScaStatus.FAILED, ConsentStatus.REJECTED)
        with pytest.raises(authorisations.AuthorisationFinished):
            attempt(bank, it, "wrong")


def test_without_any_method_the_password_is_the_yes_and_sca_is_exempted(database):
    with database.writing() as work:
        a.settle_in(work, methods=())
        bank = a.a_bank(work)
        consent, started = a.a_started(bank, approach=ScaApproach.EMBEDDED)
        authorisations.identify(bank, started.authorisation, "kari")
        authorisations.authenticate(bank, started.authorisation, "secret-no-1")

        assert started.authorisation.status == ScaStatus.EXEMPTED
        assert consent.status == ConsentStatus.VALID


def test_a_confirmation_code_comes_between_the_yes_and_the_consent(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work, a.with_rules(sca={"confirmation_code": True}))
        older = a.a_valid_consent(a.a_bank(work))
        consent, started = a.a_started(bank)
        it = started.authorisation
        authorisations.approve(bank, it, a.KARI, ["kari-1"])

        assert (it.status, consent.status) == (ScaStatus.UNCONFIRMED, ConsentStatus.RECEIVED)
        assert older.status == ConsentStatus.VALID
        code = authorisations.confirmation_code(bank, it)
        assert authorisations.return_address(bank, it) == f"https://tpp.example/ok?state=1&code={code}"
        assert authorisations.confirm_with_code(bank, it, code) == Outcome.RIGHT
        assert (it.status, consent.status) == (ScaStatus.FINALISED, ConsentStatus.VALID)
        assert older.status == ConsentStatus.EXPIRED
        with pytest.raises(authorisations.AuthorisationFinished):
            authorisations.confirm_with_code(bank, it, code)


def test_accounts_of_somebody_else_cannot_be_granted(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent, started = a.a_started(bank, a.an_order(a.dedicated(a.OLAS_IBAN)))
        authorisations.approve(bank, started.authorisation, a.KARI, None)
        assert consent.status == ConsentStatus.REJECTED

        _, started = a.a_started(bank)
        with pytest.raises(consents.AccountNotOffered):
            authorisations.approve(bank, started.authorisation, a.KARI, ["ola-1"])


def test_an_authorisation_that_has_waited_too_long_has_failed(database):
    with database.writing() as work:
        a.settle_in(work)
        consent, started = a.a_started(a.a_bank(work))
        late = a.a_bank(work, seconds=900)

        assert authorisations.by_link(late, started.link_token).status == ScaStatus.FAILED
        assert consent.status == ConsentStatus.RECEIVED


def test_the_bank_app_shows_what_waits_for_its_user(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        _, started = a.a_started(bank, approach=ScaApproach.DECOUPLED)
        authorisations.identify(bank, started.authorisation, "kari")

        assert authorisations.waiting_for(bank, a.KARI) == [started.authorisation]
        assert authorisations.waiting_for(bank, a.OLA) == []


def test_a_link_with_another_secret_is_unknown(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        _, started = a.a_started(bank)
        assert authorisations.workspace_of(started.link_token) == "test"
        with pytest.raises(authorisations.LinkUnknown):
            authorisations.by_link(bank, started.link_token[:-1])


def test_with_several_methods_the_psu_chooses_and_may_choose_again(database):
    with database.writing() as work:
        a.settle_in(work, methods=("sms", "app"))
        bank = a.a_bank(work)
        consent, started = a.a_started(bank, approach=ScaApproach.EMBEDDED)
        it = started.authorisation
        assert authorisations.methods(bank, it) == []
        authorisations.identify(bank, it, "kari")
        authorisations.authenticate(bank, it, "secret-no-1")

        assert (it.status, it.method_id) == (ScaStatus.PSU_AUTHENTICATED, None)
        assert [one.id for one in authorisations.methods(bank, it)] == ["sms", "app"]
        with pytest.raises(authorisations.StepOutOfOrder):
            authorisations.confirm(bank, it, "")
        with pytest.raises(authorisations.ScaMethodUnknown):
            authorisations.choose_method(bank, it, "pigeon")
        authorisations.choose_method(bank, it, "sms")
        by_sms = authorisations.code_for_testing(bank, it)
        authorisations.choose_method(bank, it, "app")

        assert it.status == ScaStatus.SCA_METHOD_SELECTED
        assert authorisations.confirm(bank, it, by_sms) == Outcome.WRONG
        by_app = authorisations.code_for_testing(bank, it)
        assert authorisations.confirm(bank, it, by_app) == Outcome.RIGHT
        assert consent.status == ConsentStatus.VALID


def test_on_the_banks_pages_a_psu_without_methods_says_yes_after_the_password(database):
    with database.writing() as work:
        a.settle_in(work, methods=())
        bank = a.a_bank(work)
        consent, started = a.a_started(bank)
        it = started.authorisation
        authorisations.identify(bank, it, "kari")
        authorisations.authenticate(bank, it, "secret-no-1")
        assert (it.status, consent.status) == (ScaStatus.PSU_AUTHENTICATED, ConsentStatus.RECEIVED)

        assert authorisations.confirm(bank, it, None, ["kari-2"]) == Outcome.RIGHT
        assert (it.status, consent.status) == (ScaStatus.EXEMPTED, ConsentStatus.VALID)
        assert [one.account.id for one in consents.granted(bank, consent)] == ["kari-2"]
        assert authorisations.return_address(bank, it) == "https://tpp.example/ok?state=1"


def test_a_wrong_confirmation_code_fails_it_at_once(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work, a.with_rules(sca={"confirmation_code": True}))
        consent, started = a.a_started(bank)
        it = started.authorisation
        with pytest.raises(authorisations.StepOutOfOrder):
            authorisations.confirm_with_code(bank, it, authorisations.confirmation_code(bank, it))
        authorisations.approve(bank, it, a.KARI)

        assert authorisations.confirm_with_code(bank, it, "wrong") == Outcome.FAILED
        assert (it.status, consent.status) == (ScaStatus.FAILED, ConsentStatus.REJECTED)
        assert consents.granted(bank, consent) == []


@pytest.mark.parametrize("approach", [ScaApproach.EMBEDDED, ScaApproach.DECOUPLED])
def test_only_a_redirect_has_a_confirmation_code(database, approach):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work, a.with_rules(sca={"confirmation_code": True}))
        consent, started = a.a_started(bank, approach=approach)
        authorisations.approve(bank, started.authorisation, a.KARI)
        assert started.authorisation.status == ScaStatus.FINALISED
        assert consent.status == ConsentStatus.VALID


@pytest.mark.parametrize("approach", a.EVERY_APPROACH)
def test_a_no_fails_it_and_rejects_the_consent(database, approach):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent, started = a.a_started(bank, approach=approach)
        it = started.authorisation
        authorisations.identify(bank, it, "kari")
        authorisations.decline(bank, it)

        assert (it.status, consent.status) == (ScaStatus.FAILED, ConsentStatus.REJECTED)
        assert authorisations.return_address(bank, it) == "https://tpp.example/no"
        with pytest.raises(authorisations.AuthorisationFinished):
            authorisations.approve(bank, it, a.KARI)
        with pytest.raises(consents.ConsentNotOpen):
            authorisations.start(bank, authorisations.ConsentSubject(consent), authorisations.Wish())


def test_a_consent_of_a_named_psu_takes_nobody_elses_yes(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        order = replace(a.an_order(), psu_login="ola")
        _, started = a.a_started(bank, order)
        it = started.authorisation
        assert (it.status, it.person_id) == (ScaStatus.PSU_IDENTIFIED, a.OLA)

        with pytest.raises(PsuUnknown):
            authorisations.identify(bank, it, "kari")
        with pytest.raises(PsuUnknown):
            authorisations.approve(bank, it, a.KARI)
        consent = consents.create(bank, "app-1", order)
        with pytest.raises(PsuUnknown):
            authorisations.start(
                bank, authorisations.ConsentSubject(consent), authorisations.Wish(psu_login="kari")
            )
        assert (it.status, it.person_id) == (ScaStatus.PSU_IDENTIFIED, a.OLA)


def test_an_authorisation_of_another_app_or_consent_or_bank_is_unknown(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent, started = a.a_started(bank)
        other, _ = a.a_started(bank)
        elsewhere = a.a_bank(work, replace(a.PROFILE, id="annenbanken"))
        known = started.authorisation.id
        asked = authorisations.ConsentSubject(consent)
        assert authorisations.get(bank, "app-1", asked, known) is started.authorisation
        assert authorisations.every(bank, "app-1", asked) == [started.authorisation]

        for at, app_id, one in (
            (bank, "app-2", consent),
            (bank, "app-1", other),
            (elsewhere, "app-1", consent),
        ):
            with pytest.raises(authorisations.AuthorisationUnknown):
                authorisations.get(at, app_id, authorisations.ConsentSubject(one), known)
        assert authorisations.every(bank, "app-2", asked) == []
        with pytest.raises(authorisations.LinkUnknown):
            authorisations.by_link(elsewhere, started.link_token)


def test_once_the_consent_is_given_its_other_authorisations_have_failed(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent, first = a.a_started(bank)
        second = authorisations.start(bank, authorisations.ConsentSubject(consent), authorisations.Wish())
        authorisations.approve(bank, first.authorisation, a.KARI)

        assert authorisations.of_id(bank, second.authorisation.id).status == ScaStatus.FAILED
        assert consent.status == ConsentStatus.VALID


def test_the_code_joins_the_address_of_the_tpp_and_changes_nothing_else_of_it(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work, a.with_rules(sca={"confirmation_code": True}))
        for address, expected in (
            ("https://tpp.example/ok", "https://tpp.example/ok?code={}"),
            (
                "https://tpp.example/ok?state=a%20b/c&flag#top",
                "https://tpp.example/ok?state=a%20b/c&flag&code={}#top",
            ),
        ):
            consent = consents.create(bank, "app-1", a.an_order())
            wish = authorisations.Wish(ScaApproach.REDIRECT, address)
            it = authorisations.start(bank, authorisations.ConsentSubject(consent), wish).authorisation
            authorisations.approve(bank, it, a.KARI)
            code = authorisations.confirmation_code(bank, it)
            assert authorisations.return_address(bank, it) == expected.format(code)


def test_of_two_yeses_of_one_psu_at_once_one_recurring_consent_is_left(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        begun = [a.a_started(bank) for _ in range(4)]
        tries = [(consent.id, started.authorisation.id) for consent, started in begun]
    together = Barrier(len(tries))

    def say_yes(of):
        with database.work() as work:
            bank = a.a_bank(work)
            it = authorisations.of_id(bank, of[1])
            together.wait()
            authorisations.approve(bank, it, a.KARI)
            work.commit()

    with ThreadPoolExecutor(len(tries)) as pool:
        list(pool.map(say_yes, tries))

    with database.reading() as work:
        bank = a.a_bank(work)
        left = sorted(consents.get(bank, "app-1", consent_id).status for consent_id, _ in tries)
        assert left == [ConsentStatus.EXPIRED] * 3 + [ConsentStatus.VALID]


def test_two_psus_at_once_cannot_both_give_the_same_consent(database):
    with database.writing() as work:
        a.settle_in(work)
        bank = a.a_bank(work)
        consent, first = a.a_started(bank)
        second = authorisations.start(bank, authorisations.ConsentSubject(consent), authorisations.Wish())
        consent_id = consent.id
        tries = [(first.authorisation.id, a.KARI), (second.authorisation.id, a.OLA)]
    together = Barrier(len(tries))

    def say_yes(of):
        with database.work() as work:
            bank = a.a_bank(work)
            it = authorisations.of_id(bank, of[0])
            together.wait()
            try:
                authorisations.approve(bank, it, of[1])
            except (authorisations.AuthorisationFinished, consents.ConsentNotOpen):
                return None
            work.commit()
            return of[1]

    with ThreadPoolExecutor(len(tries)) as pool:
        given = [person_id for person_id in pool.map(say_yes, tries) if person_id]

    with database.reading() as work:
        bank = a.a_bank(work)
        consent = consents.get(bank, "app-1", consent_id)
        assert [consent.person_id] == given
        owners = {one.account.owner_name for one in consents.granted(bank, consent)}
        assert owners == set(given)
