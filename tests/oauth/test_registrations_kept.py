"""Looking after a registration (RFC 7592), and that what was registered holds."""

import pytest

from tests.oauth import signing
from tests.oauth.bearing import Bearing, qwac
from tests.oauth.conftest import FROM_HERE, SAFE, FapiTpp, Tpp
from tests.oauth.registering import OTHER, STRONG, Registrar, bearer, told
from tests.oauth.signing import Key, hashed


def test_a_client_reads_changes_and_ends_its_registration(any_registrar):
    registrar = any_registrar
    made = registrar.send(client_name="Before", contacts=["a@tpp.example"]).json
    uri, token = made["registration_client_uri"], made["registration_access_token"]

    read = registrar.open("GET", uri, **bearer(token))
    assert read.status_code == 200
    assert read.json == {
        name: value
        for name, value in made.items()
        if name not in ("client_secret", "client_secret_expires_at")
    }
    changed = registrar.send(
        "PUT", uri, token=token, client_id=made["client_id"], client_name="After", redirect_uris=[OTHER]
    )
    assert changed.status_code == 200
    assert (changed.json["client_name"], changed.json["redirect_uris"]) == ("After", [OTHER])
    # RFC 7592 2.2: what is left out is forgotten.
    assert "contacts" not in changed.json
    assert registrar.open("GET", uri, **bearer(token)).json == changed.json
    assert registrar.open("DELETE", uri, **bearer(token)).status_code == 204
    assert told(registrar.open("GET", uri, **bearer(token))) == (401, "invalid_token")


@pytest.mark.parametrize(
    "said",
    [
        {"client_id": None},
        {"client_id": "test.another"},
        {"client_secret": "guessed"},
        {"registration_access_token": "rg_test_x"},
        {"registration_client_uri": "https://bank.example"},
        {"client_secret_expires_at": 7},
        {"client_id_issued_at": 7},
        {"grant_types": ["password"]},
    ],
)
def test_a_wrong_change_is_refused_and_nothing_changes(registrar, said):
    made = registrar.send().json
    uri, token = made["registration_client_uri"], made["registration_access_token"]
    before = registrar.open("GET", uri, **bearer(token)).json

    answer = registrar.send("PUT", uri, token=token, **{"client_id": made["client_id"], **said})

    assert told(answer) == (400, "invalid_client_metadata")
    assert registrar.open("GET", uri, **bearer(token)).json == before


def test_a_client_that_comes_to_need_a_secret_is_given_one_and_loses_it_with_the_need(registrar):
    made = registrar.send(**STRONG).json
    uri, token, own = made["registration_client_uri"], made["registration_access_token"], made["client_id"]
    assert "client_secret" not in made

    secret = registrar.send("PUT", uri, token=token, client_id=own).json["client_secret"]
    kept = registrar.send("PUT", uri, token=token, client_id=own, client_secret=secret)
    assert "client_secret" not in kept.json
    tpp = Tpp(registrar.sandbox, client_id=own, secret=secret)
    ask = {"grant_type": "client_credentials"}
    assert told(tpp.call("token", **ask)) == (400, "unauthorized_client")
    registrar.send("PUT", uri, token=token, client_id=own, **STRONG)
    assert told(tpp.call("token", **ask)) == (401, "invalid_client")


def test_another_clients_token_or_a_wrong_one_opens_no_registration(registrar):
    one, two = registrar.send().json, registrar.send().json
    uri = one["registration_client_uri"]
    unregistered = f"{registrar.issuer}/oauth/register/test.{registrar.sandbox.app_id}"

    wrong = [
        two["registration_access_token"],
        one["registration_access_token"] + "x",
        "rg_test_x",
        "rg_x_y",
        "",
    ]
    for token in wrong:
        for method in ("GET", "PUT", "DELETE"):
            answer = registrar.open(method, uri, json={}, **bearer(token))
            assert told(answer) == (401, "invalid_token"), token
    for nobody in (uri + "x", unregistered, uri.replace("fjordbanken", "elbufer")):
        answer = registrar.open("GET", nobody, **bearer(one["registration_access_token"]))
        assert told(answer) == (401, "invalid_token")
    assert told(registrar.open("GET", uri)) == (401, "invalid_token")
    # A key of the app is for registering; it is no token of this client's.
    assert told(registrar.open("GET", uri, **bearer(registrar.sandbox.app_key))) == (401, "invalid_token")


def own_token(registrar, client):
    tpp = Tpp(registrar.sandbox, client_id=client["client_id"], secret=client["client_secret"])
    answer = tpp.call("token", grant_type="client_credentials")
    assert answer.status_code == 200, answer.text
    return answer.json["access_token"]


def by_secret(registrar):
    """A client of the signed form that gets tokens by its secret."""
    return registrar.sign(token_endpoint_auth_method="client_secret_basic", response_types=["code"]).json


def test_in_the_united_kingdom_a_token_of_the_clients_own_opens_its_registration(registrar):
    client = by_secret(registrar)
    uri, token = client["registration_client_uri"], own_token(registrar, client)

    read = registrar.open("GET", uri, **bearer(token))
    assert (read.status_code, read.json["software_id"]) == (200, registrar.software_id)
    assert "registration_access_token" not in read.json
    said = {"token_endpoint_auth_method": "client_secret_basic", "response_types": ["code"]}
    jws = registrar.key.sign(registrar.claims(redirect_uris=[OTHER], **said))
    changed = registrar.post_jws(jws, "PUT", uri, token)
    assert (changed.status_code, changed.json["redirect_uris"]) == (200, [OTHER])
    # DCR 3.3: a change does not end the tokens that there are.
    assert registrar.open("DELETE", uri, **bearer(token)).status_code == 204
    assert told(registrar.open("GET", uri, **bearer(token))) == (401, "invalid_token")


def test_whoever_asks_for_another_client_loses_the_token(registrar):
    one, two = by_secret(registrar), by_secret(registrar)
    token = own_token(registrar, one)

    assert told(registrar.open("GET", two["registration_client_uri"], **bearer(token))) == (
        401,
        "invalid_token",
    )
    assert told(registrar.open("GET", one["registration_client_uri"], **bearer(token))) == (
        401,
        "invalid_token",
    )


def test_a_token_about_a_psu_opens_no_registration(registrar):
    client = by_secret(registrar)
    tpp = Tpp(
        registrar.sandbox, client_id=client["client_id"], secret=client["client_secret"], redirect_uri=SAFE
    )
    token = tpp.tokens(scope="AIS")["access_token"]

    assert told(registrar.open("GET", client["registration_client_uri"], **bearer(token))) == (
        401,
        "invalid_token",
    )


def test_with_a_client_its_tokens_end(any_registrar):
    registrar = any_registrar
    made = registrar.send(grant_types=["authorization_code", "refresh_token"]).json
    sandbox = registrar.sandbox
    tpp = Tpp(sandbox, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=SAFE)
    consent_id = tpp.consent()
    tokens = tpp.tokens(scope=f"AIS:{consent_id}")
    assert tpp.read(tokens["access_token"], consent_id).status_code == 200

    registrar.open("DELETE", made["registration_client_uri"], **bearer(made["registration_access_token"]))

    assert tpp.read(tokens["access_token"], consent_id).status_code == 401
    refused = tpp.call("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert told(refused) == (401, "invalid_client")


def test_secrets_and_registration_tokens_are_kept_as_hashes_alone(registrar):
    made = registrar.send().json

    with registrar.sandbox.database.reading() as work:
        [row] = work.rows("SELECT * FROM oauth_client", ())
    text = " ".join(map(str, row))
    assert made["client_secret"] not in text
    assert made["registration_access_token"] not in text
    assert hashed(made["client_secret"]) in text


def test_the_registrations_of_one_bank_are_nothing_to_another(registrar):
    made = registrar.send().json

    elsewhere = Tpp(
        registrar.sandbox, "elbufer", client_id=made["client_id"], secret=made["client_secret"]
    ).call("token", grant_type="client_credentials")
    assert told(elsewhere) == (401, "invalid_client")


def registered(registrar, **said):
    made = registrar.send(**said).json
    return Tpp(
        registrar.sandbox, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=SAFE
    )


def test_a_client_has_the_grants_that_it_has_registered(registrar):
    tpp = registered(registrar)

    assert told(tpp.call("token", grant_type="client_credentials")) == (400, "unauthorized_client")
    assert "refresh_token" not in tpp.tokens()


def test_a_client_has_the_answers_that_it_has_registered(registrar):
    tpp = registered(registrar, redirect_uris=[SAFE], grant_types=["client_credentials"])

    assert tpp.ask().refused["error"] == "unauthorized_client"


def test_a_client_has_the_scope_that_it_has_registered(registrar):
    said = {"scope": "openid AIS", "grant_types": ["authorization_code", "client_credentials"]}
    tpp = registered(registrar, **said)
    consent_id = tpp.consent()

    assert tpp.ask(scope="PIS").refused["error"] == "invalid_scope"
    assert tpp.tokens(scope=f"AIS:{consent_id}")["scope"] == f"AIS:{consent_id}"
    assert tpp.call("token", grant_type="client_credentials").json["scope"] == "AIS"
    refused = tpp.call("token", grant_type="client_credentials", scope="PIS")
    assert told(refused) == (400, "invalid_scope")


def test_a_client_that_has_registered_to_push_or_sign_does(registrar):
    pushing = registered(registrar, require_pushed_authorization_requests=True)
    signing = registered(registrar, require_signed_request_object=True)

    assert "must be pushed" in pushing.ask().answer.text
    pushed = pushing.call("par", **pushing.request()).json["request_uri"]
    opened = pushing.open({"client_id": pushing.client_id, "request_uri": pushed})
    assert "code" in opened.agree()
    assert "signed request object" in signing.ask().answer.text


def test_a_client_signs_with_the_algorithm_that_it_has_registered(registrar):
    other = Key("ES256", "other")
    registrar.change(jwks={"keys": [registrar.key.public, other.public]})
    said = {**STRONG, "token_endpoint_auth_signing_alg": "PS256", "grant_types": ["client_credentials"]}
    client_id = registrar.send(**said, redirect_uris=None).json["client_id"]

    for key, status in ((registrar.key, 200), (other, 401)):
        tpp = FapiTpp(registrar.sandbox, client_id=client_id, key=key)
        assert tpp.call("token", grant_type="client_credentials").status_code == status


class FapiOne(Bearing, FapiTpp):
    """A client that proves itself by assertions, and binds its tokens to its certificate."""


class Hybrid(FapiOne):
    """The same, which sends browsers with signed requests, and no challenge."""

    def ask(self, **more):
        said = {"response_type": "code id_token", "nonce": "n-7", **more}
        asked = self.request(code_challenge=None, code_challenge_method=None, **said)
        request = signing.request_object(self.key, self.client_id, self.issuer, asked)
        return self.open({"client_id": self.client_id, "request": request})

    def redeem(self, code, **more):
        return super().redeem(code, code_verifier=None, **more)


def test_a_client_of_the_signed_form_gets_tokens_that_are_bound(behind_a_proxy):
    registrar = Registrar(behind_a_proxy)
    client_id = registrar.sign().json["client_id"]
    tpp = FapiOne(behind_a_proxy, client_id=client_id, key=registrar.key)
    assert told(tpp.call("token", grant_type="client_credentials")) == (400, "invalid_request")

    tpp.shown = qwac(behind_a_proxy)
    answer = tpp.call("token", grant_type="client_credentials")
    assert (answer.status_code, answer.json["scope"]) == (200, "AIS")


def test_a_british_tpp_goes_from_its_statement_to_the_accounts(behind_a_proxy):
    registrar = Registrar(behind_a_proxy, "kelpbank")
    made = registrar.sign(scope="openid accounts").json
    tpp = Hybrid(behind_a_proxy, "kelpbank", client_id=made["client_id"], key=registrar.key)
    tpp.psu = behind_a_proxy.call("GET", "/_sandbox/people?bank=kelpbank").json["people"][0]
    tpp.shown = qwac(behind_a_proxy)
    own = tpp.call("token", grant_type="client_credentials").json["access_token"]
    path = "/kelpbank/open-banking/v4.0/aisp"
    body = {"Data": {"Permissions": ["ReadAccountsBasic"]}, "Risk": {}}
    by_token = {"Authorization": f"Bearer {own}", **tpp.header()}
    consent = behind_a_proxy.client.post(
        f"{path}/account-access-consents", json=body, headers=by_token, environ_overrides=FROM_HERE
    )
    assert consent.status_code == 201, consent.text

    named = {"openbanking_intent_id": {"value": consent.json["Data"]["ConsentId"], "essential": True}}
    said = tpp.ask(scope="openid accounts", claims={"id_token": named}).agree()
    tokens = tpp.redeem(said["code"]).json

    assert {"code", "id_token"} <= set(said)
    by_token = {"Authorization": f"Bearer {tokens['access_token']}", **tpp.header()}
    accounts = behind_a_proxy.client.get(f"{path}/accounts", headers=by_token, environ_overrides=FROM_HERE)
    assert accounts.status_code == 200, accounts.text
    assert accounts.json["Data"]["Account"]
