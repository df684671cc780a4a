"""What belongs to another app or another workspace is unknown, exactly as what never was."""

import uuid
from itertools import product

import pytest

from tests.journeys.conftest import OK, PRESENT, id_of

_BANKS = ["fjordbanken", "nordlys", "lindbanken", "saimaa", "hansekontor", "vesterhav", "kronekort"]
_STARTED = "/authorisations"
_PERIOD = "/transactions?dateFrom=2026-01-01&bookingStatus=booked"


@pytest.fixture
def strangers(sandbox):
    """The keys of two who have no business here: another app, and an app in another workspace."""
    return sandbox.new_app("Snoop"), sandbox.new_workspace("elsewhere")


@pytest.fixture(params=_BANKS)
def app(request, tpp):
    return tpp(request.param).agreed()


def shape(answer, *ids):
    """Status, headers and body of an answer, without the ids that it was asked for and its own."""
    text = answer.text
    # The answer leads to its own page of the inspector.
    for one in filter(None, (*ids, answer.headers["X-Bryggen-Trace"])):
        text = text.replace(one, "…")
    volatile = {"X-Request-ID", "Content-Length", "X-Bryggen-Trace"}
    return answer.status_code, sorted(one for one in answer.headers if one[0] not in volatile), text


def compare(app, key, method, theirs, random, ids=(), **headers):
    """The stranger's call to what is there, and to what is not there at all, come out the same."""
    answers = []
    for path, consent in (theirs, random):
        known = {"X-API-Key": key, "TPP-Redirect-URI": OK, **PRESENT, **headers}
        known |= {"Consent-ID": consent} if consent else {}
        answers.append(shape(app.sandbox.call(method, f"/{app.bank_id}{path}", headers=known), *ids, consent))
    assert answers[0] == answers[1]
    assert answers[0][0] in (400, 403, 404)
    assert "UNKNOWN" in answers[0][2]
    return answers[0]


def test_a_consent_of_somebody_else_is_unknown(app, strangers):
    nobodys = str(uuid.uuid4())
    calls = (("GET", ""), ("GET", "/status"), ("DELETE", ""), ("GET", _STARTED), ("POST", _STARTED))

    for stranger, (method, end) in product(strangers, calls):
        theirs, random = (f"/v1/consents/{one}{end}" for one in (app.consent_id, nobodys))
        compare(app, stranger, method, (theirs, None), (random, None), (app.consent_id, nobodys))

    assert app.get(f"/v1/consents/{app.consent_id}/status") == {"consentStatus": "valid"}


def test_an_authorisation_of_somebody_else_is_unknown(app, strangers):
    path = f"/v1/consents/{app.consent_id}{_STARTED}"
    (known,) = app.get(path)["authorisationIds"]
    nobodys = str(uuid.uuid4())

    for stranger, method in product(strangers, ("GET", "PUT")):
        psu = {"PSU-ID": app.psu["username"]}
        theirs, random = (f"{path}/{known}", None), (f"{path}/{nobodys}", None)
        compare(app, stranger, method, theirs, random, (known, nobodys), **psu)


def test_an_authorisation_of_another_consent_is_unknown_in_mine(sandbox, tpp):
    mine, other = tpp("fjordbanken").agreed(), tpp("fjordbanken").ask().json
    path = f"/v1/consents/{mine.consent_id}{_STARTED}"
    misplaced, nobodys = id_of(other["_links"]["scaStatus"]["href"]), str(uuid.uuid4())

    theirs, random = (f"{path}/{misplaced}", None), (f"{path}/{nobodys}", None)
    compare(mine, sandbox.app_key, "GET", theirs, random, (misplaced, nobodys))


def test_accounts_under_the_consent_of_somebody_else_are_unknown(app, strangers):
    account = app.get("/v1/accounts")["accounts"][0]["resourceId"]
    entry = app.booked(account)[0]["transactionId"]
    nobodys = str(uuid.uuid4())
    ends = ("", f"/{account}", f"/{account}/balances", f"/{account}{_PERIOD}")

    for stranger, end in product(strangers, (*ends, f"/{account}/transactions/{entry}")):
        path = f"/v1/accounts{end}"
        compare(app, stranger, "GET", (path, app.consent_id), (path, nobodys), (account, entry))


def test_an_account_that_was_not_granted_is_unknown_like_one_that_never_was(sandbox, tpp):
    mine = tpp("fjordbanken").agreed()
    other = sandbox.call("GET", "/_sandbox/people/no-2").json["accounts"]
    elsewhere = [one["id"] for one in mine.psu["accounts"] if one["bank"] != "fjordbanken"]
    theirs = [one["id"] for one in other if one["bank"] == "fjordbanken"]

    for account in [*elsewhere, *theirs]:
        for end in ("", "/balances", _PERIOD):
            random = "0123456789abcdef"
            compare(
                mine,
                sandbox.app_key,
                "GET",
                (f"/v1/accounts/{account}{end}", mine.consent_id),
                (f"/v1/accounts/{random}{end}", mine.consent_id),
                (account, random),
            )


def test_an_authorisation_is_unknown_at_the_testers_door_of_another_world(sandbox, tpp):
    asked = tpp("fjordbanken").ask().json
    waiting, nobodys = id_of(asked["_links"]["scaStatus"]["href"]), str(uuid.uuid4())
    key = sandbox.new_workspace("elsewhere")

    for method, end, body in (
        ("GET", "", None),
        ("GET", "/code", None),
        ("POST", "/decline", None),
        ("POST", "/approve", {"psu": "somebody"}),
    ):
        answers = [
            sandbox.call(
                method, f"/_sandbox/authorisations/{one}{end}", json=body, headers={"X-API-Key": key}
            )
            for one in (waiting, nobodys)
        ]
        assert shape(answers[0], waiting) == shape(answers[1], nobodys)
        assert answers[0].status_code == 404


def test_a_twin_world_of_the_same_seed_has_the_same_people_and_none_of_the_consents(sandbox, tpp):
    app = tpp("fjordbanken").agreed()
    key = sandbox.new_workspace("elsewhere")

    twin = sandbox.call("GET", "/_sandbox/people/no-0", headers={"X-API-Key": key}).json

    assert twin == app.psu
    compare(
        app,
        key,
        "GET",
        ("/v1/accounts", app.consent_id),
        ("/v1/accounts", str(uuid.uuid4())),
    )
