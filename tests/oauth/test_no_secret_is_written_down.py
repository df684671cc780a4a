"""The journal shows whole journeys, and nothing in it lets anybody do what they did."""

import base64
import json
import re
import uuid

import pytest
from jwt.algorithms import ECAlgorithm

from sandbox.gateway import exchange_secrets as secrets
from tests.oauth import signing
from tests.oauth.conftest import SAFE, VERIFIER, FapiTpp, Tpp, register
from tests.oauth.signing import Key

GRANTS = ["authorization_code", "refresh_token", "client_credentials"]


def journal_bytes(sandbox):
    """All that lies on disk of the journal."""
    sandbox.services.journal.settle()
    return b"".join(one.read_bytes() for one in sandbox.services.settings.data_dir.glob("journal.sqlite3*"))


def test_no_secret_of_a_redirect_journey_stands_in_the_journal(tpp: Tpp):
    consent_id = tpp.consent()
    visit = tpp.ask(scope=f"AIS:{consent_id} offline_access")
    link = visit.log_in()
    one_time_code = re.search(r'id="code-for-testing">(\d+)<', visit.browser.page.text)[1]
    told = visit.come_back(link)
    tokens = tpp.redeem(told["code"]).json
    again = tpp.call("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json
    tpp.call("introspect", token=again["access_token"])
    assert tpp.read(again["access_token"], consent_id).status_code == 200
    tpp.call("revoke", token=again["access_token"])

    written = journal_bytes(tpp.sandbox)

    assert consent_id.encode() in written
    assert b"grant_type=refresh_token" in written
    for secret in (
        *(tpp.sandbox.app_key, tpp.secret, told["code"], told["state"], VERIFIER, tpp.psu["password"]),
        *(tokens["access_token"], tokens["refresh_token"], again["access_token"], "st%2Fate"),
        *(link.rsplit("/", 1)[-1], visit.continued.rsplit("/", 1)[-1], f"={one_time_code}"),
    ):
        assert secret.encode() not in written, secret


def test_no_secret_that_a_client_was_given_stands_in_the_journal(registrar):
    sandbox = registrar.sandbox
    made = [
        registrar.send(token_endpoint_auth_method=f"client_secret_{one}", grant_types=GRANTS).json
        for one in ("basic", "post")
    ]
    clients = [
        Tpp(sandbox, client_id=one["client_id"], secret=one["client_secret"], redirect_uri=SAFE)
        for one in made
    ]
    basic, post = clients
    tokens = basic.tokens(scope="AIS offline_access")
    basic.call("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    pair = {"client_id": post.client_id, "client_secret": post.secret}
    assert post.post("token", grant_type="client_credentials", scope="AIS", **pair).status_code == 200
    post.post("token", grant_type="client_credentials", client_id=post.client_id, client_secret="x" * 30)
    for client in made:
        token = client["registration_access_token"]
        registrar.send("PUT", client["registration_client_uri"], token=token, client_id=client["client_id"])

    written = journal_bytes(sandbox)

    assert b"<redacted:client_secret>" in written
    assert b"<redacted:basic_credentials>" in written
    encoded = [base64.b64encode(f"{one.client_id}:{one.secret}".encode()).decode() for one in clients]
    for secret in (
        *(one["client_secret"] for one in made),
        *(one["registration_access_token"] for one in made),
        *(tokens["access_token"], tokens["refresh_token"], "x" * 30, *encoded),
    ):
        assert secret.encode() not in written, secret


def test_nothing_that_is_signed_stands_whole_in_the_journal_and_no_private_key(registrar):
    sandbox, key, bound = registrar.sandbox, registrar.key, Key("ES256", "bound")
    statement = registrar.statement()
    signed = registrar.sign(software_statement=statement)
    assert signed.status_code == 201, signed.text
    tpp = FapiTpp(sandbox, key=key, proof_key=bound, client_id=register(sandbox, "fapi2-security", key))
    proofs = [tpp.proof("POST", f"{tpp.issuer}/oauth/token")["DPoP"] for _ in range(2)]
    proven = signing.assertion(key, tpp.client_id, tpp.issuer)
    for proof in proofs:
        tpp.post("token", {"DPoP": proof}, grant_type="client_credentials", scope="AIS", **proven)
    # Whoever registers their private key by mistake has it refused, and not written down.
    private = json.loads(ECAlgorithm.to_jwk(bound.private))
    assert "d" in private
    assert registrar.send(jwks={"keys": [private]}).status_code == 400
    sandbox.call("PUT", registrar.software, json={"jwks": {"keys": [private]}})
    issued = sandbox.call("POST", "/_sandbox/certificates", json={"kind": "qwac"})
    assert issued.status_code == 201, issued.text

    written = journal_bytes(sandbox)

    assert statement.rpartition(".")[0].encode()[:30] in written
    for secret in (
        *(statement, signed.json["software_statement"], *proofs, proven["client_assertion"]),
        *(signed.json["registration_access_token"], private["d"], issued.json["key"][40:90]),
    ):
        assert secret.encode() not in written, secret


def test_no_credential_of_an_embedded_journey_stands_in_the_journal(sandbox):
    psu = next(
        one
        for one in sandbox.call("GET", "/_sandbox/people?bank=hansekontor&limit=50").json["people"]
        if one["standing"] == "ordinary" or one["password"]
    )
    consent = sandbox.call(
        "POST",
        "/hansekontor/v1/consents",
        headers={"PSU-ID": psu["username"], "PSU-IP-Address": "192.0.2.1", "TPP-Redirect-Preferred": "false"},
        json={
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": "9999-12-31",
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
        },
    )
    assert consent.status_code == 201, consent.text
    start = f"/hansekontor/v1/consents/{consent.json['consentId']}/authorisations"
    begun = sandbox.call(
        "POST", start, headers={"PSU-ID": psu["username"]}, json={"psuData": {"password": psu["password"]}}
    )
    path = f"{start}/{begun.json['authorisationId']}"
    sandbox.call("PUT", path, json={"scaAuthenticationData": "918273"})
    signing = sandbox.call("GET", f"/_sandbox/apps/{sandbox.app_id}/signing-secret").json["secret"]

    written = journal_bytes(sandbox)

    assert begun.json["authorisationId"].encode() in written
    assert b"<redacted:password>" in written
    assert b"<redacted:scaauthenticationdata>" in written
    for secret in (psu["password"], "918273", sandbox.app_key, signing):
        assert secret.encode() not in written


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b'{"psuData": {"password": "g\\"eheim"}}', b'{"psuData": {"password": "<redacted:password>"}}'),
        (b'{"PASSWORD":123456}', b'{"PASSWORD":"<redacted:password>"}'),
        (b'{"password": ["geheim", "auch"], "a": 1}', b'{"password": "<redacted:password>", "a": 1}'),
        (b'{"password": "cut in the mid', b'{"password": "<redacted:password>"'),
        (b'{"pass\\u0077ord": "geheim"}', b"<redacted:body>"),
        (b'{"kty": "OKP", "d": "' + b"x" * 43 + b'"}', b'{"kty": "OKP", "d": "<redacted:private_key>"}'),
        (b'{"k":"' + b"x" * 43, b'{"k":"<redacted:private_key>"'),
        (b'{"d": "1", "k": 2}', b'{"d": "1", "k": 2}'),
        (b"not JSON at bk_test_app1_" + b"x" * 32, b"not JSON at <redacted:app_key>"),
        (b'{"t": "eyJhbGciOiJub25lIn0.e30.c2ln"}', b'{"t": "eyJhbGciOiJub25lIn0.e30.<redacted:signature>"}'),
        (b'{"amount": "12.50"}', b'{"amount": "12.50"}'),
    ],
)
def test_a_secret_is_known_by_its_name_or_by_its_form(body, kept):
    assert secrets.body(body) == kept


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("Authorization", "Bearer at_x", "Bearer <redacted:access_token>"),
        ("Authorization", "Basic eDp5", "Basic <redacted:basic_credentials>"),
        ("Authorization", "geheim", "<redacted:authorization>"),
        ("X-API-Key", "bk_x", "<redacted:app_key>"),
        ("X-Auth-Token", "geheim", "<redacted:x_auth_token>"),
        (
            "Location",
            "https://a.example/b?code=1&x=2#id_token=3",
            "https://a.example/b?code=<redacted:code>&x=2#id_token=<redacted:id_token>",
        ),
        (
            "Location",
            "/b/online-banking/authorisations/abc",
            "/b/online-banking/authorisations/<redacted:link>",
        ),
        ("PSU-ID", "kari", "kari"),
    ],
)
def test_a_header_is_kept_without_its_secret(name, value, kept):
    assert secrets.header(name, value) == kept


def test_a_request_id_and_the_like_stay_as_they_are():
    sent = str(uuid.uuid4())

    assert secrets.header("X-Request-ID", sent) == sent
