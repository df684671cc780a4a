"""The tester's own door: worlds, apps, members, people, time, and the PSU's yes."""

import pytest
from openapi_spec_validator import validate

from sandbox.bank import accounts, authorisations, consents, customers, events, faults
from sandbox.bank.baskets import BasketMemberBlocked, BasketNotOpen, BasketUnknown
from sandbox.bank.events.feeds import FeedTaken, FeedUnknown
from sandbox.bank.faults import CatalogueInvalid, FailureElsewhere
from sandbox.bank.mandates import MandateNotOpen, MandateUnknown
from sandbox.bank.payment_consents import PaymentConsentNotOpen, PaymentConsentUnknown
from sandbox.bank.payments import (
    AlreadySigned,
    CancellationInvalid,
    DebtorUnknown,
    PaymentNotOpen,
    PaymentUnknown,
)
from sandbox.control import refusals
from sandbox.delivery import addresses, fetching
from sandbox.eidas.certificates import CertificateUnknown, CsrKeyUnfit, CsrMalformed
from sandbox.kernel import clock, rates
from sandbox.kernel.errors import Refusal, leaves
from sandbox.workspaces import (
    apps,
    failure_rules,
    hackathon,
    invitations,
    key_sets,
    limits,
    members,
    organisations,
    progressions,
    quotas,
    software,
    workspace,
)


def said(answer):
    """The status and the code of an error in its one form."""
    assert set(answer.json["error"]) == {"code", "text", "hint"}
    assert all(answer.json["error"].values())
    return answer.status_code, answer.json["error"]["code"]


def test_every_refusal_that_the_door_can_meet_has_its_words():
    rooms = {one.__name__ for one in (accounts, authorisations, consents, customers, clock, apps, members)}
    rooms |= {events.__name__, workspace.__name__, refusals.__name__, progressions.__name__, rates.__name__}
    rooms.add("sandbox.gateway.refusals")
    # A session of the authorization server waits for a yes that may be said here.
    rooms.add("sandbox.bank.sessions")
    # The directory: organisations, software, and the keys that a TPP hands in or publishes.
    rooms |= {one.__name__ for one in (organisations, software, key_sets, addresses, fetching)}
    rooms |= {faults.__name__, failure_rules.__name__, "sandbox.population.directory"}
    # The inspector: calls that are looked at, written down, made again and watched.
    rooms |= {"sandbox.gateway.journal_search", "sandbox.gateway.exchange_code", "sandbox.gateway.replaying"}
    rooms.add("sandbox.control.streaming")
    # Who may come in, how often, and how much they may make.
    rooms |= {one.__name__ for one in (hackathon, invitations, limits, quotas)}
    inside = tuple(f"{room}." for room in rooms)
    met = {leaf for leaf in leaves(Refusal) if f"{leaf.__module__}.".startswith(inside)}
    # A payment is initiated elsewhere; here it is signed, taken on and sent back.
    met |= {PaymentUnknown, PaymentNotOpen, AlreadySigned, CancellationInvalid, DebtorUnknown}
    # So are a basket and a mandate put together elsewhere, and signed here.
    met |= {BasketUnknown, BasketNotOpen, BasketMemberBlocked, MandateUnknown, MandateNotOpen}
    # So is a consent to one payment made elsewhere, and answered here.
    met |= {PaymentConsentUnknown, PaymentConsentNotOpen}
    # Where a TPP has its events sent is between it and the bank.
    met -= {FeedUnknown, FeedTaken}
    # A catalogue is read before any door opens, and what fails in a call is said by the bank.
    met -= {CatalogueInvalid, FailureElsewhere}
    # Certificates are ordered here, and judged elsewhere.
    met |= {CertificateUnknown, CsrKeyUnfit, CsrMalformed}

    assert met == set(refusals.REFUSALS)


def test_health_needs_no_key(sandbox):
    answer = sandbox.client.get("/_sandbox/health")

    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_the_openapi_document_is_valid(sandbox):
    validate(sandbox.client.get("/_sandbox/openapi.json").json)


def test_a_workspace_comes_with_an_app_whose_key_opens_it_and_nothing_else(sandbox):
    made = sandbox.client.post("/_sandbox/workspaces", json={"name": "north"})
    key = {"X-API-Key": made.json["app"]["key"]}

    assert made.status_code == 201
    assert sandbox.client.get("/_sandbox/workspaces/north", headers=key).json["id"] == "north"
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/reset"), ("POST", "/fork")):
        answer = sandbox.client.open(f"/_sandbox/workspaces/test{path}", method=method, headers=key)
        assert said(answer) == (404, "workspace_unknown")
    listed = sandbox.client.get("/_sandbox/workspaces", headers=key).json["workspaces"]
    assert [one["id"] for one in listed] == ["north"]


def test_a_page_from_elsewhere_cannot_make_a_workspace_without_a_key(sandbox):
    answer = sandbox.client.post("/_sandbox/workspaces", headers={"Host": "rebound.example"})

    assert said(answer) == (401, "key_needed")


def test_a_new_workspace_writes_down_nobody(sandbox):
    made = sandbox.client.post("/_sandbox/workspaces", json={"name": "north"})

    assert made.status_code == 201
    with sandbox.database.reading() as work:
        for table in ("household", "customer", "account", "book", "line"):
            held = work.run(f"SELECT count(*) FROM {table} WHERE workspace_id = ?", ("north",)).scalar_one()
            assert held == 0, table


def test_a_name_is_taken_once(sandbox):
    assert said(sandbox.client.post("/_sandbox/workspaces", json={"name": "test"})) == (
        409,
        "workspace_taken",
    )


def test_a_deleted_workspace_takes_its_keys_along(sandbox):
    assert sandbox.call("DELETE", "/_sandbox/workspaces/test").status_code == 204
    assert said(sandbox.call("GET", "/_sandbox/clock")) == (401, "key_unknown")


def test_a_fork_begins_when_and_as_the_other_is(sandbox):
    fork = sandbox.call("POST", "/_sandbox/workspaces/test/fork", json={"name": "copy"}).json

    assert fork["clock"] == sandbox.call("GET", "/_sandbox/clock").json
    assert fork["seed"] == "bergen"


def test_a_renewed_key_replaces_the_old_one(sandbox):
    fresh = sandbox.call("POST", f"/_sandbox/apps/{sandbox.app_id}/key").json["key"]

    assert said(sandbox.call("GET", "/_sandbox/apps")) == (401, "key_unknown")
    listed = sandbox.client.get("/_sandbox/apps", headers={"X-API-Key": fresh}).json["apps"]
    assert [one["id"] for one in listed] == [sandbox.app_id]
    assert "key" not in listed[0]


def test_a_forgotten_app_is_refused(sandbox):
    other = sandbox.call("POST", "/_sandbox/apps", json={"name": "two"}).json

    answer = sandbox.call("DELETE", f"/_sandbox/apps/{other['id']}")
    assert (answer.status_code, answer.data) == (204, b"")
    answer = sandbox.client.get("/_sandbox/apps", headers={"X-API-Key": other["key"]})
    assert said(answer) == (401, "key_unknown")


def test_the_last_owner_of_a_team_stays(sandbox):
    owner = sandbox.call("POST", "/_sandbox/members", json={"name": "Åse", "role": "owner"}).json

    assert said(sandbox.call("DELETE", f"/_sandbox/members/{owner['id']}")) == (409, "last_owner")
    assert sandbox.call("GET", "/_sandbox/members").json["members"] == [owner]


def test_a_clock_moves_by_the_calendar_and_never_back(sandbox):
    later = sandbox.call("POST", "/_sandbox/clock/advance", json={"months": 1, "days": 1, "hours": 2})

    assert later.json == {"mode": "frozen", "now": "2026-04-17T11:00:00.000000Z", "happened": 0}
    back = sandbox.call("PUT", "/_sandbox/clock", json={"at": "2026-04-01T00:00:00Z"})
    assert said(back) == (409, "clock_backwards")
    assert sandbox.call("GET", "/_sandbox/clock").json["now"] == later.json["now"]


def test_a_month_after_the_31st_is_the_last_day_of_the_next(sandbox):
    sandbox.call("PUT", "/_sandbox/clock", json={"at": "2027-01-31T12:00:00Z"})

    moved = sandbox.call("POST", "/_sandbox/clock/advance", json={"months": 1})

    assert moved.json["now"] == "2027-02-28T12:00:00.000000Z"


def test_a_clock_that_runs_again_goes_on_from_where_it_stood(sandbox):
    running = sandbox.call("PUT", "/_sandbox/clock", json={"mode": "running"}).json

    assert running["mode"] == "offset"
    assert running["now"].startswith("2026-03-16T09:00:0")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"data": "{x", "content_type": "application/json"}, 400, "request_malformed"),
        (
            {"data": "days=1", "content_type": "application/x-www-form-urlencoded"},
            415,
            "content_type_unsupported",
        ),
        ({"json": {"days": -1}}, 400, "request_malformed"),
        ({"json": {"fortnights": 1}}, 400, "request_malformed"),
        ({"json": {}}, 400, "request_malformed"),
        ({"json": {"years": 100}}, 400, "request_malformed"),
        ({"json": []}, 400, "request_malformed"),
    ],
)
def test_what_cannot_be_read_is_said_in_the_one_form(sandbox, sent, status, code):
    assert said(sandbox.call("POST", "/_sandbox/clock/advance", **sent)) == (status, code)


def test_unknown_paths_and_methods_are_said_in_the_one_form(sandbox):
    assert said(sandbox.call("GET", "/_sandbox/nothing")) == (404, "path_unknown")
    answer = sandbox.call("PATCH", "/_sandbox/clock")
    assert said(answer) == (405, "method_unsupported")
    assert "PUT" in answer.headers["Allow"]


def test_people_are_found_by_bank_persona_and_name(sandbox):
    found = sandbox.call("GET", "/_sandbox/people?bank=fjordbanken&persona=student").json["people"]

    assert found
    assert all(one["persona"] == "student" and "fjordbanken" in one["banks"] for one in found)
    name = found[0]["name"]
    again = sandbox.call("GET", "/_sandbox/people", query_string={"name": name.upper()}).json["people"]
    assert found[0] in again


def test_pages_of_people_do_not_overlap(sandbox):
    first = sandbox.call("GET", "/_sandbox/people?limit=5").json
    second = sandbox.call("GET", "/_sandbox/people?limit=5&offset=5").json

    assert first["more"]
    assert not {one["id"] for one in first["people"]} & {one["id"] for one in second["people"]}


def test_one_person_is_shown_with_accounts(sandbox):
    person = sandbox.call("GET", "/_sandbox/people/no-4").json

    assert person["password"]
    assert {one["bank"] for one in person["accounts"]} <= set(person["banks"])
    assert person["accounts"]


@pytest.mark.parametrize("unknown", ["no-x", "no-007", "xx-1", "no--1", "no-99999999999"])
def test_an_unknown_person_is_unknown(sandbox, unknown):
    assert said(sandbox.call("GET", f"/_sandbox/people/{unknown}")) == (404, "person_unknown")


@pytest.mark.parametrize("verb", ["approve", "decline", "code"])
def test_an_unknown_authorisation_is_unknown(sandbox, verb):
    path = f"/_sandbox/authorisations/nothing/{verb}"
    answer = (
        sandbox.call("GET", path)
        if verb == "code"
        else sandbox.call("POST", path, json={"psu": "x"} if verb == "approve" else None)
    )

    assert said(answer) == (404, "authorisation_unknown")
