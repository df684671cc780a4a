"""How answers travel, and what is promised: form_post, JARM's defaults, signed user info, metadata."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from jwt import PyJWK

from tests.oauth.conftest import FROM_HERE, SAFE, FapiTpp, Tpp, register
from tests.oauth.registering import Registrar
from tests.oauth.signing import Key, request_object


class Form(HTMLParser):
    """The one form of a page: where it goes, and what is in it."""

    def __init__(self, page):
        super().__init__()
        self.action, self.method, self.fields = "", "", {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.action, self.method = found["action"], found["method"]
        if tag == "input":
            self.fields[found["name"]] = found["value"]


def come_back(visit):
    """The PSU agrees; the page that the bank shows then."""
    link = visit.log_in()
    code = visit.browser.page.text.split('id="code-for-testing">', 1)[1].split("<", 1)[0]
    sent = visit.browser.send(f"{link}/code", code=code)
    return visit.browser.client.get(sent.location.removeprefix(visit.tpp.sandbox.origin))


def test_an_answer_is_posted_where_the_client_wants_it_so(tpp):
    answer = come_back(tpp.ask(response_mode="form_post"))

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    form = Form(answer.text)
    assert (form.action, form.method) == (tpp.redirect_uri, "post")
    assert set(form.fields) == {"code", "state", "iss"}
    assert (form.fields["state"], form.fields["iss"]) == ("st/ate 7", tpp.issuer)
    assert tpp.redeem(form.fields["code"]).status_code == 200
    # The page runs its one script and nothing else, and lies in no frame and no cache.
    script = re.search("<script>(.*?)</script>", answer.text)[1]
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"script-src 'sha256-{allowed}'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_error_is_posted_too_and_nothing_of_the_client_becomes_markup(tpp):
    answer = tpp.ask(response_mode="form_post", scope="unknown", state='"><script>alert(1)</script>').answer

    form = Form(answer.text)
    assert (form.fields["error"], form.fields["iss"]) == ("invalid_scope", tpp.issuer)
    assert form.fields["state"] == '"><script>alert(1)</script>'
    assert answer.text.count("<script>") == 1


def signed_by(sandbox, tpp, answer):
    """What the bank has signed."""
    keys = sandbox.client.get(tpp.url("jwks")).json["keys"]
    key = next(one for one in keys if one["kid"] == jwt.get_unverified_header(answer)["kid"])
    loose = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    return jwt.decode(answer, PyJWK(key), ["PS256"], options=loose)


def test_a_signed_answer_may_be_posted(sandbox, tpp):
    answer = come_back(tpp.ask(response_mode="form_post.jwt"))

    form = Form(answer.text)
    assert set(form.fields) == {"response"}
    assert signed_by(sandbox, tpp, form.fields["response"])["state"] == "st/ate 7"


@pytest.fixture
def hybrid(sandbox):
    """A client of FAPI 1.0 at Magpie; its requests are signed."""
    key = Key("PS256")
    client_id = register(sandbox, "fapi1-advanced", key, "magpie")
    return FapiTpp(sandbox, "magpie", client_id=client_id, key=key, redirect_uri=SAFE)


def asks(tpp, **more):
    said = {"nonce": "n", "scope": "openid AIS", "response_type": "code id_token", **more}
    asked = tpp.request(**said)
    sent = request_object(tpp.key, tpp.client_id, tpp.issuer, asked)
    return tpp.open({"client_id": tpp.client_id, "request": sent})


def test_an_id_token_does_not_travel_in_a_query(hybrid):
    refused = asks(hybrid, response_mode="query.jwt").answer

    response = dict(parse_qsl(urlsplit(refused.location).query))["response"]
    assert signed_by(hybrid.sandbox, hybrid, response)["error"] == "invalid_request"


def test_jwt_alone_is_the_fragment_for_a_hybrid_answer_and_the_query_for_a_code(hybrid):
    assert "#response=" in asks(hybrid, response_mode="jwt", scope="unknown").answer.location
    refused = asks(hybrid, response_mode="jwt", response_type="code", scope="unknown").answer
    assert "&response=" in refused.location
    assert "#" not in refused.location


# --- user info -------------------------------------------------------------------------------------------


def told(tpp, token, method="GET", **headers):
    header = {"Authorization": f"Bearer {token}", **headers} if token else headers
    return tpp.sandbox.client.open(
        tpp.url("userinfo"), method=method, headers=header, environ_overrides=FROM_HERE
    )


def test_a_token_of_another_bank_says_nothing_here(sandbox, tpp):
    token = tpp.tokens(scope="openid AIS")["access_token"]

    answer = told(Tpp(sandbox, "hansekontor"), token)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_token")


def test_a_bound_token_says_nothing_without_its_key(sandbox):
    key, proof_key = Key(), Key(kid="dpop")
    client_id = register(sandbox, "fapi2-security", key)
    tpp = FapiTpp(sandbox, client_id=client_id, key=key, proof_key=proof_key)
    token = tpp.tokens(scope="openid AIS")["access_token"]

    assert told(tpp, token).status_code == 401
    proven = tpp.proof("GET", f"{tpp.issuer}/oauth/userinfo", token)
    answer = told(tpp, None, **proven, Authorization=f"DPoP {token}")
    assert (answer.status_code, "sub" in answer.json) == (200, True)
    asked = told(tpp, None, Authorization=f"DPoP {token}")
    assert asked.headers["WWW-Authenticate"].startswith("DPoP ")


def test_who_has_registered_it_is_told_with_a_signature(sandbox):
    made = Registrar(sandbox).send(userinfo_signed_response_alg="PS256").json
    tpp = Tpp(sandbox, client_id=made["client_id"], secret=made["client_secret"], redirect_uri=SAFE)
    tokens = tpp.tokens(scope="openid AIS")

    answer = told(tpp, tokens["access_token"])
    assert answer.mimetype == "application/jwt"
    claims = signed_by(sandbox, tpp, answer.text)
    assert (claims["iss"], claims["aud"]) == (tpp.issuer, made["client_id"])
    assert claims["sub"] == jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"]


# --- what the metadata promise ---------------------------------------------------------------------------


def metadata(sandbox, bank_id):
    return sandbox.client.get(f"/{bank_id}/.well-known/openid-configuration").json


def test_a_bank_offers_what_its_file_lists_and_no_more(sandbox):
    elbufer, magpie = metadata(sandbox, "elbufer"), metadata(sandbox, "magpie")

    assert elbufer["response_types_supported"] == ["code"]
    assert "urn:openid:params:grant-type:ciba" not in elbufer["grant_types_supported"]
    assert "backchannel_authentication_endpoint" not in elbufer
    assert set(magpie["response_types_supported"]) == {"code", "code id_token"}
    assert "urn:openid:params:grant-type:ciba" in magpie["grant_types_supported"]
    assert "form_post" in magpie["response_modes_supported"]


def test_what_is_never_done_is_not_promised(sandbox):
    for bank_id in sandbox.services.profiles:
        found = metadata(sandbox, bank_id)
        assert found["request_uri_parameter_supported"] is False
        assert found["userinfo_endpoint"] == f"{sandbox.origin}/{bank_id}/oauth/userinfo"
        # RFC 9396: none of our standards has types of its own.
        assert "authorization_details_types_supported" not in found


def test_no_authorization_details_are_taken_anywhere(tpp):
    details = '[{"type": "payment_initiation"}]'

    assert tpp.ask(authorization_details=details).refused["error"] == "invalid_authorization_details"
    pushed = tpp.call("par", **tpp.request(authorization_details=details))
    assert (pushed.status_code, pushed.json["error"]) == (400, "invalid_authorization_details")
    own = tpp.call("token", grant_type="client_credentials", authorization_details=details)
    assert (own.status_code, own.json["error"]) == (400, "invalid_authorization_details")
