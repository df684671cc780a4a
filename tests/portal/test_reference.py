"""The API reference in the portal, and the documents that it is made from."""

import json
import re
import subprocess

import pytest
from openapi_spec_validator import validate

from sandbox.portal import examples
from sandbox.portal.operations import Document

REFERENCE = "/_portal/reference"


def path_of(address):
    return address.removeprefix("http://localhost:8080")


def test_each_interface_has_a_valid_document_of_its_own_and_a_page(sandbox):
    index = sandbox.client.get("/").json
    judged = set()

    for bank in index["banks"]:
        for spoken in bank["interfaces"]:
            document = sandbox.client.get(path_of(spoken["openapi"])).json
            # Judging one takes seconds, and banks of one version differ in what they leave out.
            if (kind := (spoken["standard"], spoken["version"])) not in judged:
                validate(document)
                judged.add(kind)
            assert document["info"]["version"] == spoken["version"]
            place = f"{REFERENCE}/{bank['id']}/{spoken['standard']}/{spoken['version']}"
            shown = sandbox.client.get(place)
            assert shown.status_code == 200
            assert spoken["openapi"] in shown.text
            assert shown.text.count('class="method') == len(Document(document).operations)


def test_a_bank_of_two_versions_has_a_document_for_each(sandbox):
    old, new, both = (
        set(sandbox.client.get(f"/kelpbank/{path}").json["paths"])
        for path in ("open-banking/v3.1/openapi.json", "open-banking/v4.0/openapi.json", "openapi.json")
    )

    assert old
    assert new
    assert not old & new
    assert old | new == both


def test_a_version_that_the_bank_does_not_speak_has_no_document(sandbox):
    assert sandbox.client.get("/magpie/open-banking/v3.1/openapi.json").status_code == 404
    assert sandbox.client.get("/puddleworth/open-banking/v4.0/openapi.json").status_code == 404


@pytest.mark.parametrize(
    "place", ["control", "fjordbanken/berlin_group/1.3.11", "puddleworth/uk_open_banking/3.1.11"]
)
def test_every_operation_has_a_page_of_its_own(sandbox, place):
    listed = sandbox.client.get(f"{REFERENCE}/{place}").text
    links = re.findall(rf'href="({REFERENCE}/{place}/[^"]+)"', listed)

    assert len(links) == len(set(links)) > 10
    for link in links:
        assert sandbox.client.get(link).status_code == 200, link


def test_every_operation_of_every_interface_can_be_read_and_called(sandbox):
    for bank in sandbox.client.get("/").json["banks"]:
        for spoken in bank["interfaces"]:
            document = Document(sandbox.client.get(path_of(spoken["openapi"])).json)
            for one in document.operations:
                called = examples.call(document, one, "key", "EUR")
                assert "{" not in called.url, one.path
                assert document.answers(one)
                document.parameters(one)
                document.sent(one)


def test_the_command_of_the_page_works_as_it_stands(sandbox):
    page = sandbox.client.get(f"{REFERENCE}/control/get-health").text

    assert "curl -sS http://localhost:8080/_sandbox/health" in page
    assert "X-API-Key" not in page[page.index('id="command"') : page.index("Answers</h2>")]


@pytest.mark.parametrize("place", ["reference", "reference/", "docs", "docs/"])
def test_an_index_is_there_with_and_without_the_last_slash(sandbox, place):
    assert sandbox.client.get(f"/_portal/{place}").status_code == 200


def test_an_operation_is_found_by_what_it_does(sandbox):
    place = f"{REFERENCE}/fjordbanken/berlin_group/1.3.11"

    found = sandbox.client.get(place, query_string={"q": "DELETE consent"}).text
    nothing = sandbox.client.get(place, query_string={"q": "<b>zebra</b>"}).text

    assert "delete-v1-consents-consentId" in found
    assert "get-v1-accounts" not in found
    assert "No operation says" in nothing
    assert "<b>zebra" not in nothing


@pytest.mark.parametrize(
    "place",
    [
        "nobank/berlin_group/1.3.11",
        "fjordbanken/uk_open_banking/4.0",
        "fjordbanken/berlin_group/9",
        "fjordbanken/berlin_group/1.3.11/get-nowhere",
        "control/get-nowhere",
        "fjordbanken",
    ],
)
def test_what_is_not_there_is_not_found(sandbox, place):
    assert sandbox.client.get(f"{REFERENCE}/{place}").status_code == 404


def test_a_schema_that_stands_in_itself_is_told_once():
    tree = {"type": "object", "properties": {"below": {"$ref": "#/components/schemas/Tree"}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}
    raw = {
        "info": {"title": "Trees"},
        "servers": [{"url": "http://localhost"}],
        "paths": {"/trees": {"get": {"responses": {"200": {"description": "", "content": content}}}}},
        "components": {"schemas": {"Tree": tree}},
    }
    document = Document(raw)

    (answer,) = document.answers(document.operations[0])

    assert answer.statuses == [("200", "OK")]
    assert [one.name for one in answer.bodies[0].member.members] == ["below"]
    assert answer.bodies[0].member.members[0].members == []


def test_a_command_of_the_reference_is_one_that_a_shell_understands(sandbox):
    document = Document(sandbox.client.get("/fjordbanken/openapi.json").json)
    one = document.find("post-v1-consents")
    from sandbox.gateway.calls import as_curl

    said = as_curl(examples.call(document, one, "key", "NOK")).replace("curl", "printf '%s\\n'", 1)
    words = subprocess.run(["sh", "-c", said], capture_output=True, text=True, check=True).stdout

    assert json.loads(words[words.index("{") :])["validUntil"] == "2026-12-31"
