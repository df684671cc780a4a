"""The profile `fapi2-security`: pushed requests, private_key_jwt, and tokens that are bound by DPoP."""

import time

import pytest

from tests.conftest import NOON
from tests.oauth import signing
from tests.oauth.conftest import HERE, SAFE, FapiTpp, Tpp, register
from tests.oauth.signing import Key


@pytest.fixture
def tpp(sandbox):
    key = Key()
    return FapiTpp(sandbox, client_id=register(sandbox, "fapi2-security", key), key=key, proof_key=Key())


def test_a_client_pushes_redeems_and_reads_with_a_bound_token(tpp):
    consent_id = tpp.consent()

    told = tpp.ask(scope=f"AIS:{consent_id}").agree()
    tokens = tpp.redeem(told["code"]).json
    answer = tpp.read(tokens["access_token"], consent_id)

    assert told["iss"] == tpp.issuer
    assert tokens["token_type"] == "DPoP"
    assert answer.status_code == 200, answer.text
    assert tpp.call("introspect", token=tokens["access_token"]).json["cnf"] == {
        "jkt": tpp.proof_key.thumbprint
    }


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "EdDSA"])
def test_the_algorithms_of_fapi_are_taken_for_assertions_and_proofs(sandbox, algorithm):
    key = Key(algorithm)
    client_id = register(sandbox, "fapi2-security", key)
    tpp = FapiTpp(sandbox, client_id=client_id, key=key, proof_key=Key(algorithm))

    answer = tpp.call("token", grant_type="client_credentials", scope="AIS")

    assert answer.status_code == 200, answer.text


def test_rs256_and_none_are_refused(sandbox):
    key = Key("RS256")
    tpp = FapiTpp(sandbox, client_id=register(sandbox, "fapi2-security", key), key=key, proof_key=Key())
    _, body, _ = signing.assertion(key, tpp.client_id, tpp.issuer)["client_assertion"].split(".")
    unsigned = signing.base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()

    for wrong in (f"{unsigned}.{body}.", None):
        given = signing.assertion(key, tpp.client_id, tpp.issuer)
        if wrong:
            given["client_assertion"] = wrong
        refused = tpp.call("token", grant_type="client_credentials", assertion=given)
        assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")


def test_a_request_that_was_not_pushed_is_refused(tpp):
    answer = tpp.open(tpp.request()).answer

    assert answer.status_code == 400
    assert "pushed" in answer.text


def test_a_push_without_proof_of_the_client_is_refused(tpp):
    answer = tpp.post("par", **tpp.request())

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_a_pushed_request_lives_for_less_than_ten_minutes_and_says_so(tpp):
    pushed = tpp.push().json
    query = {"client_id": tpp.client_id, "request_uri": pushed["request_uri"]}

    assert pushed["expires_in"] < 600
    assert tpp.open(query).answer.status_code == 303
    tpp.sandbox.set_clock(NOON.replace(minute=pushed["expires_in"] // 60))
    assert tpp.open(query).answer.status_code == 400


def test_a_page_may_be_reloaded_but_a_pushed_request_is_answered_once(tpp):
    query = {"client_id": tpp.client_id, "request_uri": tpp.push().json["request_uri"]}
    first, second = tpp.open(query), tpp.open(query)
    link = second.log_in()

    assert "code" in first.agree()
    assert second.browser.client.get(second.link).status_code in (200, 303)
    code = second.browser.page.text.split('id="code-for-testing">')[1].split("<")[0]
    back = second.browser.send(f"{link}/code", code=code)
    late = second.browser.client.get(back.location.removeprefix(tpp.sandbox.origin))
    assert late.status_code == 400, "the request has been answered"
    assert tpp.open(query).answer.status_code == 400


def test_another_clients_pushed_request_is_not_found(tpp, sandbox):
    pushed = tpp.push().json["request_uri"]
    other = register(sandbox, "fapi2-security", Key())

    assert tpp.open({"client_id": other, "request_uri": pushed}).answer.status_code == 400


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://tpp.example/back"}, "invalid_request"),
        ({"redirect_uri": "https://tpp.example/back?app=1&more"}, "invalid_request"),
        ({"redirect_uri": HERE}, "invalid_request"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:ru_test_x"}, "invalid_request"),
        ({"dpop_jkt": "another-key"}, "invalid_dpop_proof"),
        ({"client_id": "test.somebody"}, "invalid_client"),
    ],
)
def test_a_wrong_request_is_refused_where_it_is_pushed(tpp, wrong, error):
    answer = tpp.push(**wrong)

    assert answer.json["error"] == error


def test_a_redirect_uri_without_tls_is_refused_even_if_registered(sandbox):
    key = Key()
    client_id = register(sandbox, "fapi2-security", key, redirect_uri="http://tpp.example/back")
    tpp = FapiTpp(sandbox, client_id=client_id, key=key, redirect_uri="http://tpp.example/back")

    assert tpp.push().json["error"] == "invalid_request"


def test_a_native_app_may_come_back_to_any_port_of_the_psus_own_machine(sandbox):
    key = Key()
    client_id = register(sandbox, "fapi2-security", key, redirect_uri="http://127.0.0.1/back")
    tpp = FapiTpp(sandbox, client_id=client_id, key=key, redirect_uri="http://127.0.0.1:51004/back")

    assert tpp.push().status_code == 201
    assert tpp.push(redirect_uri="http://127.0.0.1:51004/else").json["error"] == "invalid_request"


@pytest.mark.parametrize(
    "aud",
    [
        lambda tpp: [tpp.issuer],
        lambda tpp: f"{tpp.issuer}/oauth/token",
        lambda tpp: f"{tpp.issuer}/oauth/par",
        lambda tpp: f"{tpp.issuer}/",
        lambda tpp: f"{tpp.sandbox.origin}/nordlys",
        lambda _: None,
        lambda _: 7,
    ],
)
def test_an_assertion_is_for_the_issuer_as_a_string_and_nothing_else(tpp, aud):
    wrong = signing.assertion(tpp.key, tpp.client_id, aud(tpp))

    refused = tpp.call("par", assertion=wrong, **tpp.request())

    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("aud", [lambda one: [one.issuer], lambda one: f"{one.issuer}/oauth/token"])
def test_an_older_profile_takes_the_audiences_that_older_clients_write(sandbox, aud):
    key = Key()
    tpp = FapiTpp(sandbox, client_id=register(sandbox, "simple", key), key=key)

    given = signing.assertion(key, tpp.client_id, aud(tpp))

    assert tpp.call("token", grant_type="client_credentials", assertion=given).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "test.somebody"},
        {"sub": None},
        {"jti": None},
        {"jti": 7},
        {"exp": None},
        {"exp": int(time.time()) - 5},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 9e99},
        {"iat": int(time.time()) + 86_400},
        {"nbf": int(time.time()) + 86_400},
        {"header": {"kid": "another"}},
        {"header": {"crit": ["b64"], "b64": False}},
    ],
)
def test_a_wrong_assertion_proves_nothing(tpp, wrong):
    given = signing.assertion(tpp.key, tpp.client_id, tpp.issuer, **wrong)

    refused = tpp.call("token", grant_type="client_credentials", assertion=given)

    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("ahead", [0, 10])
def test_a_clock_that_goes_a_little_ahead_is_borne(tpp, ahead):
    now = int(time.time()) + ahead
    given = signing.assertion(tpp.key, tpp.client_id, tpp.issuer, iat=now, nbf=now)

    assert tpp.call("token", grant_type="client_credentials", scope="AIS", assertion=given).status_code == 200


def test_an_assertion_may_be_dated_by_the_worlds_clock(tpp):
    now = int(NOON.timestamp())
    given = signing.assertion(tpp.key, tpp.client_id, tpp.issuer, iat=now, exp=now + 60)

    assert tpp.call("token", grant_type="client_credentials", assertion=given).status_code == 200


def test_an_assertion_is_good_once(tpp):
    given = signing.assertion(tpp.key, tpp.client_id, tpp.issuer)

    assert tpp.call("token", grant_type="client_credentials", assertion=given).status_code == 200
    assert tpp.call("token", grant_type="client_credentials", assertion=given).status_code == 401


def test_somebody_elses_key_proves_nothing(tpp):
    given = signing.assertion(Key(), tpp.client_id, tpp.issuer)

    assert tpp.call("token", grant_type="client_credentials", assertion=given).status_code == 401


def test_a_secret_is_no_proof_under_this_profile(tpp):
    answer = Tpp(tpp.sandbox, client_id=tpp.client_id).call("token", grant_type="client_credentials")

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_tokens_that_nobody_is_bound_to_are_not_given(tpp):
    code = tpp.code()
    tpp.proof_key = None

    assert tpp.call("token", grant_type="client_credentials").json["error"] == "invalid_request"
    assert tpp.redeem(code).json["error"] in ("invalid_request", "invalid_grant")


def test_a_code_is_bound_to_the_key_with_which_its_request_was_pushed(tpp):
    code, tpp.proof_key = tpp.code(), Key()

    assert tpp.redeem(code).json["error"] == "invalid_grant"


def test_a_code_is_bound_to_the_key_that_the_request_names(tpp):
    later, tpp.proof_key = tpp.proof_key, None
    code = tpp.code(dpop_jkt=later.thumbprint)

    tpp.proof_key = Key()
    assert tpp.redeem(code).json["error"] == "invalid_grant"
    tpp.proof_key = later
    assert tpp.redeem(code).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"htm": "GET"},
        {"htu": "https://elsewhere.example/oauth/token"},
        {"htu": 7},
        {"htu": "http://[::1"},
        {"iat": int(time.time()) - 900},
        {"iat": int(time.time()) + 86_400},
        {"iat": "now"},
        {"iat": None},
        {"jti": None},
        {"header": {"typ": "JWT"}},
        {"header": {"jwk": {"kty": "EC"}}},
        {"header": {"jwk": "rubbish"}},
        {"header": {"jwk": Key().bare}},
    ],
)
def test_a_wrong_proof_is_refused_at_the_token_endpoint(tpp, wrong):
    headers = tpp.proof("POST", f"{tpp.issuer}/oauth/token", **wrong)

    refused = tpp.call("token", grant_type="client_credentials", headers=headers)

    assert (refused.status_code, refused.json["error"]) == (400, "invalid_dpop_proof")


def test_a_proof_that_carries_its_private_key_is_refused(tpp):
    import json

    from jwt.algorithms import ECAlgorithm

    private = json.loads(ECAlgorithm.to_jwk(tpp.proof_key.private))
    headers = tpp.proof("POST", f"{tpp.issuer}/oauth/token", header={"jwk": private})

    refused = tpp.call("token", grant_type="client_credentials", headers=headers)

    assert refused.json["error"] == "invalid_dpop_proof"


def test_a_proof_is_good_once(tpp):
    headers = tpp.proof("POST", f"{tpp.issuer}/oauth/token")

    assert tpp.call("token", grant_type="client_credentials", headers=headers).status_code == 200
    again = tpp.call("token", grant_type="client_credentials", headers=headers)
    assert again.json["error"] == "invalid_dpop_proof"


def test_a_token_of_a_key_opens_nothing_without_a_proof_by_that_key(tpp):
    consent_id = tpp.consent()
    token = tpp.tokens(scope=f"AIS:{consent_id}")["access_token"]
    url = f"{tpp.issuer}/v1/accounts"
    mine, others = tpp.proof_key, Key()

    wrong = {
        "as a bearer token": {"Authorization": f"Bearer {token}"},
        "another key": {"DPoP": signing.proof(others, "GET", url, token)},
        "without the token's hash": {"DPoP": signing.proof(mine, "GET", url)},
        "another token's hash": {"DPoP": signing.proof(mine, "GET", url, "another")},
        "another method": {"DPoP": signing.proof(mine, "POST", url, token)},
        "another address": {"DPoP": signing.proof(mine, "GET", f"{tpp.issuer}/v1/else", token)},
        "rubbish": {"DPoP": "rubbish"},
    }
    for name, headers in wrong.items():
        refused = tpp.read(token, consent_id, **headers)
        assert refused.status_code == 401, name
        assert refused.json["tppMessages"][0]["code"] == "TOKEN_INVALID", name
        assert refused.headers["WWW-Authenticate"].startswith("DPoP "), name
        assert "ES256" in refused.headers["WWW-Authenticate"], name


def test_the_scheme_is_read_whatever_its_case_and_a_query_is_no_part_of_the_address(tpp):
    consent_id = tpp.consent()
    token = tpp.tokens(scope=f"AIS:{consent_id}")["access_token"]

    answer = tpp.read(
        token,
        consent_id,
        "/v1/accounts?withBalance=true",
        Authorization=f"dpop {token}",
        **tpp.proof("GET", f"{tpp.issuer}/v1/accounts", token),
    )

    assert answer.status_code == 200, answer.text


def test_a_proof_opens_the_api_once(tpp):
    consent_id = tpp.consent()
    token = tpp.tokens(scope=f"AIS:{consent_id}")["access_token"]
    headers = tpp.proof("GET", f"{tpp.issuer}/v1/accounts", token)

    assert tpp.read(token, consent_id, **headers).status_code == 200
    assert tpp.read(token, consent_id, **headers).status_code == 401


def test_a_refresh_token_does_not_rotate_and_gives_tokens_of_the_key_that_is_shown(tpp):
    first = tpp.tokens()

    answer = tpp.call("token", grant_type="refresh_token", refresh_token=first["refresh_token"])
    again = tpp.call("token", grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert (answer.status_code, again.status_code) == (200, 200)
    assert answer.json["token_type"] == "DPoP"
    assert "refresh_token" not in answer.json


def test_every_redirect_of_the_way_is_a_303(tpp):
    visit = tpp.ask()

    assert visit.answer.status_code == 303
    assert "code" in visit.agree(), "which follows 303 and nothing else"


def test_a_short_rsa_key_proves_nothing(sandbox):
    key = Key("PS256")
    key.private = signing.rsa.generate_private_key(65537, 1024)
    tpp = FapiTpp(sandbox, client_id=register(sandbox, "fapi2-security", key), key=key, proof_key=Key())

    with pytest.warns(match="2048"):
        given = signing.assertion(key, tpp.client_id, tpp.issuer)
    assert tpp.call("token", grant_type="client_credentials", assertion=given).status_code == 401


def test_of_keys_with_the_same_kid_the_fitting_one_is_taken(sandbox):
    key, other = Key("ES256"), Key("PS256")
    both = {"keys": [other.public, key.public]}
    client_id = register(sandbox, "fapi2-security", None, jwks=both)
    tpp = FapiTpp(sandbox, client_id=client_id, key=key, proof_key=Key())

    assert tpp.call("token", grant_type="client_credentials").status_code == 200


def test_a_bank_with_nonces_hands_one_out_and_wants_it_back(sandbox):
    from dataclasses import replace

    profiles = sandbox.services.profiles
    bank = profiles["fjordbanken"]
    server = replace(bank.sca.authorization_server, dpop_nonce=True)
    profiles["fjordbanken"] = replace(bank, sca=replace(bank.sca, authorization_server=server))
    key = Key()
    tpp = FapiTpp(sandbox, client_id=register(sandbox, "fapi2-security", key), key=key, proof_key=Key())
    url = f"{tpp.issuer}/oauth/token"

    refused = tpp.call("token", grant_type="client_credentials", scope="AIS")
    nonce = refused.headers["DPoP-Nonce"]
    forged = tpp.proof("POST", url, nonce="1234.rubbish")
    right = tpp.proof("POST", url, nonce=nonce)

    assert (refused.status_code, refused.json["error"]) == (400, "use_dpop_nonce")
    assert (
        tpp.call("token", grant_type="client_credentials", headers=forged).json["error"] == "use_dpop_nonce"
    )
    granted = tpp.call("token", grant_type="client_credentials", scope="AIS", headers=right)
    assert granted.status_code == 200
    token = granted.json["access_token"]
    asked = tpp.read(token, "x")
    assert 'error="use_dpop_nonce"' in asked.headers["WWW-Authenticate"]
    assert asked.headers["DPoP-Nonce"]


def test_a_client_of_a_profile_that_the_bank_does_not_offer_is_not_served(sandbox):
    from dataclasses import replace

    profiles = sandbox.services.profiles
    bank = profiles["fjordbanken"]
    server = replace(bank.sca.authorization_server, profiles=bank.sca.authorization_server.profiles[:1])
    profiles["fjordbanken"] = replace(bank, sca=replace(bank.sca, authorization_server=server))
    key = Key()
    tpp = FapiTpp(sandbox, client_id=register(sandbox, "fapi2-security", key), key=key)

    assert tpp.push().json["error"] == "unauthorized_client"


def test_the_safe_address_is_the_registered_one():
    assert SAFE.startswith("https://")
