"""The OpenAPI documents of the banks: the sandbox's own headers are in them, and nothing that is not used."""

import json
import re

import pytest

from sandbox.testing.plugin import bryggen, bryggen_server

__all__ = ["bryggen", "bryggen_server"]


def documents(world, bank):
    """The documents of each interface of a bank by version, and the bank's own."""
    index = world.caller.get("/.well-known/bryggen.json")
    [found] = [one for one in index["banks"] if one["id"] == bank]
    return {one["version"]: world.caller.get(one["openapi"]) for one in found["interfaces"]} | {
        "all": world.caller.get(found["openapi"])
    }


@pytest.mark.parametrize("bank", ["fjordbanken", "hansekontor", "kelpbank"])
def test_each_operation_takes_the_failure_and_each_answer_has_the_trace(bryggen, bank):
    for version, document in documents(bryggen, bank).items():
        said = document["components"]["parameters"]["X-Bryggen-Failure"]
        assert (said["in"], said["required"]) == ("header", False)
        for path, item in document["paths"].items():
            assert {"$ref": "#/components/parameters/X-Bryggen-Failure"} in item["parameters"], (
                version,
                path,
            )
            for operation in (one for name, one in item.items() if name != "parameters"):
                for answer in operation["responses"].values():
                    found = answer
                    if "$ref" in answer:
                        found = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
                    assert "X-Bryggen-Trace" in found["headers"], (version, path)


@pytest.mark.parametrize("bank", ["fjordbanken", "kelpbank", "magpie"])
def test_a_document_lists_what_its_operations_use_and_no_more(bryggen, bank):
    for version, document in documents(bryggen, bank).items():
        text = json.dumps(document)
        used = set(re.findall(r'"\$ref": "#/components/([^"]+)"', text))
        has = {
            f"{kind}/{name}"
            for kind, found in document["components"].items()
            for name in found
            if kind != "securitySchemes"
        }
        assert has == used, version


def test_a_version_in_london_has_the_schemas_of_that_version_alone(bryggen):
    found = documents(bryggen, "kelpbank")

    older, newer = (set(found[one]["components"]["schemas"]) for one in ("3.1.11", "4.0"))

    assert older
    assert newer
    assert older | newer <= set(found["all"]["components"]["schemas"])
    assert older - newer
    assert newer - older


def test_what_the_document_says_of_the_failure_is_so(bryggen):
    name = documents(bryggen, "fjordbanken")["all"]["components"]["parameters"]["X-Bryggen-Failure"][
        "example"
    ]
    bank = bryggen.berlin_group("fjordbanken")

    answer = bank.send("GET", "/v1/accounts", headers={"X-Bryggen-Failure": name})

    assert (answer.status_code, answer.headers["X-Bryggen-Failure"]) == (429, name)
    assert answer.headers["X-Bryggen-Trace"]
