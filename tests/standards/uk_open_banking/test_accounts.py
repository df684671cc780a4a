"""Accounts, balances and parties: what is told, to whom, and in which words."""

import pytest

from tests.standards.uk_open_banking.conftest import Tpp
from tests.standards.uk_open_banking.test_consents import codes

BASIC = ("ReadAccountsBasic",)
#: What ReadAccountsDetail shows besides.
DETAILS = {"v3.1": {"Account", "Servicer"}, "v4.0": {"Account", "Servicer", "StatementFrequencyAndFormat"}}
KIND = {"v3.1": ("AccountType", "AccountSubType"), "v4.0": ("AccountCategory", "AccountTypeCode")}


def of_persona(tpp: Tpp, persona: str) -> str:
    """The id of somebody of that cast."""
    found = tpp.sandbox.call("GET", f"/_sandbox/people?bank={tpp.bank}&persona={persona}").json["people"]
    return str(found[0]["id"])


def test_detail_shows_numbers_and_basic_does_not(tpp):
    detailed = Tpp(tpp.sandbox, tpp.version).agreed().accounts()

    basic = tpp.agreed(BASIC).accounts()

    assert [set(one) for one in basic] == [set(one) - DETAILS[tpp.version] for one in detailed]
    assert all(DETAILS[tpp.version] <= set(one) for one in detailed)
    numbers = [number for one in detailed for number in one["Account"]]
    assert {one["SchemeName"] for one in numbers} <= {"UK.OBIE.IBAN", "UK.OBIE.BBAN", "UK.OBIE.PAN"}


def test_an_account_is_told_alone_as_it_is_in_the_list(tpp):
    for one in tpp.agreed().accounts():
        assert tpp.get(f"/accounts/{one['AccountId']}")["Data"]["Account"] == [one]


def test_only_what_the_psu_has_selected_is_listed(tpp):
    mine = [one["AccountId"] for one in Tpp(tpp.sandbox, tpp.version).agreed().accounts()]
    tpp.ask()
    tpp.approve(mine[1:2])

    assert [one["AccountId"] for one in tpp.accounts()] == mine[1:2]
    assert {one["AccountId"] for one in tpp.get("/balances")["Data"]["Balance"]} == set(mine[1:2])
    for path in ("", "/balances", "/transactions", "/party", "/parties"):
        tpp.call("GET", f"/accounts/{mine[0]}{path}", 403)
    assert len(mine) > 1


@pytest.mark.parametrize("path", ["", "/balances", "/transactions", "/party", "/parties"])
def test_an_account_that_nobody_has_is_a_bad_request(tpp, path):
    assert codes(tpp.agreed().call("GET", f"/accounts/22289{path}", 400)) == ["U011"]


def test_somebody_else_s_account_is_forbidden_and_tells_nothing(tpp):
    neighbour = Tpp(tpp.sandbox, tpp.version, psu="no-1").agreed()
    theirs = neighbour.accounts()[0]["AccountId"]

    tpp.agreed()

    assert tpp.call("GET", f"/accounts/{theirs}/transactions", 403).get_data() == b""


def test_an_account_of_a_world_of_another_seed_is_unknown(tpp):
    elsewhere = Tpp(tpp.sandbox, tpp.version)
    elsewhere.key = tpp.sandbox.new_workspace(f"far-{tpp.version[1]}", seed="trondheim")
    theirs = [one["AccountId"] for one in elsewhere.agreed().accounts()]
    mine = [one["AccountId"] for one in tpp.agreed().accounts()]

    for account_id in theirs:
        tpp.call("GET", f"/accounts/{account_id}", 400)
    for account_id in mine:
        elsewhere.call("GET", f"/accounts/{account_id}/balances", 400)


def test_every_kind_of_account_has_a_word(tpp):
    tpp.psu = of_persona(tpp, "wealthy")
    category, kind = KIND[tpp.version]

    found = tpp.agreed().accounts()

    assert {one[category] for one in found} <= {"Personal", "Business"}
    expected = {
        "v3.1": {"CurrentAccount", "Savings", "CreditCard", "Loan"},
        "v4.0": {"CACC", "SVGS", "CARD", "LOAN"},
    }
    assert {one[kind] for one in found} <= expected[tpp.version]
    assert len({one[kind] for one in found}) > 1
    assert tpp.get("/balances")["Data"]["Balance"]


def test_the_number_of_a_card_shows_four_digits_and_with_read_pan_the_first_six_too(tpp):
    tpp.psu = of_persona(tpp, "wealthy")
    numbers = []
    for permissions in (("ReadAccountsDetail",), ("ReadAccountsDetail", "ReadPAN")):
        found = Tpp(tpp.sandbox, tpp.version, psu=tpp.psu).agreed(permissions).accounts()
        numbers += [
            number["Identification"]
            for one in found
            for number in one["Account"]
            if number["SchemeName"] == "UK.OBIE.PAN"
        ]
    hidden, shown = numbers

    assert (set(hidden[:-4]), hidden[-4:]) == ({"x"}, shown[-4:])
    assert shown[:6].isdigit()


def test_the_balances_are_those_of_the_bank_with_a_sign_of_their_own(tpp):
    tpp.psu = of_persona(tpp, "over-indebted")
    found = tpp.agreed().get("/balances")["Data"]["Balance"]

    words = {
        "v3.1": ["InterimAvailable", "InterimBooked", "ClosingBooked"],
        "v4.0": ["ITAV", "ITBD", "CLBD"],
    }
    account_id = found[0]["AccountId"]
    assert [one["Type"] for one in found if one["AccountId"] == account_id] == words[tpp.version]
    assert {one["CreditDebitIndicator"] for one in found} == {"Credit", "Debit"}
    assert not any(one["Amount"]["Amount"].startswith("-") for one in found)


def test_a_credit_line_is_told_beside_the_balance_that_it_is_in(tpp):
    tpp.psu = of_persona(tpp, "wealthy")

    found = tpp.agreed().get("/balances")["Data"]["Balance"]

    with_line = [one for one in found if one["CreditLine"]]
    assert with_line
    for one in with_line:
        included = one["Type"] in ("InterimAvailable", "ITAV")
        assert [line["Included"] for line in one["CreditLine"]] == [included]


def test_a_consent_without_balances_opens_none(tpp):
    tpp.agreed(BASIC)

    tpp.call("GET", "/balances", 403)
    tpp.call("GET", f"/accounts/{tpp.accounts()[0]['AccountId']}/balances", 403)


def test_the_psu_is_who_authorised(tpp):
    told = tpp.agreed().get("/party")["Data"]["Party"]

    person = tpp.sandbox.call("GET", "/_sandbox/people/no-0").json
    assert told["Name"] == person["name"]
    assert told["Mobile"].replace("-", "") == person["phone"]
    assert told["Address"][0]["PostCode"] == person["postcode"]
    assert "AccountRole" not in told


def test_of_a_joint_account_the_owner_who_authorised_is_told_and_both_are_parties(tpp):
    tpp.psu = of_persona(tpp, "young-couple")
    tpp.agreed()

    kinds = {}
    for account in tpp.accounts():
        path = f"/accounts/{account['AccountId']}"
        party, parties = tpp.get(f"{path}/party"), tpp.get(f"{path}/parties")
        kinds[party["Data"]["Party"]["PartyType"]] = len(parties["Data"]["Party"])
        assert party["Data"]["Party"]["PartyId"] == tpp.psu
        assert party["Data"]["Party"] in parties["Data"]["Party"]
        related = party["Data"]["Party"]["Relationships"]["Account"]
        assert tpp.get(related["Related"])["Data"]["Account"] == [account]

    assert kinds["Joint"] == 2


def test_of_a_business_the_business_is_told(tpp):
    tpp.psu = of_persona(tpp, "company")
    category, _ = KIND[tpp.version]
    account = next(one for one in tpp.agreed().accounts() if one[category] == "Business")

    told = tpp.get(f"/accounts/{account['AccountId']}/party")["Data"]["Party"]

    assert told["Name"] == account["Account"][0]["Name"]
    assert told["Name"] != tpp.get("/party")["Data"]["Party"]["Name"]


@pytest.mark.parametrize(
    ("permission", "path"), [("ReadParty", "/party"), ("ReadPartyPSU", "/accounts/{}/party")]
)
def test_the_two_permissions_on_parties_are_two(tpp, permission, path):
    tpp.agreed(("ReadAccountsBasic", permission))

    tpp.call("GET", path.format(tpp.accounts()[0]["AccountId"]), 403)


def test_a_bank_without_parties_has_no_such_path(street):
    wary = Tpp(street, "v3.1", "wary").agreed(BASIC)

    wary.call("GET", "/party", 404)
    wary.call("GET", "/balances", 404)
