"""Message signing: what the standard wants of a signature, its codes, and the bank's own on answers."""

import base64
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Response, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from sandbox.credentials import clients
from sandbox.eidas import bank_keys, certificates, holders
from sandbox.eidas.certificates import CertificateKind, Issuance, KeyAlgorithm, Order, SpecialOrder
from sandbox.gateway.dispatcher import Dispatcher
from sandbox.kernel.clock import wall_now
from sandbox.standards.uk_open_banking import app as dialect
from sandbox.standards.uk_open_banking import signing
from sandbox.workspaces import apps, software
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.workspace import Strictness
from tests.conftest import NOON, Sandbox, open_sandbox
from tests.delivery.receiver import Receiver
from tests.rubbish import FUZZ_DOOR, LIKELY, TOKENS, members
from tests.standards.uk_open_banking.signed import IAT, ISS, TAN, UNENCODED, Signer, read

SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs" / "uk"
BODY = b'{"Data": {"Initiation": {"InstructionIdentification": "TEA.1"}},\r\n "Risk": {}}'
OPEN, WARN, ENFORCE = Strictness.OPEN, Strictness.WARN, Strictness.ENFORCE
NOW = int(NOON.timestamp())
#: How each version calls the codes.
WORDS = {
    "U015": "UK.OBIE.Signature.Invalid",
    "U016": "UK.OBIE.Signature.InvalidClaim",
    "U017": "UK.OBIE.Signature.MissingClaim",
    "U018": "UK.OBIE.Signature.Malformed",
    "U019": "UK.OBIE.Signature.Missing",
    "U020": "UK.OBIE.Signature.Unexpected",
}


@dataclass
class Pisp:
    """An app with a signing key in the directory, behind a proxy that shows its certificate."""

    house: Sandbox
    client: Client
    signer: Signer
    qwac: Issuance
    bank: str = "kelpbank"
    version: str = "v4.0"

    def climbs(self, rung: Strictness) -> "Pisp":
        with self.house.database.writing() as work:
            apps.get(work, self.house.world, self.house.app_id).strictness = rung.value
        return self

    def send(self, signature: str | None, body: bytes = BODY, method: str = "POST", **kwargs: Any) -> Any:
        """Call the house's echo below the payments; the answer is the body, as it came."""
        shown = self.qwac.certificate.public_bytes(Encoding.DER)
        headers = {
            "X-API-Key": self.house.app_key,
            "Client-Cert": f":{base64.b64encode(shown).decode()}:",
            "Content-Type": "application/json",
            **({} if signature is None else {"x-jws-signature": signature}),
            **kwargs.pop("headers", {}),
        }
        path = kwargs.pop("path", f"/open-banking/{self.version}/pisp/echo")
        answer: TestResponse = self.client.open(
            f"/{self.bank}{path}", method=method, headers=headers, data=body, **kwargs,
            environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
        )  # fmt: skip
        return answer

    def refused(self, signature: str | None, **kwargs: Any) -> tuple[str, str | None]:
        """The code in the words of 4.0, and the place; the same in the words of the other version."""
        told = []
        for version in ("v4.0", "v3.1"):
            answer = replace(self, version=version).send(signature, **kwargs)
            assert answer.status_code == 400, answer.text
            [one] = answer.json["Errors"]
            told.append((one["ErrorCode"], one.get("Path")))
        (code, place), other = told
        assert other == (WORDS[code], place)
        return code, place

    def taken(self, signature: str | None, **kwargs: Any) -> bool:
        """Whether the call was let in."""
        return bool(self.send(signature, **kwargs).status_code == 201)

    def keys(self) -> list[dict[str, str]]:
        """What the bank publishes."""
        with self.house.database.reading() as work:
            return bank_keys.published(work, self.bank)

    def seal(self, algorithm: KeyAlgorithm, special: SpecialOrder | None = None) -> Issuance:
        return issued(self.house, CertificateKind.QSEAL, algorithm, special)


def issued(
    house: Sandbox, kind: CertificateKind, algorithm: KeyAlgorithm, special: SpecialOrder | None = None
) -> Issuance:
    with house.database.writing() as work:
        order = Order(kind, house.origin, algorithm, special, domains=("tpp.example",))
        holder = holders.of(work, apps.get(work, house.world, house.app_id))
        made = certificates.issue(work, workspaces.get(work, house.world), holder, order)
        work.expunge(made.issued)
        return made


def echo() -> Response:
    return Response(request.get_data() or b"{}", 201, mimetype="application/json")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("house")
    opened = open_sandbox(f"sqlite:///{folder / 'house.sqlite3'}", folder, trusted_proxies="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pisp(house) -> Pisp:
    """An app whose software has one key; the dialect's door has an echo below each version's payments."""
    door = dialect.create_app(house.services)
    for version in ("v3.1", "v4.0"):
        for path in ("pisp/echo", "aisp/echo"):
            rule = f"/open-banking/{version}/{path}"
            door.add_url_rule(rule, rule, echo, methods=["GET", "POST", "PUT", "DELETE"])
    standards = {"uk_open_banking": door, "berlin_group": door}
    wsgi = Dispatcher(house.services.profiles, standards, door, door, house.origin, door)
    with house.database.writing() as work:
        found = software.of_app(work, house.world, house.app_id)
        signer = Signer(f"{found.organisation_id}/{found.id}")
        keys = {"keys": [signer.jwk]}
        software.register(work, found, replace(software.registered(found), jwks=keys))
    qwac = issued(house, CertificateKind.QWAC, KeyAlgorithm.P_256)
    return Pisp(house, Client(wsgi), signer, qwac)


@pytest.fixture(autouse=True)
def strict(pisp):
    pisp.climbs(ENFORCE)


def test_a_signed_call_is_taken_and_every_byte_of_it_counts(pisp):
    signature = pisp.signer.sign(BODY)

    assert pisp.taken(signature)
    # The same JSON, written in another way.
    for other in (BODY + b" ", json.dumps(json.loads(BODY)).encode()):
        assert pisp.refused(signature, body=other) == ("U015", None)


def test_what_the_page_signs_is_taken(pisp):
    page = (Path(__file__).parents[3] / "docs" / "signing-requests.md").read_text(encoding="utf-8")
    programs = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(next(one for one in programs if "def body_signature" in one), names)
    pem = pisp.signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    assert pisp.taken(names["body_signature"](BODY, pem, pisp.signer.kid, pisp.signer.issuer))


def test_a_payment_is_staged_by_a_signed_call_and_the_bank_signs_what_it_says(pisp):
    initiation = {
        "InstructionIdentification": "TEA-1",
        "EndToEndIdentification": "TEA-2026-1",
        "InstructedAmount": {"Amount": "12.50", "Currency": "GBP"},
        "CreditorAccount": {
            "SchemeName": "UK.OBIE.SortCodeAccountNumber",
            "Identification": "99999912345678",
            "Name": "Tea and Biscuits Ltd",
        },
    }
    body = json.dumps({"Data": {"Initiation": initiation}, "Risk": {}}).encode()
    for version in ("v3.1", "v4.0"):
        path = f"/open-banking/{version}/pisp/domestic-payment-consents"
        sent = {"path": path, "body": body, "headers": {"x-idempotency-key": f"tea-{version}"}}

        answer = pisp.send(pisp.signer.sign(body), **sent)

        assert answer.status_code == 201, answer.text
        assert read(answer.headers["x-jws-signature"], answer.data, pisp.keys())[ISS] == "kelpbank"
        assert pisp.send(None, **sent).status_code == 400


def test_an_unsigned_call_climbs_the_ladder(pisp):
    assert pisp.climbs(OPEN).taken(None)
    assert faults(pisp) == []
    assert pisp.climbs(WARN).taken(None)
    assert [one["reason"] for one in faults(pisp)] == ["SignatureMissing"]
    assert pisp.climbs(ENFORCE).refused(None) == ("U019", None)


def test_the_journal_says_which_bytes_should_have_been_signed(pisp):
    signature = pisp.signer.sign(BODY)

    pisp.climbs(WARN).send(signature, body=b"{}")

    [fault] = faults(pisp)
    assert fault["reason"] == "SignatureWrong"
    assert fault["detail"].endswith(f"\n{signature.partition('.')[0]}.e30")


def faults(pisp):
    journal = pisp.house.services.journal
    journal.close()
    return journal.recent(pisp.house.world, 1)[0].faults or []


@pytest.mark.parametrize("claim", ["kid", "crit", IAT, ISS, TAN])
def test_each_mandatory_claim_is_there(pisp, claim):
    changes = {claim: None} | ({} if claim in ("kid", "crit") else {"crit": None})
    named = "crit" if claim == "crit" else claim

    assert pisp.refused(pisp.signer.sign(BODY, **changes)) == ("U017", named)


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"alg": "RS256"}, "alg"),
        ({"alg": "PS512"}, "alg"),
        ({"alg": "none"}, "alg"),
        ({"typ": "JWT"}, "typ"),
        ({"cty": "text/plain"}, "cty"),
        ({"kid": "somebody-else"}, "kid"),
        ({"kid": 7}, "kid"),
        ({IAT: -1}, IAT),
        ({IAT: "1501497671"}, IAT),
        ({IAT: True}, IAT),
        ({ISS: "0015800001041RHAAY/HQuZPIt3ipkh33Uxytox1E"}, ISS),
        ({TAN: "openbanking.org.uk"}, TAN),
        ({"crit": [IAT, ISS]}, "crit"),
        ({"crit": [IAT, ISS, TAN, "exp"]}, "crit"),
        ({"crit": IAT}, "crit"),
        # From 3.1.4 on there must be no b64, and no claim is there that is not specified.
        ({"b64": True}, "b64"),
        (UNENCODED, "b64"),
        ({"exp": NOW + 60}, "exp"),
        ({"jwk": {"kty": "RSA"}}, "jwk"),
    ],
)
def test_each_claim_has_a_value_that_is_right_here(pisp, changes, claim):
    signature = pisp.signer.sign(BODY, **changes)

    assert pisp.refused(signature) == ("U016", claim)


def test_a_client_that_lives_in_the_wall_s_time_is_right_too_and_tomorrow_is_not(pisp):
    now = int(wall_now().timestamp())

    assert pisp.taken(pisp.signer.sign(BODY, **{IAT: now}))
    later = max(now, NOW) + int(timedelta(days=1).total_seconds())
    assert pisp.refused(pisp.signer.sign(BODY, **{IAT: later})) == ("U016", IAT)


def test_typ_and_cty_may_be_left_out(pisp):
    assert pisp.taken(pisp.signer.sign(BODY, typ=None, cty=None))
    assert pisp.taken(pisp.signer.sign(BODY, cty="json"))


def test_the_content_type_of_a_file_is_that_of_the_file(pisp):
    file, content = b"1;2\n", {"Content-Type": "text/csv"}

    assert pisp.taken(pisp.signer.sign(file, cty="text/csv"), body=file, headers=content)
    assert pisp.refused(pisp.signer.sign(file), body=file, headers=content) == ("U016", "cty")


@pytest.mark.parametrize(
    "rubbish", ["", "x", "..", "a.b.c", "e30..", "bnVsbA..AA", "{}..AA", "e30.e30.AA", "W10..AA"]
)
def test_what_is_no_detached_jws_is_malformed(pisp, rubbish):
    assert pisp.refused(rubbish) == ("U018", None)


def test_a_signature_by_another_key_is_invalid(pisp):
    stranger = Signer(pisp.signer.issuer)

    assert pisp.refused(stranger.sign(BODY)) == ("U015", None)


def test_a_bank_of_the_old_days_has_the_payload_signed_as_it_is(pisp):
    old = replace(pisp, bank="puddleworth", version="v3.1")
    signature = pisp.signer.sign(BODY, **UNENCODED)

    answer = old.send(signature)
    assert answer.status_code == 201
    header = read(answer.headers["x-jws-signature"], answer.data, old.keys())
    assert header["b64"] is False
    assert header["crit"][0] == "b64"

    for wrong in (pisp.signer.sign(BODY), pisp.signer.sign(BODY, **UNENCODED | {"b64": True})):
        assert old.send(wrong).status_code == 400


def test_a_seal_is_a_key_of_the_directory_under_its_thumbprint(pisp):
    seal = pisp.seal(KeyAlgorithm.RSA_2048)
    signer = Signer(pisp.signer.issuer, seal.issued.thumbprint, seal.key)

    assert pisp.taken(signer.sign(BODY))


def test_a_seal_on_a_curve_or_one_that_was_taken_back_signs_nothing(pisp):
    def by(seal):
        return Signer(pisp.signer.issuer, seal.issued.thumbprint).sign(BODY)

    assert pisp.refused(by(pisp.seal(KeyAlgorithm.P_256))) == ("U016", "kid")
    revoked = pisp.seal(KeyAlgorithm.RSA_2048, SpecialOrder.REVOKED)
    assert pisp.send(by(revoked)).status_code == 401
    qwac = Signer(pisp.signer.issuer, pisp.qwac.issued.thumbprint)
    assert pisp.send(qwac.sign(BODY)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/open-banking/{}/pisp/echo"),
        ("DELETE", "/open-banking/{}/pisp/echo"),
        ("POST", "/open-banking/{}/aisp/echo"),
    ],
)
def test_a_signature_where_nothing_is_signed_is_unexpected(pisp, method, path):
    for version, code in (("v4.0", "U020"), ("v3.1", WORDS["U020"])):
        sent = {"method": method, "path": path.format(version)}

        assert pisp.taken(None, **sent)
        [fault] = pisp.send(pisp.signer.sign(BODY), **sent).json["Errors"]
        assert (fault["ErrorCode"], fault["Path"]) == (code, "x-jws-signature")


def test_every_answer_with_a_body_is_signed_by_the_bank_an_error_too(pisp):
    for version in ("v3.1", "v4.0"):
        teller = replace(pisp, version=version)
        for answer in (
            teller.send(pisp.signer.sign(BODY)),
            teller.send(None),
            teller.climbs(OPEN).send(None),
        ):
            header = read(answer.headers["x-jws-signature"], answer.data, teller.keys())
            assert header == {
                "alg": "PS256",
                "kid": header["kid"],
                "typ": "JOSE",
                "cty": "application/json",
                IAT: NOW,
                ISS: "kelpbank",
                TAN: "localhost",
                "crit": [IAT, ISS, TAN],
            }
            assert read(answer.headers["x-jws-signature"], answer.data + b" ", teller.keys()) is None
        pisp.climbs(ENFORCE)


def test_what_is_not_signed_is_left_alone(pisp):
    answer = pisp.send(None, path="/open-banking/v4.0/aisp/echo")

    assert "x-jws-signature" not in answer.headers


def test_a_new_key_of_the_bank_signs_from_the_next_answer_on(pisp):
    before = pisp.send(None, method="GET")
    with pisp.house.database.writing() as work:
        bank_keys.rotate(work, pisp.bank)
    after = pisp.send(None, method="GET")

    kids = [read(one.headers["x-jws-signature"], one.data, pisp.keys())["kid"] for one in (before, after)]
    assert kids[0] != kids[1]


# Where else the key of a TPP may be


@pytest.fixture
def other(pisp) -> Iterator[Signer]:
    """Another key of the TPP, which nobody knows yet; in the end the directory knows what it did before."""
    with pisp.house.database.reading() as work:
        kept = software.registered(software.of_app(work, pisp.house.world, pisp.house.app_id))
    yield replace(pisp.signer, kid="buddy-2027", key=rsa.generate_private_key(65537, 2048))
    keeps(pisp, **{name: getattr(kept, name) for name in ("jwks", "jwks_uri")})


def keeps(pisp, **keys):
    with pisp.house.database.writing() as work:
        found = software.of_app(work, pisp.house.world, pisp.house.app_id)
        software.register(work, found, replace(software.registered(found), **keys))


def test_a_key_is_found_at_the_address_that_the_software_names(pisp, other, publisher):
    assert pisp.refused(other.sign(BODY)) == ("U016", "kid")
    publisher.body = json.dumps({"keys": [other.jwk]}).encode()

    keeps(pisp, jwks=None, jwks_uri=f"http://127.0.0.1:{publisher.port}/jwks.json")

    assert pisp.taken(other.sign(BODY))
    assert pisp.refused(pisp.signer.sign(BODY)) == ("U016", "kid")


def test_an_address_without_keys_has_none_that_sign(pisp, other, publisher):
    publisher.body = b"no keys"

    keeps(pisp, jwks=None, jwks_uri=f"http://127.0.0.1:{publisher.port}/none.json")

    assert pisp.refused(other.sign(BODY)) == ("U016", "kid")


def test_a_key_that_a_client_has_registered_at_the_bank_signs_there(pisp, other):
    with pisp.house.database.writing() as work:
        app = apps.get(work, pisp.house.world, pisp.house.app_id)
        method = clients.AuthMethod.PRIVATE_KEY_JWT
        terms = clients.Terms(
            "fapi1-advanced", method, ("https://tpp.example/back",), jwks={"keys": [other.jwk]}
        )
        clients.register(work, app, "kelpbank", terms, NOON)

    assert pisp.taken(other.sign(BODY))
    [fault] = replace(pisp, bank="magpie").send(other.sign(BODY)).json["Errors"]
    assert (fault["ErrorCode"], fault["Path"]) == ("U016", "kid"), "it is registered elsewhere"


@pytest.fixture
def publisher() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


@pytest.mark.skipif(not SPECS.exists(), reason="the published files are not at ../shared/specs/uk")
@pytest.mark.parametrize("folder", ["v3.1.11r5", "v4.0-Update-4"])
@pytest.mark.parametrize(
    "name", ["payment-initiation", "vrp", "account-info", "events", "confirmation-funds"]
)
def test_what_is_signed_is_what_the_published_files_say(folder, name):
    version = folder[:4]
    document = json.loads((SPECS / folder / f"{name}-openapi.json").read_text(encoding="utf-8"))
    service = {"account-info": "/aisp", "confirmation-funds": "/cbpii", "events": ""}.get(name, "/pisp")

    for path, item in document["paths"].items():
        below = f"/open-banking/{version}{service}{path}"
        for method in ("get", "post", "put", "patch", "delete"):
            if method in item:
                text = json.dumps(item[method].get("parameters", []))
                assert signing.takes(method.upper(), below) == ("x-jws-signature" in text), (method, path)


def test_the_description_of_a_bank_has_the_header_where_it_is_signed(pisp):
    document = pisp.house.client.get("/kelpbank/openapi.json").json

    for path, item in document["paths"].items():
        for method in ("get", "post", "put", "delete"):
            if method in item:
                names = {one["name"] for one in item[method].get("parameters", []) if "name" in one}
                assert ("x-jws-signature" in names) == signing.takes(method.upper(), path)


def test_an_id_of_the_interaction_is_on_signed_answers_too(pisp):
    interaction = str(uuid.uuid4())

    answer = pisp.send(None, headers={"x-fapi-interaction-id": interaction})

    assert answer.headers["x-fapi-interaction-id"] == interaction


@FUZZ_DOOR
@given(
    sent=st.dictionaries(
        st.sampled_from(["x-jws-signature", "Client-Cert", "Authorization", "DPoP", "X-API-Key"]),
        LIKELY | TOKENS,
        min_size=1,
    ),
    rung=st.sampled_from(Strictness),
    version=st.sampled_from(["v3.1", "v4.0"]),
)
def test_whatever_a_stranger_writes_is_refused_in_the_words_of_the_version(pisp, sent, rung, version):
    answer = replace(pisp.climbs(rung), version=version).send(None, headers=sent)

    assert answer.status_code in {201, 400, 401}, answer.text
    if answer.status_code == 400:
        codes = {one["ErrorCode"] for one in answer.json["Errors"]}
        assert codes <= set(WORDS if version == "v4.0" else WORDS.values())


@FUZZ_DOOR
@given(said=members("alg", "kid", "typ", "cty", "crit", "b64", IAT, ISS, TAN))
def test_a_header_that_says_anything_is_refused_or_right(pisp, said):
    answer = pisp.send(pisp.signer.sign(BODY, **{**said, "alg": "PS256"}))

    assert answer.status_code in {201, 400}, answer.text
