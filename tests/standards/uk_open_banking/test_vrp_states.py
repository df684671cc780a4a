"""Variable recurring payments outlive the consent by which they were made. See also test_state_table."""

import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.varying import Vrp


@pytest.fixture(params=VERSIONS)
def vrp(request: pytest.FixtureRequest, city) -> Vrp:
    """A PISP at Kelp Bank, once in each version."""
    return Vrp(city, request.param)


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
