"""What strangers, and clients with strange libraries, send to an authorization server: it says no."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kernel import jose
from tests.conftest import open_sandbox
from tests.oauth import signing
from tests.oauth.conftest import FapiTpp, Tpp, register
from tests.oauth.signing import Key
from tests.rubbish import DEEP, FUZZ_DOOR, HUGE, JSON, LIKELY, TOKENS, members, mutated

#: A failing example is told with its fixtures, which are long; what failed is told after them.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
FORM = st.text(max_size=30) | LIKELY | TOKENS
ENDPOINTS = ["token", "par", "revoke", "introspect", "bc-authorize"]
NAMES = [
    *("grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret", "refresh_token"),
    *(
        "client_assertion",
        "client_assertion_type",
        "request",
        "request_uri",
        "response_type",
        "response_mode",
    ),
    *("scope", "state", "nonce", "claims", "authorization_details", "dpop_jkt", "code_challenge", "prompt"),
    *("code_challenge_method", "token", "auth_req_id", "login_hint", "id_token_hint", "binding_message"),
]
GRANTS = ["authorization_code", "client_credentials", "refresh_token", "urn:openid:params:grant-type:ciba"]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    opened = open_sandbox(f"sqlite:///{folder / 'fuzz.sqlite3'}", folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def fapi(house):
    """A client whose requests are pushed and signed, and whose tokens are bound by DPoP."""
    key = Key()
    client_id = register(house, "fapi2-message-signing", key)
    return FapiTpp(house, client_id=client_id, key=key, proof_key=Key())


@pytest.fixture(scope="module")
def plain(house):
    return Tpp(house)


def says_no(answer):
    """The answer is one of the protocol's errors, or it is a good one: never a failure of ours."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and answer.is_json:
        assert isinstance(answer.json["error"], str), answer.text


@FUZZ_DOOR
@given(st.sampled_from(ENDPOINTS), st.dictionaries(st.sampled_from(NAMES), FORM, max_size=5), st.data())
def test_forms_of_strangers_are_answered(plain, endpoint, form, data):
    form = {**form, **data.draw(st.fixed_dictionaries({}, optional={"grant_type": st.sampled_from(GRANTS)}))}

    says_no(plain.post(endpoint, **form))
    says_no(plain.call(endpoint, **form))


@FUZZ_DOOR
@given(
    st.fixed_dictionaries(
        {}, optional={"Authorization": LIKELY, "DPoP": LIKELY | TOKENS, "Client-Cert": LIKELY}
    )
)
def test_headers_of_strangers_are_answered(plain, headers):
    for endpoint in ENDPOINTS:
        says_no(plain.post(endpoint, headers, grant_type="client_credentials", scope="AIS"))
    assert plain.sandbox.client.get("/tuuli/v1/accounts", headers=headers).status_code < 500


@FUZZ_DOOR
@given(st.dictionaries(st.sampled_from(NAMES), FORM, max_size=5), st.booleans())
def test_a_browser_that_is_sent_with_anything_gets_a_page(plain, query, known):
    asked = {**(plain.request() if known else {}), **query}

    assert plain.get(plain.url("authorize"), query_string=asked).status_code < 500


@FUZZ_DOOR
@given(TOKENS | members("iss", "sub", "aud", "jti", "iat", "exp", "nbf", "header"))
def test_an_assertion_that_says_anything_is_answered(fapi, said):
    if isinstance(said, str):
        given_up = {**signing.assertion(fapi.key, fapi.client_id, fapi.issuer), "client_assertion": said}
    else:
        claims = {"aud": fapi.issuer, **said, "header": _header(said)}
        # The library that signs here takes nothing but text for these.
        claims |= {name: str(said[name]) for name in ("iss", "sub") if name in said}
        given_up = signing.assertion(fapi.key, fapi.client_id, **claims)

    says_no(fapi.call("token", assertion=given_up, grant_type="client_credentials", scope="AIS"))


@FUZZ_DOOR
@given(TOKENS | members("aud", "jti", "iat", "exp", "nbf", "header", *NAMES))
def test_a_request_object_that_says_anything_is_answered(fapi, said):
    if isinstance(said, str):
        request = said
    else:
        claims = {"aud": fapi.issuer, **said, "header": _header(said)}
        request = signing.request_object(fapi.key, fapi.client_id, parameters=fapi.request(), **claims)

    says_no(fapi.call("par", request=request))
    says_no(Tpp(fapi.sandbox).ask(request=request).answer)


@FUZZ_DOOR
@given(TOKENS | members("htm", "htu", "jti", "iat", "ath", "nonce", "header"))
def test_a_proof_that_says_anything_is_answered(fapi, said):
    url = f"{fapi.issuer}/oauth/token"
    if isinstance(said, str):
        proof = said
    else:
        proof = signing.proof(Key(), "POST", url, **{**said, "header": _header(said)})

    says_no(fapi.call("token", grant_type="client_credentials", scope="AIS", headers={"DPoP": _wire(proof)}))


@FUZZ_DOOR
@given(st.data())
def test_a_token_with_any_character_changed_is_unreadable_or_the_same(data):
    key = Key()
    token = key.sign({"iat": int(time.time()), "n": HUGE})
    changed = data.draw(mutated(token.encode())).decode("latin-1")

    try:
        found = jose.read(changed, [key.public], jose.ALGORITHMS)
    except jose.Unreadable:
        return
    assert found.claims["n"] == HUGE


@FUZZ_DOOR
@given(
    TOKENS, st.lists(members("kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "x5c") | JSON, max_size=3)
)
def test_keys_that_are_none_read_nothing(token, keys):
    for attempt in (lambda: jose.read(token, keys, jose.ALGORITHMS), lambda: jose.peek(token)):
        try:
            attempt()
        except jose.Unreadable:
            continue


def test_a_token_that_leads_down_and_down_is_unreadable(fapi):
    with pytest.raises(jose.Unreadable):
        jose.peek(DEEP)
    given_up = {**signing.assertion(fapi.key, fapi.client_id, fapi.issuer), "client_assertion": DEEP}
    says_no(fapi.call("token", assertion=given_up, grant_type="client_credentials", scope="AIS"))


def _header(said):
    """The rest of the header; `alg` and `kid` would keep the library from signing at all."""
    header = said.get("header")
    kept = header if isinstance(header, dict) else {"typ": header} if isinstance(header, str) else {}
    return {name: value for name, value in kept.items() if name not in ("alg", "kid", "b64")}


def _wire(text):
    return text.encode("latin-1", "replace").decode("latin-1").replace("\n", "").replace("\r", "")
