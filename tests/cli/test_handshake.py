"""Certificates over real TLS: the handshake lets them in, the bank judges them in its standard's words."""

import json
import ssl
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID

from sandbox.eidas.certificates import SpecialOrder
from tests.conftest import start_server
from tests.oauth.test_certificates import self_signed

BANK = "/lindbanken"
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
#: What the call leads to once it is let in: a consent that nobody knows.
SOME_CONSENT = f"{BANK}/v1/consents/{uuid.UUID(int=7)}"
LET_IN = (403, "CONSENT_UNKNOWN")
WRONG = {
    SpecialOrder.EXPIRED: "CERTIFICATE_EXPIRED",
    SpecialOrder.NOT_YET_VALID: "CERTIFICATE_INVALID",
    SpecialOrder.REVOKED: "CERTIFICATE_REVOKE",
    SpecialOrder.BLOCKED: "CERTIFICATE_BLOCKED",
    SpecialOrder.WRONG_ROLE: "ROLE_INVALID",
    SpecialOrder.WRONG_ORGANISATION: "CERTIFICATE_INVALID",
    SpecialOrder.UNKNOWN_CA: "CERTIFICATE_INVALID",
    SpecialOrder.WEAK_KEY: "CERTIFICATE_INVALID",
}


@dataclass(frozen=True)
class Papers:
    """A bundle as it was ordered, and the folder in which its parts lie as files."""

    bundle: dict[str, Any]
    folder: Path

    def __getitem__(self, part: str) -> Path:
        return self.folder / part


@dataclass
class Tpp:
    """An app that lives outside: what it knows came over the wire. Its rung is `enforce`."""

    served: dict[str, Any]
    folder: Path
    key: str
    app_id: str

    def control(self, method: str, path: str, **body: Any) -> Any:
        """Call the tester's door, which takes the key on every rung."""
        url = f"{self.served['tls_url']}/_sandbox{path}"
        with httpx.Client(verify=self._context(None)) as client:
            answer = client.request(method, url, json=body or None, headers={"X-API-Key": self.key})
        assert answer.status_code < 300, answer.text
        return answer.json()

    def papers(self, **order: str) -> Papers:
        bundle = self.control("POST", "/certificates", **order)
        folder = self.folder / bundle["serial"]
        folder.mkdir()
        for part in ("certificate", "chain", "key", "root"):
            (folder / part).write_text(bundle[part])
        return Papers(bundle, folder)

    def call(
        self,
        shown: Papers | None,
        method: str = "GET",
        path: str = SOME_CONSENT,
        *,
        chain: str = "chain",
        version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        **kwargs: Any,
    ) -> httpx.Response:
        """Call a bank. No key is sent: who calls is in the handshake."""
        known = {"X-Request-ID": str(uuid.uuid4()), "PSU-IP-Address": "192.0.2.1"}
        context = self._context(shown, chain)
        context.minimum_version = context.maximum_version = version
        with httpx.Client(base_url=self.served["tls_url"], verify=context, timeout=20) as client:
            return client.request(method, path, headers=known | kwargs.pop("headers", {}), **kwargs)

    def _context(self, shown: Papers | None, chain: str = "chain") -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.served["root_certificate"])
        # Else the client would not use a weak key, before anybody could refuse it.
        context.set_ciphers("DEFAULT:@SECLEVEL=1")
        if shown is not None:
            context.load_cert_chain(shown[chain], shown["key"])
        return context


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `bryggen serve --tls --json` says when it is ready."""
    words = ["--tls", "--tls-port", "0"]
    process = start_server(tmp_path_factory.mktemp("tls"), subprocess.DEVNULL, words=words)
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=15)


@pytest.fixture
def tpp(served: dict[str, Any], tmp_path: Path) -> Tpp:
    """A TPP in a world of its own, which was made while the server was running."""
    made = httpx.post(f"{served['plain_url']}/_sandbox/workspaces").json()
    found = Tpp(served, tmp_path, made["app"]["key"], made["app"]["id"])
    found.control("PUT", f"/apps/{found.app_id}", strictness="enforce")
    return found


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["tppMessages"][0]["code"]


def test_accounts_are_read_by_a_certificate_alone(tpp):
    shown = tpp.papers()
    person = tpp.control("GET", "/people?bank=lindbanken&persona=single-employee&limit=1")["people"][0]
    wish = {
        "access": {"allPsd2": "allAccounts"},
        "recurringIndicator": True,
        "validUntil": "9999-12-31",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": False,
    }

    back = {"TPP-Redirect-URI": "https://tpp.example/back"}
    consent = tpp.call(shown, "POST", f"{BANK}/v1/consents", json=wish, headers=back).json()
    authorisation = urlsplit(consent["_links"]["scaStatus"]["href"]).path.rsplit("/", 1)[1]
    tpp.control("POST", f"/authorisations/{authorisation}/approve", psu=person["username"])
    read = tpp.call(shown, path=f"{BANK}/v1/accounts", headers={"Consent-ID": consent["consentId"]})

    assert read.status_code == 200, read.text
    assert read.json()["accounts"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("chain", ["chain", "certificate"])
@pytest.mark.parametrize("algorithm", ["p-256", "rsa-2048"])
def test_a_good_one_is_let_in_with_or_without_the_authority_behind_it(tpp, algorithm, chain, version):
    shown = tpp.papers(algorithm=algorithm)

    assert code_of(tpp.call(shown, chain=chain, version=version)) == LET_IN


def test_whoever_shows_none_is_asked_for_it_by_the_bank_and_not_by_the_handshake(tpp):
    answer = tpp.call(None, headers={"X-API-Key": tpp.key})

    assert code_of(answer) == (401, "CERTIFICATE_MISSING")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("special", "code"), WRONG.items())
def test_each_special_order_passes_the_handshake_and_is_refused_by_the_bank(tpp, special, code, version):
    shown = tpp.papers(special=special.value)

    assert code_of(tpp.call(shown, version=version)) == (401, code)
    assert code_of(tpp.call(shown, chain="certificate", version=version)) == (401, code)


def test_a_certificate_that_is_taken_back_is_refused_on_the_connection_that_stands(tpp):
    shown = tpp.papers()
    headers = {"X-Request-ID": str(uuid.uuid4())}
    with httpx.Client(base_url=tpp.served["tls_url"], verify=tpp._context(shown)) as client:
        before = client.get(SOME_CONSENT, headers=headers)
        tpp.control("POST", f"/certificates/{shown.bundle['serial']}/revoke")
        after = client.get(SOME_CONSENT, headers=headers)

    assert code_of(before) == LET_IN
    assert code_of(after) == (401, "CERTIFICATE_REVOKE")


def test_a_certificate_lives_by_the_clock_of_the_world_and_not_by_the_machine_s(tpp):
    shown = tpp.papers()
    tpp.control("POST", "/clock/advance", years=1)
    assert code_of(tpp.call(shown)) == LET_IN

    tpp.control("POST", "/clock/advance", years=1, days=1)
    late = tpp.papers()

    assert code_of(tpp.call(shown)) == (401, "CERTIFICATE_EXPIRED")
    assert code_of(tpp.call(late)) == LET_IN


@pytest.mark.parametrize("version", VERSIONS)
def test_a_seal_and_what_nobody_knows_end_with_the_handshake(tpp, version):
    """Here TLS itself refuses, as in life: the key of a seal is not for TLS, and an anchor is missing."""
    seal = tpp.papers(kind="qseal")
    private = ec.generate_private_key(ec.SECP256R1())
    own = self_signed(private).public_bytes(serialization.Encoding.PEM)
    (tpp.folder / "chain").write_bytes(own)
    encoding = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tpp.folder / "key").write_bytes(private.private_bytes(*encoding))

    for shown in (seal, Papers({}, tpp.folder)):
        with pytest.raises(httpx.TransportError):
            tpp.call(shown, version=version)
    assert code_of(tpp.call(tpp.papers())) == LET_IN


def addresses(certificate: x509.Certificate) -> tuple[str, str, str]:
    """The addresses of CRL, OCSP and the authority, as they stand in a certificate."""
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    found = {one.access_method: one.access_location.value for one in access}
    return (
        points[0].full_name[0].value,
        found[AuthorityInformationAccessOID.OCSP],
        found[AuthorityInformationAccessOID.CA_ISSUERS],
    )


@pytest.mark.parametrize(("special", "verdict"), [(None, "good"), ("revoked", "revoked")])
def test_openssl_finds_list_and_responder_by_the_addresses_in_the_certificate(tpp, special, verdict):
    shown = tpp.papers(**({"special": special} if special else {}))
    leaf = x509.load_pem_x509_certificate(shown["certificate"].read_bytes())
    crl, ocsp, above = addresses(leaf)
    (tpp.folder / "ca.crl").write_bytes(httpx.get(crl).content)
    authority = x509.load_der_x509_certificate(httpx.get(above).content)
    (tpp.folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))

    listed = openssl(
        *("verify", "-crl_check", "-CRLfile", tpp.folder / "ca.crl", "-CAfile", shown["root"]),
        *("-untrusted", tpp.folder / "ca.pem", shown["certificate"]),
    )
    answered = openssl(
        *("ocsp", "-issuer", tpp.folder / "ca.pem", "-cert", shown["certificate"], "-url", ocsp),
        *("-CAfile", shown["root"], "-verify_other", tpp.folder / "ca.pem"),
    )

    # RFC 5280 8: by the port without TLS, for what is asked in order to trust TLS had better not need it.
    assert all(one.startswith(f"{tpp.served['plain_url']}/_sandbox/trust/") for one in (crl, ocsp, above))
    assert ("certificate revoked" in listed) is (special == "revoked")
    assert f"certificate: {verdict}" in answered
    assert "Response verify OK" in answered


def openssl(*words: object) -> str:
    """All that openssl says."""
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
