"""The state table of variable recurring payments: what every call gives in every state, by the code sets.

Source: Read/Write 4.0, Domestic VRP consents, State Model; Variable Recurring Payments API Profile, Consent
Revocation and Consent Re-authentication. 3.1 has no words for the end of a consent; it ends all the same.
"""

from datetime import datetime

import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.varying import Vrp

NO_STATUS = (400, ("UK.OBIE.Resource.InvalidConsentStatus", "U009"))
NOT_FOUND = (400, ("UK.OBIE.Resource.NotFound", "U011"))
GOOD, MADE, GONE = (200, None), (201, None), (204, None)
#: The state, its word in each version, and what it gives: read, delete, ask for funds, pay.
STATES = {
    "awaiting": (("AwaitingAuthorisation", "AWAU"), GOOD, GONE, NO_STATUS, NO_STATUS),
    "lapsed": (("AwaitingAuthorisation", "EXPD"), GOOD, GONE, NO_STATUS, NO_STATUS),
    "declined": (("Rejected", "RJCT"), GOOD, GONE, NO_STATUS, NO_STATUS),
    "authorised": (("Authorised", "AUTH"), GOOD, GONE, MADE, MADE),
    "revoked": (("Authorised", "CANC"), GOOD, GONE, NO_STATUS, NO_STATUS),
    "authorised again": (("Authorised", "AUTH"), GOOD, GONE, MADE, MADE),
    "expired": (("Authorised", "EXPD"), GOOD, GONE, NO_STATUS, NO_STATUS),
    "deleted": (None, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND),
}
REASONS = {"AWAU": ["U036"], "RJCT": ["U033"], "AUTH": [], "CANC": ["TKSP", "U028"], "EXPD": ["TKXP"]}
#: In these the PSU may be asked, for the first time or again.
ASKABLE = {"awaiting", "authorised", "revoked", "authorised again"}


@pytest.fixture(params=VERSIONS)
def vrp(request: pytest.FixtureRequest, city) -> Vrp:
    """A PISP at Kelp Bank, once in each version."""
    return Vrp(city, request.param)


def bring(vrp: Vrp, state: str) -> None:
    """Have a consent in that state."""
    last_day = {"ValidToDateTime": "2026-03-17T00:00:00+00:00"} if state in ("lapsed", "expired") else {}
    vrp.ask_for(parameters=vrp.parameters(**last_day))
    if state in ("authorised", "revoked", "authorised again", "expired"):
        vrp.approve()
    if state in ("revoked", "authorised again"):
        vrp.revoke()
    if state == "authorised again":
        vrp.authorisation_id = vrp.sandbox.call(
            "POST", f"/_sandbox/consents/{vrp.consent_id}/authorisations"
        ).json["id"]
        vrp.approve()
    if state == "declined":
        vrp.decline()
    if state in ("lapsed", "expired"):
        vrp.go_on(days=3)
    if state == "deleted":
        vrp.call("DELETE", f"/domestic-vrp-consents/{vrp.consent_id}", 204)


def check(vrp: Vrp, answer, wanted) -> None:
    status, code = wanted
    assert answer.status_code == status
    if code is not None:
        assert vrp.code(answer)[0] == vrp.word(*code)


@pytest.mark.parametrize("state", STATES)
def test_a_consent_is_told_in_every_state(vrp, state):
    bring(vrp, state)
    word, read, *_ = STATES[state]

    answer = vrp.call("GET", f"/domestic-vrp-consents/{vrp.consent_id}", read[0])

    check(vrp, answer, read)
    if word is not None:
        told = answer.json["Data"]
        assert told["Status"] == vrp.word(*word)
        datetime.fromisoformat(told["StatusUpdateDateTime"])
        if vrp.version == "v4.0":
            assert [one["StatusReasonCode"] for one in told["StatusReason"]] == REASONS[told["Status"]]


@pytest.mark.parametrize("state", STATES)
def test_the_tpp_deletes_a_consent_once(vrp, state):
    bring(vrp, state)
    wanted = STATES[state][2]

    check(vrp, vrp.call("DELETE", f"/domestic-vrp-consents/{vrp.consent_id}", wanted[0]), wanted)

    check(vrp, vrp.call("GET", f"/domestic-vrp-consents/{vrp.consent_id}", 400), NOT_FOUND)


@pytest.mark.parametrize("state", STATES)
def test_funds_are_confirmed_while_it_is_in_force(vrp, state):
    bring(vrp, state)
    wanted = STATES[state][3]

    check(vrp, vrp.asks_for_funds(expected=wanted[0]), wanted)


@pytest.mark.parametrize("state", STATES)
def test_payments_are_made_while_it_is_in_force(vrp, state):
    bring(vrp, state)
    wanted = STATES[state][4]

    for _ in range(2):
        check(vrp, vrp.pay(expected=wanted[0]), wanted)


@pytest.mark.parametrize("state", STATES)
def test_the_psu_is_asked_where_the_consent_can_be_had(vrp, state):
    bring(vrp, state)

    asked = vrp.sandbox.call("POST", f"/_sandbox/consents/{vrp.consent_id}/authorisations")

    assert asked.status_code == (201 if state in ASKABLE else 409)


# The payment


PAYMENTS = {
    "made": ("AcceptedCreditSettlementCompleted", "ACCC"),
    "rejected": ("Rejected", "RJCT"),
    "on its way": ("AcceptedSettlementInProcess", "ACSP"),
}
ENDINGS = ("", "revoked", "deleted", "expired")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("state", PAYMENTS)
def test_a_payment_is_told_in_every_state_and_after_the_end_of_its_consent(vrp, state, ending):
    by_hand = {"mode": "by_hand" if state == "on its way" else "as_in_life"}
    vrp.sandbox.call("PUT", "/_sandbox/progressions/payment", json=by_hand)
    wide = vrp.parameters(
        MaximumIndividualAmount={"Amount": "900000.00", "Currency": "GBP"},
        PeriodicLimits=[{**vrp.parameters()["PeriodicLimits"][0], "Amount": "900000.00"}],
        ValidToDateTime="2026-03-17T00:00:00+00:00",
    )
    vrp.allowed(parameters=wide)
    vrp.pay("900000.00" if state == "rejected" else "10.00")
    if ending == "revoked":
        vrp.revoke()
    if ending == "deleted":
        vrp.call("DELETE", f"/domestic-vrp-consents/{vrp.consent_id}", 204)
    if ending == "expired":
        vrp.go_on(days=3)

    assert vrp.payment()["Status"] == vrp.word(*PAYMENTS[state])
    assert vrp.details()[0]["Status"] == vrp.word(*PAYMENTS[state])
