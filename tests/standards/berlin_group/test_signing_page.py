"""The page that says how to sign is right: its programs are run, and a bank takes what they sign."""

import json
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.eidas.certificates import KeyAlgorithm
from sandbox.gateway.journal import Journal
from sandbox.kernel.db import Database
from sandbox.workspaces.workspace import Strictness
from tests.standards.berlin_group.sealed import Call, Signatory, a_signatory
from tests.standards.berlin_group.town import a_consent, open_town

PAGE = (Path(__file__).parents[3] / "docs" / "signing-requests.md").read_text(encoding="utf-8")
BODY = orjson.dumps(a_consent())
HEADERS = {
    "Content-Type": "application/json",
    "TPP-Redirect-URI": "https://tpp.example/back",
    "PSU-ID": "kari",
}


def program(language: str, containing: str) -> str:
    """The block of the page in that language that has this in it."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return next(one for one in found if containing in one)


def run(containing: str) -> dict[str, object]:
    """What a Python block of the page defines."""
    names: dict[str, object] = {}
    exec(compile(program("python", containing), "docs/signing-requests.md", "exec"), names)
    return names


def key_of(buddy: Signatory) -> bytes:
    return buddy.seal.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def seal_of(buddy: Signatory) -> bytes:
    return buddy.seal.certificate.public_bytes(Encoding.PEM)


@pytest.fixture
def town(tmp_path):
    journal = Journal(Database(f"sqlite:///{tmp_path / 'journal.sqlite3'}"))
    opened = open_town(tmp_path, journal=journal, proxies="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P_256, KeyAlgorithm.RSA_2048])
def test_what_the_page_signs_in_python_is_taken(town, algorithm):
    buddy = a_signatory(town, algorithm).climbs(Strictness.ENFORCE)
    signed = run("def signed")["signed"]

    headers = signed(BODY, HEADERS, key_of(buddy), seal_of(buddy))

    assert buddy.send(Call("POST", "/cavage/v1/consents", BODY, headers)).status_code == 201


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")
@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P_256, KeyAlgorithm.RSA_2048])
def test_what_the_page_signs_in_node_is_taken(town, algorithm, tmp_path):
    buddy = a_signatory(town, algorithm).climbs(Strictness.ENFORCE)
    given = [BODY.decode(), HEADERS, key_of(buddy).decode(), seal_of(buddy).decode()]
    script = tmp_path / "sign.js"
    arguments = ", ".join(map(json.dumps, given))
    script.write_text(
        f"{program('javascript', 'function signed')}\nconsole.log(JSON.stringify(signed({arguments})))"
    )

    done = subprocess.run(["node", script], capture_output=True, check=True)

    call = Call("POST", "/cavage/v1/consents", BODY, json.loads(done.stdout))
    assert buddy.send(call).status_code == 201


def test_the_jws_of_the_page_is_taken(town):
    buddy = a_signatory(town).climbs(Strictness.ENFORCE)
    question = {"partyAccount": {"iban": "NO8330001234567"}, "party": {"name": "Ola"}}
    call = buddy.draft("POST", "/jws/v1/payee-verifications", question)
    jws_signature = run("def jws_signature")["jws_signature"]

    call.headers["x-jws-signature"] = jws_signature(call.headers, key_of(buddy), seal_of(buddy))

    assert buddy.send(call, judged=False).status_code == 200


def test_the_journal_explains_as_the_page_shows(town):
    buddy = a_signatory(town).climbs(Strictness.WARN)
    consent_id = uuid.UUID(int=7)
    shown = re.search(r"^(SignatureWrong): .*\n((?:.+\n)+)```", PAGE, re.MULTILINE)
    call = buddy.draft("GET", f"/cavage/v1/consents/{consent_id}")
    call.headers["X-Request-ID"] = "99391c7e-ad88-49ec-a2ad-99ddcb1f7721"

    buddy.send(buddy.cavage(call, **{"x-request-id": "another"}))

    fault = buddy.faults()[0]
    assert (fault["reason"], fault["detail"]) == (shown[1], shown[2].strip())
