"""The profile `simple`: what every app gets at every bank with its key, without being registered."""

import base64
from dataclasses import replace

import jwt
import pytest

from sandbox.workspaces import apps, software
from sandbox.workspaces.workspace import Strictness
from tests.conftest import NOON
from tests.oauth import signing
from tests.oauth.conftest import HERE, SAFE, Tpp, challenge
from tests.oauth.signing import Key


def test_a_tpp_gets_a_code_after_the_psus_yes_and_reads_with_the_token_alone(tpp):
    consent_id = tpp.consent()

    told = tpp.ask(scope=f"AIS:{consent_id}").agree()
    tokens = tpp.redeem(told["code"]).json
    answer = tpp.read(tokens["access_token"], consent_id)

    assert (told["state"], told["iss"]) == ("st/ate 7", tpp.issuer)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"] == f"AIS:{consent_id}"
    assert answer.status_code == 200
    assert answer.json["accounts"]


def test_the_metadata_are_found_at_both_well_known_places_and_from_the_root(tpp):
    found = [
        tpp.get(path).json
        for path in (
            "/fjordbanken/.well-known/oauth-authorization-server",
            "/fjordbanken/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server/fjordbanken",
            "/.well-known/openid-configuration/fjordbanken",
        )
    ]

    assert found[0]["issuer"] == tpp.issuer
    assert found[0]["token_endpoint"] == f"{tpp.issuer}/oauth/token"
    assert all(one == found[0] for one in found)


def test_the_public_keys_are_published_and_nothing_private_with_them(tpp):
    keys = tpp.get(tpp.url("jwks")).json["keys"]

    assert sorted(key["alg"] for key in keys) == ["ES256", "PS256"]
    assert len({key["kid"] for key in keys}) == len(keys)
    assert all({"d", "p", "q"}.isdisjoint(key) for key in keys)


def test_a_psu_who_says_no_is_sent_back_with_access_denied(tpp):
    told = tpp.ask(scope=f"AIS:{tpp.consent()}").decline()

    assert told["error"] == "access_denied"
    assert (told["state"], told["iss"]) == ("st/ate 7", tpp.issuer)
    assert "code" not in told


def test_a_session_tells_the_client_who_the_psu_is_and_nothing_about_accounts(tpp):
    visit = tpp.ask(scope="openid AIS PIS", nonce="n-0S6")
    link = visit.log_in()

    assert "accounts" not in visit.browser.ids
    tokens = tpp.redeem(visit.come_back(link)["code"]).json
    claims = _verified(tpp, tokens["id_token"])

    assert claims["nonce"] == "n-0S6"
    assert claims["acr"] == "urn:openbanking:psd2:sca"
    assert claims["auth_time"] == int(NOON.timestamp())
    assert "no-0" not in claims["sub"]


def _verified(tpp: Tpp, token: str) -> dict:
    """An ID token as an independent library reads it; the world's clock stands, the wall's does not."""
    keys = {one["kid"]: one for one in tpp.get(tpp.url("jwks")).json["keys"]}
    key = jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]])
    return jwt.decode(
        token,
        key,
        algorithms=["PS256"],
        audience=tpp.client_id,
        issuer=tpp.issuer,
        options={"verify_exp": False, "verify_iat": False},
    )


@pytest.mark.parametrize("bank_id", ["nordlys", "fjordbanken"])
def test_the_yes_at_a_bank_with_confirmation_codes_is_confirmed_by_coming_back(sandbox, bank_id):
    tpp = Tpp(sandbox, bank_id)
    consent_id = tpp.consent()

    told = tpp.ask(scope=f"AIS:{consent_id}").agree()

    assert "code" in told
    status = tpp.sandbox.call("GET", f"/{bank_id}/v1/consents/{consent_id}/status")
    assert status.json == {"consentStatus": "valid"}


def test_a_refresh_token_gives_another_access_token_and_stays_the_same(tpp):
    first = tpp.tokens()

    again = tpp.call("token", grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert again.status_code == 200
    assert again.json["access_token"] != first["access_token"]
    assert "refresh_token" not in again.json
    once_more = tpp.call("token", grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert once_more.status_code == 200


def test_a_refresh_token_gives_no_more_than_the_psu_agreed_to(tpp):
    first = tpp.tokens(scope="AIS PIS")

    less = tpp.call("token", grant_type="refresh_token", refresh_token=first["refresh_token"], scope="AIS")
    more = tpp.call(
        "token", grant_type="refresh_token", refresh_token=first["refresh_token"], scope="AIS PIIS"
    )

    assert less.json["scope"] == "AIS"
    assert (more.status_code, more.json["error"]) == (400, "invalid_scope")


def test_a_client_gets_a_token_for_itself_without_a_refresh_token(tpp):
    answer = tpp.call("token", grant_type="client_credentials", scope="AIS")

    assert answer.json["scope"] == "AIS"
    assert "refresh_token" not in answer.json
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_secret_may_come_in_the_form(tpp):
    form = {"grant_type": "client_credentials", "client_id": tpp.client_id}

    assert tpp.post("token", client_secret=tpp.secret, **form).status_code == 200
    assert tpp.post("token", client_secret="wrong", **form).status_code == 401


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [("test.{app}", "wrong"), ("test.nobody", "{key}"), ("nowhere.{app}", "{key}"), ("", ""), ("x", "\x00")],
)
def test_nobody_gets_a_token_with_a_wrong_id_or_secret(tpp, client_id, secret):
    tpp.client_id = client_id.format(app=tpp.sandbox.app_id)
    tpp.secret = secret.format(key=tpp.sandbox.app_key)

    answer = tpp.call("token", grant_type="client_credentials")

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_client_proves_itself_in_one_way_at_a_time(tpp):
    answer = tpp.call("token", grant_type="client_credentials", client_secret=tpp.secret)

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_a_code_is_good_once_and_its_second_use_revokes_its_tokens(tpp):
    consent_id = tpp.consent()
    code = tpp.code(scope=f"AIS:{consent_id}")
    tokens = tpp.redeem(code).json
    assert tpp.read(tokens["access_token"], consent_id).status_code == 200

    again = tpp.redeem(code)

    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
    refused = tpp.read(tokens["access_token"], consent_id)
    assert refused.status_code == 401
    assert refused.json["tppMessages"][0]["code"] == "TOKEN_INVALID"
    refresh = tpp.call("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refresh.json["error"] == "invalid_grant"


def test_a_code_lives_for_sixty_seconds(tpp):
    code = tpp.code()

    tpp.sandbox.set_clock(NOON.replace(minute=1))

    assert tpp.redeem(code).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "another-verifier-of-at-least-forty-three-characters"},
        {"code_verifier": None},
        {"redirect_uri": f"{HERE}/else"},
        {"redirect_uri": None},
        {"code": "ac_test_guess"},
        {"code": "rubbish"},
    ],
)
def test_a_code_is_redeemed_by_whoever_asked_for_it_alone(tpp, wrong):
    code = tpp.code()

    refused = tpp.redeem(**{"code": code, **wrong})

    assert (refused.status_code, refused.json["error"]) == (400, "invalid_grant")
    assert tpp.redeem(code).status_code == 200, "a wrong try takes nothing from the right one"


def test_another_apps_code_is_worth_nothing(tpp):
    key = tpp.sandbox.new_app("Another")
    other = Tpp(tpp.sandbox, client_id=f"test.{key.split('_')[2]}", secret=key)

    refused = other.redeem(tpp.code())

    assert refused.json["error"] == "invalid_grant"


def test_another_apps_refresh_token_is_worth_nothing(tpp):
    key = tpp.sandbox.new_app("Another")
    other = Tpp(tpp.sandbox, client_id=f"test.{key.split('_')[2]}", secret=key)

    refused = other.call("token", grant_type="refresh_token", refresh_token=tpp.tokens()["refresh_token"])

    assert refused.json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "AIS:not-a-uuid"}, "invalid_scope"),
        ({"scope": "AIS:99391c7e-ad88-49ec-a2ad-99ddcb1f7721"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"claims": "rubbish"}, "invalid_request"),
        ({"authorization_details": "[{}]"}, "invalid_authorization_details"),
        ({"response_mode": "fragment"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_told_to_the_client_at_its_own_address(tpp, wrong, error):
    told = tpp.ask(**wrong).refused

    assert told["error"] == error
    assert (told["state"], told["iss"]) == ("st/ate 7", tpp.issuer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "test.nobody"},
        {"client_id": "nowhere.nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": "http://127.0.0.1.evil.example/"},
        {"redirect_uri": "http://user@127.0.0.1:7777/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "http://[::1"},
        {"request_uri": "https://elsewhere.example/object.jwt"},
        {"request_uri": "urn:ietf:params:oauth:request_uri:ru_test_guess"},
        {"request": "rubbish"},
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_known_to_be_the_clients(tpp, wrong):
    answer = tpp.ask(**wrong).answer

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert answer.mimetype == "text/html"
    assert "Fjordbanken" in answer.text


def test_a_parameter_that_comes_twice_is_refused(tpp):
    query = list(tpp.request().items()) + [("redirect_uri", "https://evil.example/")]

    answer = tpp.get(tpp.url("authorize"), query_string=query)

    assert answer.status_code == 400


def test_the_answer_is_given_once_to_the_browser_that_comes_back_first(tpp):
    visit = tpp.ask()
    visit.agree()

    again = visit.browser.client.get(visit.continued)

    assert again.status_code == 400
    assert "Location" not in again.headers


def test_nobody_gets_an_answer_before_the_psu_has_given_one(tpp):
    assert tpp.get(tpp.url("continue/oc_test_guess")).status_code == 400
    assert tpp.get(tpp.url("continue/oc_nowhere_guess")).status_code == 400
    assert tpp.get(tpp.url("continue/rubbish")).status_code == 400


def test_another_apps_consent_cannot_be_asked_for(tpp):
    key = tpp.sandbox.new_app("Another")
    other = Tpp(tpp.sandbox, client_id=f"test.{key.split('_')[2]}", secret=key)

    told = other.ask(scope=f"AIS:{tpp.consent()}").refused

    assert told["error"] == "invalid_request"


def test_a_token_expires_and_says_so(tpp):
    consent_id = tpp.consent()
    token = tpp.tokens(scope=f"AIS:{consent_id}")["access_token"]

    tpp.sandbox.set_clock(NOON.replace(hour=10))
    refused = tpp.read(token, consent_id)

    assert refused.status_code == 401
    assert refused.json["tppMessages"][0]["code"] == "TOKEN_EXPIRED"
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("token", ["at_test_guess", "rubbish", "at__", "at_nowhere_x"])
def test_a_token_that_nobody_gave_out_opens_nothing_even_beside_a_right_key(tpp, token):
    for headers in ({}, {"X-API-Key": tpp.secret}):
        refused = tpp.read(token, tpp.consent(), **headers)

        assert refused.status_code == 401
        assert refused.json["tppMessages"][0]["code"] == "TOKEN_UNKNOWN"


def test_a_token_of_one_bank_is_unknown_at_another(tpp):
    token = tpp.tokens()["access_token"]
    tpp.bank_id = "nordlys"

    assert tpp.read(token).json["tppMessages"][0]["code"] == "TOKEN_UNKNOWN"


def test_a_token_beside_another_apps_key_is_refused(tpp):
    token = tpp.tokens()["access_token"]

    refused = tpp.read(token, **{"X-API-Key": tpp.sandbox.new_app("Another")})

    assert refused.json["tppMessages"][0]["code"] == "TOKEN_UNKNOWN"


def test_a_token_in_the_query_is_never_looked_at(tpp):
    token = tpp.tokens()["access_token"]

    answer = tpp.get(f"/fjordbanken/v1/accounts?access_token={token}")

    assert answer.status_code == 401


def test_a_revoked_token_is_refused_and_so_are_all_that_hang_on_a_revoked_refresh_token(tpp):
    consent_id = tpp.consent()
    tokens = tpp.tokens(scope=f"AIS:{consent_id}")
    second = tpp.call("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json

    assert tpp.call("revoke", token=tokens["access_token"]).status_code == 200
    assert tpp.read(tokens["access_token"], consent_id).status_code == 401
    assert tpp.read(second["access_token"], consent_id).status_code == 200

    assert tpp.call("revoke", token=tokens["refresh_token"]).status_code == 200
    assert tpp.read(second["access_token"], consent_id).status_code == 401


def test_what_is_not_ones_own_is_not_revoked_and_nobody_learns_that_it_exists(tpp):
    key = tpp.sandbox.new_app("Another")
    other = Tpp(tpp.sandbox, client_id=f"test.{key.split('_')[2]}", secret=key)
    token = tpp.tokens()["access_token"]

    assert other.call("revoke", token=token).status_code == 200
    assert other.call("revoke", token="at_test_guess").status_code == 200
    assert tpp.call("introspect", token=token).json["active"] is True
    assert other.call("introspect", token=token).json == {"active": False}


def test_a_client_may_ask_what_its_token_is_good_for_as_json_or_signed(tpp):
    token = tpp.tokens()["access_token"]

    plain = tpp.call("introspect", token=token).json
    assert (plain["active"], plain["client_id"], plain["scope"]) == (True, tpp.client_id, "AIS")
    assert plain["exp"] - plain["iat"] == 3600

    pair = base64.b64encode(f"{tpp.client_id}:{tpp.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Accept": "application/token-introspection+jwt"}
    signed = tpp.post("introspect", headers, token=token)
    assert signed.mimetype == "application/token-introspection+jwt"
    assert jwt.get_unverified_header(signed.text)["typ"] == "token-introspection+jwt"
    assert _verified(tpp, signed.text)["token_introspection"] == plain


def test_the_form_is_where_parameters_stand(tpp):
    in_query = tpp.sandbox.client.post(f"{tpp.url('token')}?client_secret=x", data={"grant_type": "x"})
    as_json = tpp.sandbox.client.post(tpp.url("token"), json={"grant_type": "client_credentials"})

    assert (in_query.status_code, in_query.json["error"]) == (400, "invalid_request")
    assert (as_json.status_code, as_json.json["error"]) == (400, "invalid_request")


def test_a_password_is_never_a_grant(tpp):
    answer = tpp.call("token", grant_type="password", username="kari", password="x")

    assert answer.json["error"] == "unsupported_grant_type"


def test_no_secret_of_a_path_is_written_into_the_journal(tpp):
    visit = tpp.ask()
    visit.agree()
    tpp.sandbox.services.journal.close()

    paths = " ".join(one.path for one in tpp.sandbox.services.journal.recent("test", 500))

    assert "/oauth/continue/<secret>" in paths
    assert visit.continued.rsplit("/", 1)[1] not in paths
    assert visit.link.rsplit("/", 1)[1] not in paths


def test_no_page_or_script_of_another_site_gets_at_the_authorization_endpoint(tpp):
    answer = tpp.get(tpp.url("authorize"), headers={"Origin": "https://evil.example"})

    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in answer.headers, "only where there is TLS"


def test_the_challenge_of_the_specification_is_the_one_of_the_tests():
    assert (
        challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_redirect_uris_and_keys_are_those_of_the_software_in_the_directory(tpp):
    key = Key()
    with tpp.sandbox.database.writing() as work:
        listed = software.of_app(work, "test", tpp.sandbox.app_id)
        wanted = replace(
            software.registered(listed),
            redirect_uris=(SAFE,),
            jwks={"keys": [{**key.public, "alg": "ES256"}]},
        )
        software.register(work, listed, wanted)

    assert tpp.ask(redirect_uri=SAFE).answer.status_code == 303
    given = signing.assertion(key, tpp.client_id, tpp.issuer)
    assert tpp.post("token", grant_type="client_credentials", **given).status_code == 200

    assert tpp.ask(redirect_uri=HERE).answer.status_code == 303, "at open"
    with tpp.sandbox.database.writing() as work:
        apps.get(work, "test", tpp.sandbox.app_id).strictness = Strictness.WARN.value
    assert tpp.ask(redirect_uri=HERE).answer.status_code == 400


def test_user_info_says_who_the_psu_is_to_this_client_and_no_more(tpp):
    tokens = tpp.tokens(scope="openid AIS")
    sub = jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"]
    path = tpp.url("userinfo")

    told = tpp.get(path, headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert told.status_code == 200
    assert told.json["sub"] == sub
    assert set(told.json) == {"sub", "acr", "auth_time"}
    assert tpp.get("/fjordbanken/.well-known/openid-configuration").json["userinfo_endpoint"].endswith(path)


def test_user_info_is_for_tokens_about_a_person_alone(tpp):
    own = tpp.call("token", grant_type="client_credentials").json["access_token"]
    path = tpp.url("userinfo")

    none = tpp.get(path)
    rubbish = tpp.get(path, headers={"Authorization": "Bearer at_test_rubbish"})
    nobody = tpp.get(path, headers={"Authorization": f"Bearer {own}"})

    assert (none.status_code, none.headers["WWW-Authenticate"]) == (401, 'Bearer realm="fjordbanken"')
    assert (rubbish.status_code, rubbish.json["error"]) == (401, "invalid_token")
    assert (nobody.status_code, nobody.json["error"]) == (403, "insufficient_scope")
