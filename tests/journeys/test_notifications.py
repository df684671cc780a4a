"""A TPP says where it wants to be told, and is told, in the words of the standard."""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import pytest
import yaml

from sandbox.workspaces import signing
from tests.conftest import NOON, STILL
from tests.delivery.receiver import Receiver
from tests.journeys.conftest import OK, PRESENT, Tpp

ROOT = Path(__file__).parents[2]
LEAN_PUSH = (
    ROOT.parent
    / "shared/specs/berlin_group/extended_services/psd2-api-lean_push_notifications_1.0.0_20190508.yaml"
)


BODY = {
    "access": {"allPsd2": "allAccounts"},
    "recurringIndicator": True,
    "validUntil": "2026-06-01",
    "frequencyPerDay": 4,
    "combinedServiceIndicator": False,
}


@pytest.fixture
def receiver():
    opened = Receiver()
    yield opened
    opened.close()


@cache
def lean_push():
    if not LEAN_PUSH.exists():
        return None
    document = yaml.safe_load(LEAN_PUSH.read_bytes().decode(errors="replace"))
    whole = {"components": document["components"], "$ref": "#/components/schemas/pushNotification"}
    return jsonschema_rs.Draft202012Validator(whole)


def told(receiver):
    """The bodies that have come, each judged by the published file of lean push."""
    bodies = [one.json for one in receiver.got]
    for body in bodies:
        assert lean_push() is None or lean_push().is_valid(body), body
    return bodies


def deliver(sandbox):
    return sandbox.call("POST", "/_sandbox/events/deliver").json["attempts"]


def approve(tpp, authorisation_id):
    path = f"/_sandbox/authorisations/{authorisation_id}/approve"
    answer = tpp.sandbox.call("POST", path, json={"psu": tpp.psu["username"]})
    assert answer.status_code == 200, answer.text
    return answer.json["return_to"]


def confirm(tpp, authorisation_id, return_to):
    """Hand in the code with which the PSU came back, as some banks want it."""
    code = dict(parse_qsl(urlsplit(return_to).query))["code"]
    path = f"/v1/consents/{tpp.consent_id}/authorisations/{authorisation_id}"
    tpp.call("PUT", path, json={"confirmationCode": code})


def a_consent(tpp, receiver, preferred=None, **headers):
    """A consent by redirect, with the wish to be told; its authorisation, and the answer."""
    wishes = {"TPP-Notification-URI": receiver.uri, "TPP-Redirect-URI": OK, **headers}
    wishes |= {"TPP-Notification-Content-Preferred": preferred} if preferred else {}
    wishes |= {"TPP-Redirect-Preferred": "true"}
    answer = tpp.ask(**wishes)
    tpp.consent_id = answer.json["consentId"]
    (authorisation_id,) = tpp.get(f"/v1/consents/{tpp.consent_id}/authorisations")["authorisationIds"]
    return authorisation_id, answer


def test_a_tpp_hears_of_each_step_and_of_the_end(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")
    authorisation_id, answer = a_consent(tpp, receiver)
    assert answer.headers["ASPSP-Notification-Support"] == "true"
    assert answer.headers["ASPSP-Notification-Content"] == "status=SCA,PROCESS"

    approve(tpp, authorisation_id)
    tpp.call("DELETE", f"/v1/consents/{tpp.consent_id}", 204)

    assert deliver(sandbox) == 6
    mine = {"consentId": tpp.consent_id}
    sca = {**mine, "authorisationId": authorisation_id}
    assert told(receiver) == [
        {**sca, "scaStatus": "psuIdentified"},
        {**sca, "scaStatus": "psuAuthenticated"},
        {**sca, "scaStatus": "scaMethodSelected"},
        {**sca, "scaStatus": "finalised"},
        {**mine, "consentStatus": "valid"},
        {**mine, "consentStatus": "terminatedByTpp"},
    ]
    assert receiver.got[0].path == "/hook?tpp=1"


@pytest.mark.parametrize(
    ("preferred", "given", "messages"),
    [
        ("status=LAST", "status=LAST", 1),
        ("status=PROCESS", "status=PROCESS", 1),
        ("status=LAST, SCA", "status=SCA,LAST", 5),
        ("status=SCA,PROCESS,LAST", "status=SCA,PROCESS,LAST", 5),
    ],
)
def test_a_tpp_is_told_what_it_prefers(sandbox, receiver, preferred, given, messages):
    tpp = Tpp(sandbox, "fjordbanken")
    authorisation_id, answer = a_consent(tpp, receiver, preferred)
    approve(tpp, authorisation_id)

    assert answer.headers["ASPSP-Notification-Content"] == given
    assert deliver(sandbox) == messages


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("TPP-Notification-URI", "ftp://tpp.example/hook"),
        ("TPP-Notification-URI", "/hook"),
        ("TPP-Notification-URI", "https://user@tpp.example/hook"),
        ("TPP-Notification-Content-Preferred", "SCA"),
        ("TPP-Notification-Content-Preferred", "status="),
        ("TPP-Notification-Content-Preferred", "status=SCA,SCA"),
        ("TPP-Notification-Content-Preferred", "status=SCA,ALL"),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused_with_its_header(sandbox, receiver, header, value):
    tpp = Tpp(sandbox, "fjordbanken")
    wishes = {"TPP-Notification-URI": receiver.uri, "TPP-Redirect-URI": OK, header: value}

    answer = tpp.call("POST", "/v1/consents", 400, headers=wishes, json=BODY)

    (message,) = answer.json["tppMessages"]
    assert (message["code"], message["path"]) == ("FORMAT_ERROR", header)


def test_a_bank_without_notifications_says_nothing_of_them(sandbox, receiver):
    tpp = Tpp(sandbox, "hansekontor")
    authorisation_id, answer = a_consent(tpp, receiver)
    approve(tpp, authorisation_id)

    assert not [name for name in answer.headers if "Notification" in name]
    assert deliver(sandbox) == 0


def test_an_address_that_is_not_called_costs_no_consent(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")

    _, answer = a_consent(tpp, receiver, **{"TPP-Notification-URI": "http://127.0.0.1:6379/"})

    assert answer.headers["ASPSP-Notification-Support"] == "false"
    assert "ASPSP-Notification-Content" not in answer.headers


def test_the_start_of_an_authorisation_may_name_another_address(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")
    other = Receiver()
    answer = tpp.ask(**{"TPP-Explicit-Authorisation-Preferred": "true", "TPP-Notification-URI": other.uri})
    tpp.consent_id = answer.json["consentId"]
    start = answer.json["_links"]["startAuthorisation"]["href"]

    wishes = {"TPP-Redirect-URI": OK, "TPP-Notification-URI": receiver.uri}
    started = tpp.call("POST", start, 201, headers=wishes).json
    approve(tpp, started["authorisationId"])

    assert deliver(sandbox) == len(told(receiver)) == 5
    assert other.got == []
    other.close()


def test_a_status_that_lean_push_has_no_code_for_comes_as_a_link(sandbox, receiver):
    bank_id = next(
        one.id
        for one in sandbox.services.profiles.values()
        if one.sca.confirmation_code and one.consents.status_notification
    )
    tpp = Tpp(sandbox, bank_id)
    authorisation_id, _ = a_consent(tpp, receiver, "status=SCA")
    approve(tpp, authorisation_id)
    deliver(sandbox)

    last = told(receiver)[-1]
    assert "scaStatus" not in last
    assert tpp.get(last["_links"]["scaStatus"]["href"])["scaStatus"] == "unconfirmed"


def test_a_consent_that_runs_out_is_announced_a_week_before_where_the_bank_does_that(sandbox, receiver):
    tpp = Tpp(sandbox, "nordlys")
    authorisation_id, _ = a_consent(tpp, receiver, "status=PROCESS", valid_until="2026-04-30")
    confirm(tpp, authorisation_id, approve(tpp, authorisation_id))
    tpp.sandbox.call("PUT", "/_sandbox/clock", json={"at": "2026-04-22T21:59:00Z"})
    before = of_consent(sandbox, tpp)

    tpp.sandbox.call("PUT", "/_sandbox/clock", json={"at": "2026-04-24T00:00:00Z"})
    tpp.sandbox.call("PUT", "/_sandbox/clock", json={"at": "2026-05-05T00:00:00Z"})

    after = of_consent(sandbox, tpp)
    assert before == ["consent_status"]
    assert after == ["consent_status", "consent_expiring", "consent_status"]
    deliver(sandbox)
    mine = {"consentId": tpp.consent_id}
    bodies = [one for one in told(receiver) if "transactions" not in one.get("_links", {})]
    assert bodies[0] == {**mine, "consentStatus": "valid"}
    assert bodies[1]["_links"]["status"]["href"].endswith(f"/v1/consents/{tpp.consent_id}/status")
    assert bodies[2] == {**mine, "consentStatus": "expired"}


def kinds(sandbox, tpp):
    """What has happened to the consent but for the steps of its authorisation, oldest first."""
    path = f"/_sandbox/events?subject_id={tpp.consent_id}&limit=100"
    listed = sandbox.call("GET", path).json["events"]
    return [one["kind"] for one in reversed(listed) if one["kind"] != "sca_status"]


def of_consent(sandbox, tpp):
    return [one for one in kinds(sandbox, tpp) if one.startswith("consent")]


def test_bookings_are_told_where_the_bank_does_that_and_as_long_as_the_consent_is_valid(sandbox, receiver):
    tpp = Tpp(sandbox, "nordlys")
    authorisation_id, _ = a_consent(tpp, receiver, "status=PROCESS")
    confirm(tpp, authorisation_id, approve(tpp, authorisation_id))
    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 10})

    deliver(sandbox)

    links = [one["_links"] for one in told(receiver) if "_links" in one]
    assert links
    for one in links:
        assert tpp.get(one["account"]["href"])
        assert tpp.get(f"{one['transactions']['href']}?bookingStatus=booked&dateFrom=2026-03-16")

    tpp.call("DELETE", f"/v1/consents/{tpp.consent_id}", 204)
    before = kinds(sandbox, tpp).count("transaction_booked")
    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 10})
    assert kinds(sandbox, tpp).count("transaction_booked") == before


def test_elsewhere_bookings_are_nobodys_news(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")
    authorisation_id, _ = a_consent(tpp, receiver, "status=PROCESS")
    approve(tpp, authorisation_id)

    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 10})

    assert kinds(sandbox, tpp) == ["consent_status"]


def a_payment(tpp, receiver, product, preferred, **more):
    """100 of the bank's currency to somebody at another bank; its id, and the answer."""
    debtor = tpp.named_access()["accounts"][0]["iban"]
    body = {
        "debtorAccount": {"iban": debtor},
        "instructedAmount": {"currency": tpp.profile.currency, "amount": "100.00"},
        "creditorAccount": {"iban": {"NO": "NO9386011117947", "SE": "SE4550000000058398257466"}[debtor[:2]]},
        "creditorName": "Somebody Else",
    }
    wishes = {
        "TPP-Redirect-URI": OK,
        "TPP-Redirect-Preferred": "true",
        "TPP-Notification-URI": receiver.uri,
        "TPP-Notification-Content-Preferred": preferred,
        **more,
    }
    answer = tpp.call("POST", f"/v1/payments/{product}", 201, headers=wishes, json=body)
    return answer.json["paymentId"], answer


def approve_payment(tpp, answer):
    """Say yes to what the payment waits for; how the authorisation goes on."""
    (authorisation_id,) = tpp.get(f"{answer.headers['Location']}/authorisations")["authorisationIds"]
    approve(tpp, authorisation_id)
    return authorisation_id


NORWEGIAN, SWEDISH = "norwegian-domestic-credit-transfers", "swedish-domestic-credit-transfer"


def test_a_tpp_hears_how_a_payment_goes_on(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")
    payment_id, answer = a_payment(tpp, receiver, NORWEGIAN, "status=SCA,PROCESS")
    assert answer.headers["ASPSP-Notification-Support"] == "true"

    authorisation_id = approve_payment(tpp, answer)
    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 3})
    deliver(sandbox)

    bodies = told(receiver)
    assert all(one["paymentId"] == payment_id for one in bodies)
    sca = [one for one in bodies if "scaStatus" in one]
    assert [one["authorisationId"] for one in sca] == [authorisation_id] * 4
    statuses = [one["transactionStatus"] for one in bodies if "transactionStatus" in one]
    assert statuses[0] == "ACCP"
    assert statuses[-1] == tpp.get(f"{answer.headers['Location']}/status")["transactionStatus"]
    assert len(statuses) == len(set(statuses))


def test_a_cancellation_is_told_by_its_own_name(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")
    payment_id, answer = a_payment(tpp, receiver, NORWEGIAN, "status=SCA,LAST")
    tpp.sandbox.call("PUT", "/_sandbox/clock", json={"at": "2026-03-16T22:00:00Z"})
    payment_id, answer = a_payment(tpp, receiver, NORWEGIAN, "status=SCA,LAST")
    approve_payment(tpp, answer)
    location = answer.headers["Location"]
    tpp.call("DELETE", location, 202)
    started = tpp.call(
        "POST", f"{location}/cancellation-authorisations", 201, headers={"TPP-Redirect-URI": OK}
    ).json

    approve(tpp, started["authorisationId"])
    deliver(sandbox)

    bodies = [one for one in told(receiver) if one["paymentId"] == payment_id]
    assert {**bodies[-2], "scaStatus": "finalised"} == {
        "paymentId": payment_id,
        "cancellationId": started["authorisationId"],
        "scaStatus": "finalised",
    }
    assert bodies[-1] == {"paymentId": payment_id, "transactionStatus": "CANC"}


def test_a_batch_bank_pushes_no_more_than_it_tells(sandbox, receiver):
    tpp = Tpp(sandbox, "lindbanken")
    payment_id, answer = a_payment(tpp, receiver, SWEDISH, "status=PROCESS")
    assert answer.headers["ASPSP-Notification-Support"] == "true"
    approve_payment(tpp, answer)
    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 5})
    deliver(sandbox)

    statuses = [one["transactionStatus"] for one in told(receiver)]
    happened = sandbox.call("GET", f"/_sandbox/events?subject_id={payment_id}&kind=payment_status").json
    assert len(statuses) == len(set(statuses)) < len(happened["events"])


def test_a_basket_is_told_by_its_own_name_and_its_payments_by_theirs(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")
    explicit = {"TPP-Explicit-Authorisation-Preferred": "true"}
    payment_id, _ = a_payment(tpp, receiver, NORWEGIAN, "status=LAST", **explicit)
    wishes = {
        "TPP-Redirect-URI": OK,
        "TPP-Redirect-Preferred": "true",
        "TPP-Notification-URI": receiver.uri,
        "TPP-Notification-Content-Preferred": "status=SCA,LAST",
    }
    answer = tpp.call("POST", "/v1/signing-baskets", 201, headers=wishes, json={"paymentIds": [payment_id]})
    assert answer.headers["ASPSP-Notification-Support"] == "true"
    mine = {"basketId": answer.json["basketId"]}

    approve_payment(tpp, answer)
    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 3})
    deliver(sandbox)

    bodies = told(receiver)
    of_basket = [one for one in bodies if "basketId" in one]
    assert of_basket[-1] == {**mine, "transactionStatus": "ACTC"}
    assert [one.get("scaStatus") for one in of_basket[:-1]][-1] == "finalised"
    assert [one["paymentId"] for one in bodies if "paymentId" in one] == [payment_id]


def test_a_consent_to_the_confirmation_of_funds_is_told_as_a_consent(sandbox, receiver):
    tpp = Tpp(sandbox, "fjordbanken")
    wishes = {"TPP-Redirect-URI": OK, "TPP-Notification-URI": receiver.uri, "TPP-Redirect-Preferred": "true"}
    body = {"account": {"iban": tpp.named_access()["accounts"][0]["iban"]}}
    path = "/fjordbanken/v2/consents/confirmation-of-funds"
    answer = sandbox.call("POST", path, headers={**PRESENT, **wishes}, json=body)
    assert answer.status_code == 201, answer.text

    started = sandbox.call("GET", f"{path}/{answer.json['consentId']}/authorisations", headers=PRESENT).json
    approve(tpp, started["authorisationIds"][0])
    deliver(sandbox)

    assert told(receiver)[-1] == {"consentId": answer.json["consentId"], "consentStatus": "valid"}


def test_the_example_of_the_documentation_verifies_what_arrives(sandbox, receiver):
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict = {}
    exec(example, names)  # the documentation's own code
    tpp = Tpp(sandbox, "fjordbanken")
    authorisation_id, _ = a_consent(tpp, receiver, "status=LAST")
    approve(tpp, authorisation_id)
    deliver(sandbox)
    (message,) = receiver.got
    secret = sandbox.call("GET", f"/_sandbox/apps/{sandbox.app_id}/signing-secret").json["secret"]

    names["verify"](message.headers, message.body, secret)
    for headers, sent in (
        (message.headers, message.body + b" "),
        ({**message.headers, "webhook-id": "ev_other"}, message.body),
        ({**message.headers, "webhook-timestamp": "1"}, message.body),
    ):
        with pytest.raises(ValueError, match=r"right|old"):
            names["verify"](headers, sent, secret)


def test_clock_and_world_do_not_change_the_secret_of_an_app(sandbox):
    path = f"/_sandbox/apps/{sandbox.app_id}/signing-secret"
    first = sandbox.call("GET", path).json["secret"]
    sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 1})
    sandbox.call("POST", "/_sandbox/workspaces/test/reset")

    assert sandbox.call("GET", path).json["secret"] == first
    other = sandbox.call("POST", "/_sandbox/apps", json={"name": "Other"}).json["id"]
    with sandbox.database.writing() as work:
        assert signing.secret_of(work, "test", other) != first
        assert signing.secret_of(work, "test", "nobody") is None


def test_a_failed_delivery_waits_for_the_clock_and_shows_in_the_log(sandbox, receiver):
    receiver.answers, receiver.body = [500], b"out of order"
    tpp = Tpp(sandbox, "fjordbanken")
    authorisation_id, _ = a_consent(tpp, receiver, "status=LAST")
    approve(tpp, authorisation_id)
    assert deliver(sandbox) == 1
    assert deliver(sandbox) == 0

    sandbox.call("POST", "/_sandbox/clock/advance", json={"seconds": 5})

    assert deliver(sandbox) == 1
    listed = sandbox.call("GET", "/_sandbox/events?kind=consent_status").json["events"]
    event = sandbox.call("GET", f"/_sandbox/events/{listed[0]['id']}").json
    (delivery,) = event["deliveries"]
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 2)
    assert [one["answer"]["status"] for one in delivery["log"]] == [500, 200]
    assert delivery["log"][0]["answer"]["body"] == "out of order"
    assert delivery["log"][0]["at"] == STILL.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert NOON + timedelta(seconds=5) == sandbox_now(sandbox)

    again = sandbox.call("POST", f"/_sandbox/deliveries/{delivery['id']}/redeliver")
    assert (again.status_code, again.json["state"]) == (200, "waiting")
    assert deliver(sandbox) == 1
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1


def sandbox_now(sandbox):
    from sandbox.workspaces import workspace as workspaces

    with sandbox.database.reading() as work:
        return workspaces.get(work, "test").clock.now()
