"""A VRP consent of 3.1 is brought to 4.0: its form changes, and nothing of what the PSU has said yes to.

Source: Read/Write 4.0, Domestic VRP consents, PUT; Variable Recurring Payments API Profile, Migration.
"""

import copy

import pytest

from tests.standards.uk_open_banking.paying import OUTSIDE
from tests.standards.uk_open_banking.varying import Vrp, gbp

NEWER = {
    "RemittanceInformation": {
        "Unstructured": ["For the rent"],
        "Structured": [{"CreditorReferenceInformation": {"Reference": "RENT"}}],
    },
    "CreditorPostalAddress": {"AddressType": "HOME", "TownName": "London"},
}


@pytest.fixture
def old(city) -> Vrp:
    """A TPP with an authorised consent of 3.1 at Kelp Bank."""
    return agreed(Vrp(city, "v3.1"))


def agreed(vrp: Vrp) -> Vrp:
    """Have a consent whose form is another one in 4.0."""
    initiation = {
        "CreditorAccount": dict(OUTSIDE),
        "RemittanceInformation": {"Unstructured": "For the rent", "Reference": "RENT"},
        "CreditorPostalAddress": {"AddressType": "Residential", "TownName": "London"},
    }
    return vrp.allowed(Initiation=initiation, Risk={"ContractPresentInidicator": True})


def put(old: Vrp, expected: int = 200, *, risk=None, key: str = "move-1", **changed):
    """The consent in the form of 4.0, with something of its data changed."""
    data = copy.deepcopy(old.sent["Data"])
    data["Initiation"] |= copy.deepcopy(NEWER)
    body = {"Data": data | changed, "Risk": risk or {"ContractPresentIndicator": True}}
    path = f"/domestic-vrp-consents/{old.consent_id}"
    new = old.in_version("v4.0")
    return new.call("PUT", path, expected, json=body, headers={"x-idempotency-key": key})


def test_a_consent_of_3_1_becomes_one_of_4_0_and_pays_on(old):
    told = put(old).json

    assert (told["Data"]["ConsentId"], told["Data"]["Status"]) == (old.consent_id, "AUTH")
    assert told["Data"]["Initiation"]["CreditorPostalAddress"]["AddressType"] == "HOME"
    assert told["Risk"] == {"ContractPresentIndicator": True}
    new = old.in_version("v4.0")
    new.sent = {"Data": {"Initiation": told["Data"]["Initiation"]}, "Risk": told["Risk"]}
    new.pay()
    old.call("GET", f"/domestic-vrp-consents/{old.consent_id}", 400)


def test_it_is_brought_there_once_and_the_same_call_is_answered_alike(old):
    first = put(old).json

    assert put(old).json == first
    assert old.code(put(old, 409, key="move-2"))[0] == "U029"


def test_what_is_of_4_0_has_nothing_to_be_brought(city):
    new = Vrp(city, "v4.0").allowed()

    answer = new.call(
        "PUT",
        f"/domestic-vrp-consents/{new.consent_id}",
        409,
        json=new.sent,
        headers={"x-idempotency-key": "move"},
    )

    assert new.code(answer)[0] == "U029"


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"ControlParameters": {"MaximumIndividualAmount": gbp("11.00")}}, "MaximumIndividualAmount.Amount"),
        ({"Initiation": {"CreditorAccount": {**OUTSIDE, "Name": "Crumpets Ltd"}}}, "CreditorAccount.Name"),
        ({"ReadRefundAccount": "Yes"}, "Data.ReadRefundAccount"),
    ],
)
def test_what_the_psu_has_said_yes_to_is_not_changed(old, changed, place):
    whole = copy.deepcopy(old.sent["Data"])
    whole["Initiation"] |= copy.deepcopy(NEWER)
    for name, one in changed.items():
        whole[name] = {**whole[name], **one} if isinstance(one, dict) else one

    code, where = old.code(put(old, 400, **{name: whole[name] for name in changed}))

    assert (code, where.endswith(place)) == ("U008", True)
    assert old.consent()["Status"] == "Authorised", "it is of 3.1 as before"


def test_a_body_in_the_form_of_3_1_is_none_of_4_0(old):
    answer = put(old, 400, risk={"ContractPresentInidicator": True})

    assert old.code(answer) == ("U005", "Risk.ContractPresentInidicator")


def test_without_a_key_an_unknown_consent_and_another_tpp_s_are_refused(old):
    new = old.in_version("v4.0")
    path = f"/domestic-vrp-consents/{old.consent_id}"

    assert old.code(new.call("PUT", path, 400, json=old.sent))[0] in ("U005", "U007")
    other = Vrp(old.sandbox, "v4.0", key=old.sandbox.new_app("Another", old.sandbox.world))
    other.sent, other.consent_id = old.sent, old.consent_id
    put(other, 403)
    other.consent_id = "00000000-0000-4000-8000-000000000000"
    assert old.code(put(other, 400))[0] == "U011"


def test_at_3_1_there_is_no_such_call_and_no_patch_anywhere(old):
    path = f"/domestic-vrp-consents/{old.consent_id}"

    old.call("PUT", path, 405, json=old.sent)
    old.in_version("v4.0").call("PATCH", path, 405, json=[])
