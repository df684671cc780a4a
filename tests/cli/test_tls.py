"""The TLS port: what every client meets there before a bank says a word."""

import json
import socket
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509

from tests.conftest import start_server


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """What `bryggen serve --tls --json` says when it is ready."""
    words = ["--tls", "--tls-port", "0"]
    process = start_server(tmp_path_factory.mktemp("tls"), subprocess.DEVNULL, words=words)
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=15)


def shake_hands(served, **limits):
    """A connection to the TLS port; `limits` are set on the client's context."""
    context = ssl.create_default_context(cafile=served["root_certificate"])
    for name, value in limits.items():
        setattr(context, name, value)
    where = urlsplit(served["base_url"])
    return context.wrap_socket(
        socket.create_connection((where.hostname, where.port), timeout=10), server_hostname=where.hostname
    )


def test_both_ports_answer_and_every_link_leads_to_the_one_with_tls(served):
    root = served["root_certificate"]
    metadata = "/kelpbank/.well-known/openid-configuration"

    secure = requests.get(served["base_url"] + metadata, verify=root, timeout=10).json()
    plain = requests.get(served["plain_url"] + metadata, timeout=10).json()

    assert served["base_url"].startswith("https://localhost:")
    assert served["plain_url"].startswith("http://localhost:")
    assert secure == plain
    assert secure["token_endpoint"] == f"{served['base_url']}/kelpbank/oauth/token"


def test_whoever_does_not_know_the_root_does_not_come_in(served):
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{served['base_url']}/_sandbox/health", timeout=10)


@pytest.mark.parametrize("number", ["127.0.0.1", "localhost"])
def test_the_certificate_is_for_each_name_of_the_machine(served, number):
    port = urlsplit(served["base_url"]).port
    url = f"https://{number}:{port}/_sandbox/health"

    assert requests.get(url, verify=served["root_certificate"], timeout=10).json()["status"] == "ok"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_is_spoken_is_new_enough_and_keeps_no_secret_for_later(served, version):
    with shake_hands(served, minimum_version=version, maximum_version=version) as connection:
        suite, spoken, _ = connection.cipher()

    assert suite.startswith(("ECDHE-ECDSA-", "TLS_"))
    assert spoken == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_too_old_is_not_spoken(served):
    old = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        shake_hands(served, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=old)


def test_nobody_begins_again_in_the_middle_of_a_connection(served):
    where = urlsplit(served["tls_url"])
    words = ["openssl", "s_client", "-tls1_2", "-connect", f"{where.hostname}:{where.port}"]
    done = subprocess.run(words, input="R\n", capture_output=True, text=True, timeout=20, check=False)

    assert "RENEGOTIATING" in done.stdout + done.stderr
    assert "no renegotiation" in done.stderr


def test_a_certificate_is_good_for_as_long_as_browsers_take_one(served):
    with shake_hands(served) as connection:
        shown = x509.load_der_x509_certificate(connection.getpeercert(True))

    assert (shown.not_valid_after_utc - shown.not_valid_before_utc).days <= 398
    root = x509.load_pem_x509_certificate(Path(served["root_certificate"]).read_bytes())
    shown.verify_directly_issued_by(root)
