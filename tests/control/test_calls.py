"""The inspector: each call is found, whole, by its own workspace alone, and can be made again elsewhere."""

import ast
import os
import re
import subprocess
import sys
import uuid

import pytest

from sandbox.control import streaming
from tests.conftest import STILL

CONSENT = {
    "access": {"allPsd2": "allAccounts"},
    "recurringIndicator": True,
    "validUntil": "9999-12-31",
    "frequencyPerDay": 4,
    "combinedServiceIndicator": False,
}


def ask_for_a_consent(sandbox, **headers):
    sent = {"PSU-IP-Address": "192.0.2.1", "TPP-Redirect-URI": "https://tpp.example/back", **headers}
    return sandbox.call("POST", "/fjordbanken/v1/consents", json=CONSENT, headers=sent)


def calls(sandbox, query=""):
    answer = sandbox.call("GET", f"/_sandbox/calls{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["calls"]


def whole(sandbox, answer):
    found = sandbox.call("GET", f"/_sandbox/calls/{answer.headers['X-Bryggen-Trace']}")
    assert found.status_code == 200, found.text
    return found.json


def test_an_answer_leads_to_its_call(any_sandbox):
    answer = ask_for_a_consent(any_sandbox)

    call = whole(any_sandbox, answer)

    assert (call["method"], call["path"], call["status"]) == ("POST", "/fjordbanken/v1/consents", 201)
    assert '"allPsd2": "allAccounts"' in call["request"]["body"]
    assert answer.json["consentId"] in call["answer"]["body"]
    assert ["PSU-IP-Address", "192.0.2.1"] in call["request"]["headers"]
    assert call["app_id"] == any_sandbox.app_id


def test_a_call_tells_the_checks_that_it_passed_and_what_it_changed(sandbox):
    answer = ask_for_a_consent(sandbox)

    call = whole(sandbox, answer)

    assert {one["outcome"] for one in call["checks"]} == {"passed"}
    assert "the body has the form that the operation takes" in [one["name"] for one in call["checks"]]
    assert all(one["source"] for one in call["checks"])
    made = next(one for one in call["changes"] if one["table"] == "consent")
    assert (made["did"], made["rows"]) == ("insert", 1)
    assert made["told"][0]["id"] == answer.json["consentId"]


def test_a_refused_call_tells_the_check_that_it_failed_and_has_changed_nothing(sandbox):
    unknown = sandbox.call("GET", "/fjordbanken/v1/accounts", headers={"Consent-ID": str(uuid.uuid4())})
    malformed = sandbox.call("POST", "/fjordbanken/v1/consents", json={}, headers={"PSU-IP-Address": "x"})

    by_consent, by_form = whole(sandbox, unknown), whole(sandbox, malformed)

    assert by_consent["checks"][-1]["outcome"] == "failed"
    assert "consent" in by_consent["checks"][-1]["name"]
    assert by_consent["checks"][-1]["reason"] == by_consent["refusal"] == "ConsentUnknown"
    assert by_consent["checks"][-1]["source"] == "NextGenPSD2 IG 1.3, sections 6.5 and 14.11"
    assert by_form["checks"][-1]["reason"] == "RequestMalformed"
    assert by_form["changes"] == []


def test_a_fault_that_is_let_pass_is_a_check_that_was_not_passed(sandbox):
    sandbox.call("PUT", f"/_sandbox/apps/{sandbox.app_id}", json={"strictness": "warn"})

    call = whole(sandbox, ask_for_a_consent(sandbox))

    certificate = next(one for one in call["checks"] if "QWAC" in one["name"])
    assert (certificate["outcome"], certificate["reason"]) == ("let_pass", "CertificateMissing")
    assert [one["reason"] for one in call["let_pass"]] == call["faults"]


def test_calls_are_found_by_what_is_known_of_them(sandbox):
    ask_for_a_consent(sandbox)
    sandbox.call("GET", "/fjordbanken/v1/accounts")
    sandbox.call("GET", "/hansekontor/v1/accounts", headers={"Consent-ID": str(uuid.uuid4())})
    sandbox.call("GET", "/_sandbox/clock")

    assert [one["method"] for one in calls(sandbox)] == ["GET", "GET", "POST"]
    assert {one["bank"] for one in calls(sandbox, "?bank=hansekontor")} == {"hansekontor"}
    assert [one["method"] for one in calls(sandbox, "?status=2xx")] == ["POST"]
    assert [one["path"] for one in calls(sandbox, "?path=consents")] == ["/fjordbanken/v1/consents"]
    assert len(calls(sandbox, "?text=allAccounts")) == 1
    assert calls(sandbox, "?refusal=ConsentUnknown&bank=hansekontor")
    assert calls(sandbox, "?since=2999-01-01T00:00:00Z") == []
    assert "/_sandbox/clock" in [one["path"] for one in calls(sandbox, "?everything=true")]
    first, second, *_ = calls(sandbox)
    assert calls(sandbox, f"?before={first['trace']}")[0] == second


@pytest.mark.parametrize(
    "query", ["?status=999", "?status=ok", "?since=today", "?limit=0", "?method=get", "?x=1"]
)
def test_a_search_that_has_no_meaning_is_refused(sandbox, query):
    assert sandbox.call("GET", f"/_sandbox/calls{query}").status_code == 400


def test_whoever_looks_leaves_no_trace(sandbox):
    before = calls(sandbox, "?everything=true")

    assert calls(sandbox, "?everything=true") == before


def test_another_workspace_sees_nothing_of_it(sandbox):
    trace = ask_for_a_consent(sandbox).headers["X-Bryggen-Trace"]
    key = sandbox.new_workspace("rivals")

    def as_a_rival(path, method="GET"):
        return sandbox.client.open(f"/_sandbox/calls{path}", method=method, headers={"X-API-Key": key})

    assert as_a_rival("").json == {"calls": [], "more": False}
    assert as_a_rival("?everything=true&text=consents").json["calls"] == []
    assert as_a_rival(f"?before={trace}").json["calls"] == []
    for path, method in (("", "GET"), ("/as/curl", "GET"), ("/replay", "POST")):
        assert as_a_rival(f"/{trace}{path}", method).status_code == 404
    assert sandbox.client.get("/_sandbox/calls").status_code == 401


def test_a_new_workspace_of_an_old_name_does_not_inherit_its_calls(sandbox):
    from sandbox.workspaces import apps, lifecycle
    from sandbox.workspaces import workspace as workspaces

    ask_for_a_consent(sandbox)
    sandbox.services.journal.settle()
    with sandbox.database.writing() as work:
        lifecycle.remove(work, workspaces.get(work, "test"))
    with sandbox.database.writing() as work:
        sandbox.app_key = apps.create(
            work, workspaces.create(work, "bergen", name="test", clock=STILL), "new"
        )[1]

    assert calls(sandbox, "?everything=true") == []


def test_a_call_is_made_again_with_an_id_of_its_own(sandbox):
    answer = ask_for_a_consent(sandbox)

    again = sandbox.call("POST", f"/_sandbox/calls/{answer.headers['X-Bryggen-Trace']}/replay").json

    assert (again["status"], again["path"]) == (201, "/fjordbanken/v1/consents")
    assert again["trace"] > answer.headers["X-Bryggen-Trace"]
    assert again["request_id"] != answer.headers["X-Request-ID"]
    assert answer.json["consentId"] not in again["answer"]["body"]


def test_a_call_is_made_again_with_the_same_id_where_that_is_wanted(sandbox):
    answer = ask_for_a_consent(sandbox)

    trace = answer.headers["X-Bryggen-Trace"]
    again = sandbox.call("POST", f"/_sandbox/calls/{trace}/replay", json={"keep_ids": True}).json

    assert again["request_id"] == answer.headers["X-Request-ID"]


def test_what_cannot_be_made_again_is_refused_and_why(sandbox):
    token = {"X-API-Key": None, "Authorization": f"Bearer at_test_{'x' * 32}"}
    ours = sandbox.client.get(
        "/fjordbanken/v1/accounts", headers={key: value for key, value in token.items() if value}
    )
    own = sandbox.call("GET", "/_sandbox/clock").headers["X-Bryggen-Trace"]
    secret = sandbox.call("POST", "/fjordbanken/v1/consents", json={**CONSENT, "password": "geheim"}).headers[
        "X-Bryggen-Trace"
    ]
    consent = ask_for_a_consent(sandbox).headers["X-Bryggen-Trace"]

    def refused(trace, key=None):
        headers = {"X-API-Key": key} if key else {}
        return sandbox.call("POST", f"/_sandbox/calls/{trace}/replay", headers=headers)

    assert refused(own).json["error"]["code"] == "replay_impossible"
    assert "password" in refused(secret).json["error"]["text"]
    assert refused(consent, sandbox.new_app("another")).json["error"]["code"] == "replay_of_another"
    assert refused("nothing").json["error"]["code"] == "call_unknown"
    # Whoever brings a token that nobody has given out is in no workspace.
    assert refused(ours.headers["X-Bryggen-Trace"]).json["error"]["code"] == "call_unknown"


def test_a_call_is_written_down_with_its_secrets_left_to_the_environment(sandbox):
    trace = ask_for_a_consent(sandbox).headers["X-Bryggen-Trace"]

    written = {
        tool: sandbox.call("GET", f"/_sandbox/calls/{trace}/as/{tool}").text
        for tool in ("curl", "python", "pytest")
    }

    assert 'X-API-Key: \'"$BRYGGEN_APP_KEY"' in written["curl"]
    assert "uuid.uuid4()" in written["curl"]
    for tool in ("python", "pytest"):
        ast.parse(written[tool])
        assert "os.environ['BRYGGEN_APP_KEY']" in written[tool].replace('"', "'")
    assert "assert answer.status_code == 201" in written["pytest"]
    assert sandbox.app_key not in "".join(written.values())
    assert sandbox.call("GET", f"/_sandbox/calls/{trace}/as/perl").status_code == 404


def test_what_is_written_down_runs(bryggen_server, tmp_path):
    with bryggen_server.world() as world:
        headers = {"X-Request-ID": str(uuid.uuid4()), "PSU-IP-Address": "192.0.2.1"}
        answer = world.caller.send("POST", "/fjordbanken/v1/consents", CONSENT, headers)
        trace = answer.headers["X-Bryggen-Trace"]
        environment = {**os.environ, "BRYGGEN_APP_KEY": world.app_key}
        test = world.caller.send("GET", f"/_sandbox/calls/{trace}/as/pytest").text
        (tmp_path / "test_it.py").write_text(test)

        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
        ended = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)

    assert re.search("1 passed", ended.stdout), ended.stdout


def listen(sandbox, query="", **headers):
    """What a stream has to say: the answer, and its events one by one."""
    sent = {"X-API-Key": sandbox.app_key, **headers}
    answer = sandbox.client.get(f"/_sandbox/calls/stream{query}", headers=sent, buffered=False)
    assert answer.status_code == 200, answer.text
    lines = (chunk.decode() for chunk in answer.response)
    assert next(lines) == "retry: 2000\n\n"
    return answer, lines


def test_calls_are_told_as_they_come_and_go_on_after_the_last_one_heard(sandbox):
    answer, told = listen(sandbox, "?method=POST")
    sandbox.call("GET", "/fjordbanken/v1/accounts")
    first, second = (ask_for_a_consent(sandbox).headers["X-Bryggen-Trace"] for _ in range(2))

    assert next(told).startswith(f"id: {first}\nevent: call\ndata: {{")
    assert next(told).startswith(f"id: {second}\n")
    answer.close()

    again, told = listen(sandbox, **{"Last-Event-ID": first})
    assert next(told).startswith(f"id: {second}\n")
    again.close()


def test_a_workspace_has_two_streams_and_the_process_keeps_threads_for_others(sandbox):
    rivals = [sandbox.new_workspace(name) for name in ("north", "south")]
    opened = [listen(sandbox)[0] for _ in range(2)]

    assert sandbox.call("GET", "/_sandbox/calls/stream").status_code == 429
    opened += [listen(sandbox, **{"X-API-Key": rivals[0]})[0] for _ in range(2)]
    full = sandbox.call("GET", "/_sandbox/calls/stream", headers={"X-API-Key": rivals[1]})
    assert (full.status_code, full.json["error"]["code"]) == (503, "streams_of_all")

    for one in opened:
        one.close()
    listen(sandbox)[0].close()


def test_a_stream_tells_nothing_of_another_workspace_and_ends_with_the_process(sandbox):
    key = sandbox.new_workspace("rivals")
    answer, told = listen(sandbox, "?everything=true", **{"X-API-Key": key})
    ask_for_a_consent(sandbox)

    streaming.ending.set()

    assert list(told) == []
    streaming.ending.clear()
    answer.close()
