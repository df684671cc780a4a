"""Each security profile, gone through over real TLS by clients that others have written."""

import base64
import uuid
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.clients import by_node
from tests.clients.order import Order
from tests.oauth.signing import Key

PEOPLE = {"fjordbanken": "no-0", "elbufer": "de-0", "kelpbank": "gb-0", "magpie": "gb-0"}


@pytest.fixture
def order(served):
    """An order for a freshly registered client, with a consent that waits for the PSU."""

    def make(bank_id, profile, method, key=None, **more):
        own = method == "self_signed_tls_client_auth"
        papers = served.own_papers() if own else served.papers()
        keys = [key.public] if key else []
        terms = {}
        if method == "tls_client_auth":
            terms["tls"] = {"tls_client_auth_subject_dn": _subject(papers)}
        elif own:
            keys.append({**Key("ES256").public, "x5c": [base64.b64encode(_der(papers)).decode()]})
        client_id = served.register(bank_id, profile, method, keys, **terms)
        british = bank_id in ("kelpbank", "magpie")
        named = _british(served, bank_id) if british else _berlin(served, bank_id)
        if "ciba" in more:
            more["ciba"] |= {"scope": named["scope"], **{"openbanking_intent_id": named["consent_id"]}}
        sent = {**named["sent"], **more.pop("sent", {})} if "ciba" not in more else {}
        return Order(
            served.issuer(bank_id),
            client_id,
            method,
            named["scope"],
            papers,
            key=key,
            sent=sent,
            resource=named["resource"],
            headers=named["headers"],
            **more,
        )

    return make


@pytest.fixture
def agree(served):
    """The PSU of a bank: on the bank's pages where there is a link, else in its app."""

    def of(bank_id):
        psu = served.psu(PEOPLE[bank_id])
        bank, workspace = served.issuer(bank_id), served.said["workspace"]
        return lambda link: psu.agree(link) if link else psu.tap(bank, workspace)

    return of


def _berlin(served, bank_id):
    body = {
        "access": {"allPsd2": "allAccounts"},
        "recurringIndicator": True,
        "validUntil": "9999-12-31",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": False,
    }
    headers = {"TPP-Redirect-URI": "https://tpp.example/back"}
    consent_id = served.call("POST", f"/{bank_id}/v1/consents", body, **headers)["consentId"]
    return {
        "scope": f"openid AIS:{consent_id}",
        "consent_id": consent_id,
        "sent": {},
        "resource": f"{served.issuer(bank_id)}/v1/accounts",
        "headers": {"X-Request-ID": str(uuid.uuid4()), "Consent-ID": consent_id},
    }


def _british(served, bank_id):
    version = {"kelpbank": "3.1", "magpie": "4.0"}[bank_id]
    base = f"/open-banking/v{version}/aisp"
    body = {"Data": {"Permissions": ["ReadAccountsDetail", "ReadBalances"]}, "Risk": {}}
    made = served.call("POST", f"/{bank_id}{base}/account-access-consents", body)
    consent_id = made["Data"]["ConsentId"]
    claim = {"openbanking_intent_id": {"value": consent_id, "essential": True}}
    return {
        "scope": "openid accounts",
        "consent_id": consent_id,
        "sent": {"claims": {"id_token": claim}},
        "resource": f"{served.issuer(bank_id)}{base}/accounts",
        "headers": {"x-fapi-interaction-id": str(uuid.uuid4())},
    }


def _certificate(papers):
    return x509.load_pem_x509_certificates(Path(papers.certificate).read_bytes())[0]


def _subject(papers):
    return _certificate(papers).subject.rfc4514_string()


def _der(papers):
    return _certificate(papers).public_bytes(serialization.Encoding.DER)


def reads(got):
    """The PSU's accounts came, and the client keeps reading with the refresh token."""
    assert got.status == 200, got.body
    assert got.body.get("accounts") or got.body["Data"]["Account"]
    assert got.claims["acr"] == "urn:openbanking:psd2:sca"
    assert got.refreshed["access_token"] != got.tokens["access_token"]


def test_simple_with_the_apps_own_key(served, go, agree, order):
    wanted = order("fjordbanken", "simple", "client_secret_basic")
    client_id = f"{served.said['workspace']}.{served.said['app_id']}"
    own = Order(**{**_fields(wanted), "client_id": client_id, "secret": served.said["app_key"]})
    loopback = Order(**{**_fields(own), "sent": {"redirect_uri": "http://127.0.0.1:7777/back"}})

    reads(go(loopback, agree("fjordbanken")))


def _fields(order):
    return {name: getattr(order, name) for name in order.__dataclass_fields__}


@pytest.mark.parametrize("method", ["private_key_jwt", "tls_client_auth"])
def test_psd2_oauth_at_a_bank_whose_redirect_is_oauth(go, agree, order, method):
    key = Key("ES256") if method == "private_key_jwt" else None

    reads(go(order("elbufer", "psd2-oauth", method, key), agree("elbufer")))


def test_fapi1_advanced_with_a_signed_answer(go, agree, order):
    wanted = order(
        "kelpbank", "fapi1-advanced", "tls_client_auth", Key("PS256"), par=True, jar=True, jarm=True
    )

    got = go(wanted, agree("kelpbank"))

    reads(got)
    assert got.claims["openbanking_intent_id"]


def test_fapi1_advanced_with_an_id_token_beside_the_code_by_node(agree, order):
    """The Python client knows no other answer than a code."""
    wanted = order("kelpbank", "fapi1-advanced", "private_key_jwt", Key("PS256"), jar=True, hybrid=True)

    reads(by_node.run(wanted, agree("kelpbank")))


@pytest.mark.parametrize("method", ["private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"])
def test_fapi2_security_by_mutual_tls(go, agree, order, method):
    key = Key("ES256") if method == "private_key_jwt" else None

    reads(go(order("fjordbanken", "fapi2-security", method, key, par=True), agree("fjordbanken")))


def test_fapi2_security_by_dpop(go, agree, order):
    wanted = order("fjordbanken", "fapi2-security", "private_key_jwt", Key("PS256"), par=True, dpop=True)

    got = go(wanted, agree("fjordbanken"))

    reads(got)
    assert got.tokens["token_type"].lower() == "dpop"


def test_fapi2_message_signing(go, agree, order):
    wanted = order(
        "fjordbanken", "fapi2-message-signing", "private_key_jwt", Key("PS256"), par=True, jar=True, jarm=True
    )

    reads(go(wanted, agree("fjordbanken")))


def test_ciba(go, agree, order, served):
    login = served.psu(PEOPLE["magpie"]).username
    ciba = {"login_hint": login, "binding_message": "KITE-7"}

    reads(go(order("magpie", "ciba", "private_key_jwt", Key("PS256"), ciba=ciba), agree("magpie")))


def test_a_stolen_token_opens_nothing_over_another_connection(go, agree, order, served):
    wanted = order("fjordbanken", "fapi2-security", "tls_client_auth", par=True)
    token = go(wanted, agree("fjordbanken")).tokens["access_token"]
    thief = served.papers()

    for certificate in ((thief.certificate, thief.key), None):
        with requests.Session() as session:
            session.verify, session.cert, session.trust_env = served.root, certificate, False
            sent = {**wanted.headers, "Authorization": f"Bearer {token}"}
            refused = session.get(wanted.resource, headers=sent, timeout=30)
        assert refused.status_code == 401
        assert refused.json()["tppMessages"][0]["code"] == "TOKEN_INVALID"
