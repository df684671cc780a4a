"""What others make of our certificates: openssl, and a linter that knows the ETSI standards by heart."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from pyasn1.codec.der import decoder
from pyasn1_alt_modules import rfc3739

from sandbox.eidas import certificates, qc_statements, revocation
from sandbox.eidas.certificates import CertificateKind, SpecialOrder
from sandbox.eidas.qc_statements import QcStatements, QcType
from sandbox.kernel.clock import wall_now
from tests.eidas.trust import TPP_ROLES, a_certificate, a_world, openssl

#: The linter's name for our kinds of certificates.
LINTED_AS = {
    CertificateKind.QWAC: "QEVCP-W-PSD2-EIDAS-NON-BROWSER-FINAL-CERTIFICATE",
    CertificateKind.QSEAL: "NCP-LEGAL-PERSON-CERTIFICATE",
}
#: What browsers ask for besides; a QWAC of PSD2 that no browser sees need not have it.
OF_BROWSERS = ("cabf.", "msft.")


@pytest.fixture
def world_of(books):
    """A unit of work that is undone, with a world at the wall's time."""
    from sandbox.kernel.clock import Clock

    with books.work() as work:
        work.write()
        world, holder = a_world(work)
        world.set_clock(Clock())
        yield work, world, holder
        work.rollback()


def laid_out(issuance, folder: Path) -> certificates.Bundle:
    bundle = certificates.bundle(issuance, "secret")
    for name in ("certificate", "key", "chain", "root"):
        (folder / f"{name}.pem").write_text(getattr(bundle, name))
    (folder / "all.p12").write_bytes(bundle.pkcs12)
    return bundle


@pytest.mark.parametrize("kind", CertificateKind)
def test_openssl_verifies_the_chain(world_of, tmp_path, kind):
    laid_out(a_certificate(*world_of, kind=kind), tmp_path)

    words = ["-x509_strict", "-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "chain.pem"]
    said = openssl("verify", *words, tmp_path / "certificate.pem")

    assert said.endswith("OK\n")


def test_openssl_opens_the_pkcs12(world_of, tmp_path):
    bundle = laid_out(a_certificate(*world_of), tmp_path)

    words = ["pkcs12", "-in", tmp_path / "all.p12", "-passin", "pass:secret", "-nodes"]
    said = openssl(*words)

    assert said.count("BEGIN CERTIFICATE") == 3
    assert "BEGIN PRIVATE KEY" in said
    key, certificate, _ = pkcs12.load_key_and_certificates(bundle.pkcs12, b"secret")
    assert key.public_key() == certificate.public_key()


def test_openssl_finds_a_revoked_certificate_on_the_list(world_of, tmp_path):
    work, world, holder = world_of
    laid_out(a_certificate(work, world, holder, SpecialOrder.REVOKED), tmp_path)
    (tmp_path / "ca.crl").write_bytes(revocation.crl(work, world.id, wall_now()))

    done = subprocess.run(
        ["openssl", "verify", "-crl_check", "-CRLfile", "ca.crl", "-CAfile", "root.pem"]
        + ["-untrusted", "chain.pem", "certificate.pem"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "certificate revoked" in done.stderr


@pytest.mark.parametrize(
    ("special", "status"),
    [(None, ": good"), (SpecialOrder.REVOKED, ": revoked"), (SpecialOrder.BLOCKED, ": revoked")],
)
def test_openssl_understands_the_ocsp_answer(world_of, tmp_path, special, status):
    work, world, holder = world_of
    issuance = a_certificate(work, world, holder, special)
    laid_out(issuance, tmp_path)
    (tmp_path / "ca.pem").write_text(issuance.issuer.pem)
    asked = tmp_path / "asked.der"
    both = ["-issuer", tmp_path / "ca.pem", "-cert", tmp_path / "certificate.pem"]
    openssl("ocsp", *both, "-reqout", asked)

    answer = revocation.answer(work, world.id, asked.read_bytes(), wall_now())

    (tmp_path / "answer.der").write_bytes(answer)
    trusted = ["-CAfile", tmp_path / "root.pem", "-verify_other", tmp_path / "ca.pem"]
    said = openssl("ocsp", *both, "-no_nonce", "-reqin", asked, "-respin", tmp_path / "answer.der", *trusted)
    assert status in said


@pytest.mark.parametrize("kind", CertificateKind)
def test_the_linter_of_etsi_finds_nothing(world_of, tmp_path, kind):
    laid_out(a_certificate(*world_of, kind=kind), tmp_path)

    linter = Path(sys.executable).parent / "lint_etsi_cert"
    words = ["lint", "-t", LINTED_AS[kind], "-s", "ERROR", "-f", "JSON", tmp_path / "certificate.pem"]
    done = subprocess.run([linter, *words], capture_output=True, text=True, check=False)

    found = [
        finding["code"]
        for result in json.loads(done.stdout)["results"]
        for finding in result["finding_descriptions"]
    ]
    assert [code for code in found if not code.startswith(OF_BROWSERS)] == []


def test_another_library_reads_the_same_statements():
    said = QcStatements(True, QcType.WEBSITE, TPP_ROLES, "Finanstilsynet", "NO-FSA")

    der = qc_statements.encode(said, "https://bank.example/disclosure")

    assert qc_statements.decode(der) == said
    read, rest = decoder.decode(der, asn1Spec=rfc3739.QCStatements())
    assert rest == b""
    assert [str(one["statementId"]) for one in read] == [
        "0.4.0.1862.1.1",
        "0.4.0.1862.1.6",
        "0.4.0.1862.1.5",
        "0.4.0.19495.2",
    ]
    psp, _ = decoder.decode(read[3]["statementInfo"])
    assert [str(role[0]) for role in psp[0]] == ["0.4.0.19495.1.3", "0.4.0.19495.1.2", "0.4.0.19495.1.4"]
    assert [str(role[1]) for role in psp[0]] == ["PSP_AI", "PSP_PI", "PSP_IC"]
    assert (str(psp[1]), str(psp[2])) == ("Finanstilsynet", "NO-FSA")
