"""The clock of the workspace moves: there is a new salary to read, and a consent comes to its end."""

from datetime import date, timedelta

import pytest

from sandbox.bank.profile import BankKind
from tests.conftest import NOON
from tests.journeys.test_account_information import link_id
from tests.standards.berlin_group import published

_BANKS = ["fjordbanken", "nordlys", "lindbanken", "saimaa", "hansekontor", "vesterhav", "kronekort"]


def advance(sandbox, days):
    answer = sandbox.call("POST", "/_sandbox/clock/advance", json={"days": days})
    assert answer.status_code == 200, answer.text


def books(app, since):
    """What was booked on the PSU's current account since that day; a card issuer has a card instead."""
    kind = "card" if app.profile.kind is BankKind.CARD_ISSUER else "current"
    account = next(one for one in app.psu["accounts"] if one["bank"] == app.bank_id and one["kind"] == kind)
    return app.booked(account["id"], since)


def until(app, entries, day):
    """The entries until that day. Ids are left out where the bank replaces them after some days."""
    ids = {"transactionId", "entryReference"} if app.profile.bookings.id_settles_after_days else set()
    early = [one for one in entries if one["bookingDate"] <= day]
    return [{name: value for name, value in one.items() if name not in ids} for one in early]


@pytest.mark.parametrize("bank_id", _BANKS)
def test_after_forty_days_there_is_more_to_read_and_what_was_there_stays(sandbox, tpp, bank_id):
    app = tpp(bank_id).agreed()
    before = books(app, "2026-02-01")

    advance(sandbox, 40)
    after = books(app, "2026-02-01")

    assert until(app, after, "2026-03-15") == until(app, before, "2026-03-15")
    ids = {link_id(one) for one in before}
    assert ids < {link_id(one) for one in after}
    fresh = [one for one in after if link_id(one) not in ids]
    assert max(one["bookingDate"] for one in fresh) > "2026-04-15"
    assert max(float(one["transactionAmount"]["amount"]) for one in fresh) > 1000


@pytest.mark.parametrize("bank_id", _BANKS)
def test_a_consent_past_its_day_is_expired(sandbox, tpp, bank_id):
    last = (NOON.date() + timedelta(days=39)).isoformat()
    app = tpp(bank_id).agreed(valid_until=last)

    advance(sandbox, 39)
    assert date.fromisoformat(sandbox.call("GET", "/_sandbox/clock").json["now"][:10]).isoformat() == last
    app.get("/v1/accounts")
    advance(sandbox, 1)

    answer = app.sandbox.call("GET", f"/{bank_id}/v1/accounts", headers={"Consent-ID": app.consent_id})
    assert answer.status_code == 401
    assert "CONSENT_EXPIRED" in answer.text
    published.judge("GET", "/v1/accounts", answer)
    assert app.get(f"/v1/consents/{app.consent_id}/status") == {"consentStatus": "expired"}


def test_deltas_along_the_way_are_together_what_a_read_by_date_gives(sandbox, tpp):
    app = tpp("saimaa").agreed()
    current = next(one for one in app.psu["accounts"] if one["bank"] == "saimaa" and one["kind"] == "current")
    delta = f"/v1/accounts/{current['id']}/transactions?bookingStatus=booked&deltaList=true"
    accept = {"Accept": "application/json"}

    def told():
        return [one for page in app.pages(delta, headers=accept) for one in page["transactions"]["booked"]]

    reports = [told(), told()]
    for days in (1, 12, 30):
        advance(sandbox, days)
        reports.append(told())

    assert reports[0]
    assert reports[1] == []
    assert reports[-1]
    since = "2025-06-01"
    by_delta = [link_id(one) for report in reports for one in report if one["bookingDate"] >= since]
    assert sorted(by_delta) == sorted(link_id(one) for one in app.booked(current["id"], since))
