"""The directory behind the counter: organisations, software, statements and keys, with nobody's approval."""

import jwt
import pytest
from jwt import PyJWK

from tests.control.test_control import said
from tests.oauth.signing import Key

BACK = "https://tpp.example/back"


@pytest.fixture
def software(sandbox):
    """The path of the app's software."""
    return f"/_sandbox/apps/{sandbox.app_id}/software"


def organisation_of(sandbox, software):
    found = sandbox.call("GET", software).json["organisation_id"]
    return f"/_sandbox/organisations/{found}"


def test_a_new_app_stands_in_the_directory_at_once(sandbox, software):
    found = sandbox.call("GET", software).json

    assert found["roles"] == ["PSP_PI", "PSP_AI", "PSP_IC"]
    assert (found["redirect_uris"], found["jwks"], found["jwks_uri"]) == ([], None, None)
    organisation = sandbox.call("GET", organisation_of(sandbox, software)).json
    assert organisation["apps"] == [sandbox.app_id]
    assert organisation["identifier"] == found["organisation_identifier"]
    assert organisation["identifier"] == f"PSDNO-FSA-{organisation['number']}"


def test_what_is_registered_counts_at_once_and_the_rest_stays(sandbox, software):
    key = Key().public
    sandbox.call("PUT", software, json={"redirect_uris": [BACK], "jwks": {"keys": [key]}})

    answer = sandbox.call("PUT", software, json={"roles": ["PSP_AI"], "policy_uri": "https://tpp.example/p"})

    assert answer.status_code == 200
    assert (answer.json["redirect_uris"], answer.json["jwks"]) == ([BACK], {"keys": [key]})
    assert (answer.json["roles"], answer.json["policy_uri"]) == (["PSP_AI"], "https://tpp.example/p")
    assert sandbox.call("PUT", software, json={"policy_uri": None}).json["policy_uri"] is None


def test_keys_in_one_form_take_the_place_of_those_in_the_other(sandbox, software):
    address = "http://127.0.0.1:8999/jwks.json"
    sandbox.call("PUT", software, json={"jwks": {"keys": [Key().public]}})

    by_address = sandbox.call("PUT", software, json={"jwks_uri": address}).json
    assert (by_address["jwks"], by_address["jwks_uri"], by_address["jwks_endpoint"]) == (
        None,
        address,
        address,
    )
    by_value = sandbox.call("PUT", software, json={"jwks": {"keys": [Key().public]}}).json
    assert by_value["jwks_uri"] is None
    assert by_value["jwks_endpoint"].startswith(f"{sandbox.origin}/_sandbox/directory/software/test/")


@pytest.mark.parametrize(
    ("order", "refused"),
    [
        ({"redirect_uris": ["http://tpp.example/back"]}, (400, "redirect_uri_unfit")),
        ({"roles": ["PSP_AS"]}, (409, "role_not_held")),
        ({"jwks": {"keys": []}}, (400, "key_set_malformed")),
        ({"jwks": {"keys": [{**Key().public, "d": "x"}]}}, (400, "key_private")),
        ({"jwks": {"keys": [Key().public, Key().public]}}, (400, "key_id_twice")),
        ({"jwks": {"keys": [{"kty": "oct"}]}}, (400, "key_unfit")),
        ({"jwks_uri": "ftp://tpp.example/jwks"}, (400, "address_malformed")),
        ({"jwks_uri": "http://tpp.example/jwks"}, (400, "keys_unreachable")),
        ({"jwks": {"keys": [Key().public]}, "jwks_uri": "https://tpp.example/jwks"}, (400, "keys_twice")),
        ({"organisation_id": "nobody"}, (404, "organisation_unknown")),
        ({"policy_uri": "no address"}, (400, "request_malformed")),
        ({"surprise": 1}, (400, "request_malformed")),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_changes(sandbox, software, order, refused):
    before = sandbox.call("GET", software).json

    assert said(sandbox.call("PUT", software, json=order)) == refused
    assert sandbox.call("GET", software).json == before


def test_an_organisation_is_made_changed_put_behind_an_app_and_taken_out(sandbox, software):
    order = {"name": "Pengeflyt AS", "roles": ["PSP_AI"]}
    made = sandbox.call("POST", "/_sandbox/organisations", json=order)
    path = f"/_sandbox/organisations/{made.json['id']}"

    assert (made.status_code, made.json["country"], made.json["apps"]) == (201, "NO", [])
    moved = sandbox.call("PUT", software, json={"organisation_id": made.json["id"]}).json
    assert moved["roles"] == ["PSP_AI"]
    assert said(sandbox.call("DELETE", path)) == (409, "organisation_in_use")
    listed = sandbox.call("GET", "/_sandbox/organisations").json["organisations"]
    empty = next(one for one in listed if not one["apps"])
    gone = f"/_sandbox/organisations/{empty['id']}"
    assert sandbox.call("DELETE", gone).status_code == 204
    assert said(sandbox.call("GET", gone)) == (404, "organisation_unknown")


def test_a_role_that_an_organisation_loses_is_lost_by_its_software(sandbox, software):
    sandbox.call("PUT", organisation_of(sandbox, software), json={"roles": ["PSP_PI"]})

    assert sandbox.call("GET", software).json["roles"] == ["PSP_PI"]


def test_an_organisation_that_moves_is_authorised_by_somebody_else(sandbox, software):
    path = organisation_of(sandbox, software)

    moved = sandbox.call("PUT", path, json={"country": "DE"}).json
    assert moved["identifier"] == f"PSDDE-BAFIN-{moved['number']}"
    assert said(sandbox.call("PUT", path, json={"country": "ZZ"})) == (400, "supervisor_unknown")
    assert said(sandbox.call("PUT", path, json={"supervisor": "ACPR"})) == (400, "request_malformed")
    named = {"country": "FR", "supervisor": "ACPR", "supervisor_id": "FR-ACPR"}
    assert sandbox.call("PUT", path, json=named).json["identifier"].startswith("PSDFR-ACPR-")


def test_the_directory_of_one_world_is_closed_to_another(sandbox, software):
    key = {"X-API-Key": sandbox.new_workspace("other")}
    path = organisation_of(sandbox, software)

    for method, where in (("GET", software), ("PUT", software), ("POST", f"{software}-statement")):
        answer = sandbox.client.open(where, method=method, headers=key, json={})
        assert said(answer) == (404, "app_unknown")
    for method in ("GET", "PUT", "DELETE"):
        answer = sandbox.client.open(path, method=method, headers=key, json={})
        assert said(answer) == (404, "organisation_unknown")
    for method, where in (("GET", software), ("POST", "/_sandbox/organisations"), ("GET", path)):
        answer = sandbox.client.open(where, method=method, json={"name": "Nobody"})
        assert said(answer) == (401, "key_missing")


def test_a_statement_is_signed_by_the_directory_and_says_what_is_registered(sandbox, software):
    sandbox.call("PUT", software, json={"redirect_uris": [BACK], "tos_uri": "https://tpp.example/tos"})
    registered = sandbox.call("GET", software).json

    made = sandbox.call("POST", f"{software}-statement")

    assert made.status_code == 201
    statement = made.json["software_statement"]
    header = jwt.get_unverified_header(statement)
    keys = sandbox.client.get("/_sandbox/directory/jwks.json").json["keys"]
    key = next(one for one in keys if one["kid"] == header["kid"])
    # Its time is the world's, which the library does not live in.
    claims = jwt.decode(statement, PyJWK(key), ["PS256"], options={"verify_iat": False})
    assert header["alg"] == "PS256"
    assert claims["software_id"] == registered["id"]
    assert claims["software_redirect_uris"] == [BACK]
    assert claims["software_roles"] == ["PISP", "AISP", "CBPII"]
    assert claims["software_tos_uri"] == "https://tpp.example/tos"
    assert claims["software_jwks_endpoint"] == registered["jwks_endpoint"]
    assert claims["org_id"] == registered["organisation_id"]
    authority = claims["organisation_competent_authority_claims"]
    assert authority["authority_id"] == "NO-FSA"


def test_keys_are_published_for_everybody_and_none_of_them_is_private(sandbox, software):
    key = Key(kid="mine").public
    sandbox.call("PUT", software, json={"jwks": {"keys": [key]}})
    found = sandbox.call("GET", software).json
    path = found["jwks_endpoint"].removeprefix(sandbox.origin)
    of_firm = f"/_sandbox/directory/organisations/test/{found['organisation_id']}/jwks.json"

    assert sandbox.client.get(path).json == {"keys": [key]}
    assert sandbox.client.get(of_firm).json == {"keys": [key]}
    assert sandbox.client.get(path.replace("jwks.json", "revoked.json")).json == {"keys": []}
    keys = sandbox.client.get("/_sandbox/directory/jwks.json").json["keys"]
    assert keys
    assert not any({"d", "p", "q", "k"} & set(one) for one in keys)
    for nobody in (path.replace("/test/", "/elsewhere/"), path.replace(found["id"], "nobody")):
        assert sandbox.client.get(nobody).status_code == 404


def test_the_banks_are_listed_with_what_a_registration_has_as_its_audience(sandbox):
    banks = sandbox.client.get("/_sandbox/directory/banks").json["banks"]

    assert {one["id"] for one in banks} == set(sandbox.services.profiles)
    assert len({one["organisation_id"] for one in banks}) == len(banks)
    here = next(one for one in banks if one["id"] == "fjordbanken")
    assert here["issuer"] == f"{sandbox.origin}/fjordbanken"
