"""For machines that read: the index, what each bank can do, and the page for language models."""

import json
import re
import uuid

import pytest

ORIGIN = "http://localhost:8080"


def test_each_bank_says_what_it_can_do_and_where_its_documents_are(sandbox):
    told = sandbox.client.get("/.well-known/bryggen.json")

    banks = {one["id"]: one for one in told.json["banks"]}
    assert banks.keys() == sandbox.services.profiles.keys()
    for one in banks.values():
        profile = sandbox.services.profiles[one["id"]]
        assert one["sca"]["approaches"] == [each.value for each in profile.sca.approaches]
        for spoken in one["interfaces"]:
            document = sandbox.client.get(spoken["openapi"].removeprefix(ORIGIN))
            assert document.status_code == 200, spoken
    kelp = banks["kelpbank"]
    assert [one["version"] for one in kelp["interfaces"]] == ["4.0", "3.1.11"]
    assert len({one["openapi"] for one in kelp["interfaces"]}) == 2


def test_a_bank_whose_metadata_are_named_has_them(sandbox):
    for one in sandbox.client.get("/.well-known/bryggen.json").json["banks"]:
        where = one["oauth"]["metadata"]
        if where:
            assert sandbox.client.get(where.removeprefix(ORIGIN)).json["issuer"] == one["oauth"]["issuer"]


def test_whoever_does_what_the_page_for_language_models_says_reads_accounts(sandbox):
    page = sandbox.client.get("/llms.txt")
    assert page.mimetype == "text/plain"
    calls = re.findall(rf"^\d\. `(GET|POST) {ORIGIN}(\S+)`(?: with `(.+?)`)?", page.text, re.MULTILINE)
    assert len(calls) == 5
    headers = {"PSU-IP-Address": "192.0.2.1", "TPP-Redirect-URI": "https://tpp.example/back"}
    known = {}

    for method, path, body in calls:
        sent = json.loads(filled(body, known)) if body else None
        once = {**headers, "X-Request-ID": str(uuid.uuid4())}
        answer = sandbox.client.open(filled(path, known), method=method, json=sent, headers=once)
        assert answer.status_code < 300, (path, answer.text)
        told = answer.json
        if "app" in told:
            headers["X-API-Key"] = told["app"]["key"]
        if "people" in told:
            known["USERNAME"] = told["people"][0]["username"]
        if "consentId" in told:
            headers["Consent-ID"] = told["consentId"]
            known["AUTHORISATION"] = told["_links"]["scaStatus"]["href"].rpartition("/")[2]

    assert told["accounts"]


def filled(text, known):
    for word, value in known.items():
        text = text.replace(word, value)
    return text


def test_every_address_on_it_is_there(sandbox):
    text = sandbox.client.get("/llms.txt").text

    for address in re.findall(rf"\]\({ORIGIN}(/[^)]+)\)", text):
        assert sandbox.client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", ["/", "/.well-known/bryggen.json", "/llms.txt"])
def test_the_head_of_it_is_told_without_a_body(sandbox, path):
    whole, head = sandbox.client.get(path), sandbox.client.head(path)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


@pytest.mark.parametrize("path", ["/.well-known/nothing", "/llms", "/robots.txt"])
def test_what_is_not_there_names_the_banks(sandbox, path):
    answer = sandbox.client.get(path)

    assert (answer.status_code, answer.json["error"]["code"]) == (404, "bank_unknown")
