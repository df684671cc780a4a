"""Accounts and balances, as far as each consent opens them."""

import pytest

from sandbox.bank.accounts import AccountRef
from sandbox.bank.consents import Access, AccessKind
from tests.standards.berlin_group.street import ALL, Reader

IBAN = AccountRef(iban="NO9386011117947")


def by_name(response, name="accounts"):
    return {one["name"]: one for one in response.json[name]}


def test_all_accounts_are_listed_but_for_cards_in_the_order_of_the_bank(reader):
    response = reader.get("/accounts")

    names = [one["name"] for one in response.json["accounts"]]
    assert names == ["Current", "Savings", "Loan", "Multi", "Multi-Eur", "Multi-Nok"]


def test_an_account_says_what_it_is(reader):
    account = by_name(reader.get("/accounts"))["Current"]

    assert account == {
        "resourceId": "clean-current",
        "iban": "NO9386011117947",
        "currency": "NOK",
        "name": "Current",
        "product": "Standard",
        "cashAccountType": "CACC",
        "status": "enabled",
        "bic": "PROVNO20",
        "usage": "PRIV",
        "ownerName": "Kari Nordmann",
        "_links": {
            "balances": {"href": "http://localhost/clean/v1/accounts/clean-current/balances"},
            "transactions": {"href": "http://localhost/clean/v1/accounts/clean-current/transactions"},
        },
    }


def test_an_account_without_an_iban_has_its_national_number(reader):
    loan = by_name(reader.get("/accounts"))["Loan"]

    assert "iban" not in loan
    assert loan["bban"] == "30001112223"
    assert loan["cashAccountType"] == "LOAN"


def test_several_currencies_are_one_account_without_a_currency_and_one_for_each(reader):
    listed = by_name(reader.get("/accounts"))

    assert [listed[name]["currency"] for name in ("Multi", "Multi-Eur", "Multi-Nok")] == ["XXX", "EUR", "NOK"]
    balances = reader.get("/accounts/clean-multi/balances").json
    assert balances["account"] == {"iban": "NO8330001234567"}
    assert {one["balanceAmount"]["currency"] for one in balances["balances"]} == {"EUR", "NOK"}


def test_balances_come_along_when_asked_for(reader):
    assert "balances" not in by_name(reader.get("/accounts"))["Current"]

    listed = by_name(reader.get("/accounts?withBalance=true"))
    assert listed["Current"]["balances"]
    one = reader.get("/accounts/clean-current?withBalance=true").json["account"]
    assert one["balances"] == listed["Current"]["balances"]


def test_balances_add_up_with_the_lines(reader):
    found = {
        one["balanceType"]: one for one in reader.get("/accounts/clean-current/balances").json["balances"]
    }

    assert found["interimBooked"]["balanceAmount"] == {"currency": "NOK", "amount": "20719.53"}
    assert found["expected"]["balanceAmount"]["amount"] == "19677.53"
    assert found["interimAvailable"] == {
        "balanceAmount": {"currency": "NOK", "amount": "24677.53"},
        "balanceType": "interimAvailable",
        "creditLimitIncluded": True,
        "lastChangeDateTime": "2026-03-13T10:15:00Z",
        "referenceDate": "2026-03-16",
        "lastCommittedTransaction": "c11",
    }
    assert found["closingBooked"]["referenceDate"] == "2026-03-15"
    assert "nonInvoiced" not in found


def test_a_bank_shows_its_own_balances_only(street):
    plain = Reader(street, "plain", ALL)

    balances = plain.get("/accounts/plain-current/balances").json["balances"]

    assert [one["balanceType"] for one in balances] == ["closingBooked"]


def test_what_was_not_granted_is_not_linked_and_not_given(street):
    names_only = Reader(street, "clean", Access(kind=AccessKind.DEDICATED, accounts=(IBAN,)))

    (account,) = names_only.get("/accounts?withBalance=true").json["accounts"]

    assert "balances" not in account
    assert "_links" not in account
    assert "ownerName" not in account
    names_only.refused("/accounts/clean-current/balances", 401, "CONSENT_INVALID")
    names_only.refused(
        "/accounts/clean-current/transactions?dateFrom=2026-03-01&bookingStatus=booked",
        401,
        "CONSENT_INVALID",
    )


@pytest.mark.parametrize(("kind", "shown"), [("AVAILABLE", False), ("AVAILABLE_WITH_BALANCE", True)])
def test_a_list_of_available_accounts_opens_none_of_them(street, kind, shown):
    lister = Reader(street, "clean", Access(kind=AccessKind[kind]))

    account = by_name(lister.get("/accounts?withBalance=true"))["Current"]

    assert "_links" not in account
    assert ("balances" in account) is shown
    lister.refused("/accounts/clean-current/balances", 401, "CONSENT_INVALID")


@pytest.mark.parametrize("account", ["nobody", "clean-card", "plain-current"])
def test_an_account_outside_the_consent_is_unknown(reader, account):
    reader.refused(f"/accounts/{account}", 404, "RESOURCE_UNKNOWN")
    reader.refused(f"/accounts/{account}/balances", 404, "RESOURCE_UNKNOWN")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Consent_ID": None}, 400, "FORMAT_ERROR"),
        ({"X_Request_ID": None}, 400, "FORMAT_ERROR"),
        ({"X_Request_ID": "not a uuid"}, 400, "FORMAT_ERROR"),
        ({"Consent_ID": "00000000-0000-4000-8000-000000000000"}, 400, "CONSENT_UNKNOWN"),
    ],
)
def test_a_call_without_its_headers_is_refused(reader, headers, status, code):
    reader.refused("/accounts", status, code, **headers)


def test_another_tpp_cannot_use_the_consent(street, reader):
    thief = street.tpp("Thief")

    response = thief.call("GET", "/clean/v1/accounts", headers={"Consent-ID": reader.consent_id})

    assert response.status_code == 400
    assert response.json["tppMessages"][0]["code"] == "CONSENT_UNKNOWN"
