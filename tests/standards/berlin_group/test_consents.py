"""Consents, as a TPP asks for them, reads them and gives them back."""

import pytest

from sandbox.bank import authorisations, consents
from tests.standards.berlin_group.town import IBAN_KARI, IBAN_KARI_SAVING, KARI, a_consent

BACK = {"TPP-Redirect-URI": "https://tpp.example/back"}


def say_yes(town, bank_id, consent_id, person_id=KARI, accounts=None):
    """The PSU's whole yes to the newest authorisation of a consent."""
    with town.at(bank_id) as bank:
        bank.people.move_in(bank, person_id)
        consent = consents.of_subject(bank, consent_id)
        authorisation = authorisations.every(bank, consent.app_id, authorisations.ConsentSubject(consent))[-1]
        authorisations.approve(bank, authorisation, person_id, accounts)


def access_of(buddy, bank, consent_id):
    return buddy.call("GET", f"/{bank}/v1/consents/{consent_id}").json["access"]


def test_a_redirecting_bank_answers_a_consent_with_the_page_for_the_psu(buddy):
    response = buddy.call("POST", "/redirect/v1/consents", json=a_consent(), headers=BACK)

    assert response.status_code == 201
    assert response.json["consentStatus"] == "received"
    assert response.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    assert set(response.json["_links"]) == {"scaRedirect", "scaStatus", "self", "status"}
    consent_id = response.json["consentId"]
    assert response.headers["Location"] == f"http://localhost/redirect/v1/consents/{consent_id}"
    page = response.json["_links"]["scaRedirect"]["href"]
    assert page.startswith("http://localhost/redirect/online-banking/authorisations/test.")


def test_every_link_of_a_new_consent_can_be_followed(buddy):
    links = buddy.consent("redirect")["_links"]

    for name in ("self", "status", "scaStatus"):
        assert buddy.follow("GET", links[name]["href"]).status_code == 200


@pytest.mark.parametrize(
    ("bank", "headers", "links"),
    [
        ("redirect", {"TPP-Explicit-Authorisation-Preferred": "true"}, {"startAuthorisation"}),
        ("embedded", {}, {"startAuthorisationWithPsuAuthentication"}),
        ("embedded", {"PSU-ID": "kari"}, {"startAuthorisationWithPsuAuthentication"}),
        ("embedded", {"TPP-Redirect-Preferred": "true"}, {"scaRedirect", "scaStatus"}),
        ("decoupled", {}, {"startAuthorisationWithPsuIdentification"}),
        ("decoupled", {"PSU-ID": "kari"}, {"scaStatus"}),
        ("every", {}, {"scaRedirect", "scaStatus"}),
        ("every", {"TPP-Redirect-Preferred": "false"}, {"startAuthorisationWithPsuAuthentication"}),
        ("every", {"TPP-Decoupled-Preferred": "true", "PSU-ID": "kari"}, {"scaStatus"}),
    ],
)
def test_the_links_of_a_new_consent_say_how_to_go_on(buddy, bank, headers, links):
    body = buddy.consent(bank, headers=headers)

    assert set(body["_links"]) == links | {"self", "status"}


def test_the_psu_of_a_decoupled_consent_is_told_where_to_say_yes(buddy):
    assert "app of Decoupled" in buddy.consent("decoupled", headers={"PSU-ID": "kari"})["psuMessage"]


def test_a_redirect_without_a_way_back_is_refused(buddy):
    response = buddy.call("POST", "/redirect/v1/consents", json=a_consent())

    assert response.status_code == 400
    assert response.json["tppMessages"][0]["path"] == "TPP-Redirect-URI"


@pytest.mark.parametrize("address", ["/back", "javascript:alert(1)", "https://", "data:text/html,x"])
def test_a_way_back_that_is_no_address_is_refused(buddy, address):
    body = buddy.consent("redirect", 400, headers={"TPP-Redirect-URI": address})

    assert body["tppMessages"][0]["path"] == "TPP-Redirect-URI"


@pytest.mark.parametrize(
    ("access", "path"),
    [
        ({}, "access"),
        ({"restrictedTo": ["CACC"]}, "access"),
        ({"availableAccounts": "allAccounts", "allPsd2": "allAccounts"}, "access"),
        ({"availableAccounts": "allAccounts", "accounts": []}, "access"),
        ({"allPsd2": "everything"}, "access.allPsd2"),
        ({"accounts": [{"iban": IBAN_KARI}], "balances": []}, "access"),
        ({"accounts": [{"iban": "NO9386011117948"}]}, "access.accounts[0].iban"),
        ({"accounts": [{"iban": "no9386011117947"}]}, "access.accounts[0].iban"),
        ({"accounts": [{}]}, "access.accounts[0]"),
        ({"accounts": [{"iban": IBAN_KARI, "bban": "86011117947"}]}, "access.accounts[0]"),
        ({"accounts": [{"iban": IBAN_KARI, "currency": "kr"}]}, "access.accounts[0].currency"),
        ({"accounts": "all"}, "access.accounts"),
        ({"accounts": [], "everything": []}, "access.everything"),
        ({"additionalInformation": {"ownerName": []}}, "access"),
        (None, "access"),
    ],
)
def test_an_access_that_makes_no_sense_is_refused_with_its_place(buddy, access, path):
    body = buddy.consent("redirect", 400, body={"access": access})

    assert [(one["code"], one["path"]) for one in body["tppMessages"]] == [("FORMAT_ERROR", path)]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("recurringIndicator", "true"),
        ("recurringIndicator", 1),
        ("frequencyPerDay", "4"),
        ("frequencyPerDay", 0),
        ("frequencyPerDay", 1.5),
        ("frequencyPerDay", True),
        ("frequencyPerDay", 10**30),
        ("validUntil", "20261231"),
        ("validUntil", "2026-02-30"),
        ("validUntil", 20261231),
        ("combinedServiceIndicator", None),
        ("surprise", 1),
    ],
)
def test_a_member_of_the_wrong_form_is_refused_with_its_place(buddy, member, value):
    body = buddy.consent("redirect", 400, body={member: value})

    assert [(one["code"], one["path"]) for one in body["tppMessages"]] == [("FORMAT_ERROR", member)]


@pytest.mark.parametrize(
    "member", ["access", "recurringIndicator", "validUntil", "frequencyPerDay", "combinedServiceIndicator"]
)
def test_every_member_of_the_body_is_mandatory(buddy, member):
    body = a_consent()
    del body[member]
    response = buddy.call("POST", "/redirect/v1/consents", json=body, headers=BACK)

    assert response.status_code == 400
    assert response.json["tppMessages"][0]["path"] == member


def test_a_consent_that_would_end_yesterday_is_refused(buddy):
    body = buddy.consent("redirect", 400, body={"validUntil": "2026-03-15"})

    assert body["tppMessages"][0]["code"] == "PERIOD_INVALID"


def test_trusted_beneficiaries_are_not_supported(buddy):
    access = {"accounts": [], "additionalInformation": {"trustedBeneficiaries": []}}
    body = buddy.consent("redirect", 400, body={"access": access})

    assert body["tppMessages"][0]["code"] == "PARAMETER_NOT_SUPPORTED"


def test_the_bank_trims_what_is_asked_for_and_says_so(buddy):
    links = buddy.consent("redirect", body={"validUntil": "9999-12-31", "frequencyPerDay": 99})["_links"]

    consent = buddy.follow("GET", links["self"]["href"]).json

    assert consent["validUntil"] == "2026-09-12"  # 180 days after 16 March
    assert consent["frequencyPerDay"] == 4
    assert consent["lastActionDate"] == "2026-03-16"
    assert consent["consentStatus"] == "received"


def test_a_one_off_consent_is_for_once_a_day(buddy):
    links = buddy.consent("redirect", body={"recurringIndicator": False})["_links"]

    consent = buddy.follow("GET", links["self"]["href"]).json

    assert (consent["recurringIndicator"], consent["frequencyPerDay"]) == (False, 1)


def test_a_consent_is_read_as_it_was_asked_for_until_the_psu_has_said_yes(buddy):
    access = {
        "accounts": [{"iban": IBAN_KARI}, {"bban": "60319999998", "currency": "NOK"}],
        "balances": [{"iban": IBAN_KARI}],
    }
    consent_id = buddy.consent("redirect", body={"access": access})["consentId"]

    assert access_of(buddy, "redirect", consent_id) == access


def test_a_consent_of_the_psus_choice_is_read_with_the_chosen_accounts_after_the_yes(town, buddy):
    consent_id = buddy.consent("redirect")["consentId"]
    assert access_of(buddy, "redirect", consent_id) == {"accounts": [], "balances": [], "transactions": []}

    say_yes(town, "redirect", consent_id, accounts=[f"redirect-{IBAN_KARI[-5:]}"])

    chosen = [{"iban": IBAN_KARI}]
    found = access_of(buddy, "redirect", consent_id)
    assert found == {"accounts": chosen, "balances": chosen, "transactions": chosen}
    status = buddy.call("GET", f"/redirect/v1/consents/{consent_id}/status").json
    assert status == {"consentStatus": "valid"}


def test_a_named_account_that_is_not_the_psus_is_not_granted(town, buddy):
    access = {"accounts": [{"iban": IBAN_KARI}, {"iban": "NO8330001234567"}]}
    consent_id = buddy.consent("redirect", body={"access": access})["consentId"]

    say_yes(town, "redirect", consent_id)

    assert access_of(buddy, "redirect", consent_id) == {"accounts": [{"iban": IBAN_KARI}]}


@pytest.mark.parametrize("kind", ["availableAccounts", "availableAccountsWithBalance", "allPsd2"])
@pytest.mark.parametrize("word", ["allAccounts", "allAccountsWithOwnerName"])
def test_access_to_all_accounts_is_read_as_it_was_asked_for(town, buddy, kind, word):
    access = {kind: word, "restrictedTo": ["CACC"]}
    consent_id = buddy.consent("redirect", body={"access": access})["consentId"]

    say_yes(town, "redirect", consent_id)

    assert access_of(buddy, "redirect", consent_id) == access


def test_the_owners_name_is_granted_with_the_accounts(town, buddy):
    access = {"balances": [], "additionalInformation": {"ownerName": []}}
    consent_id = buddy.consent("redirect", body={"access": access})["consentId"]

    say_yes(town, "redirect", consent_id)

    both = [{"iban": IBAN_KARI}, {"iban": IBAN_KARI_SAVING}]
    found = access_of(buddy, "redirect", consent_id)
    assert found == {"accounts": both, "balances": both, "additionalInformation": {"ownerName": both}}


def test_a_consent_that_is_given_back_is_terminated(buddy):
    consent_id = buddy.consent("redirect")["consentId"]

    response = buddy.call("DELETE", f"/redirect/v1/consents/{consent_id}")

    assert (response.status_code, response.data) == (204, b"")
    status = buddy.call("GET", f"/redirect/v1/consents/{consent_id}/status").json
    assert status == {"consentStatus": "terminatedByTpp"}


def test_a_consent_that_has_ended_cannot_be_given_back_again(buddy):
    consent_id = buddy.consent("redirect")["consentId"]
    buddy.call("DELETE", f"/redirect/v1/consents/{consent_id}")

    response = buddy.call("DELETE", f"/redirect/v1/consents/{consent_id}")

    assert (response.status_code, response.json["tppMessages"][0]["code"]) == (409, "STATUS_INVALID")


@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/status"),
        ("GET", "/authorisations"),
        ("POST", "/authorisations"),
    ],
)
def test_a_consent_of_another_app_world_or_bank_is_unknown(town, buddy, method, below):
    consent_id = buddy.consent("redirect")["consentId"]
    strangers = [
        (town.tpp("Snoop"), "redirect"),
        (town.tpp("Budget Buddy", workspace="elsewhere"), "redirect"),
        (buddy, "every"),
    ]

    for tpp, bank in strangers:
        response = tpp.call(method, f"/{bank}/v1/consents/{consent_id}{below}", headers=BACK)

        assert (response.status_code, response.json["tppMessages"][0]["code"]) == (403, "CONSENT_UNKNOWN")


def test_a_bank_may_write_relative_links(buddy):
    body = buddy.consent("quirky", headers={"X-API-Key": None, "Authorization": f"Bearer {buddy.key}"})

    assert body["_links"]["self"]["href"] == f"/v1/consents/{body['consentId']}"
    assert body["_links"]["scaRedirect"]["href"].startswith("http://localhost/quirky/online-banking/")


def test_a_bank_may_insist_on_the_psus_address(buddy):
    response = buddy.call(
        "POST", "/quirky/v1/consents", json=a_consent(), headers={**BACK, "PSU-IP-Address": None}
    )

    assert (response.status_code, response.json["code"]) == (400, "FORMAT_ERROR")
    assert response.json["detail"].startswith("PSU-IP-Address: ")
