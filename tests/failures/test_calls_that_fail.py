"""Each failure of a call, in each standard that lists it, by the header: its status, its code, its damage."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sandbox.bank import faults
from sandbox.bank.faults import Damage, Delay, Drop, Failure, OfCall, Refuse, Spoil, Stale
from sandbox.gateway.faults import CallFailed
from sandbox.kernel.errors import leaf
from sandbox.kernel.ids import new_uuid
from sandbox.oauth.errors import OauthRefused
from sandbox.standards.registry import STANDARDS
from tests.conftest import Sandbox
from tests.failures.conftest import TPPS, Said
from tests.journeys.conftest import NOK, OK, PRESENT
from tests.journeys.conftest import Tpp as BerlinGroupReader
from tests.standards.uk_open_banking.conftest import Tpp as UkReader

OF_CALLS = [one for one in faults.every() if isinstance(one.effect, OfCall)]
CASES = [(one, standard) for one in OF_CALLS for standard in one.standards]
_ID = new_uuid()
_FORM = {"grant_type": "client_credentials"}


@dataclass
class Call:
    """One call that a TPP, or a PSU's browser, makes."""

    method: str
    path: str
    body: dict[str, Any] | None = None


_BERLIN_GROUP = "/v1/payments/norwegian-domestic-credit-transfers"
_BRITISH = "/open-banking/v4.0"
CALLS = {
    "berlin_group": [
        Call("GET", "/v1/accounts"),
        Call("GET", "/v1/accounts/fj-1/transactions"),
        Call("GET", "/v1/accounts/fj-1/transactions/entry-1"),
        Call("POST", "/v1/consents", {}),
        Call("PUT", f"/v1/consents/{_ID}/authorisations/{_ID}", {}),
        Call("POST", _BERLIN_GROUP, {}),
        Call("GET", f"{_BERLIN_GROUP}/{_ID}"),
        Call("DELETE", f"{_BERLIN_GROUP}/{_ID}"),
        Call("POST", "/oauth/token", _FORM),
        Call("GET", "/online-banking/authorisations/{world}.x.y"),
    ],
    "uk_open_banking": [
        Call("GET", f"{_BRITISH}/aisp/accounts"),
        Call("GET", f"{_BRITISH}/aisp/accounts/ke-1/statements/st-1"),
        Call("GET", f"{_BRITISH}/aisp/accounts/ke-1"),
        Call("POST", f"{_BRITISH}/aisp/account-access-consents", {}),
        Call("POST", f"{_BRITISH}/pisp/domestic-payments", {}),
        Call("GET", f"{_BRITISH}/pisp/domestic-payments/{_ID}"),
        Call("POST", "/oauth/token", _FORM),
        Call("GET", "/online-banking/authorisations/{world}.x.y"),
    ],
}


def call_of(failure: Failure, standard: str) -> Call:
    """The first call of the standard to which the failure happens."""
    return next(
        one
        for one in CALLS[standard]
        if any(fnmatchcase(f"{one.method} {one.path}", pattern) for pattern in failure.calls)
    )


def make(world: Sandbox, standard: str, call: Call, failure: str = "", **headers: str) -> TestResponse:
    """Make the call, with the header."""
    sent = {**PRESENT, "TPP-Redirect-URI": OK, "TPP-Nok-Redirect-URI": NOK}
    sent |= {"x-fapi-interaction-id": _ID, "x-idempotency-key": "key", "Consent-ID": _ID}
    sent |= {"X-Bryggen-Failure": failure} if failure else {}
    path = f"/{TPPS[standard].bank}{call.path.format(world=world.world)}"
    if call.path.startswith("/oauth"):
        form = {**(call.body or {}), "client_id": f"{world.world}.somebody"}
        return world.client.open(path, method=call.method, data=form, headers=sent | headers)
    body = {} if call.body is None else {"json": call.body}
    return world.call(call.method, path, headers=sent | headers, **body)


def expected(failure: Failure, standard: str, call: Call) -> Iterator[tuple[int, str | None]]:
    """What the standard's own table says of it."""
    kind = leaf(failure.effect.refusal)
    if call.path.startswith("/oauth"):
        assert issubclass(kind, OauthRefused)
        yield kind.status, kind.error
        return
    error = STANDARDS[standard].refusals[kind]
    if standard == "berlin_group":
        yield error.status, error.code
        yield error.elsewhere or error.status, error.code
        return
    for one in (error, error.elsewhere or error):
        told = one.codes[0] if one.codes and one.status in (400, 401, 403, 413, 500) else None
        yield one.status, told


@pytest.mark.parametrize(("failure", "standard"), CASES, ids=[f"{one.name}-{said}" for one, said in CASES])
def test_a_call_fails_as_the_catalogue_says(world, failure, standard):
    match failure.effect:
        case Refuse():
            check_refused(world, failure, standard)
        case Drop() | Delay():
            check_late_or_lost(world, failure, standard)
        case Spoil():
            check_damaged(world, failure, standard)
        case Stale():
            check_stale(world, failure, standard)


def check_refused(world: Sandbox, failure: Failure, standard: str) -> None:
    call = call_of(failure, standard)

    answer = make(world, standard, call, failure.name)

    said = Said(answer)
    assert (said.status, said.code) in list(expected(failure, standard, call)), answer.text
    assert answer.headers["X-Bryggen-Failure"] == failure.name
    retry_after = failure.effect.retry_after_seconds
    assert answer.headers.get("Retry-After") == (str(retry_after) if retry_after else None)


def check_late_or_lost(world: Sandbox, failure: Failure, standard: str) -> None:
    call = call_of(failure, standard)
    if isinstance(failure.effect, Drop):
        with pytest.raises(ConnectionResetError):
            make(world, standard, call, f"{failure.name}; seconds=0")
        return

    answer = make(world, standard, call, f"{failure.name}; seconds=0.01")

    assert answer.headers["X-Bryggen-Failure"] == failure.name
    assert answer.status_code == make(world, standard, call).status_code


def reader(world: Sandbox, standard: str) -> tuple[Call, dict[str, str]]:
    """A call that reads an account by a consent, and its headers."""
    if standard == "berlin_group":
        tpp = BerlinGroupReader(world, "fjordbanken").agreed()
        account = tpp.get("/v1/accounts")["accounts"][0]["resourceId"]
        path, consent = (
            f"/v1/accounts/{account}/transactions?bookingStatus=booked&dateFrom=2026-01-01",
            {
                "Consent-ID": str(tpp.consent_id),
                "Accept": "application/json",
            },
        )
        return Call("GET", path), consent
    british = UkReader(world, "v4.0", bank="kelpbank", psu="gb-14").agreed()
    account = british.accounts()[0]["AccountId"]
    path = f"{_BRITISH}/aisp/accounts/{account}/transactions"
    return Call("GET", path), {"x-bryggen-consent-id": str(british.consent_id)}


def check_damaged(world: Sandbox, failure: Failure, standard: str) -> None:
    call, headers = reader(world, standard)
    whole = make(world, standard, call, **headers)
    assert whole.status_code == 200, whole.text

    answer = make(world, standard, call, failure.name, **headers)

    assert answer.status_code == 200
    match failure.effect.how:
        case Damage.TRUNCATED:
            assert int(answer.headers["Content-Length"]) > len(answer.data) > 0
        case Damage.EMPTY:
            assert answer.data == b""
        case Damage.HTML:
            assert answer.mimetype == "text/html"
        case Damage.MISLABELLED:
            assert (answer.mimetype, answer.data) == ("text/plain", whole.data)
        case Damage.NOT_GZIP:
            assert answer.headers["Content-Encoding"] == "gzip"
            with pytest.raises(gzip.BadGzipFile):
                gzip.decompress(answer.data)
        case Damage.FOREIGN_ID:
            name = "X-Request-ID" if standard == "berlin_group" else "x-fapi-interaction-id"
            assert whole.headers[name]
            assert answer.headers[name] not in (whole.headers[name], _ID)
            assert answer.json
        case Damage.MALFORMED:
            assert int(answer.headers["Content-Length"]) == len(answer.data)
            with pytest.raises(ValueError, match="line 1"):
                answer.get_json(force=True, silent=False)


def check_stale(world: Sandbox, failure: Failure, standard: str) -> None:
    call, headers = reader(world, standard)

    fresh = days(standard, make(world, standard, call, **headers).json)
    stale = days(standard, make(world, standard, call, failure.name, **headers).json)

    assert stale
    assert max(stale) <= "2026-03-13" < max(fresh)


def days(standard: str, body: Any) -> list[str]:
    """The booking days of a page."""
    if standard == "berlin_group":
        return [one["bookingDate"] for one in body["transactions"]["booked"]]
    return [one["BookingDateTime"][:10] for one in body["Data"]["Transaction"] if one["Status"] == "BOOK"]


@pytest.mark.parametrize("standard", TPPS)
@pytest.mark.parametrize("name", ["slow_anser", "SLOW_ANSWER", "", "insufficient-funds"])
def test_an_unknown_name_is_refused_with_those_that_are_near(world, standard, name):
    answer = make(world, standard, CALLS[standard][0], **{"X-Bryggen-Failure": name})

    assert Said(answer).status == 400
    assert "There is no failure" in answer.text
    assert ("Did you mean" in answer.text) == bool(name)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("consent_date_refused", "happens to these calls alone: POST /v1/consents"),
        ("permission_missing", "a failure of uk_open_banking, which this bank does not speak"),
        ("slow_answer; seconds=500", "is not understood"),
        ("slow_answer; seconds=nan", "is not understood"),
        ("slow_answer; colour=red", "is not understood"),
        ("maintenance; seconds=2", "is not understood"),
    ],
)
def test_what_cannot_happen_here_is_refused(world, header, said):
    answer = make(world, "berlin_group", CALLS["berlin_group"][0], header)

    assert Said(answer).status == 400
    assert said in answer.text


def test_the_page_of_the_psu_fails_as_a_page(world):
    page = Call("GET", "/online-banking/authorisations/{world}.x.y")

    answer = make(world, "berlin_group", page, "service_unavailable")

    assert answer.status_code == 503
    assert answer.mimetype == "text/html"
    assert "not available" in answer.text


def test_the_authorization_server_says_it_in_its_own_words(world):
    answer = make(world, "berlin_group", Call("POST", "/oauth/token", _FORM), "maintenance")

    assert answer.status_code == 503
    assert answer.json["error"] == "temporarily_unavailable"
    assert answer.headers["Retry-After"] == "7200"


def test_the_journal_says_what_was_made_to_fail(world):
    make(world, "berlin_group", CALLS["berlin_group"][0], "internal_error")
    make(world, "berlin_group", CALLS["berlin_group"][0])
    journal = world.services.journal
    journal.close()

    last, before = journal.recent(world.world, 2)

    assert (before.failure, before.refusal, before.status) == ("internal_error", "BankFailed", 500)
    assert last.failure is None


def test_what_a_gateway_says_has_a_status_of_its_own():
    assert {one.status for one in CallFailed.__subclasses__()} == {429, 500, 502, 503, 504}
