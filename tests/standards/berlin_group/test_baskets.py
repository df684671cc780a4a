"""Signing baskets as a TPP makes them and follows them, judged answer by answer by the published file."""

import uuid

import pytest

from sandbox.bank import authorisations, baskets
from sandbox.bank.authorisations import BasketSubject
from sandbox.bank.baskets import Basket
from tests.standards.berlin_group.test_authorisations import code_for
from tests.standards.berlin_group.test_payment_authorisations import a_company
from tests.standards.berlin_group.test_payments import INSTANT, a_payment, initiate, path_of, refused
from tests.standards.berlin_group.test_payments import say_yes as say_yes_to_payment
from tests.standards.berlin_group.town import IBAN_COMPANY, IBAN_KARI, KARI, OLA

BACK = {"TPP-Redirect-URI": "https://tpp.example/back"}
EXPLICIT = {"TPP-Explicit-Authorisation-Preferred": "true"}
BASKETS = "v1/signing-baskets"
NAMED = {"accounts": [{"iban": IBAN_KARI}], "balances": [{"iban": IBAN_KARI}]}


def a_payment_of(amount, debtor=IBAN_KARI):
    """The body of a payment of that many kroner."""
    account = {"iban": debtor}
    return a_payment(instructedAmount={"currency": "NOK", "amount": amount}, debtorAccount=account)


def waiting(tpp, amount="1", bank="redirect", debtor=IBAN_KARI, product=INSTANT):
    """A payment that nobody has been asked for yet."""
    return initiate(tpp, a_payment_of(amount, debtor), bank, product=product, **EXPLICIT)


def a_consent(tpp, bank="redirect", access=None):
    """The id of a consent that nobody has been asked for yet."""
    body = {"access": access or NAMED, "recurringIndicator": False, "frequencyPerDay": 1}
    return tpp.consent(bank, body=body, headers=EXPLICIT)["consentId"]


def ids(*payments):
    return [one.json["paymentId"] for one in payments]


def put(tpp, bank="redirect", expected=201, headers=None, **lists):
    """POST of a basket, and the answer."""
    answer = tpp.call("POST", f"/{bank}/{BASKETS}", json=lists, headers={**BACK, **(headers or {})})
    assert answer.status_code == expected, answer.text
    return answer


def say(town, bank_id, basket_id, verb=authorisations.approve, *person_id):
    with town.at(bank_id) as bank:
        subject = BasketSubject(baskets.of_subject(bank, basket_id))
        waiting = authorisations.every(bank, subject.app_id, subject)
        verb(bank, next(one for one in waiting if not authorisations.is_finished(one)), *person_id)


def status(tpp, basket_id, bank="redirect"):
    return tpp.call("GET", f"/{bank}/{BASKETS}/{basket_id}/status").json["transactionStatus"]


def payment_status(tpp, answer):
    return tpp.call("GET", f"{path_of(answer)}/status").json["transactionStatus"]


def consent_status(tpp, consent_id, bank="redirect"):
    return tpp.call("GET", f"/{bank}/v1/consents/{consent_id}/status").json["consentStatus"]


def test_a_basket_is_received_with_the_links_that_lead_to_the_yes(buddy):
    answer = put(buddy, paymentIds=ids(waiting(buddy)))

    links = answer.json["_links"]
    assert answer.json["transactionStatus"] == "RCVD"
    assert answer.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    assert set(links) == {"scaRedirect", "scaStatus", "self", "status"}
    assert links["self"]["href"] == answer.headers["Location"]
    assert links["self"]["href"].endswith(f"/redirect/{BASKETS}/{answer.json['basketId']}")


def test_a_basket_tells_what_is_in_it(buddy):
    first, second, reading = waiting(buddy), waiting(buddy, "2"), a_consent(buddy)
    answer = put(buddy, paymentIds=ids(second, first), consentIds=[reading])

    told = buddy.call("GET", path_of(answer)).json

    assert told["payments"] == ids(second, first)
    assert (told["consents"], told["transactionStatus"]) == ([reading], "RCVD")
    assert "consents" not in buddy.call("GET", path_of(put(buddy, paymentIds=ids(waiting(buddy, "3"))))).json


def test_one_yes_pays_twice_and_opens_the_account(town, buddy):
    first, second, reading = waiting(buddy), waiting(buddy, "2"), a_consent(buddy)
    basket_id = put(buddy, paymentIds=ids(first, second), consentIds=[reading]).json["basketId"]

    say(town, "redirect", basket_id, authorisations.approve, KARI)

    assert status(buddy, basket_id) == "ACTC"
    assert [payment_status(buddy, one) for one in (first, second)] == ["ACCC", "ACCC"]
    assert consent_status(buddy, reading) == "valid"


def test_a_no_rejects_all_of_it(town, buddy):
    payment, reading = waiting(buddy), a_consent(buddy)
    basket_id = put(buddy, paymentIds=ids(payment), consentIds=[reading]).json["basketId"]

    say(town, "redirect", basket_id, authorisations.decline)

    assert (status(buddy, basket_id), payment_status(buddy, payment)) == ("RJCT", "RJCT")
    assert consent_status(buddy, reading) == "rejected"


def test_embedded_one_code_authorises_the_basket(town, buddy):
    first, second = waiting(buddy, "1", "embedded"), waiting(buddy, "2", "embedded")
    answer = put(buddy, "embedded", paymentIds=ids(first, second))
    start = answer.json["_links"]["startAuthorisationWithPsuAuthentication"]["href"]
    body = {"psuData": {"password": "kari-password"}}
    started = buddy.follow("POST", start, json=body, headers={"PSU-ID": "kari"})
    code = code_for(town, "embedded", started.json["authorisationId"])

    link = started.json["_links"]["authoriseTransaction"]["href"]
    done = buddy.follow("PUT", link, json={"scaAuthenticationData": code})

    assert done.json["scaStatus"] == "finalised"
    assert done.json["_links"]["status"]["href"] == answer.json["_links"]["status"]["href"]
    assert status(buddy, answer.json["basketId"], "embedded") == "ACTC"
    assert [payment_status(buddy, one) for one in (first, second)] == ["ACCC", "ACCC"]
    assert buddy.follow("GET", start).json == {"authorisationIds": [started.json["authorisationId"]]}


def test_decoupled_the_psu_is_pointed_to_the_app(buddy):
    payment = waiting(buddy, bank="decoupled")
    answer = put(buddy, "decoupled", headers={"PSU-ID": "kari"}, paymentIds=ids(payment))

    assert answer.json["psuMessage"] == "Please open the app of Decoupled and confirm there."
    assert buddy.follow("GET", answer.json["_links"]["scaStatus"]["href"]).json["scaStatus"] == "started"


def test_two_signatories_sign_one_after_the_other(town, buddy):
    a_company(town, "redirect")
    first, second = waiting(buddy, "1", debtor=IBAN_COMPANY), waiting(buddy, "2", debtor=IBAN_COMPANY)
    answer = put(buddy, paymentIds=ids(first, second))
    basket_id = answer.json["basketId"]
    assert set(answer.json["_links"]) == {"startAuthorisation", "self", "status"}
    assert "ASPSP-SCA-Approach" not in answer.headers

    for person_id, expected in ((KARI, "PATC"), (OLA, "ACTC")):
        buddy.follow("POST", answer.json["_links"]["startAuthorisation"]["href"], headers=BACK)
        say(town, "redirect", basket_id, authorisations.approve, person_id)
        assert status(buddy, basket_id) == expected
        assert payment_status(buddy, first) == payment_status(buddy, second)
        delete = buddy.call("DELETE", path_of(answer))
        assert (delete.status_code, refused(delete)[0]) == (409, "STATUS_INVALID")


def test_what_is_in_a_basket_is_blocked_until_it_is_taken_apart(buddy):
    payment, reading = waiting(buddy), a_consent(buddy)
    answer = put(buddy, paymentIds=ids(payment), consentIds=[reading])
    ways = [f"{path_of(payment)}/authorisations", f"/redirect/v1/consents/{reading}/authorisations"]

    for way in ways:
        blocked = buddy.call("POST", way, headers=BACK)
        assert (blocked.status_code, refused(blocked)[0]) == (400, "RESOURCE_BLOCKED")
    again = put(buddy, expected=400, paymentIds=ids(payment))
    assert refused(again)[0] == "RESOURCE_BLOCKED"

    assert buddy.call("DELETE", path_of(answer)).status_code == 204
    assert status(buddy, answer.json["basketId"]) == "CANC"
    assert [buddy.call("POST", way, headers=BACK).status_code for way in ways] == [201, 201]


def test_an_authorised_basket_cannot_be_asked_for_again(town, buddy):
    answer = put(buddy, paymentIds=ids(waiting(buddy)))
    say(town, "redirect", answer.json["basketId"], authorisations.approve, KARI)

    for method, path in (("POST", f"{path_of(answer)}/authorisations"), ("DELETE", path_of(answer))):
        late = buddy.call(method, path, headers=BACK)
        assert (late.status_code, refused(late)[0]) == (409, "STATUS_INVALID")


def test_what_is_signed_already_does_not_come_into_a_basket(town, buddy):
    paid = initiate(buddy, product=INSTANT)
    say_yes_to_payment(town, "redirect", paid.json["paymentId"])

    answer = put(buddy, expected=409, paymentIds=ids(paid))

    assert refused(answer)[0] == "REFERENCE_STATUS_INVALID"


def test_a_bank_says_what_it_lets_lie_together(town, buddy):
    a_company(town, "redirect")
    offered = a_consent(buddy, access={"accounts": []})
    alone, together = waiting(buddy), waiting(buddy, debtor=IBAN_COMPANY)
    plainly = ids(waiting(buddy, bank="plain")), [a_consent(buddy, "plain")]

    for bank, lists in (
        ("redirect", {"consentIds": [offered]}),
        ("redirect", {"paymentIds": ids(alone, together)}),
        ("plain", {"paymentIds": plainly[0], "consentIds": plainly[1]}),
        ("plain", {"consentIds": plainly[1]}),
    ):
        assert refused(put(buddy, bank, expected=400, **lists))[0] == "REFERENCE_MIX_INVALID"
    put(buddy, "plain", paymentIds=plainly[0])


def test_what_is_not_known_or_another_tpp_s_is_not_put_anywhere(town, buddy):
    other = town.tpp("Another")
    foreign, reading = waiting(other), a_consent(other)

    for lists, code in (
        ({"paymentIds": ids(foreign)}, "RESOURCE_UNKNOWN"),
        ({"paymentIds": [str(uuid.uuid4())]}, "RESOURCE_UNKNOWN"),
        ({"paymentIds": ["no-such"]}, "RESOURCE_UNKNOWN"),
        ({"consentIds": [reading]}, "CONSENT_UNKNOWN"),
        ({"consentIds": ["\x01"]}, "CONSENT_UNKNOWN"),
    ):
        assert refused(put(buddy, expected=400, **lists))[0] == code
    with town.at("redirect") as bank:
        assert bank.work.query(Basket).count() == 0


def test_a_basket_of_another_tpp_is_unknown(town, buddy):
    path = path_of(put(buddy, paymentIds=ids(waiting(buddy))))
    other = town.tpp("Another")

    for method, below in (("GET", ""), ("GET", "/status"), ("DELETE", ""), ("GET", "/authorisations")):
        answer = other.call(method, path + below)
        assert (answer.status_code, refused(answer)[0]) == (403, "RESOURCE_UNKNOWN")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, None),
        ({"paymentIds": []}, "paymentIds"),
        ({"consentIds": []}, "consentIds"),
        ({"paymentIds": "1"}, "paymentIds"),
        ({"paymentIds": ["1", "1"]}, "paymentIds"),
        ({"paymentIds": [1]}, "paymentIds[0]"),
        ({"payments": ["1"]}, "payments"),
    ],
)
def test_a_body_that_is_not_of_the_form_is_refused_at_its_place(buddy, body, place):
    assert refused(put(buddy, expected=400, **body)) == ("FORMAT_ERROR", place)


def test_a_basket_has_an_end_and_the_psu_is_always_present(buddy):
    payments = ids(*(waiting(buddy, str(1 + one)) for one in range(4)))

    assert refused(put(buddy, expected=400, paymentIds=payments))[0] == "FORMAT_ERROR"
    absent = put(buddy, expected=400, headers={"PSU-IP-Address": None}, paymentIds=payments[:1])
    assert refused(absent) == ("FORMAT_ERROR", "PSU-IP-Address")


def test_a_bank_without_baskets_has_nothing_there(buddy):
    assert refused(put(buddy, "bare", expected=404, paymentIds=["1"]))[0] == "RESOURCE_UNKNOWN"
