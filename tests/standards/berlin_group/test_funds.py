"""Confirmation of funds and the consent to it, judged answer by answer by the published files."""

import uuid

import pytest

from sandbox.bank import authorisations, funds
from sandbox.bank.accounts import Account, AccountStatus
from sandbox.bank.authorisations import FundsConsentSubject
from sandbox.bank.funds import FundsConsent
from tests.standards.berlin_group.test_authorisations import code_for
from tests.standards.berlin_group.test_payments import refused
from tests.standards.berlin_group.town import IBAN_COMPANY, IBAN_KARI, IBAN_OLA, KARI

BACK = {"TPP-Redirect-URI": "https://tpp.example/back"}
CONSENTS = "v2/consents/confirmation-of-funds"
CARD = {
    "cardNumber": "5409050000000000",
    "cardExpiryDate": "2027-07-01",
    "cardInformation": "A card in green",
    "registrationInformation": "Contract 4711",
}


def a_consent(tpp, bank="redirect", iban=IBAN_KARI, expected=201, headers=None, **more):
    """POST of a consent about one account, and the answer."""
    body = {"account": {"iban": iban}, **more}
    answer = tpp.call("POST", f"/{bank}/{CONSENTS}", json=body, headers={**BACK, **(headers or {})})
    assert answer.status_code == expected, answer.text
    return answer


def approved(town, tpp, bank="redirect", **more):
    """The id of a consent with Kari's yes."""
    consent_id = a_consent(tpp, bank, **more).json["consentId"]
    with town.at(bank) as here:
        subject = FundsConsentSubject(funds.of_subject(here, consent_id))
        waiting = authorisations.every(here, subject.app_id, subject)[-1]
        authorisations.approve(here, waiting, KARI)
    return consent_id


def asks(tpp, amount="1000.00", bank="redirect", consent_id=None, currency="NOK", iban=IBAN_KARI, **more):
    """POST of a question about funds, and the answer."""
    body = {"account": {"iban": iban}, "instructedAmount": {"currency": currency, "amount": amount}, **more}
    return tpp.call("POST", f"/{bank}/v1/funds-confirmations", json=body, headers={"Consent-ID": consent_id})


def status(tpp, consent_id, bank="redirect"):
    return tpp.call("GET", f"/{bank}/{CONSENTS}/{consent_id}/status").json["consentStatus"]


def test_a_consent_is_received_with_the_links_that_lead_to_the_yes(buddy):
    answer = a_consent(buddy)

    links = answer.json["_links"]
    assert answer.json["consentStatus"] == "received"
    assert answer.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    assert set(links) == {"scaRedirect", "scaStatus", "self", "status"}
    assert links["self"]["href"] == answer.headers["Location"]
    assert links["self"]["href"].endswith(f"/redirect/{CONSENTS}/{answer.json['consentId']}")


def test_a_consent_is_told_again_as_it_was_asked_for(town, buddy):
    consent_id = approved(town, buddy, **CARD)

    told = buddy.call("GET", f"/redirect/{CONSENTS}/{consent_id}").json

    assert told == {"account": {"iban": IBAN_KARI}, **CARD, "consentStatus": "valid"}


def test_embedded_the_yes_goes_through_the_tpp(town, buddy):
    answer = a_consent(buddy, "embedded")
    start = answer.json["_links"]["startAuthorisationWithPsuAuthentication"]["href"]
    body = {"psuData": {"password": "kari-password"}}
    started = buddy.follow("POST", start, json=body, headers={"PSU-ID": "kari"})
    code = code_for(town, "embedded", started.json["authorisationId"])

    link = started.json["_links"]["authoriseTransaction"]["href"]
    done = buddy.follow("PUT", link, json={"scaAuthenticationData": code})

    assert done.json["scaStatus"] == "finalised"
    assert done.json["_links"]["status"]["href"] == answer.json["_links"]["status"]["href"]
    assert status(buddy, answer.json["consentId"], "embedded") == "valid"
    assert buddy.follow("GET", start).json == {"authorisationIds": [started.json["authorisationId"]]}


def test_decoupled_the_psu_is_pointed_to_the_app(buddy):
    answer = a_consent(buddy, "decoupled", headers={"PSU-ID": "kari"})

    assert answer.json["psuMessage"] == "Please open the app of Decoupled and confirm there."
    assert buddy.follow("GET", answer.json["_links"]["scaStatus"]["href"]).json["scaStatus"] == "started"


def test_the_answer_is_yes_or_no_and_nothing_else(town, buddy):
    consent_id = approved(town, buddy)

    assert asks(buddy, "1000.00", consent_id=consent_id).json == {"fundsAvailable": True}
    assert asks(buddy, "1000.01", consent_id=consent_id).json == {"fundsAvailable": False}
    assert asks(buddy, "20", currency="EUR", consent_id=consent_id).json == {"fundsAvailable": True}


def test_from_a_blocked_account_there_is_nothing(town, buddy):
    consent_id = approved(town, buddy)
    with town.at("redirect") as bank:
        bank.work.get(Account, ("test", f"redirect-{IBAN_KARI[-5:]}")).status = AccountStatus.BLOCKED

    assert asks(buddy, "1", consent_id=consent_id).json == {"fundsAvailable": False}


def test_without_a_consent_that_is_in_force_nobody_is_told(town, buddy):
    waiting, over = a_consent(buddy).json["consentId"], approved(town, buddy)
    assert buddy.call("DELETE", f"/redirect/{CONSENTS}/{over}").status_code == 204

    assert status(buddy, over) == "terminatedByTpp"
    for consent_id, expected in (
        (None, (400, "NO_PIIS_ACTIVATION")),
        (str(uuid.uuid4()), (400, "CONSENT_UNKNOWN")),
        ("no-such", (400, "CONSENT_UNKNOWN")),
        (waiting, (401, "CONSENT_INVALID")),
        (over, (401, "CONSENT_INVALID")),
    ):
        answer = asks(buddy, consent_id=consent_id)
        assert (answer.status_code, refused(answer)[0]) == expected


def test_a_consent_that_ran_out_with_its_card_is_expired(town, buddy):
    consent_id = approved(town, buddy, **CARD)
    with town.at("redirect") as bank:
        bank.work.get(FundsConsent, ("test", consent_id)).card_expires_on = bank.today.replace(day=1)

    answer = asks(buddy, consent_id=consent_id)

    assert (answer.status_code, refused(answer)[0]) == (401, "CONSENT_EXPIRED")
    assert status(buddy, consent_id) == "expired"


def test_a_consent_is_good_for_its_account_and_its_card_alone(town, buddy):
    consent_id = approved(town, buddy, **CARD)

    elsewhere = asks(buddy, consent_id=consent_id, iban=IBAN_OLA)
    another_card = asks(buddy, consent_id=consent_id, cardNumber="5409050000000001")

    assert (elsewhere.status_code, refused(elsewhere)[0]) == (401, "CONSENT_INVALID")
    assert (another_card.status_code, refused(another_card)[0]) == (400, "CARD_INVALID")
    assert asks(buddy, consent_id=consent_id, cardNumber=CARD["cardNumber"], payee="Kiosk").json == {
        "fundsAvailable": True
    }


def test_a_consent_of_another_tpp_is_unknown(town, buddy):
    consent_id, other = approved(town, buddy), town.tpp("Another")

    for answer in (
        other.call("GET", f"/redirect/{CONSENTS}/{consent_id}"),
        other.call("DELETE", f"/redirect/{CONSENTS}/{consent_id}"),
        other.call("GET", f"/redirect/{CONSENTS}/{consent_id}/authorisations"),
    ):
        assert (answer.status_code, refused(answer)[0]) == (403, "CONSENT_UNKNOWN")
    assert refused(asks(other, consent_id=consent_id))[0] == "CONSENT_UNKNOWN"


def test_a_bank_that_has_settled_it_with_the_psu_takes_no_consent(buddy):
    a_consent(buddy, "plain", expected=404)

    assert asks(buddy, bank="plain").json == {"fundsAvailable": True}
    answer = asks(buddy, bank="plain", iban=IBAN_COMPANY)
    assert (answer.status_code, refused(answer)[0]) == (400, "RESOURCE_UNKNOWN")


def test_a_bank_without_the_service_has_nothing_there(buddy):
    a_consent(buddy, "bare", expected=404)
    answer = asks(buddy, bank="bare")

    assert (answer.status_code, refused(answer)[0]) == (404, "RESOURCE_UNKNOWN")
    paths = buddy.call("GET", "/bare/openapi.json").json["paths"]
    assert not [path for path in paths if "funds" in path or "basket" in path]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"instructedAmount": {"currency": "NOK", "amount": "0"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": "-5"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "JPY", "amount": "1.5"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": 5}}, "instructedAmount.amount"),
        ({"instructedAmount": None}, "instructedAmount"),
        ({"account": {"iban": "NO0000000000000"}}, "account.iban"),
        ({"account": {"iban": IBAN_OLA, "bban": "1"}}, "account"),
        ({"cardNumber": "9" * 36}, "cardNumber"),
        ({"payee": "x" * 71}, "payee"),
        ({"tip": "1"}, "tip"),
    ],
)
def test_a_question_that_is_not_of_the_form_is_refused_at_its_place(town, buddy, changes, place):
    body = {
        "account": {"iban": IBAN_KARI},
        "instructedAmount": {"currency": "NOK", "amount": "1"},
        **changes,
    }
    answer = buddy.call("POST", "/redirect/v1/funds-confirmations", json=body)

    assert (answer.status_code, refused(answer)) == (400, ("FORMAT_ERROR", place))


def test_a_currency_that_nobody_exchanges_is_refused(town, buddy):
    answer = asks(buddy, "1", currency="XAU", consent_id=approved(town, buddy))

    assert (answer.status_code, refused(answer)[0]) == (400, "FORMAT_ERROR")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": None}, "FORMAT_ERROR"),
        ({"cardExpiryDate": "2027-02-30"}, "FORMAT_ERROR"),
        ({"cardExpiryDate": "2020-01-01"}, "PERIOD_INVALID"),
        ({"cardInformation": "x" * 141}, "FORMAT_ERROR"),
        ({"access": {}}, "FORMAT_ERROR"),
    ],
)
def test_a_consent_that_is_not_of_the_form_leaves_nothing_behind(town, buddy, changes, code):
    answer = buddy.call(
        "POST", f"/redirect/{CONSENTS}", json={"account": {"iban": IBAN_KARI}, **changes}, headers=BACK
    )

    assert (answer.status_code, refused(answer)[0]) == (400, code)
    with town.at("redirect") as bank:
        assert bank.work.query(FundsConsent).count() == 0
