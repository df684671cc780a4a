"""Events behind the counter: listed, shown, sent again."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sandbox.bank import events
from sandbox.bank.events import EventKind
from tests.control.test_control import said

CHECKS = [
    *(not_a_server_error, status_code_conformance),
    *(content_type_conformance, response_schema_conformance),
]


@pytest.fixture
def happened(sandbox):
    """Five things that happened to payments; the ids of the events, newest first."""
    with sandbox.database.writing() as work:
        bank = sandbox.bank("fjordbanken", work)
        of = (EventKind.PAYMENT_STATUS, sandbox.app_id, "payment")
        made = [events.record(bank, *of, f"payment-{n}", status="received") for n in range(4)]
        made.append(events.record(bank, EventKind.SCA_STATUS, *of[1:], "payment-4", status="failed"))
    return made[::-1]


def test_events_are_listed_newest_first_in_pages(sandbox, happened):
    first = sandbox.call("GET", "/_sandbox/events?limit=2").json
    rest = sandbox.call("GET", f"/_sandbox/events?before={first['events'][-1]['id']}").json

    assert [one["id"] for one in first["events"] + rest["events"]] == happened
    assert (first["more"], rest["more"]) == (True, False)
    assert first["events"][0] == {
        "id": happened[0],
        "kind": "sca_status",
        "bank": "fjordbanken",
        "app_id": sandbox.app_id,
        "subject": "payment",
        "subject_id": "payment-4",
        "what": {"status": "failed"},
        "at": "2026-03-16T09:00:00.000000Z",
        "deliveries": [],
    }


def test_events_are_found_by_kind_and_by_what_they_are_about(sandbox, happened):
    by_kind = sandbox.call("GET", "/_sandbox/events?kind=sca_status").json["events"]
    by_subject = sandbox.call("GET", "/_sandbox/events?subject_id=payment-1").json["events"]

    assert [one["id"] for one in by_kind] == happened[:1]
    assert [one["id"] for one in by_subject] == [happened[3]]
    wrong = sandbox.call("GET", "/_sandbox/events?kind=rain")
    assert said(wrong) == (400, "request_malformed")


def test_another_world_sees_nothing_of_it(sandbox, happened):
    key = {"X-API-Key": sandbox.new_workspace("other")}

    assert sandbox.client.get("/_sandbox/events", headers=key).json == {"events": [], "more": False}
    answer = sandbox.client.get(f"/_sandbox/events/{happened[0]}", headers=key)
    assert said(answer) == (404, "event_unknown")


def test_what_is_not_there_is_unknown(sandbox):
    assert said(sandbox.call("GET", "/_sandbox/events/nothing")) == (404, "event_unknown")
    answer = sandbox.call("POST", "/_sandbox/deliveries/nothing/redeliver")
    assert said(answer) == (404, "delivery_unknown")
    assert said(sandbox.call("GET", "/_sandbox/apps/nobody/signing-secret")) == (404, "app_unknown")


def test_no_request_about_events_finds_a_bug_or_an_undocumented_answer(sandbox, happened):
    interface = schemathesis.openapi.from_wsgi("/_sandbox/openapi.json", sandbox.app)
    about = ("/events", "/deliveries", "/apps/{app_id}/signing-secret")
    operations = [found.ok() for found in interface.get_all_operations() if found.ok().path.startswith(about)]
    assert len(operations) == 5

    for operation in operations:

        @settings(
            max_examples=25,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def calls(case):
            case.headers = {**(case.headers or {}), "X-API-Key": sandbox.app_key}
            case.call_and_validate(checks=CHECKS)

        calls()
