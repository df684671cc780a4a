"""The directory: every app has an organisation and its software in it, from its first moment."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk

from sandbox.kernel.db import Database
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import apps, key_sets, lifecycle, organisations, software
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.organisations import Particulars, PspRole
from sandbox.workspaces.software import Registered
from tests.conftest import STILL


def an_app(work, name="Budget Buddy", world="test"):
    world = workspaces.get(work, world) if work.get(workspaces.Workspace, world) else a_world(work, world)
    return apps.create(work, world, name)[0]


def a_world(work, name="test"):
    return workspaces.create(work, "bergen", name=name, clock=STILL)


def a_key(kid="one", kind="EC", size="P-256"):
    make = {"EC": jwk.ECKey, "RSA": jwk.RSAKey, "OKP": jwk.OKPKey}[kind]
    return {**make.generate_key(size).as_dict(private=False), "kid": kid}


def test_a_new_app_has_an_organisation_of_its_own_with_every_role_of_a_tpp(database: Database):
    with database.writing() as work:
        app = an_app(work)

        organisation = software.organisation_of(work, "test", app.id)
        found = software.of_app(work, "test", app.id)

        assert (organisation.name, organisation.country) == ("Budget Buddy", "NO")
        assert organisation.identifier == f"PSDNO-FSA-{organisation.number}"
        assert set(software.roles_of(found)) == {"PSP_AI", "PSP_PI", "PSP_IC"}
        assert software.of_id(work, "test", found.id) is found


def test_no_two_apps_share_a_number_and_no_real_firm_has_it(database: Database):
    with database.writing() as work:
        numbers = [software.organisation_of(work, "test", an_app(work).id).number for _ in range(20)]

        assert len(set(numbers)) == 20
        assert all(len(one) == 9 and one.startswith("0") and one.isdecimal() for one in numbers)


def test_what_one_world_registers_another_does_not_know(database: Database):
    with database.writing() as work:
        found = software.of_app(work, "test", an_app(work).id)
        a_world(work, "other")

        with pytest.raises(software.SoftwareUnknown):
            software.of_id(work, "other", found.id)
        with pytest.raises(organisations.OrganisationUnknown):
            organisations.get(work, "other", found.organisation_id)


@pytest.mark.parametrize(
    ("country", "identifier"),
    [("SE", "PSDSE-FINA-"), ("DK", "PSDDK-DFSA-"), ("FI", "PSDFI-FINFSA-"), ("DE", "PSDDE-BAFIN-")],
)
def test_an_organisation_is_under_the_supervisor_of_its_country(database: Database, country, identifier):
    with database.writing() as work:
        made = organisations.create(work, a_world(work), Particulars("Nord", country))

        assert made.identifier.startswith(identifier)


def test_a_supervisor_that_we_do_not_know_has_to_be_named(database: Database):
    with database.writing() as work:
        world = a_world(work)

        with pytest.raises(organisations.SupervisorUnknown):
            organisations.create(work, world, Particulars("Sud", "FR"))
        named = Particulars("Sud", "FR", supervisor="Autorité", supervisor_id="FR-ACPR")
        assert organisations.create(work, world, named).identifier.startswith("PSDFR-ACPR-0")


def test_software_may_do_no_more_than_its_organisation(database: Database):
    with database.writing() as work:
        found = software.of_app(work, "test", an_app(work).id)

        with pytest.raises(software.RoleNotHeld):
            software.register(work, found, Registered((PspRole.ACCOUNT_SERVICING,)))


def test_a_role_that_the_organisation_loses_is_lost_by_its_software(database: Database):
    with database.writing() as work:
        app = an_app(work)
        organisation = software.organisation_of(work, "test", app.id)

        reader = Particulars("Budget Buddy", roles=(PspRole.ACCOUNT_INFORMATION,))
        software.change_organisation(work, organisation, reader)

        assert software.roles_of(software.of_app(work, "test", app.id)) == (PspRole.ACCOUNT_INFORMATION,)


def test_an_organisation_goes_with_its_last_app(database: Database):
    with database.writing() as work:
        first, second = an_app(work), an_app(work, "Second")
        firm = software.organisation_of(work, "test", first.id)
        software.move(work, software.of_app(work, "test", second.id), firm)

        apps.delete(work, first)
        assert software.organisation_of(work, "test", second.id) is firm
        with pytest.raises(organisations.OrganisationInUse):
            software.delete_organisation(work, firm)

        apps.delete(work, second)
        assert firm not in organisations.every(work, "test")


def test_a_reset_keeps_the_directory_and_the_end_of_a_world_takes_it_along(database: Database):
    with database.writing() as work:
        app = an_app(work)
        world = workspaces.get(work, "test")

        lifecycle.reset(work, world)
        assert software.of_app(work, "test", app.id).app_id == app.id

        lifecycle.remove(work, world)
        assert organisations.every(work, "test") == []


@pytest.mark.parametrize(
    "uri",
    [
        "https://tpp.example/back",
        "https://tpp.example:8443/back?app=1",
        "http://127.0.0.1:3000/back",
        "http://localhost/back",
        "http://[::1]:3000/back",
        "example.tpp.app:/back",
    ],
)
def test_a_psu_may_be_sent_there(uri):
    software.check_redirect_uris([uri])


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/back",
        "http://tpp.example/back",
        "http://127.0.0.1.evil.example/back",
        "http://localhost@evil.example/back",
        "https://tpp.example/back#here",
        "https://user:word@tpp.example/back",
        "https:///back",
        "https://tpp.example:99999999/back",
        "https://[tpp/back",
        "javascript:alert(1)",
        "data:text/html,hello",
        "https://tpp.example/a b",
        "https://tpp.example/\r\nSet-Cookie: a=b",
        "https://tpp.example/é",
        "https://tpp.example/" + "a" * 256,
    ],
)
def test_a_psu_is_not_sent_there(uri):
    with pytest.raises(software.RedirectUriUnfit):
        software.check_redirect_uris([uri])


@pytest.mark.parametrize(("kind", "size"), [("EC", "P-256"), ("OKP", "Ed25519"), ("RSA", 2048)])
def test_a_public_key_is_kept_as_it_came(database: Database, kind, size):
    with database.writing() as work:
        found = software.of_app(work, "test", an_app(work).id)
        jwks = {"keys": [a_key("one", kind, size), {**a_key("two"), "use": "sig", "x-more": 1}]}

        software.register(work, found, Registered((), jwks=jwks))

        assert software.registered(found).jwks == jwks


def with_private_half(kid="one"):
    return {**jwk.ECKey.generate_key("P-256").as_dict(private=True), "kid": kid}


@pytest.mark.parametrize(
    ("jwks", "refusal"),
    [
        (None, key_sets.KeySetMalformed),
        ([], key_sets.KeySetMalformed),
        ({}, key_sets.KeySetMalformed),
        ({"keys": []}, key_sets.KeySetMalformed),
        ({"keys": ["no"]}, key_sets.KeySetMalformed),
        ({"keys": [a_key(), {**a_key(), "kid": None}]}, key_sets.KeySetMalformed),
        ({"keys": [{**a_key(), "x": "AA"}]}, key_sets.KeySetMalformed),
        ({"keys": [{**a_key(), "x": 7}]}, key_sets.KeySetMalformed),
        ({"keys": [{"kty": "EC", "crv": "P-256"}]}, key_sets.KeySetMalformed),
        ({"keys": [with_private_half()]}, key_sets.KeyPrivate),
        ({"keys": [{"kty": "oct", "k": "AAAA"}]}, key_sets.KeyPrivate),
        ({"keys": [a_key("twin"), a_key("twin")]}, key_sets.KeyIdTwice),
        ({"keys": [a_key(kind="EC", size="P-384")]}, key_sets.KeyUnfit),
        ({"keys": [a_key(kind="OKP", size="X25519")]}, key_sets.KeyUnfit),
        ({"keys": [{"kty": "RSA", "n": "A" * 171, "e": "AQAB"}]}, key_sets.KeyUnfit),
        ({"keys": [{"kty": "RSA", "n": "z" * 90_000, "e": "AQAB"}]}, key_sets.KeyUnfit),
        ({"keys": [{"kty": "RSA", "n": "z" * 342, "e": "z" * 300}]}, key_sets.KeyUnfit),
        ({"keys": [{"kty": ["EC"]}]}, key_sets.KeyUnfit),
    ],
)
def test_a_key_set_with_something_wrong_is_refused(jwks, refusal):
    with pytest.raises(refusal):
        key_sets.check(jwks)


def test_keys_and_their_address_are_not_given_together(database: Database):
    with database.writing() as work:
        found = software.of_app(work, "test", an_app(work).id)

        twice = Registered((), jwks={"keys": [a_key()]}, jwks_uri="https://tpp.example/jwks")
        with pytest.raises(software.KeysTwice):
            software.register(work, found, twice)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.fixed_dictionaries(
    {},
    optional={
        name: ANYTHING | st.sampled_from(["RSA", "EC", "OKP", "P-256", "Ed25519", "AQAB", "A" * 342])
        for name in ("kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "x5c", "d")
    },
)


@given(ANYTHING | st.fixed_dictionaries({"keys": st.lists(KEYS, max_size=3)}))
def test_whatever_comes_as_a_key_set_is_taken_or_refused(jwks):
    with suppress(Refusal):
        key_sets.check(jwks)


@given(st.lists(st.text(max_size=60) | st.from_regex(r"[a-z]{3,6}:/{0,3}[\x21-\x7e]*"), max_size=3))
def test_whatever_comes_as_a_redirect_uri_is_taken_or_refused(uris):
    with suppress(Refusal):
        software.check_redirect_uris(uris)
