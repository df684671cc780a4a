"""Each product at each bank whose PSU says yes in a browser: from the order to both statements."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from sandbox.bank import verify
from sandbox.testing.plugin import bryggen, bryggen_server
from tests.journeys.browsing import go_through
from tests.journeys.conftest import PSU
from tests.journeys.offered import BANKS, CREDITORS, cases, settled

__all__ = ["bryggen", "bryggen_server"]
pytestmark = pytest.mark.browser
_VERIFIER = "a-verifier-of-at-least-forty-three-characters-x"


def _by_redirect():
    return [(bank_id, product) for bank_id, product, approach in cases() if approach == "redirect"]


@pytest.mark.parametrize(("bank_id", "product"), _by_redirect())
def test_a_payment_that_was_agreed_to_in_a_browser_is_on_both_statements(
    bryggen, bryggen_server, site, page, bank_id, product
):
    there, creditor_id, currency = CREDITORS[product]
    bank, psu, creditor = bryggen.berlin_group(bank_id), *map(bryggen.person, (PSU[bank_id], creditor_id))
    mine, theirs = psu.account(bank_id, currency=BANKS[bank_id].currency), creditor.account(there)
    back = {"TPP-Redirect-URI": f"{site[0]}/ok", "TPP-Nok-Redirect-URI": f"{site[0]}/nok"}
    links = initiate(
        bank,
        product,
        {
            "debtorAccount": {"iban": mine.iban},
            "instructedAmount": {"currency": currency, "amount": "137.31"},
            "creditorAccount": {"iban": theirs.iban},
            "creditorName": creditor.name[:70],
        },
        {**back, "TPP-Redirect-Preferred": "true", "TPP-Decoupled-Preferred": "false"},
    )

    way_in = links.get("scaRedirect") or authorization_request(bryggen, links, f"{site[0]}/ok")
    go_through(page, way_in, psu.username, psu.password)
    page.wait_for_url(f"{site[0]}/ok**")
    after_the_way_back(bryggen, bank, links, page.url)
    bryggen.advance(days=5)

    assert bank.call("GET", links["scaStatus"])["scaStatus"] == "finalised"
    assert bank.call("GET", links["status"])["transactionStatus"] == settled(bank_id, product)
    assert len(entries(bryggen, bank_id, psu, mine, about=theirs.iban)) == 1
    assert len(entries(bryggen, there, creditor, theirs, about=mine.iban)) == 1
    with bryggen_server._services.database.reading() as work:
        assert verify.whole_database(work) == []


def initiate(bank, product, body, headers):
    """The links of a payment that waits for its payer; who the payee is confirmed where that is asked."""
    told = bank.call("POST", f"/v1/payments/{product}", body, headers=headers)
    links = hrefs(told)
    if "creditorNameConfirmation" in links:
        links |= hrefs(bank.call("PUT", links["creditorNameConfirmation"]))
    start = next((href for name, href in links.items() if name.startswith("startAuth")), None)
    return links | (hrefs(bank.call("POST", start, {}, headers=headers)) if start else {})


def hrefs(answer):
    return {name: one["href"] for name, one in answer["_links"].items()}


def authorization_request(bryggen, links, back):
    """Where the PSU is sent whose yes is given at the authorization server. Source: RFC 6749, 4.1."""
    server = bryggen.caller.get(links["scaOAuth"])
    challenge = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": f"{bryggen.workspace}.{bryggen.app_id}",
        "response_type": "code",
        "redirect_uri": back,
        "scope": f"PIS:{links['self'].rpartition('/')[2]}",
        "state": "7",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{server['authorization_endpoint']}?{urlencode(asked)}"


def after_the_way_back(bryggen, bank, links, address):
    """Redeem the code that the browser has brought, or confirm with it where the bank asks for that."""
    brought = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    if "scaOAuth" in links:
        form = {
            "grant_type": "authorization_code",
            "code": brought["code"],
            "redirect_uri": address.partition("?")[0],
            "code_verifier": _VERIFIER,
        }
        pair = (f"{bryggen.workspace}.{bryggen.app_id}", bryggen.app_key)
        token = httpx.post(f"{bank.url}/oauth/token", data=form, auth=pair, trust_env=False)
        assert token.json()["scope"].startswith("PIS:"), token.text
        return
    state = bank.call("GET", links["scaStatus"])
    if state["scaStatus"] == "unconfirmed":
        code = {"confirmationCode": brought["code"]}
        bank.call("PUT", state["_links"]["confirmation"]["href"], code)


def entries(bryggen, bank_id, psu, account, about):
    """What was booked on an account since the payment, with the account of the other side in it."""
    bank = bryggen.berlin_group(bank_id)
    asked = {} if BANKS[bank_id].consents.all_psd2 else {"access": named(psu, bank_id)}
    found = bank.transactions(bank.consent(psu, **asked), account.id, "2026-03-16")
    return [one for one in found if about in str(one)]


def named(psu, bank_id):
    mine = [{"iban": one.iban} for one in psu.accounts if one.bank == bank_id and one.iban]
    return {"accounts": mine, "balances": mine, "transactions": mine}
