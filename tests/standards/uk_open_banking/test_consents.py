"""Account access consents: what may be asked for, what is told of them, and where each action leads."""

from datetime import datetime, timedelta

import pytest

from sandbox.bank import consents
from tests.conftest import NOON
from tests.standards.uk_open_banking.conftest import EVERYTHING, Tpp

BASIC = ("ReadAccountsBasic",)
#: Which words a status has in the two versions.
WORDS = {
    "awaiting": ("AwaitingAuthorisation", "AWAU"),
    "authorised": ("Authorised", "AUTH"),
    "rejected": ("Rejected", "RJCT"),
    "revoked": ("Authorised", "CANC"),
    "expired": ("Authorised", "EXPD"),
}
NAMES = {
    "U001": "UK.OBIE.Field.Expected",
    "U002": "UK.OBIE.Field.Invalid",
    "U003": "UK.OBIE.Field.InvalidDate",
    "U004": "UK.OBIE.Field.Missing",
    "U005": "UK.OBIE.Field.Unexpected",
    "U006": "UK.OBIE.Header.Invalid",
    "U009": "UK.OBIE.Resource.InvalidConsentStatus",
    "U010": "UK.OBIE.Resource.InvalidFormat",
    "U011": "UK.OBIE.Resource.NotFound",
    "U028": "UK.OBIE.Reauthenticate",
}


def word(tpp: Tpp, state: str) -> str:
    return WORDS[state][tpp.version == "v4.0"]


def codes(answer) -> list[str]:
    """The codes of an error by their names of 4.0."""
    back = {name: code for code, name in NAMES.items()}
    found = [one["ErrorCode"] for one in answer.json["Errors"]] if answer.get_data() else []
    return [back.get(one, one) for one in found]


def revoke(tpp: Tpp) -> None:
    """The PSU takes the consent back at the bank."""
    with tpp.sandbox.database.writing() as work:
        bank = tpp.sandbox.bank(tpp.bank, work)
        consents.revoke(bank, consents.of_subject(bank, tpp.consent_id))


def forward(tpp: Tpp, **delta: float) -> None:
    tpp.sandbox.set_clock(NOON + timedelta(**delta))


def test_a_consent_is_told_as_it_was_asked_for(tpp):
    wish = {
        "ExpirationDateTime": "2026-12-01T12:30:00+01:00",
        "TransactionFromDateTime": "2026-01-01T00:00:00+00:00",
        "TransactionToDateTime": "2026-12-31T23:59:59Z",
    }

    made = tpp.ask(EVERYTHING, **wish).json
    told = tpp.get(f"/account-access-consents/{tpp.consent_id}")

    assert told["Data"] | wish == told["Data"], "the bank must not change the TPP's moments"
    assert told["Data"]["Permissions"] == list(EVERYTHING)
    assert told["Data"] == made["Data"]
    assert told["Risk"] == {}
    assert told["Links"]["Self"] == made["Links"]["Self"]
    assert tpp.get(told["Links"]["Self"]) == told


def test_without_an_expiration_a_consent_lasts(tpp):
    tpp.agreed(BASIC)

    forward(tpp, days=3000)

    assert tpp.status() == word(tpp, "authorised")
    assert "ExpirationDateTime" not in tpp.get(f"/account-access-consents/{tpp.consent_id}")["Data"]
    assert tpp.accounts()


def test_a_consent_ends_at_its_very_moment(tpp):
    tpp.agreed(BASIC, ExpirationDateTime="2026-03-20T13:00:00+01:00")

    tpp.sandbox.set_clock(datetime.fromisoformat("2026-03-20T11:59:59+00:00"))
    assert tpp.accounts()

    tpp.sandbox.set_clock(datetime.fromisoformat("2026-03-20T12:00:00+00:00"))
    tpp.call("GET", "/accounts", 401)
    assert tpp.status() == word(tpp, "expired")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([], ["U002"]),
        (["ReadBalances"], ["U001"]),
        (["ReadAccountsBasic", "ReadEverything"], ["U002"]),
        (["ReadAccountsBasic", "ReadTransactionsBasic"], ["U001"]),
        (["ReadAccountsBasic", "ReadTransactionsDetail"], ["U001"]),
        (["ReadAccountsBasic", "ReadTransactionsCredits"], ["U001"]),
        (["ReadAccountsBasic", "ReadTransactionsDebits"], ["U001"]),
        (["ReadTransactionsDebits", "ReadTransactionsCredits"], ["U001", "U001"]),
    ],
)
def test_permissions_that_do_not_go_together_are_refused(tpp, asked, expected):
    assert codes(tpp.ask(asked, 400)) == expected


@pytest.mark.parametrize(
    "asked",
    [
        ["ReadAccountsBasic"],
        ["ReadAccountsBasic", "ReadAccountsDetail"],
        ["ReadAccountsDetail", "ReadTransactionsBasic", "ReadTransactionsDetail", "ReadTransactionsDebits"],
        ["ReadAccountsDetail", "ReadPAN"],
        ["ReadAccountsBasic", "ReadAccountsBasic"],
    ],
)
def test_permissions_that_go_together_are_taken(tpp, asked):
    assert tpp.ask(asked).json["Data"]["Permissions"] == asked


def test_a_bank_refuses_a_permission_for_what_it_does_not_have(street):
    wary = Tpp(street, "v3.1", "wary")

    assert codes(wary.ask(["ReadAccountsBasic", "ReadParty"], 400)) == ["U002"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"ExpirationDateTime": "2026-03-16T08:59:59+00:00"}, ["U003"]),
        ({"ExpirationDateTime": "tomorrow"}, ["U003"]),
        ({"ExpirationDateTime": "2026-13-01T00:00:00Z"}, ["U003"]),
        ({"ExpirationDateTime": 7}, ["U003"]),
        ({"Expiration": "2026-12-01T00:00:00Z"}, ["U005"]),
        (
            {
                "TransactionFromDateTime": "2026-02-01T00:00:00Z",
                "TransactionToDateTime": "2026-01-01T00:00:00Z",
            },
            ["U003"],
        ),
    ],
)
def test_what_is_wrong_with_a_consent_has_its_code_and_its_place(tpp, data, expected):
    answer = tpp.ask(BASIC, 400, **data)

    assert codes(answer) == expected
    assert answer.json["Errors"][0]["Path"].startswith("Data.")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"Data": {"Permissions": ["ReadAccountsBasic"]}}, ["U004"]),
        ({"Risk": {}}, ["U004"]),
        ({"Data": {}, "Risk": {}}, ["U004"]),
        ({"Data": {"Permissions": ["ReadAccountsBasic"]}, "Risk": {"Score": 1}}, ["U005"]),
        ({"Data": {"Permissions": "ReadAccountsBasic"}, "Risk": {}}, ["U002"]),
    ],
)
def test_a_malformed_consent_is_refused_with_each_fault(tpp, body, expected):
    assert codes(tpp.call("POST", "/account-access-consents", 400, json=body)) == expected


def authorised(tpp: Tpp) -> None:
    tpp.agreed(BASIC)


def rejected(tpp: Tpp) -> None:
    tpp.ask(BASIC)
    tpp.decline()


def revoked(tpp: Tpp) -> None:
    tpp.agreed(BASIC)
    revoke(tpp)


def expired(tpp: Tpp) -> None:
    tpp.agreed(BASIC, ExpirationDateTime="2026-03-16T10:00:00Z")
    forward(tpp, hours=2)


def deleted(tpp: Tpp) -> None:
    tpp.agreed(BASIC)
    tpp.call("DELETE", f"/account-access-consents/{tpp.consent_id}", 204)


def test_the_moment_of_the_last_change_is_told(tpp):
    tpp.ask(BASIC)
    forward(tpp, minutes=5)
    tpp.approve()

    told = tpp.get(f"/account-access-consents/{tpp.consent_id}")["Data"]

    assert told["CreationDateTime"] == "2026-03-16T09:00:00+00:00"
    assert told["StatusUpdateDateTime"] == "2026-03-16T09:05:00+00:00"


def test_a_psu_may_have_several_consents_with_one_tpp(tpp):
    first = tpp.agreed(BASIC)
    other = Tpp(tpp.sandbox, tpp.version).agreed(EVERYTHING)

    assert first.accounts()
    assert other.accounts()


def again(tpp: Tpp) -> None:
    """The PSU authenticates again, for the same consent."""
    tpp.authorisation_id = tpp.sandbox.call(
        "POST", f"/_sandbox/consents/{tpp.consent_id}/authorisations", json={}
    ).json["id"]
    tpp.approve()


@pytest.mark.parametrize("state", [authorised, revoked], ids=lambda state: state.__name__)
def test_a_consent_is_authorised_once_more_with_the_same_id(tpp, state):
    state(tpp)

    again(tpp)

    assert tpp.status() == word(tpp, "authorised")
    assert tpp.accounts()


def test_the_psu_may_choose_other_accounts_when_authenticating_again(tpp):
    everything = tpp.agreed().accounts()
    one = everything[0]["AccountId"]

    tpp.authorisation_id = tpp.sandbox.call(
        "POST", f"/_sandbox/consents/{tpp.consent_id}/authorisations", json={}
    ).json["id"]
    tpp.approve([one])

    assert len(everything) > 1
    assert [account["AccountId"] for account in tpp.accounts()] == [one]


@pytest.mark.parametrize("state", [rejected, expired, deleted], ids=lambda state: state.__name__)
def test_what_is_over_is_not_authorised_again(tpp, state):
    state(tpp)

    answer = tpp.sandbox.call("POST", f"/_sandbox/consents/{tpp.consent_id}/authorisations", json={})

    assert answer.status_code == 409


def test_a_no_to_another_authentication_leaves_the_consent_as_it_was(tpp):
    tpp.agreed(BASIC)
    tpp.authorisation_id = tpp.sandbox.call(
        "POST", f"/_sandbox/consents/{tpp.consent_id}/authorisations", json={}
    ).json["id"]

    tpp.decline()

    assert tpp.status() == word(tpp, "authorised")


def test_a_bank_wants_the_psu_again_after_its_days(street):
    wary = Tpp(street, "v3.1", "wary").agreed(BASIC)

    forward(wary, days=89)
    assert wary.accounts()

    forward(wary, days=90)
    assert codes(wary.call("GET", "/accounts", 403)) == ["U028"]

    again(wary)
    assert wary.accounts()


def test_an_older_consent_is_read_used_and_deleted_in_the_newer_version(old):
    newer = old.agreed(BASIC).in_version("v4.0")

    assert newer.status() == "AUTH"
    assert newer.get(f"/account-access-consents/{newer.consent_id}")["Data"]["Permissions"] == list(BASIC)
    assert newer.accounts()[0]["AccountTypeCode"]
    newer.call("DELETE", f"/account-access-consents/{newer.consent_id}", 204)
    old.call("GET", "/accounts", 401)


def test_a_newer_consent_is_neither_read_nor_used_nor_deleted_in_the_older_version(new):
    older = new.agreed(BASIC).in_version("v3.1")

    assert codes(older.call("GET", f"/account-access-consents/{older.consent_id}", 400)) == ["U011"]
    older.call("GET", "/accounts", 403)
    assert codes(older.call("DELETE", f"/account-access-consents/{older.consent_id}", 400)) == ["U011"]
    assert new.status() == "AUTH"


def test_another_tpp_s_consent_is_forbidden(tpp):
    tpp.agreed(BASIC)
    stranger = tpp.in_version(tpp.version)
    stranger.key = tpp.sandbox.new_app("Stranger")

    stranger.call("GET", f"/account-access-consents/{tpp.consent_id}", 403)
    stranger.call("DELETE", f"/account-access-consents/{tpp.consent_id}", 403)
    stranger.call("GET", "/accounts", 401)
    assert tpp.accounts()


def test_another_world_s_consent_is_unknown(tpp):
    tpp.agreed(BASIC)
    elsewhere = tpp.in_version(tpp.version)
    elsewhere.key = tpp.sandbox.new_workspace(f"elsewhere-{tpp.version[1]}")

    assert codes(elsewhere.call("GET", f"/account-access-consents/{tpp.consent_id}", 400)) == ["U011"]
    elsewhere.call("GET", "/accounts", 401)


@pytest.mark.parametrize("consent_id", ["22289", "00000000-0000-4000-8000-000000000000", "%01"])
def test_an_unknown_consent_is_a_bad_request(tpp, consent_id):
    assert codes(tpp.call("GET", f"/account-access-consents/{consent_id}", 400)) == ["U011"]


def test_a_consent_of_the_other_dialect_is_unknown_here(street):
    body = {
        "access": {"accounts": [], "balances": [], "transactions": []},
        "recurringIndicator": True,
        "validUntil": "2026-06-01",
        "frequencyPerDay": 2,
        "combinedServiceIndicator": False,
    }
    headers = {"TPP-Redirect-URI": "https://tpp.example/ok", "PSU-IP-Address": "192.0.2.1"}
    made = street.call("POST", "/wary/v1/consents", json=body, headers=headers)
    assert made.status_code == 201, made.text

    wary = Tpp(street, "v3.1", "wary", consent_id=made.json["consentId"])

    assert codes(wary.call("GET", f"/account-access-consents/{wary.consent_id}", 400)) == ["U011"]
