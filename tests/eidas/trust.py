"""A world with an app, and certificates for it."""

import subprocess
from dataclasses import replace
from pathlib import Path

from sandbox.eidas import certificates
from sandbox.eidas.certificates import CertificateKind, Holder, Issuance, KeyAlgorithm, Order, SpecialOrder
from sandbox.kernel.db import Work
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.organisations import PspRole
from sandbox.workspaces.workspace import Workspace
from tests.conftest import STILL

ORIGIN = "http://sandbox.example.com"
TPP_ROLES = (PspRole.ACCOUNT_INFORMATION, PspRole.PAYMENT_INITIATION, PspRole.CARD_ISSUING)


def a_world(work: Work, name: str = "test") -> tuple[Workspace, Holder]:
    """A world at NOON, and whom its certificates are about."""
    world = workspaces.create(work, "bergen", name=name, clock=STILL)
    app, _ = apps.create(work, world, "Budget Buddy")
    holder = Holder(
        *(app.id, app.name, "Budget Buddy AS", "PSDNO-FSA-123456", "NO", "Finanstilsynet", "NO-FSA"),
        TPP_ROLES,
    )
    return world, holder


def a_certificate(
    work: Work,
    world: Workspace,
    holder: Holder,
    special: SpecialOrder | None = None,
    *,
    kind: CertificateKind = CertificateKind.QWAC,
    algorithm: KeyAlgorithm = KeyAlgorithm.P_256,
    csr: bytes | None = None,
) -> Issuance:
    """A certificate of that world."""
    order = replace(Order(kind, ORIGIN), algorithm=algorithm, special=special, csr=csr)
    return certificates.issue(work, world, holder, order)


def shown(issuance: Issuance) -> bytes:
    """The certificate as a client shows it."""
    return certificates.bundle(issuance, "secret").certificate.encode()


def openssl(*words: str | Path, given: bytes = b"") -> str:
    """What openssl says; it must be content."""
    done = subprocess.run(["openssl", *map(str, words)], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode(errors="replace")
