"""The PSU's yes, step by step, as a TPP drives and follows it."""

import pytest

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Outcome
from tests.standards.berlin_group.town import IBAN_KARI, KARI, SMS, a_consent

BACK = {"TPP-Redirect-URI": "https://tpp.example/back"}


def started(buddy, bank, body=None, expected=201, **headers):
    """A consent and its first authorisation, started by the TPP: the consent's id, and the answer."""
    explicit = {"TPP-Explicit-Authorisation-Preferred": "true"}
    consent = buddy.consent(bank, headers=explicit)
    link = next(one["href"] for name, one in consent["_links"].items() if name.startswith("startAuth"))
    response = buddy.follow("POST", link, json=body, headers={**BACK, **headers})
    assert response.status_code == expected, response.text
    return consent["consentId"], response


def link(response, name):
    return response.json["_links"][name]["href"]


def put(buddy, href, body=None, **headers):
    return buddy.follow("PUT", href, json=body, headers=headers)


def code_for(town, bank_id, authorisation_id):
    with town.at(bank_id) as bank:
        return authorisations.code_for_testing(bank, authorisations.of_id(bank, authorisation_id))


def status_of(buddy, bank, consent_id):
    return buddy.call("GET", f"/{bank}/v1/consents/{consent_id}/status").json["consentStatus"]


def test_an_explicit_redirect_gives_the_psus_page_with_the_authorisation(buddy):
    consent_id, response = started(buddy, "redirect")

    assert response.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    assert response.json["scaStatus"] == "received"
    assert set(response.json["_links"]) == {"scaRedirect", "scaStatus"}
    path = f"/redirect/v1/consents/{consent_id}/authorisations/{response.json['authorisationId']}"
    assert response.headers["Location"] == f"http://localhost{path}" == link(response, "scaStatus")


def test_an_explicit_redirect_needs_the_way_back_when_it_starts(buddy):
    consent = buddy.consent("redirect", headers={"TPP-Explicit-Authorisation-Preferred": "true"})

    response = buddy.call("POST", f"/redirect/v1/consents/{consent['consentId']}/authorisations")

    assert response.status_code == 400
    assert response.json["tppMessages"][0]["path"] == "TPP-Redirect-URI"


def test_the_authorisations_of_a_consent_are_listed(buddy):
    consent_id, first = started(buddy, "redirect")
    path = f"/redirect/v1/consents/{consent_id}/authorisations"
    second = buddy.call("POST", path, headers=BACK)

    listed = buddy.call("GET", path).json

    ids = [one.json["authorisationId"] for one in (first, second)]
    assert sorted(listed["authorisationIds"]) == sorted(ids)


def test_embedded_with_one_method_password_then_code(town, buddy):
    consent_id, response = started(
        buddy, "embedded", {"psuData": {"password": "kari-password"}}, **{"PSU-ID": "kari"}
    )

    assert response.json["scaStatus"] == "scaMethodSelected"
    assert response.json["chosenScaMethod"]["authenticationMethodId"] == SMS.id
    assert response.json["challengeData"]["otpMaxLength"] == 6
    code = code_for(town, "embedded", response.json["authorisationId"])
    done = put(buddy, link(response, "authoriseTransaction"), {"scaAuthenticationData": code})

    assert (done.status_code, done.json["scaStatus"]) == (200, "finalised")
    assert done.headers["ASPSP-SCA-Approach"] == "EMBEDDED"
    assert status_of(buddy, "embedded", consent_id) == "valid"


def test_embedded_with_several_methods_lets_the_psu_choose(town, buddy):
    consent_id, response = started(buddy, "embedded", **{"PSU-ID": "ola"})
    assert (response.json["scaStatus"], set(response.json["_links"])) == (
        "psuIdentified",
        {"updatePsuAuthentication", "scaStatus"},
    )

    response = put(
        buddy, link(response, "updatePsuAuthentication"), {"psuData": {"password": "ola-password"}}
    )
    assert response.json["scaStatus"] == "psuAuthenticated"
    assert [one["authenticationMethodId"] for one in response.json["scaMethods"]] == ["sms", "app"]

    response = put(buddy, link(response, "selectAuthenticationMethod"), {"authenticationMethodId": "app"})
    assert response.json["scaStatus"] == "scaMethodSelected"
    assert response.json["chosenScaMethod"]["authenticationType"] == "PUSH_OTP"

    code = code_for(town, "embedded", response.json["authorisationId"])
    response = put(buddy, link(response, "authoriseTransaction"), {"scaAuthenticationData": code})
    assert response.json["scaStatus"] == "finalised"
    assert status_of(buddy, "embedded", consent_id) == "valid"


def test_embedded_steps_may_come_one_by_one(buddy):
    _, response = started(buddy, "embedded")
    assert response.json["scaStatus"] == "received"
    assert {"updatePsuIdentification", "updatePsuAuthentication"} < set(response.json["_links"])

    response = put(buddy, link(response, "updatePsuIdentification"), **{"PSU-ID": "kari"})

    assert (response.status_code, response.json["scaStatus"]) == (200, "psuIdentified")


def test_an_embedded_password_needs_to_be_somebodys(buddy):
    _, response = started(buddy, "embedded")

    response = put(buddy, link(response, "updatePsuAuthentication"), {"psuData": {"password": "x"}})

    assert (response.status_code, response.json["tppMessages"][0]["path"]) == (400, "PSU-ID")


def test_a_wrong_password_may_be_tried_again_until_the_limit(buddy):
    consent_id, response = started(buddy, "embedded", **{"PSU-ID": "kari"})
    href = link(response, "updatePsuAuthentication")
    wrong = {"psuData": {"password": "wrong"}}

    for _ in range(2):
        response = put(buddy, href, wrong)
        assert (response.status_code, response.json["tppMessages"][0]["code"]) == (
            401,
            "PSU_CREDENTIALS_INVALID",
        )
        assert link(response, "updatePsuAuthentication") == href
    response = put(buddy, href, wrong)

    assert (response.status_code, response.json["tppMessages"][0]["code"]) == (401, "PSU_CREDENTIALS_INVALID")
    assert buddy.follow("GET", href).json["scaStatus"] == "failed"
    assert status_of(buddy, "embedded", consent_id) == "rejected"
    again = put(buddy, href, {"psuData": {"password": "kari-password"}})
    assert (again.status_code, again.json["tppMessages"][0]["code"]) == (409, "STATUS_INVALID")


def test_a_wrong_password_at_the_start_leaves_an_authorisation_that_can_go_on(buddy):
    _, response = started(
        buddy, "embedded", {"psuData": {"password": "wrong"}}, expected=401, **{"PSU-ID": "kari"}
    )

    response = put(
        buddy, link(response, "updatePsuAuthentication"), {"psuData": {"password": "kari-password"}}
    )

    assert response.json["scaStatus"] == "scaMethodSelected"


def test_a_wrong_code_may_be_tried_again_until_the_limit(town, buddy):
    consent_id, response = started(
        buddy, "embedded", {"psuData": {"password": "kari-password"}}, **{"PSU-ID": "kari"}
    )
    href = link(response, "authoriseTransaction")
    right = code_for(town, "embedded", response.json["authorisationId"])
    wrong = {"scaAuthenticationData": "999999" if right != "999999" else "000000"}

    answers = [put(buddy, href, wrong) for _ in range(3)]

    assert [one.status_code for one in answers] == [401, 401, 401]
    assert buddy.follow("GET", href).json["scaStatus"] == "failed"
    assert status_of(buddy, "embedded", consent_id) == "rejected"


def test_an_unknown_method_is_refused_and_another_can_be_chosen(buddy):
    _, response = started(buddy, "embedded", {"psuData": {"password": "ola-password"}}, **{"PSU-ID": "ola"})
    href = link(response, "selectAuthenticationMethod")

    response = put(buddy, href, {"authenticationMethodId": "pigeon"})
    assert (response.status_code, response.json["tppMessages"][0]["code"]) == (400, "SCA_METHOD_UNKNOWN")

    assert put(buddy, href, {"authenticationMethodId": "sms"}).json["scaStatus"] == "scaMethodSelected"


def test_a_psu_without_any_method_is_exempted_but_fails_without_accounts(buddy):
    consent_id, response = started(
        buddy, "embedded", {"psuData": {"password": "nils-password"}}, **{"PSU-ID": "nils"}
    )

    assert response.json["scaStatus"] == "failed"
    assert status_of(buddy, "embedded", consent_id) == "rejected"


def test_a_psu_whom_nobody_knows_is_refused(buddy):
    _, response = started(buddy, "embedded", expected=401, **{"PSU-ID": "nobody"})

    assert response.json["tppMessages"][0]["code"] == "PSU_CREDENTIALS_INVALID"


def test_decoupled_asks_for_the_psu_and_waits_for_the_app(town, buddy):
    consent_id, response = started(buddy, "decoupled")
    assert set(response.json["_links"]) == {"updatePsuIdentification", "scaStatus"}

    response = put(buddy, link(response, "updatePsuIdentification"), **{"PSU-ID": "kari"})
    assert response.json["scaStatus"] == "started"
    assert "Decoupled" in response.json["psuMessage"]

    with town.at("decoupled") as bank:
        waiting = authorisations.waiting_for(bank, KARI)[0]
        authorisations.approve(bank, waiting, KARI, None)
    state = buddy.follow("GET", link(response, "scaStatus"))
    assert (state.json["scaStatus"], state.headers["ASPSP-SCA-Approach"]) == ("finalised", "DECOUPLED")
    assert status_of(buddy, "decoupled", consent_id) == "valid"


@pytest.mark.parametrize(
    ("right", "sca", "consent"), [(True, "finalised", "valid"), (False, "failed", "rejected")]
)
def test_a_bank_may_ask_for_the_code_that_the_psu_brought_back(town, buddy, right, sca, consent):
    consent_id, response = started(buddy, "confirming")
    authorisation_id = response.json["authorisationId"]
    with town.at("confirming") as bank:
        bank.people.move_in(bank, KARI)
        authorisation = authorisations.of_id(bank, authorisation_id)
        authorisations.approve(bank, authorisation, KARI, None)
        code = authorisations.confirmation_code(bank, authorisation)
    state = buddy.follow("GET", link(response, "scaStatus"))
    assert state.json["scaStatus"] == "unconfirmed"
    assert status_of(buddy, "confirming", consent_id) == "received"

    done = put(buddy, link(state, "confirmation"), {"confirmationCode": code if right else "guess"})

    assert (done.status_code, done.json["scaStatus"]) == (200, sca)
    assert status_of(buddy, "confirming", consent_id) == consent


def test_a_step_that_is_not_due_is_refused(buddy):
    _, response = started(buddy, "embedded", **{"PSU-ID": "ola"})

    response = put(buddy, link(response, "updatePsuAuthentication"), {"scaAuthenticationData": "123456"})

    assert (response.status_code, response.json["tppMessages"][0]["code"]) == (400, "SERVICE_INVALID")


@pytest.mark.parametrize(
    "body",
    [
        {"psuData": {}},
        {"psuData": {"password": 1}},
        {"psuData": {"password": "a", "encryptedPassword": "b"}},
        {"psuData": {"password": "a"}, "scaAuthenticationData": "1"},
        {"surprise": 1},
        [],
        {},
    ],
)
def test_a_step_of_the_wrong_form_is_refused(buddy, body):
    _, response = started(buddy, "embedded", **{"PSU-ID": "kari"})

    response = put(buddy, link(response, "updatePsuAuthentication"), body)

    assert (response.status_code, response.json["tppMessages"][0]["code"]) == (400, "FORMAT_ERROR")


def test_an_authorisation_of_another_consent_or_app_is_unknown(town, buddy):
    consent_id, response = started(buddy, "redirect")
    other_id, _ = started(buddy, "redirect")
    authorisation_id = response.json["authorisationId"]

    theirs = town.tpp("Snoop").call(
        "GET", f"/redirect/v1/consents/{consent_id}/authorisations/{authorisation_id}"
    )
    misplaced = buddy.call("GET", f"/redirect/v1/consents/{other_id}/authorisations/{authorisation_id}")

    assert (theirs.status_code, theirs.json["tppMessages"][0]["code"]) == (403, "CONSENT_UNKNOWN")
    assert (misplaced.status_code, misplaced.json["tppMessages"][0]["code"]) == (403, "RESOURCE_UNKNOWN")


def test_a_consent_that_is_given_back_takes_no_authorisation(buddy):
    consent_id = buddy.consent("redirect")["consentId"]
    buddy.call("DELETE", f"/redirect/v1/consents/{consent_id}")

    response = buddy.call("POST", f"/redirect/v1/consents/{consent_id}/authorisations", headers=BACK)

    assert (response.status_code, response.json["tppMessages"][0]["code"]) == (409, "STATUS_INVALID")


def test_the_town_is_what_it_says(town, buddy):
    """Kari's accounts are hers: the tests above lean on it."""
    body = {"access": {"balances": [{"iban": IBAN_KARI}]}}
    consent = buddy.consent("embedded", body=body, headers={"PSU-ID": "kari"})
    href = consent["_links"]["startAuthorisationWithPsuAuthentication"]["href"]
    response = buddy.follow("POST", href, json={"psuData": {"password": "kari-password"}})
    code = code_for(town, "embedded", response.json["authorisationId"])
    with town.at("embedded") as bank:
        authorisation = authorisations.of_id(bank, response.json["authorisationId"])
        assert authorisations.confirm(bank, authorisation, code) is Outcome.RIGHT

    access = buddy.call("GET", f"/embedded/v1/consents/{consent['consentId']}").json["access"]
    assert access == a_consent(**body)["access"]


def test_credentials_pass_through_the_tpp_in_the_embedded_approach_only(buddy):
    for bank in ("redirect", "decoupled"):
        _, response = started(buddy, bank, **{"PSU-ID": "kari"})
        for step in ({"psuData": {"password": "kari-password"}}, {"scaAuthenticationData": "123456"}):
            answer = put(buddy, link(response, "scaStatus"), step)
            assert (answer.status_code, answer.json["tppMessages"][0]["code"]) == (400, "SERVICE_INVALID")

    _, answer = started(
        buddy, "redirect", {"psuData": {"password": "kari-password"}}, 400, **{"PSU-ID": "kari"}
    )
    assert answer.json["tppMessages"][0]["code"] == "SERVICE_INVALID"


def test_the_link_to_start_can_be_followed_without_repeating_a_wish(buddy):
    consent = buddy.consent("every", headers={"TPP-Redirect-Preferred": "false"})
    href = consent["_links"]["startAuthorisationWithPsuAuthentication"]["href"]

    body = {"psuData": {"password": "kari-password"}}
    response = buddy.follow("POST", href, json=body, headers={"PSU-ID": "kari", **BACK})

    assert (response.status_code, response.headers["ASPSP-SCA-Approach"]) == (201, "EMBEDDED")
