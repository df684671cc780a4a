"""Certificates: issued with what PSD2 asks for, and refused each for its own reason."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from sandbox.eidas import authority, certificates
from sandbox.eidas.certificates import CertificateKind, KeyAlgorithm, SpecialOrder
from sandbox.kernel.db import Database
from sandbox.workspaces import apps, lifecycle
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.organisations import PspRole
from tests.conftest import NOON
from tests.eidas.trust import TPP_ROLES, a_certificate, a_world, shown


@pytest.mark.parametrize("kind", CertificateKind)
@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_a_certificate_says_whose_it_is_and_what_they_may_do(database: Database, kind, algorithm):
    with database.writing() as work:
        world, holder = a_world(work)
        issued = a_certificate(work, world, holder, kind=kind, algorithm=algorithm)

        found = certificates.verify(work, shown(issued), NOON, kind=kind)

        assert (found.workspace_id, found.app_id, found.kind) == ("test", holder.app_id, kind)
        assert found.organisation_identifier == "PSDNO-FSA-123456"
        assert found.roles == TPP_ROLES
        assert found.serial == issued.issued.serial
        assert found.thumbprint == issued.issued.thumbprint
        assert found.domains == ((f"{holder.app_id}.tpp.example",) if kind == "qwac" else ())


REASONS = {
    SpecialOrder.EXPIRED: certificates.CertificateExpired,
    SpecialOrder.NOT_YET_VALID: certificates.CertificateNotYetValid,
    SpecialOrder.REVOKED: certificates.CertificateRevoked,
    SpecialOrder.BLOCKED: certificates.CertificateBlocked,
    SpecialOrder.UNKNOWN_CA: certificates.CertificateFromStranger,
    SpecialOrder.WEAK_KEY: certificates.CertificateKeyWeak,
}


@pytest.mark.parametrize(("special", "reason"), REASONS.items())
def test_each_special_order_is_refused_for_its_own_reason(database: Database, special, reason):
    with database.writing() as work:
        issued = a_certificate(work, *a_world(work), special)

        with pytest.raises(reason):
            certificates.verify(work, shown(issued), NOON)


def test_the_wrong_role_is_a_bank_s_own(database: Database):
    with database.writing() as work:
        issued = a_certificate(work, *a_world(work), SpecialOrder.WRONG_ROLE)

        found = certificates.verify(work, shown(issued), NOON)

        certificates.require_role(found, PspRole.ACCOUNT_SERVICING)
        with pytest.raises(certificates.RoleMissing) as refused:
            certificates.require_role(found, PspRole.ACCOUNT_INFORMATION)
        assert refused.value.detail == "PSP_AI is needed, the certificate carries PSP_AS"


def test_the_wrong_organisation_is_somebody_else(database: Database):
    with database.writing() as work:
        issued = a_certificate(work, *a_world(work), SpecialOrder.WRONG_ORGANISATION)

        found = certificates.verify(work, shown(issued), NOON)

        assert found.organisation_identifier == "PSDNO-FSA-000000"


def test_a_certificate_is_good_to_the_last_second_of_the_workspace_s_clock(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        issued = a_certificate(work, world, holder)
        last = NOON + timedelta(days=730)

        certificates.verify(work, shown(issued), last)

        with pytest.raises(certificates.CertificateExpired):
            certificates.verify(work, shown(issued), last + timedelta(seconds=1))


def test_a_seal_is_no_passport_for_tls(database: Database):
    with database.writing() as work:
        issued = a_certificate(work, *a_world(work), kind=CertificateKind.QSEAL)

        with pytest.raises(certificates.CertificateKindWrong):
            certificates.verify(work, shown(issued), NOON, kind=CertificateKind.QWAC)


def test_another_world_s_authority_of_the_same_name_is_a_stranger(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        old = shown(a_certificate(work, world, holder))
        lifecycle.remove(work, world)
        world, holder = a_world(work)
        a_certificate(work, world, holder)

        with pytest.raises(certificates.CertificateFromStranger):
            certificates.verify(work, old, NOON)


def test_a_certificate_ends_with_its_app(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        issued = shown(a_certificate(work, world, holder))
        apps.delete(work, apps.get(work, "test", holder.app_id))

        with pytest.raises(certificates.CertificateRevoked):
            certificates.verify(work, issued, NOON)


def test_a_reset_leaves_the_team_its_certificates(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        issued = shown(a_certificate(work, world, holder))

        lifecycle.reset(work, world)

        assert certificates.verify(work, issued, world.clock.now()).app_id == holder.app_id


def test_a_fork_has_an_authority_of_its_own(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        a_certificate(work, world, holder)

        lifecycle.fork(work, world, "copy")

        assert certificates.every(work, "copy") == []


def test_a_block_is_lifted_and_a_revocation_is_not(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        issued = a_certificate(work, world, holder)
        hold, compromise = x509.ReasonFlags.certificate_hold, x509.ReasonFlags.key_compromise

        certificates.revoke(work, world, issued.issued, hold)
        work.flush()
        with pytest.raises(certificates.CertificateBlocked):
            certificates.verify(work, shown(issued), NOON)
        certificates.release(work, issued.issued)
        work.flush()
        certificates.verify(work, shown(issued), NOON)
        certificates.revoke(work, world, issued.issued, compromise)
        certificates.release(work, issued.issued)
        work.flush()

        with pytest.raises(certificates.CertificateRevoked):
            certificates.verify(work, shown(issued), NOON)


def test_two_who_need_the_first_authority_at_once_get_the_same(database: Database):
    with database.writing() as work:
        workspaces.create(work, "bergen", name="test")
    ready = threading.Barrier(2)

    def needed() -> str:
        with database.work() as work:
            ready.wait()
            found = authority.of(work, "test").pem
            work.commit()
            return found

    with ThreadPoolExecutor(2) as both:
        one, other = (both.submit(needed) for _ in range(2))

    assert one.result() == other.result()


def a_request(key, name="somebody", digest: hashes.HashAlgorithm | None = None) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, digest)
    return made.public_bytes(serialization.Encoding.PEM)


def test_who_has_a_key_sends_a_request_and_nothing_of_its_name_counts(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        key = ec.generate_private_key(ec.SECP256R1())
        csr = a_request(key, "bank.example", hashes.SHA256())

        issued = a_certificate(work, world, holder, csr=csr)

        found = certificates.verify(work, shown(issued), NOON)
        assert found.public_key == key.public_key()
        assert "bank.example" not in found.subject
        bundle = certificates.bundle(issued, "secret")
        assert (bundle.key, bundle.pkcs12) == (None, None)


def test_a_request_with_a_weak_or_strange_key_is_refused(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        weak = a_request(rsa.generate_private_key(65537, 1024), digest=hashes.SHA256())
        strange = a_request(ed25519.Ed25519PrivateKey.generate())

        for csr in (weak, strange):
            with pytest.raises(certificates.CsrKeyUnfit):
                a_certificate(work, world, holder, csr=csr)
        with pytest.raises(certificates.CsrKeyUnfit):
            a_certificate(work, world, holder, SpecialOrder.WEAK_KEY, csr=strange)
        a_certificate(work, world, holder, SpecialOrder.WEAK_KEY, csr=weak)


def test_a_request_that_its_key_has_not_signed_is_refused(database: Database):
    with database.writing() as work:
        world, holder = a_world(work)
        pem = a_request(ec.generate_private_key(ec.SECP256R1()), digest=hashes.SHA256())
        der = bytearray(x509.load_pem_x509_csr(pem).public_bytes(serialization.Encoding.DER))
        der[-1] ^= 1
        forged = x509.load_der_x509_csr(bytes(der)).public_bytes(serialization.Encoding.PEM)

        for csr in (forged, b"", b"-----BEGIN CERTIFICATE REQUEST-----", pem[:200]):
            with pytest.raises(certificates.CsrMalformed):
                a_certificate(work, world, holder, csr=csr)
