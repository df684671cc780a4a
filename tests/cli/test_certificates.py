"""`bryggen certificates`, and the rungs of the ladder on the command line."""

import json
import stat

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from sandbox.cli import certificates as command
from sandbox.cli.workspace import RUNGS
from sandbox.eidas.certificates import REASONS, CertificateKind, KeyAlgorithm, SpecialOrder
from sandbox.workspaces.workspace import Strictness
from tests.eidas.trust import openssl


@pytest.fixture
def north(bryggen):
    """A workspace `north`; the id of its app."""
    return json.loads(bryggen("workspace", "create", "north", "--json").stdout)["app"]["id"]


def test_the_words_of_the_command_are_those_of_the_rooms():
    assert set(command.KINDS) == set(CertificateKind)
    assert set(command.ALGORITHMS) == set(KeyAlgorithm)
    assert set(command.SPECIAL_ORDERS) == set(SpecialOrder)
    assert command.REASONS == REASONS
    assert tuple(RUNGS) == tuple(Strictness)


def test_one_command_writes_a_bundle_that_is_ready_to_use(bryggen, north, tmp_path):
    folder = tmp_path / "bundle"

    made = bryggen("certificates", "issue", "-w", "north", "--out", folder)

    assert made.exit_code == 0, made.output
    names = ["bundle.p12", "certificate.pem", "chain.pem", "key.pem", "root.pem"]
    assert sorted(one.name for one in folder.iterdir()) == names
    for secret in ("key.pem", "bundle.p12"):
        assert stat.S_IMODE((folder / secret).stat().st_mode) == 0o600
    chain = ["-CAfile", folder / "root.pem", "-untrusted", folder / "chain.pem"]
    assert openssl("verify", *chain, folder / "certificate.pem").endswith("OK\n")
    passphrase = next(line.split()[1] for line in made.stdout.splitlines() if line.startswith("Passphrase"))
    key, leaf, _ = pkcs12.load_key_and_certificates((folder / "bundle.p12").read_bytes(), passphrase.encode())
    assert key.public_key() == leaf.public_key()


def test_scripts_are_given_it_all_as_json_and_no_file(bryggen, north, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*.pem"))

    made = bryggen("certificates", "issue", "-w", "north", "--app", north, "--kind", "qseal", "--json")

    bundle = json.loads(made.stdout)
    assert (bundle["kind"], bundle["app_id"], bundle["files"]) == ("qseal", north, [])
    assert "PRIVATE KEY" in bundle["key"]
    assert set(tmp_path.rglob("*.pem")) == before


def test_without_a_folder_a_new_one_is_made_here(bryggen, north, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    made = bryggen("certificates", "issue", "-w", "north", "--special", "expired")

    assert made.exit_code == 0, made.output
    (key,) = tmp_path.glob("qwac-*/key.pem")
    assert str(key.relative_to(tmp_path)) in made.stdout


def test_an_own_key_stays_at_home(bryggen, north, tmp_path):
    csr, key = tmp_path / "mine.csr", tmp_path / "mine.key"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=me", "-keyout", key, "-out", csr)

    made = bryggen("certificates", "issue", "-w", "north", "--csr", csr, "--out", tmp_path / "bundle")

    assert made.exit_code == 0, made.output
    written = sorted(one.name for one in (tmp_path / "bundle").iterdir())
    assert written == ["certificate.pem", "chain.pem", "root.pem"]
    ours = openssl("x509", "-in", tmp_path / "bundle" / "certificate.pem", "-noout", "-pubkey")
    assert ours == openssl("pkey", "-in", key, "-pubout")


def test_wrong_orders_say_what_is_wrong(bryggen, north, tmp_path):
    wrong = tmp_path / "wrong.csr"
    wrong.write_bytes(b"\xff no request")

    assert bryggen("certificates", "issue", "-w", "nowhere").exit_code == 1
    assert bryggen("certificates", "issue", "-w", "north", "--app", "nobody").exit_code == 1
    assert bryggen("certificates", "issue", "-w", "north", "--domain", "no domain").exit_code == 2
    refused = bryggen("certificates", "issue", "-w", "north", "--csr", wrong)
    assert refused.exit_code == 1
    assert "openssl req -new" in refused.stderr


def test_certificates_are_listed_blocked_released_and_revoked(bryggen, north):
    serial = json.loads(bryggen("certificates", "issue", "-w", "north", "--json").stdout)["serial"]

    def state(*words):
        return json.loads(bryggen("certificates", *words, "-w", "north", "--json").stdout)["state"]

    assert state("revoke", serial, "--reason", "certificateHold") == "blocked"
    assert state("release", serial) == "good"
    assert state("revoke", serial) == "revoked"
    assert serial in bryggen("certificates", "list", "-w", "north").stdout
    listed = json.loads(bryggen("certificates", "list", "-w", "north", "--json").stdout)["certificates"]
    assert [one["state"] for one in listed] == ["revoked"]
    assert bryggen("certificates", "revoke", "ff", "-w", "north").exit_code == 1


def test_workspaces_and_apps_are_put_on_a_rung(bryggen, north):
    def rung(*words):
        return json.loads(bryggen(*words, "--json").stdout)["strictness"]

    assert rung("workspace", "strictness", "north", "warn") == "warn"
    assert rung("app", "strictness", north, "enforce", "-w", "north") == "enforce"
    assert rung("app", "strictness", north, "as-workspace", "-w", "north") is None
    assert bryggen("workspace", "strictness", "north", "lax").exit_code == 2
    assert bryggen("app", "strictness", "nobody", "open", "-w", "north").exit_code == 1
