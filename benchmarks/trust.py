"""What production's trust costs: a signed, certificate-bound request beside the same one at `open`.

At `open` an app key is enough. At `enforce` the request brings a client certificate, an access token bound to
it, and a signature by a seal (Digest, Signature, TPP-Signature-Certificate). What it costs more is held
against the cryptography that such a request asks for, called bare. All is timed in this process, in turns, as
CPU of the thread that serves: no network, and no client who signs. A ratio compares neighbours in time, and
is the median of those of all rounds.
"""

import base64
import hashlib
import statistics
import sys
import time  # the benchmark measures the machine, not a workspace
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from werkzeug.test import Client, EnvironBuilder

from sandbox import app as composition
from sandbox.credentials import authorizations, tokens
from sandbox.credentials.authorizations import Given
from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import CertificateKind, Issuance, KeyAlgorithm, Order
from sandbox.gateway.services import Services
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.settings import Networks, Settings
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Strictness

STILL = Clock(ClockMode.FROZEN, 0.0, datetime(2026, 3, 16, 9, 0, tzinfo=UTC))
BANK, WORLD, ORIGIN = "fjordbanken", "bench", "https://sandbox.example"
WARM_UP, ROUNDS, PER_ROUND = 200, 60, 30
#: The surplus is to be at most so many times the bare calls.
AIM = 1.5


@dataclass
class Timed:
    """Something that is done again and again, and its CPU seconds per round."""

    name: str
    do: Callable[[], object]
    seconds: list[float] = field(default_factory=list)

    @property
    def micros(self) -> float:
        """What it costs once."""
        return statistics.median(self.seconds) / PER_ROUND * 1e6


@dataclass
class Papers:
    """What a TPP has: a certificate for its connections, a seal, the root of both, and a bound token."""

    qwac: Issuance
    seal: Issuance
    authority: x509.Certificate
    token: str


@dataclass(frozen=True)
class App:
    """An app, and its consent to read a PSU's accounts."""

    id: str
    key: str
    consent_id: str


class Town:
    """A world with two apps: one is at `open`, the other at `enforce`."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(
            database_url=f"sqlite:///{folder / 'trust.sqlite3'}",
            data_dir=folder,
            secret_key="not a secret",
            trusted_proxies=Networks.parse("127.0.0.0/8"),
        )
        self.services: Services = composition.open_services(settings)
        with self.services.database.writing() as work:
            workspaces.create(work, "bergen", name=WORLD, clock=STILL)
        self.wsgi = composition.create_app(self.services)
        self.open, self.enforced = self._app(Strictness.OPEN), self._app(Strictness.ENFORCE)

    def _app(self, rung: Strictness) -> App:
        with self.services.database.writing() as work:
            made, key = apps.create(work, workspaces.get(work, WORLD), "Budget Buddy")
            app_id = made.id
        consent_id = self._consented(Client(self.wsgi), key)
        with self.services.database.writing() as work:
            apps.get(work, WORLD, app_id).strictness = rung.value
        return App(app_id, key, consent_id)

    def papers(self, algorithm: KeyAlgorithm) -> Papers:
        """Certificates with keys of that kind, and a token that is bound to the first."""
        with self.services.database.writing() as work:
            app_id = self.enforced.id
            holder = holders.of(work, apps.get(work, WORLD, app_id))
            world = workspaces.get(work, WORLD)
            qwac, seal = (
                certificates.issue(
                    work, world, holder, Order(kind, ORIGIN, algorithm, domains=("a.example",))
                )
                for kind in (CertificateKind.QWAC, CertificateKind.QSEAL)
            )
            given = Given(BANK, app_id, f"{WORLD}.{app_id}", ["AIS"])
            authorization = authorizations.give(work, WORLD, given, STILL.now())
            bound = {"x5t#S256": qwac.issued.thumbprint}
            terms = tokens.Terms(tokens.ACCESS, ["AIS"], bound, STILL.now(), None)
            return Papers(qwac, seal, qwac.issuer.certificate, tokens.issue(work, authorization, terms))

    def request(self, app: App, headers: dict[str, str]) -> Callable[[], object]:
        """GET /accounts with these headers, straight into the application."""
        sent = {"PSU-IP-Address": "192.0.2.1", "Consent-ID": app.consent_id, **headers}
        builder = EnvironBuilder(f"/{BANK}/v1/accounts", headers=sent)
        builder.environ_base = {"REMOTE_ADDR": "127.0.0.1"}
        environ = builder.get_environ()

        def ask() -> None:
            statuses: list[str] = []
            answer = self.wsgi(
                {**environ, "wsgi.input": BytesIO()}, lambda status, *_: statuses.append(status)
            )
            body = b"".join(answer)
            answer.close()  # type: ignore[attr-defined]
            assert statuses == ["200 OK"], body

        return ask

    def _consented(self, client: Client, key: str) -> str:
        headers = {"X-API-Key": key, "X-Request-ID": str(uuid.uuid4()), "PSU-IP-Address": "192.0.2.1"}
        person = client.get(f"/_sandbox/people?bank={BANK}", headers=headers).json["people"][0]
        wish = {
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": "9999-12-31",
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
        }
        asked = {**headers, "TPP-Redirect-URI": "https://a.example/back"}
        consent = client.post(f"/{BANK}/v1/consents", json=wish, headers=asked).json
        authorisation_id = consent["_links"]["scaStatus"]["href"].rpartition("/")[2]
        approved = client.post(
            f"/_sandbox/authorisations/{authorisation_id}/approve",
            json={"psu": person["username"]},
            headers=headers,
        )
        assert approved.status_code == 200, approved.text
        return str(consent["consentId"])


def signed(papers: Papers) -> dict[str, str]:
    """The headers of a request in production: token, certificate, digest, signature."""
    request_id = str(uuid.uuid4())
    digest = f"SHA-256={base64.b64encode(hashlib.sha256().digest()).decode()}"
    named, signature = sign(papers.seal.key, signed_text(request_id, digest))
    key_id = (
        f"SN={papers.seal.certificate.serial_number:x},CA={papers.seal.certificate.issuer.rfc4514_string()}"
    )
    said = {
        "keyId": key_id,
        "algorithm": named,
        "headers": "digest x-request-id",
        "signature": base64.b64encode(signature).decode(),
    }
    return {
        "Authorization": f"Bearer {papers.token}",
        "Client-Cert": f":{in_base64(papers.qwac)}:",
        "X-Request-ID": request_id,
        "Digest": digest,
        "Signature": ",".join(f'{name}="{value}"' for name, value in said.items()),
        "TPP-Signature-Certificate": in_base64(papers.seal),
    }


def signed_text(request_id: str, digest: str) -> bytes:
    """The bytes that are signed."""
    return f"digest: {digest}\nx-request-id: {request_id}".encode()


def sign(key: Any, text: bytes) -> tuple[str, bytes]:
    """The algorithm's name, and the signature."""
    if isinstance(key, rsa.RSAPrivateKey):
        return "rsa-sha256", key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    return "ecdsa-sha256", key.sign(text, ec.ECDSA(hashes.SHA256()))


def in_base64(issuance: Issuance) -> str:
    """A certificate as headers have it."""
    return base64.b64encode(issuance.certificate.public_bytes(Encoding.DER)).decode()


def bare_calls(papers: Papers) -> tuple[Callable[[], None], Callable[[], None]]:
    """The cryptography of such a request, once all of it, once what is left when certificates are known.

    All: both certificates parsed, each held against its authority's key; the hashes of token, connection and
    body; the signature. What is in a certificate cannot change, so a server may know it: then hashes and the
    signature are left.
    """
    ders = [one.certificate.public_bytes(Encoding.DER) for one in (papers.qwac, papers.seal)]
    text = signed_text(str(uuid.uuid4()), f"SHA-256={base64.b64encode(hashlib.sha256().digest()).decode()}")
    _, signature = sign(papers.seal.key, text)
    key, token = papers.seal.certificate.public_key(), papers.token.encode()

    def known() -> None:
        hashlib.sha256(token).digest()
        hashlib.sha256(ders[0]).digest()
        hashlib.sha256(b"").digest()
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(hashes.SHA256()))

    def everything() -> None:
        for der in ders:
            x509.load_der_x509_certificate(der).verify_directly_issued_by(papers.authority)
        known()

    return everything, known


def compare(several: list[Timed]) -> None:
    """Do each in turns, in rounds."""
    for warm in (True, False):
        for _ in range(1 if warm else ROUNDS):
            for one in several:
                began = time.thread_time()
                for _ in range(WARM_UP if warm else PER_ROUND):
                    one.do()
                if not warm:
                    one.seconds.append(time.thread_time() - began)


def measure(town: Town, algorithm: KeyAlgorithm) -> None:
    """Print what one kind of key costs."""
    papers = town.papers(algorithm)
    plain = {"X-API-Key": town.open.key, "X-Request-ID": str(uuid.uuid4())}
    at_open = Timed("open: an app key", town.request(town.open, plain))
    production = town.request(town.enforced, signed(papers))
    enforced = Timed("enforce: certificate, bound token, signature", production)
    calls = bare_calls(papers)
    everything = Timed("bare calls: certificates, hashes, signature", calls[0])
    known = Timed("bare calls: hashes and signature alone", calls[1])
    compare([at_open, enforced, everything, known])
    print(f"\n{'GET /accounts, ' + algorithm:46} {'CPU µs':>8}")
    for one in (at_open, enforced, everything, known):
        print(f"{one.name:46} {one.micros:8.0f}")
    of_all, of_rest = (
        statistics.median(
            (much - little) / bare
            for much, little, bare in zip(enforced.seconds, at_open.seconds, other.seconds, strict=True)
        )
        for other in (everything, known)
    )
    print(f"{'enforce costs more by':46} {enforced.micros - at_open.micros:8.0f}")
    print(f"  {of_all:6.2f} x of the bare calls (aim {AIM})")
    print(f"  {of_rest:6.2f} x of those that are left when certificates are known")


def main() -> None:
    """Measure in a folder of its own."""
    town = Town(Path(sys.argv[1]))
    for algorithm in (KeyAlgorithm.P_256, KeyAlgorithm.RSA_2048):
        measure(town, algorithm)
    town.services.journal.close()
    town.services.database.close()


if __name__ == "__main__":
    main()
