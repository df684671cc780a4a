"""A client with a certificate of the sandbox's own authority, behind a proxy that hands it on."""

import base64

from cryptography.hazmat.primitives import serialization

from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import CertificateKind, Order
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from tests.oauth.conftest import Tpp


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def qwac(sandbox, special=None):
    """A certificate of the sandbox's own authority for the test's app."""
    with sandbox.database.writing() as work:
        order = Order(CertificateKind.QWAC, sandbox.origin, special=special)
        holder = holders.of(work, apps.get(work, "test", sandbox.app_id))
        return certificates.issue(work, workspaces.get(work, "test"), holder, order).certificate


class Bearing:
    """Sends a certificate with every call, as a proxy in front of the sandbox hands it on."""

    shown = None

    def post(self, path, headers=None, **form):
        return super().post(path, {**(headers or {}), **self.header()}, **form)

    def header(self):
        if self.shown is None:
            return {}
        return {"Client-Cert": f":{base64.b64encode(der(self.shown)).decode()}:"}

    def read(self, token, consent_id="", path="/v1/accounts", **headers):
        return Tpp.read(self, token, consent_id, path, **{**self.header(), **headers})
