"""The whole of it as it will be used: a served sandbox, a TPP with a site of its own, a PSU in a browser."""

import json
import subprocess
import urllib.request
import uuid
from datetime import datetime, timedelta

import pytest

from tests.conftest import start_server
from tests.journeys.browsing import go_through

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path):
    """What `bryggen serve --json` says when it is ready."""
    process = start_server(tmp_path, stderr=subprocess.DEVNULL)
    yield json.loads(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=15)


@pytest.fixture
def call(served):
    """Call as the app does, over the socket."""

    def send(method, url, body=None, **headers):
        known = {"X-API-Key": served["app_key"], "X-Request-ID": str(uuid.uuid4())}
        known |= {"PSU-IP-Address": "192.0.2.17", "Content-Type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        wanted = urllib.request.Request(url, data, {**known, **named}, method=method)
        with urllib.request.urlopen(wanted, timeout=20) as answer:
            return json.load(answer)

    return send


@pytest.fixture
def pays(served, site, call):
    """Initiate a payment to a customer of another bank; the answer, and who shall say yes."""
    back, _ = site
    base = served["base_url"]
    psu = next(one for one in served["people"] if "fjordbanken" in one["banks"])
    someone = call("GET", f"{base}/_sandbox/people?bank=nordlys&limit=1")["people"][0]["id"]
    theirs = call("GET", f"{base}/_sandbox/people/{someone}")["accounts"]
    creditor = next(one["iban"] for one in theirs if one["bank"] == "nordlys" and one["kind"] == "current")

    def initiate(**changes):
        body = {
            "instructedAmount": {"currency": "NOK", "amount": "12.50"},
            "creditorAccount": {"iban": creditor},
            "creditorName": "Ola Nordmann",
            "remittanceInformationUnstructured": "Takk for sist",
            **changes,
        }
        url = f"{base}/fjordbanken/v1/payments/norwegian-domestic-credit-transfers"
        return call("POST", url, body, TPP_Redirect_URI=f"{back}/ok", TPP_Nok_Redirect_URI=f"{back}/nok"), psu

    return initiate


def status_of(call, payment):
    return call("GET", payment["_links"]["status"]["href"])["transactionStatus"]


def approve(call, served, payment, psu):
    """The yes of the PSU without a browser."""
    authorisation_id = payment["_links"]["scaStatus"]["href"].rpartition("/")[2]
    url = f"{served['base_url']}/_sandbox/authorisations/{authorisation_id}/approve"
    return call("POST", url, {"psu": psu["username"]})


def in_ten_days(call, served):
    now = call("GET", f"{served['base_url']}/_sandbox/clock")["now"]
    return (datetime.fromisoformat(now) + timedelta(days=10)).date().isoformat()


def test_a_psu_pays_in_a_browser_from_the_account_of_their_choice(served, site, page, call, pays):
    back, _ = site
    control = f"{served['base_url']}/_sandbox"
    call("PUT", f"{control}/progressions/payment", {"mode": "by_hand"})
    payment, psu = pays()

    account = go_through(page, payment["_links"]["scaRedirect"]["href"], psu["username"], psu["password"])
    page.wait_for_url(f"{back}/ok")

    assert status_of(call, payment) in {"ACTC", "ACCP", "ACSP"}
    path = f"{control}/payments/{payment['paymentId']}"
    assert call("GET", path)["debtor_account_id"] == account
    call("POST", f"{path}/settle", {})
    assert status_of(call, payment) == "ACSC"
    moved = call("POST", f"{control}/clock/advance", {"days": 7})
    assert call("GET", path)["transfers"][0]["arrives_at"] <= moved["now"]


def test_a_psu_takes_a_planned_payment_back_in_the_online_bank(served, page, call, pays):
    payment, psu = pays(requestedExecutionDate=in_ten_days(call, served))
    approve(call, served, payment, psu)
    page.goto(f"{served['base_url']}/fjordbanken/online-banking/payments?w={served['workspace']}")
    page.fill("#login", psu["username"])
    page.fill("#password", psu["password"])
    page.click("#continue")

    page.click(f"#cancel-{payment['paymentId']}")
    page.wait_for_selector("#notice")

    assert status_of(call, payment) == "CANC"


def test_a_psu_agrees_in_a_browser_that_a_payment_is_taken_back(served, site, page, call, pays):
    back, _ = site
    payment, psu = pays(requestedExecutionDate=in_ten_days(call, served))
    approve(call, served, payment, psu)
    asked = call("DELETE", payment["_links"]["self"]["href"])
    start = next(one["href"] for name, one in asked["_links"].items() if name.startswith("startAuth"))
    begun = call("POST", start, {}, TPP_Redirect_URI=f"{back}/ok", TPP_Nok_Redirect_URI=f"{back}/nok")

    go_through(page, begun["_links"]["scaRedirect"]["href"], psu["username"], psu["password"])
    page.wait_for_url(f"{back}/ok")

    assert status_of(call, payment) == "CANC"


def test_a_psu_says_yes_in_a_browser_and_the_tpp_reads(served, site, page, call):
    back, visits = site
    bank = f"{served['base_url']}/fjordbanken"
    psu = next(one for one in served["people"] if "fjordbanken" in one["banks"])
    consent = call(
        "POST",
        f"{bank}/v1/consents",
        {
            "access": {"allPsd2": "allAccounts"},
            "recurringIndicator": True,
            "validUntil": "9999-12-31",
            "frequencyPerDay": 4,
            "combinedServiceIndicator": False,
        },
        TPP_Redirect_URI=f"{back}/ok?state=1",
        TPP_Nok_Redirect_URI=f"{back}/nok",
    )

    go_through(page, consent["_links"]["scaRedirect"]["href"], psu["username"], psu["password"])
    page.wait_for_url(f"{back}/ok?state=1")

    assert page.inner_text("h1") == "Welcome back"
    assert "/ok?state=1" in visits
    assert call("GET", consent["_links"]["status"]["href"]) == {"consentStatus": "valid"}
    mine = {"Consent_ID": consent["consentId"]}
    accounts = call("GET", f"{bank}/v1/accounts", **mine)["accounts"]
    assert accounts
    links = accounts[0]["_links"]
    assert call("GET", links["balances"]["href"], **mine)["balances"]
    href = f"{links['transactions']['href']}?dateFrom=2025-01-01&bookingStatus=both"
    since = call("GET", f"{served['base_url']}/_sandbox/clock")["now"][:10]
    href = href.replace("2025-01-01", f"{int(since[:4]) - 1}{since[4:8]}01")
    ids = []
    while href:
        read = call("GET", href, **mine, Accept="application/json")["transactions"]
        ids += [one["transactionId"] for one in read["booked"]]
        href = read["_links"].get("next", {}).get("href")
    assert len(ids) == len(set(ids)) > 100
