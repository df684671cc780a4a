"""Software statements: what the directory has signed, and whether it still stands by it."""

import jwt
import pytest
from cryptography import x509

from sandbox.eidas import bank_keys, certificates, holders, key_store, statements
from sandbox.eidas.certificates import CertificateKind, SpecialOrder
from sandbox.eidas.statements import StatementInvalid, StatementUnapproved
from sandbox.workspaces import apps, organisations, software
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.organisations import Particulars, PspRole
from tests.conftest import NOON, STILL
from tests.eidas.trust import a_certificate
from tests.oauth.signing import Key

ORIGIN, BACK = "https://sandbox.example", "https://tpp.example/back"


@pytest.fixture
def work(books):
    """A unit of work that is undone."""
    with books.work() as opened:
        opened.write()
        yield opened
        opened.rollback()


@pytest.fixture
def world(work):
    return workspaces.create(work, "bergen", name="test", clock=STILL)


@pytest.fixture
def app(work, world):
    made, _ = apps.create(work, world, "Budget Buddy")
    register(work, software.of_app(work, "test", made.id), redirect_uris=(BACK,))
    return made


def register(work, found, **terms):
    wanted = software.registered(found)
    software.register(work, found, software.Registered(**{**as_terms(wanted), **terms}))


def as_terms(wanted):
    return {name: getattr(wanted, name) for name in ("roles", "redirect_uris", "jwks", "jwks_uri", "pages")}


def issued(work, world, app):
    return statements.issue(work, world, app, ORIGIN)


def test_a_statement_is_read_as_it_was_signed(work, world, app):
    found = statements.read(work, issued(work, world, app))

    assert (found.workspace_id, found.redirect_uris) == ("test", (BACK,))
    assert statements.approve(work, found).app_id == app.id
    assert key_store.named(ORIGIN, found.jwks_endpoint) == ("test", found.software_id)


def test_what_others_have_signed_is_no_statement(work, world, app):
    real = jwt.decode(issued(work, world, app), options={"verify_signature": False})
    forged = [
        Key("PS256").sign(real),
        Key("PS256", bank_keys.published(work, statements.SIGNER)[0]["kid"]).sign(real),
        bank_keys.current(work, "fjordbanken", bank_keys.PS256).sign(real),
        bank_keys.current(work, statements.SIGNER, bank_keys.ES256).sign(real),
        jwt.encode(real, None, "none"),
        "",
        "a.b.c",
    ]

    for one in forged:
        with pytest.raises(StatementInvalid):
            statements.read(work, one)


def test_a_changed_statement_is_none(work, world, app):
    head, body, signature = issued(work, world, app).split(".")

    for changed in (f"{head}.{body[:-2]}AA.{signature}", f"{head}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(StatementInvalid):
            statements.read(work, changed)


def test_a_statement_survives_a_change_of_the_directorys_keys(work, world, app):
    before = issued(work, world, app)
    bank_keys.rotate(work, statements.SIGNER)

    assert (
        statements.read(work, before).software_id
        == statements.read(work, issued(work, world, app)).software_id
    )


def lose_a_role(work, world, app):
    organisation = software.organisation_of(work, "test", app.id)
    software.change_organisation(work, organisation, Particulars("Less", roles=(PspRole.PAYMENT_INITIATION,)))


def lose_an_address(work, world, app):
    register(work, software.of_app(work, "test", app.id), redirect_uris=("https://tpp.example/other",))


def be_sold(work, world, app):
    buyer = organisations.create(work, world, Particulars("Buyer"))
    software.move(work, software.of_app(work, "test", app.id), buyer)


def end(work, world, app):
    apps.delete(work, app)


@pytest.mark.parametrize("change", [lose_a_role, lose_an_address, be_sold, end])
def test_the_directory_does_not_stand_by_what_is_not_true_any_more(work, world, app, change):
    statement = statements.read(work, issued(work, world, app))
    change(work, world, app)

    with pytest.raises(StatementUnapproved):
        statements.approve(work, statement)


def test_it_stands_by_a_statement_that_says_less_than_is_true_now(work, world, app):
    statement = statements.read(work, issued(work, world, app))
    register(work, software.of_app(work, "test", app.id), redirect_uris=(BACK, "https://tpp.example/new"))

    assert statements.approve(work, statement).app_id == app.id


def test_a_bank_has_the_id_of_an_organisation_in_the_united_kingdom():
    found = statements.bank_organisation_id("fjordbanken")

    assert found == statements.bank_organisation_id("fjordbanken") != statements.bank_organisation_id("other")
    assert len(found) == 18
    assert found.isalnum()


def test_the_keys_of_certificates_stand_beside_those_that_were_registered(work, world, app):
    found = software.of_app(work, "test", app.id)
    register(work, found, jwks={"keys": [Key(kid="mine").public]})
    holder = holders.of(work, app)
    seal = a_certificate(work, world, holder, kind=CertificateKind.QSEAL).issued
    a_certificate(work, world, holder, SpecialOrder.EXPIRED)

    keys = key_store.keys_of(work, found, NOON)
    assert next(one["kid"] for one in keys) == "mine"
    assert [(one["use"], one["x5t#S256"]) for one in keys[1:]] == [("sig", seal.thumbprint)]
    assert not any("d" in one for one in keys)
    assert key_store.revoked_keys_of(work, found) == []


def test_a_key_whose_certificate_was_taken_back_is_published_elsewhere(work, world, app):
    found = software.of_app(work, "test", app.id)
    issued = a_certificate(work, world, holders.of(work, app)).issued
    [key] = key_store.keys_of(work, found, NOON)
    certificates.revoke(work, world, issued, x509.ReasonFlags.key_compromise)

    assert key_store.keys_of(work, found, NOON) == []
    assert key_store.revoked_keys_of(work, found) == [key]
