"""Consents to a payment: used once, in their own version, before the cut-off. See also test_state_table."""

import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import Pisp

NO_STATUS = (400, ("UK.OBIE.Resource.InvalidConsentStatus", "U009"))
TOO_LATE = (400, ("UK.OBIE.Rules.AfterCutOffDateTime", "U012"))
NOT_FOUND = (400, ("UK.OBIE.Resource.NotFound", "U011"))


@pytest.fixture(params=VERSIONS)
def pisp(request: pytest.FixtureRequest, city) -> Pisp:
    """A PISP at Kelp Bank, once in each version."""
    return Pisp(city, request.param)


def bring(pisp: Pisp, state: str) -> None:
    """Have a consent in that state."""
    pisp.stage()
    if state in ("authorised", "consumed", "not submitted in time"):
        pisp.approve()
    if state == "declined":
        pisp.decline()
    if state == "consumed":
        pisp.submit()
    if state in ("lapsed", "not submitted in time"):
        pisp.sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 2})


@pytest.mark.parametrize(
    "state", ["awaiting", "authorised", "declined", "lapsed", "not submitted in time", "consumed"]
)
def test_the_psu_answers_once(pisp, state):
    pisp.stage()
    asked = pisp.authorisation_id
    bring(pisp, state)
    other = asked if state == "awaiting" else pisp.authorisation_id

    for what in ("approve", "decline"):
        body = {"psu": pisp._username()} if what == "approve" else {}
        path = f"/_sandbox/authorisations/{other}/{what}"
        answer = pisp.sandbox.call("POST", path, json=body) if other else None
        assert answer is None or answer.status_code == (
            200 if state == "awaiting" and what == "approve" else 409
        )


def test_a_consent_is_good_for_one_payment(pisp):
    pisp.paid()

    second = pisp.submit(400)

    assert pisp.code(second) == (pisp.word(*NO_STATUS[1]), "Data.Status")


@pytest.mark.parametrize("other", VERSIONS)
def test_a_consent_is_used_in_its_own_version(city, other):
    pisp = Pisp(city, "v3.1" if other == "v4.0" else "v4.0")
    pisp.stage()
    pisp.approve()
    there = pisp.in_version(other)
    there.sent = {"Data": {"Initiation": there.initiation()}, "Risk": {}}

    # 3.1 knows nothing of what is newer; at 4.0 what is older may be read, and not used.
    wanted = 403 if other == "v4.0" else 400
    there.submit(wanted)
    there.call("GET", f"/domestic-payment-consents/{pisp.consent_id}/funds-confirmation", wanted)
    there.call("GET", f"/domestic-payment-consents/{pisp.consent_id}", 200 if other == "v4.0" else 400)


def test_a_payment_of_3_1_is_read_at_4_0_in_the_words_of_4_0(city):
    old = Pisp(city, "v3.1")
    address = {"AddressType": "Business", "TownName": "London", "AddressLine": ["Unit 4"]}
    risk = {"ContractPresentInidicator": True, "PaymentContextCode": "Other"}
    old.paid(old.initiation(CreditorPostalAddress=address), risk=risk)

    new = old.in_version("v4.0")

    assert new.payment()["Status"] == "ACCC"
    told = new.get(f"/domestic-payment-consents/{old.consent_id}")
    assert told["Data"]["Status"] == "COND"
    assert told["Data"]["Initiation"]["CreditorPostalAddress"]["AddressType"] == "BIZZ"
    assert told["Data"]["Initiation"]["RemittanceInformation"]["Unstructured"] == ["Two packs of biscuits"]
    assert told["Risk"] == {"ContractPresentIndicator": True}


def test_a_payment_of_4_0_is_unknown_at_3_1(city):
    new = Pisp(city, "v4.0")
    new.paid()

    old = new.in_version("v3.1")

    assert old.code(old.call("GET", f"/domestic-payments/{new.payment_id}", 400))[0] == NOT_FOUND[1][0]


def test_a_bank_tells_its_cut_off(city):
    pisp = Pisp(city, "v4.0")

    bacs = pisp.stage(pisp.initiation(LocalInstrument="UK.OBIE.BACS")).json["Data"]
    chaps = pisp.stage(pisp.initiation(LocalInstrument="UK.OBIE.CHAPS")).json["Data"]
    faster = pisp.stage(pisp.initiation(LocalInstrument="UK.OBIE.FPS")).json["Data"]

    assert bacs["CutOffDateTime"].startswith("2026-03-16T22:30:00")
    assert chaps["CutOffDateTime"].startswith("2026-03-16T17:40:00")
    assert "CutOffDateTime" not in faster


def by_bacs(pisp: Pisp) -> dict:
    return pisp.initiation(LocalInstrument="UK.OBIE.BACS", DebtorAccount=pisp.number())


def at_night(pisp: Pisp) -> None:
    """Half past ten has passed in London."""
    pisp.sandbox.call("PUT", "/_sandbox/clock", json={"at": "2026-03-16T22:31:00Z"})


def test_a_strict_bank_takes_no_consent_after_the_cut_off(city):
    strict = Pisp(city, "v3.1", bank="puddleworth")
    at_night(strict)

    answer = strict.stage(by_bacs(strict), 400)

    assert strict.code(answer)[0] == TOO_LATE[1][0]


def test_a_strict_bank_asks_nobody_after_the_cut_off(city):
    strict = Pisp(city, "v3.1", bank="puddleworth")
    strict.stage(by_bacs(strict))
    at_night(strict)

    body = {"psu": strict._username()}
    answer = city.call("POST", f"/_sandbox/authorisations/{strict.authorisation_id}/approve", json=body)

    assert answer.status_code == 409
    assert strict.consent()["Status"] == "Rejected"


def test_a_strict_bank_carries_out_nothing_after_the_cut_off(city):
    strict = Pisp(city, "v3.1", bank="puddleworth")
    strict.stage(by_bacs(strict))
    strict.approve()
    at_night(strict)

    answer = strict.submit(400)

    assert strict.code(answer)[0] == TOO_LATE[1][0]
    assert strict.consent()["Status"] == "Authorised"


@pytest.mark.parametrize("version", VERSIONS)
def test_another_bank_takes_what_is_late_for_the_next_day(city, version):
    lenient = Pisp(city, version)
    in_time = lenient.stage(by_bacs(lenient)).json["Data"]
    at_night(lenient)
    asked = city.call("POST", f"/_sandbox/consents/{lenient.consent_id}/authorisations")

    lenient.authorisation_id = asked.json["id"]
    lenient.approve()
    late = lenient.submit().json["Data"]

    assert in_time["ExpectedSettlementDateTime"].startswith("2026-03-18")
    assert late["ExpectedSettlementDateTime"].startswith("2026-03-19")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tpp_may_say_until_when_the_psu_has_to_answer(city, version):
    pisp = Pisp(city, version)
    wish = {"AuthorisationType": "Any", "CompletionDateTime": "2026-03-16T12:00:00+01:00"}
    pisp.stage(Authorisation=wish)

    city.call("PUT", "/_sandbox/clock", json={"at": "2026-03-16T11:00:01Z"})

    assert pisp.consent()["Status"] == pisp.word("Rejected", "RJCT")
