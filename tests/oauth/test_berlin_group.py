"""OAuth 2 in the Berlin Group's flows: integrated (elbufer), as a pre-step (tuuli). Source: IG 1.3.8, 13."""

from urllib.parse import urlsplit

import pytest

from tests.oauth.conftest import HERE, FapiTpp, Tpp
from tests.oauth.signing import Key
from tests.standards.berlin_group import published

_ID = {"X-Request-ID": "99391c7e-ad88-49ec-a2ad-99ddcb1f7721", "PSU-IP-Address": "192.0.2.7"}
_CONSENT = {
    "access": {"allPsd2": "allAccounts"},
    "recurringIndicator": True,
    "validUntil": "2026-06-01",
    "frequencyPerDay": 4,
    "combinedServiceIndicator": False,
}
_PAYMENT = {
    "instructedAmount": {"currency": "EUR", "amount": "12.50"},
    "creditorName": "Ola Nordmann",
    "creditorAccount": {"iban": "NO9386011117947"},
}


def psu_of(sandbox, person_id):
    return sandbox.call("GET", f"/_sandbox/people/{person_id}").json


@pytest.fixture
def elbufer(sandbox):
    tpp = Tpp(sandbox, "elbufer")
    tpp.psu = psu_of(sandbox, "de-0")
    return tpp


@pytest.fixture
def tuuli(sandbox):
    tpp = Tpp(sandbox, "tuuli")
    tpp.psu = psu_of(sandbox, "fi-0")
    return tpp


def call(tpp, method, path, token=None, expected=200, **kwargs):
    """Call the bank with a token, or else with the app key; the published file judges the answer."""
    given = {"Authorization": f"Bearer {token}"} if token else {"X-API-Key": tpp.secret}
    headers = {**_ID, **given, **kwargs.pop("headers", {})}
    answer = tpp.sandbox.client.open(f"/{tpp.bank_id}{path}", method=method, headers=headers, **kwargs)
    assert answer.status_code == expected, answer.text
    published.judge(method, path, answer)
    return answer


def metadata_at(tpp, links):
    """What stands where the link leads, as a TPP that knows nothing of the bank finds it."""
    return tpp.get(urlsplit(links["scaOAuth"]["href"]).path).json


def test_a_consent_leads_to_the_authorization_server_and_its_token_reads_the_accounts(elbufer):
    created = call(elbufer, "POST", "/v1/consents", expected=201, json=_CONSENT)
    consent_id, links = created.json["consentId"], created.json["_links"]
    assert created.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    assert "scaRedirect" not in links
    server = metadata_at(elbufer, links)
    assert server["issuer"] == elbufer.issuer
    assert server["code_challenge_methods_supported"] == ["S256"]

    tokens = elbufer.tokens(scope=f"AIS:{consent_id}")

    state = call(elbufer, "GET", urlsplit(links["scaStatus"]["href"]).path.removeprefix("/elbufer"))
    assert state.json["scaStatus"] == "finalised", (
        "the authorisation of the consent is the one that was given"
    )
    status = call(elbufer, "GET", f"/v1/consents/{consent_id}/status", tokens["access_token"])
    assert status.json == {"consentStatus": "valid"}
    read = call(elbufer, "GET", "/v1/accounts", tokens["access_token"], headers={"Consent-ID": consent_id})
    assert read.json["accounts"]


def test_a_payment_is_signed_at_the_authorization_server(elbufer):
    created = call(elbufer, "POST", "/v1/payments/sepa-credit-transfers", expected=201, json=_PAYMENT)
    payment_id, links = created.json["paymentId"], created.json["_links"]
    assert metadata_at(elbufer, links)["issuer"] == elbufer.issuer

    tokens = elbufer.tokens(scope=f"PIS:{payment_id}")

    path = f"/v1/payments/sepa-credit-transfers/{payment_id}/status"
    assert call(elbufer, "GET", path, tokens["access_token"]).json["transactionStatus"] != "RCVD"


def test_a_token_of_one_consent_opens_no_other(elbufer):
    first, second = (
        call(elbufer, "POST", "/v1/consents", expected=201, json=_CONSENT).json["consentId"] for _ in "12"
    )
    token = elbufer.tokens(scope=f"AIS:{first}")["access_token"]

    for path in ("/v1/accounts", f"/v1/consents/{second}"):
        refused = call(elbufer, "GET", path, token, 401, headers={"Consent-ID": second})
        assert refused.json["tppMessages"][0]["code"] == "TOKEN_INVALID"
        assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


def test_a_token_of_a_consent_pays_nothing(elbufer):
    consent_id = call(elbufer, "POST", "/v1/consents", expected=201, json=_CONSENT).json["consentId"]
    token = elbufer.tokens(scope=f"AIS:{consent_id}")["access_token"]

    refused = call(elbufer, "POST", "/v1/payments/sepa-credit-transfers", token, 401, json=_PAYMENT)

    assert refused.json["tppMessages"][0]["code"] == "TOKEN_INVALID"


def test_whoever_comes_without_a_token_is_told_where_to_get_one(tuuli):
    answer = tuuli.sandbox.client.post("/tuuli/v1/consents", headers=_ID, json=_CONSENT)
    published.judge("POST", "/v1/consents", answer)

    assert answer.status_code == 401
    assert answer.json["tppMessages"][0]["code"].startswith("TOKEN_")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert metadata_at(tuuli, answer.json["_links"])["issuer"] == tuuli.issuer


def test_with_the_token_of_the_pre_step_the_psu_need_not_be_named_again(tuuli):
    token = tuuli.tokens(scope="AIS PIS openid")["access_token"]

    created = call(
        tuuli, "POST", "/v1/consents", token, 201, json=_CONSENT, headers={"TPP-Redirect-URI": HERE}
    )
    links = {name: one["href"] for name, one in created.json["_links"].items()}
    state = call(tuuli, "GET", urlsplit(links["scaStatus"]).path.removeprefix("/tuuli"), token)

    assert state.json["scaStatus"] == "psuIdentified"
    assert "scaRedirect" in links


def test_a_token_without_a_psu_is_no_token_of_a_pre_step(tuuli):
    token = tuuli.call("token", grant_type="client_credentials", scope="AIS").json["access_token"]

    refused = call(tuuli, "POST", "/v1/consents", token, 401, json=_CONSENT)

    assert refused.json["tppMessages"][0]["code"] == "TOKEN_INVALID"


def test_a_token_of_one_psu_does_not_read_by_the_consent_of_another(tuuli, sandbox):
    mine = tuuli.tokens(scope="AIS")["access_token"]
    created = call(
        tuuli, "POST", "/v1/consents", expected=201, json=_CONSENT, headers={"TPP-Redirect-URI": HERE}
    )
    consent_id = created.json["consentId"]
    authorisation = urlsplit(created.json["_links"]["scaStatus"]["href"]).path.rsplit("/", 1)[1]
    other = psu_of(sandbox, "fi-1")["username"]
    sandbox.call("POST", f"/_sandbox/authorisations/{authorisation}/approve", json={"psu": other})

    refused = call(tuuli, "GET", "/v1/accounts", mine, 401, headers={"Consent-ID": consent_id})

    assert refused.json["tppMessages"][0]["code"] == "TOKEN_INVALID"


def test_a_token_of_the_pre_step_lives_for_a_quarter_of_an_hour(tuuli):
    from tests.conftest import NOON

    token = tuuli.tokens(scope="AIS")["access_token"]
    tuuli.sandbox.set_clock(NOON.replace(minute=15))

    refused = call(tuuli, "POST", "/v1/consents", token, 401, json=_CONSENT)

    assert refused.json["tppMessages"][0]["code"] == "TOKEN_EXPIRED"
    assert "scaOAuth" in refused.json["_links"]


def test_state_is_mandatory_under_the_profile_of_the_standard(sandbox):
    from tests.oauth.conftest import register

    key = Key()
    client_id = register(sandbox, "psd2-oauth", key)
    tpp = FapiTpp(sandbox, client_id=client_id, key=key)

    assert tpp.open(tpp.request(state=None)).refused["error"] == "invalid_request"
    assert "code" in tpp.open(tpp.request()).agree()


def test_a_cancellation_is_confirmed_at_the_authorization_server_too(elbufer):
    created = call(
        elbufer,
        "POST",
        "/v1/payments/sepa-credit-transfers",
        expected=201,
        json={**_PAYMENT, "requestedExecutionDate": "2026-03-20"},
    )
    payment_id = created.json["paymentId"]
    elbufer.ask(scope=f"PIS:{payment_id}").agree()
    path = f"/v1/payments/sepa-credit-transfers/{payment_id}"
    waits = call(elbufer, "DELETE", path, expected=202)
    start = urlsplit(waits.json["_links"]["startAuthorisation"]["href"]).path.removeprefix("/elbufer")
    call(elbufer, "POST", start, expected=201)

    elbufer.ask(scope=f"PIS:{payment_id}").agree()

    assert call(elbufer, "GET", f"{path}/status").json["transactionStatus"] == "CANC"
