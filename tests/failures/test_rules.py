"""Rules: a failure happens by itself, at a bank, for an app, now and then, so often, for so long."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.failures.conftest import TPPS
from tests.failures.test_calls_that_fail import CALLS, make
from tests.failures.test_payments_that_fail import advance, whole

_READ = CALLS["berlin_group"][0]


def rule(world, failure, expected=201, **order):
    """Make a rule; what it is."""
    answer = world.call("POST", "/_sandbox/failures/rules", json={"failure": failure, **order})
    assert answer.status_code == expected, answer.text
    return answer.json


def seen(world, bank="berlin_group", call=_READ, times=6):
    """The statuses of some calls, one after the other."""
    return [make(world, bank, call).status_code for _ in range(times)]


def rules(world):
    return world.call("GET", "/_sandbox/failures/rules").json["rules"]


def test_a_rule_has_calls_fail_until_it_is_taken_back(world):
    made = rule(world, "service_unavailable")
    assert seen(world, times=2) == [503, 503]

    assert world.call("DELETE", f"/_sandbox/failures/rules/{made['id']}").status_code == 204

    assert 503 not in seen(world, times=2)
    assert rules(world) == []


def test_a_rule_makes_its_failure_so_often(world):
    rule(world, "service_unavailable", count=2)

    assert seen(world, times=4).count(503) == 2
    [kept] = rules(world)
    assert (kept["made"], kept["met"], kept["over"]) == (2, 2, True)


def test_a_rule_holds_for_so_long_by_the_clock_of_the_world(world):
    made = rule(world, "maintenance", duration_seconds=3600)
    assert made["until"] == "2026-03-16T10:00:00.000000Z"
    assert seen(world, times=1) == [503]

    advance(world, minutes=59)
    assert seen(world, times=1) == [503]
    advance(world, minutes=1)

    assert seen(world, times=1) != [503]
    assert rules(world)[0]["over"]


def test_chance_is_the_same_for_the_same_seed_and_another_for_another(world):
    patterns = []
    for seed in ("alfa", "alfa", "bravo"):
        made = rule(world, "internal_error", probability=0.5, seed=seed)
        patterns.append(seen(world, times=24))
        world.call("DELETE", f"/_sandbox/failures/rules/{made['id']}")

    assert patterns[0] == patterns[1] != patterns[2]
    assert 4 < patterns[0].count(500) < 20


def test_a_rule_is_of_one_bank_one_app_and_one_operation(world):
    rule(world, "internal_error", bank="kelpbank")
    rule(world, "service_unavailable", operation="POST */consents")
    rule(world, "gateway_timeout", app=world.app_id)
    others = world.new_app("another one")

    assert seen(world, "uk_open_banking", CALLS["uk_open_banking"][0], 1) == [500]
    assert seen(world, call=CALLS["berlin_group"][3], times=1) == [503]
    assert seen(world, times=1) == [504]
    assert make(world, "berlin_group", _READ, **{"X-API-Key": others}).status_code not in (500, 503, 504)


def test_a_rule_of_a_consent_says_nothing_to_a_payment(world):
    rule(world, "consent_expired")

    assert TPPS["berlin_group"](world).pay().status == 201
    assert seen(world, times=1) == [401]


def test_a_failure_that_a_bank_has_no_word_for_does_not_happen_there(world):
    rule(world, "permission_missing")

    assert seen(world, times=1) != [403]
    assert seen(world, "uk_open_banking", CALLS["uk_open_banking"][0], 1) == [403]


@pytest.mark.parametrize("standard", TPPS)
def test_every_second_payment_fails_by_a_rule(world, standard):
    rule(world, "insufficient_funds", count=1)
    first, second = TPPS[standard](world), TPPS[standard](world)

    first.pay()
    first.say_yes()
    failed = first.stands()
    second.pay(amount="43.00", key="another")
    second.say_yes()

    assert failed == ("RJCT", "AM04")
    assert second.stands()[0] != "RJCT"
    assert rules(world)[0]["made"] == 1


def test_a_yes_fails_by_a_rule(world):
    rule(world, "sca_declined")
    tpp = TPPS["berlin_group"](world)

    tpp.pay()
    tpp.say_yes()

    assert whole(world, tpp.payment_id())["status"] == "rejected"


def test_a_slow_page_of_the_psu_is_slow_by_a_rule(world, monkeypatch):
    waited = []
    monkeypatch.setattr("sandbox.gateway.faults.time.sleep", waited.append)
    rule(world, "slow_page")
    tpp = TPPS["berlin_group"](world)
    tpp.pay()
    link = tpp.started.json["_links"]["scaRedirect"]["href"].removeprefix(world.origin)

    assert world.client.get(link).status_code in (200, 302, 303)

    assert waited == [5.0]


def test_rules_go_with_a_fork_and_not_with_a_reset(world):
    rule(world, "internal_error")

    forked = world.call("POST", f"/_sandbox/workspaces/{world.world}/fork", json={}).json
    world.call("POST", f"/_sandbox/workspaces/{world.world}/reset", json={})

    assert seen(world, times=1) != [500]
    key = {"X-API-Key": forked["app"]["key"]}
    assert make(world, "berlin_group", _READ, **key).status_code == 500


def test_another_world_knows_nothing_of_a_rule(world):
    made = rule(world, "internal_error")
    other = {"X-API-Key": world.new_workspace(f"{world.world}-b")}

    assert make(world, "berlin_group", _READ, **other).status_code != 500
    path = f"/_sandbox/failures/rules/{made['id']}"
    assert world.call("DELETE", path, headers=other).status_code == 404
    assert world.call("GET", "/_sandbox/failures/rules", headers=other).json["rules"] == []


def test_many_calls_at_once_share_the_count_of_a_rule(any_sandbox):
    rule(any_sandbox, "service_unavailable", count=5)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: make(any_sandbox, "berlin_group", _READ).status_code, range(24)))

    assert found.count(503) == 5


@pytest.mark.parametrize(
    ("order", "status", "said"),
    [
        ({"failure": "insuficient_funds"}, 404, "Did you mean: insufficient_funds"),
        ({}, 400, "failure"),
        ({"failure": "maintenance", "bank": "nobank"}, 404, "There is no bank 'nobank'"),
        ({"failure": "maintenance", "app": "nobody"}, 404, "no such app"),
        ({"failure": "maintenance", "probability": 0}, 400, "probability"),
        ({"failure": "maintenance", "probability": "NaN"}, 400, "probability"),
        ({"failure": "maintenance", "probability": 1.5}, 400, "probability"),
        ({"failure": "maintenance", "count": 0}, 400, "count"),
        ({"failure": "maintenance", "duration_seconds": -5}, 400, "duration_seconds"),
        ({"failure": "maintenance", "operation": "accounts"}, 400, "a method and a path"),
        ({"failure": "maintenance", "bnak": "fjordbanken"}, 400, "bnak"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(world, order, status, said):
    answer = world.call("POST", "/_sandbox/failures/rules", json=order)

    assert answer.status_code == status
    assert said in answer.text
    assert rules(world) == []


def test_the_catalogue_is_listed_and_filtered_without_a_key(world):
    every = world.client.get("/_sandbox/failures").json["failures"]
    payments = world.client.get("/_sandbox/failures?area=payments&standard=uk_open_banking&search=funds").json

    assert len(every) > 100
    assert [one["name"] for one in payments["failures"]] == ["insufficient_funds"]
    [found] = payments["failures"]
    assert found["effect"] == {"kind": "reject", "reason": "AM04", "stage": "acceptance"}
    assert {"kind": "amount", "word": "313.04"} in found["magic"]
    assert world.client.get("/_sandbox/failures/insufficient_funds").json == found


@pytest.mark.parametrize("path", ["/failures/nothing", "/failures?area=weather", "/failures?colour=red"])
def test_what_is_not_in_the_catalogue_is_refused(world, path):
    assert world.client.get(f"/_sandbox{path}").status_code in (400, 404)
