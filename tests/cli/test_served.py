"""Where no public origin is set, what a command prints leads to where the sandbox really serves."""

import json
import os
import subprocess
import sys

import httpx
import pytest
from click.testing import CliRunner
from cryptography import x509

from sandbox.cli import main, served
from sandbox.kernel.settings import Settings
from tests.control.test_calls import CONSENT


@pytest.fixture
def ready(tmp_path, monkeypatch):
    """A server at a free port that keeps its data, and the commands over them."""
    for name in [one for one in os.environ if one.startswith("BRYGGEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BRYGGEN_DATA_DIR", str(tmp_path / "data"))
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=15)


def bryggen(*words):
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_commands_know_the_port_of_the_server(ready, tmp_path, monkeypatch):
    origin, key = ready["base_url"], ready["app_key"]
    headers = {"X-API-Key": key, "X-Request-ID": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721"}
    answer = httpx.post(f"{origin}/hansekontor/v1/consents", json=CONSENT, headers=headers, trust_env=False)
    trace = answer.headers["X-Bryggen-Trace"]
    httpx.get(f"{origin}/_sandbox/calls", headers=headers, trust_env=False)

    again = bryggen("replay", trace, "--app-key", key)
    bryggen("certificates", "issue", "--out", str(tmp_path / "papers"))

    assert f"{origin}/hansekontor/v1/consents" in bryggen("logs", "as", "curl", trace)["text"]
    assert again["status"] == answer.status_code
    found = x509.load_pem_x509_certificate((tmp_path / "papers" / "certificate.pem").read_bytes())
    [point] = found.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name[0].value.startswith(f"{origin}/")

    monkeypatch.setenv("BRYGGEN_PUBLIC_ORIGIN", "https://bank.test")
    assert "https://bank.test/hansekontor" in bryggen("logs", "as", "curl", trace)["text"]


def test_where_nothing_has_served_yet_it_is_the_port_of_the_settings(tmp_path, monkeypatch):
    monkeypatch.delenv("BRYGGEN_PUBLIC_ORIGIN", raising=False)
    chosen = Settings(data_dir=tmp_path, port=9090)

    assert served.completed(chosen).public_origin == "http://localhost:9090"

    for damaged in ("", "[]", "{", '{"public_origin": 1, "trust_origin": ""}'):
        (tmp_path / "served.json").write_text(damaged)
        assert served.completed(chosen).public_origin == "http://localhost:9090"
