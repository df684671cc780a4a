"""What was read once is remembered, and never spares anybody a check."""

import uuid

import pytest

from sandbox.gateway import reading


def places(response):
    return [one.get("path") for one in response.json["tppMessages"]]


def test_each_call_carries_its_own_request_id(reader):
    ids = [str(uuid.uuid4()), str(uuid.uuid4())]

    answers = [reader.get("/accounts", X_Request_ID=one) for one in ids]

    assert [one.headers["X-Request-ID"] for one in answers] == ids


@pytest.mark.parametrize("wrong", [None, "", "1", "2b1f5ea4-7d15-4c2a-9d4e-0d2f8a1c9e770"])
def test_a_call_that_was_good_is_refused_without_a_good_request_id(reader, wrong):
    reader.get("/accounts")

    again = reader.get("/accounts", 400, X_Request_ID=wrong)

    assert places(again) == ["X-Request-ID"]


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("PSU-IP-Address", "nowhere"),
        ("PSU-Device-ID", "1"),
        ("PSU-Http-Method", "BREW"),
        ("PSU-Geo-Location", "GEO:here"),
        ("Consent-ID", None),
    ],
)
def test_a_call_that_was_good_is_refused_with_another_header_that_is_wrong(reader, header, wrong):
    reader.get("/accounts")

    refusals = [reader.get("/accounts", 400, **{header: wrong}) for _ in range(2)]

    assert [places(one) for one in refusals] == [[header], [header]]


def test_two_queries_are_two_readings(reader):
    with_balances = reader.get("/accounts?withBalance=true").json["accounts"]
    without = reader.get("/accounts?withBalance=false").json["accounts"]
    refusals = [reader.get("/accounts?withBalance=perhaps", 400) for _ in range(2)]

    assert "balances" in with_balances[0]
    assert "balances" not in without[0]
    assert [places(one) for one in refusals] == [["withBalance"], ["withBalance"]]


def test_a_flood_of_different_calls_is_forgotten_again(reader, monkeypatch):
    monkeypatch.setattr(reading, "_REMEMBERED_MAX", 2)

    answers = [
        reader.get("/accounts", PSU_User_Agent=f"{number}" * length)
        for number in range(4)
        for length in (1, 2000)
    ]

    assert len({one.data for one in answers}) == 1
