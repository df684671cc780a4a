"""From a new consent to the last page of transactions, at each bank, by each of its ways to the PSU's yes."""

import re
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.bank import bookings, ledger
from sandbox.bank.profile import CardIds, ForeignAmount
from tests.journeys.conftest import NOK, OK, SINCE, id_of
from tests.online_banking.browser import Form

_FORM = {"TPP-Redirect-URI": OK, "TPP-Nok-Redirect-URI": NOK}


def begin(tpp, approach, *, explicit=False):
    """A consent and its started authorisation: the links that say how to go on."""
    wishes = {
        "redirect": {"TPP-Redirect-Preferred": "true", "TPP-Decoupled-Preferred": "false"},
        "decoupled": {"TPP-Decoupled-Preferred": "true", "PSU-ID": tpp.psu["username"]},
        "embedded": {"TPP-Redirect-Preferred": "false", "TPP-Decoupled-Preferred": "false"},
    }[approach]
    if explicit:
        wishes["TPP-Explicit-Authorisation-Preferred"] = "true"
    answer = tpp.ask(**wishes)
    tpp.consent_id = answer.json["consentId"]
    assert answer.json["consentStatus"] == "received"
    links = answer.json["_links"]
    start = [one["href"] for name, one in links.items() if name.startswith("startAuthorisation")]
    must = explicit or approach == "embedded" or tpp.profile.sca.explicit_start
    assert bool(start) is must, links
    if start:
        psu = {"PSU-ID": tpp.psu["username"]} if approach != "redirect" else {}
        answer = tpp.call("POST", start[0], 201, headers={**_FORM, **wishes, **psu})
        links = answer.json["_links"]
    assert answer.headers["ASPSP-SCA-Approach"] == approach.upper()
    return {name: one["href"] for name, one in links.items()}


def end(tpp, links):
    """The yes has arrived: bring the confirmation code where the bank wants it, then all is valid."""
    state = tpp.get(links["scaStatus"])
    assert state["scaStatus"] == "finalised"
    assert tpp.get(f"/v1/consents/{tpp.consent_id}/status") == {"consentStatus": "valid"}
    tpp.get(f"/v1/consents/{tpp.consent_id}")
    tpp.get(f"/v1/consents/{tpp.consent_id}/authorisations")


def bring_back(tpp, links, address):
    """What a TPP does with the address at which the PSU came back to it."""
    assert address.startswith(OK)
    if not tpp.profile.sca.confirmation_code:
        assert address == OK
        return
    state = tpp.get(links["scaStatus"])
    assert state["scaStatus"] == "unconfirmed"
    code = dict(parse_qsl(urlsplit(address).query))["code"]
    tpp.call("PUT", state["_links"]["confirmation"]["href"], json={"confirmationCode": code})


def read_all(tpp):
    """Accounts, balances, every page of transactions, single transactions; and it all adds up."""
    listed = tpp.get("/v1/accounts")["accounts"]
    assert {one.get("iban") for one in listed} >= {one["iban"] for one in tpp.named_access()["accounts"]}
    total = 0
    for account in listed:
        one = tpp.get(f"/v1/accounts/{account['resourceId']}")["account"]
        assert one["resourceId"] == account["resourceId"]
        balances = tpp.get(account["_links"]["balances"]["href"])["balances"]
        entries = tpp.booked(account["resourceId"])
        total += len(entries)
        without_duplicate_or_gap(tpp, account, entries)
        adds_up(tpp, account, balances, entries)
        for entry in entries[:1] + entries[-1:]:
            single(tpp, account, entry)
    assert total > tpp.profile.statements.page_size, "one page would have been enough"


def without_duplicate_or_gap(tpp, account, entries):
    """The same entries come month by month, from the other windows, and stand in the ledger."""
    days = [one["bookingDate"] for one in entries]
    assert days == sorted(days, reverse=tpp.profile.statements.newest_first)
    middle = "2025-09-15"
    after = (date.fromisoformat(middle) + timedelta(days=1)).isoformat()
    halves = [
        tpp.booked(account["resourceId"], until=middle),
        tpp.booked(account["resourceId"], since=after),
    ]
    if tpp.profile.statements.newest_first:
        halves.reverse()
    assert [one for half in halves for one in half] == entries
    money = without_checks(tpp, entries)
    told = [one.get("transactionId") for one in money]
    rules = tpp.profile.bookings
    one_id_each = rules.card_ids is CardIds.OWN and not rules.ids_repeat
    assert (len(set(told)) == len(told)) or not one_id_each
    with tpp.sandbox.database.reading() as work:
        bank = tpp.sandbox.bank(tpp.bank_id, work)
        window = ledger.Window(date.fromisoformat(SINCE), date(2026, 3, 16), None, False)
        rows = ledger.lines(bank, account["resourceId"], window)
    own = sorted(row[1] for row in rows)
    if rules == bookings.CLEAN:
        assert sorted(told) == own
    # Whatever the ids say, each link leads to one entry of the books.
    linked = [link_id(one) for one in money]
    assert len(set(linked)) == len(linked)
    assert sorted(next(it for it in bookings.entry_ids(bank, one) if it in own) for one in linked) == own


def without_checks(tpp, entries):
    """The entries that move money: at some banks, a shop that checks a card leaves one of minus nothing."""
    checks = [one for one in entries if one["transactionAmount"]["amount"] == "-0.00"]
    assert bool(checks) <= tpp.profile.bookings.card_checks
    return [one for one in entries if one not in checks]


def link_id(entry):
    return id_of(entry["_links"]["transactionDetails"]["href"])


def billed(account, entry):
    """What an entry moves on its account: its amount, or what the text says where that is the terminal's."""
    amount = entry["transactionAmount"]
    if amount["currency"] == account["currency"]:
        return Decimal(amount["amount"])
    return Decimal(entry["remittanceInformationUnstructured"].removeprefix("billingAmount: "))


def adds_up(tpp, account, balances, entries):
    """What was there before, plus everything booked since, is every booked balance that the bank tells."""
    with tpp.sandbox.database.reading() as work:
        bank = tpp.sandbox.bank(tpp.bank_id, work)
        eve = date.fromisoformat(SINCE) - timedelta(days=1)
        before = Decimal(ledger.balance_on(bank, account["resourceId"], eve)) / 100
    if tpp.profile.bookings.foreign_amount is ForeignAmount.BILLED:
        assert {one["transactionAmount"]["currency"] for one in entries} <= {account["currency"]}
    told = {one["balanceType"]: one for one in balances}
    for kind in ("interimBooked", "closingBooked", "information"):
        if kind in told:
            until = told[kind]["referenceDate"]
            booked = sum(billed(account, one) for one in entries if one["bookingDate"] <= until)
            assert before + booked == Decimal(told[kind]["balanceAmount"]["amount"]), (account, kind)
    if not tpp.profile.statements.balance_after_transaction:
        return
    running = before
    for one in entries[:: -1 if tpp.profile.statements.newest_first else 1]:
        running += billed(account, one)
        assert Decimal(one["balanceAfterTransaction"]["balanceAmount"]["amount"]) == running


def single(tpp, account, entry):
    """The details behind an entry's link are those of the list; at a clean bank the link ends in its id."""
    if tpp.profile.bookings == bookings.CLEAN:
        assert link_id(entry) == entry["transactionId"]
    details = tpp.get(f"/v1/accounts/{account['resourceId']}/transactions/{link_id(entry)}")
    told = details["transactionsDetails"]["transactionDetails"]
    shared = {name: value for name, value in entry.items() if name != "_links"}
    assert {name: told[name] for name in shared} == shared


def banks_with(approach):
    every = {
        "fjordbanken": ("redirect", "decoupled"),
        "nordlys": ("decoupled", "redirect"),
        "lindbanken": ("redirect", "decoupled"),
        "saimaa": ("redirect",),
        "hansekontor": ("embedded", "redirect"),
        "vesterhav": ("redirect", "decoupled"),
        "kronekort": ("redirect",),
        "elbufer": ("redirect",),
        "tuuli": ("redirect", "decoupled"),
    }
    return [bank for bank, approaches in every.items() if approach in approaches]


@pytest.mark.parametrize(
    ("bank_id", "explicit"), [*((bank, False) for bank in banks_with("redirect")), ("nordlys", True)]
)
def test_redirect_with_a_yes_by_the_testers_door(tpp, bank_id, explicit):
    app = tpp(bank_id)
    links = begin(app, "redirect", explicit=explicit)

    said = app.approve(id_of(links["scaStatus"]))

    bring_back(app, links, said["return_to"])
    end(app, links)
    read_all(app)


# At Elbufer the way leads through its authorization server: tests/oauth/test_berlin_group.py.
@pytest.mark.parametrize("bank_id", [one for one in banks_with("redirect") if one != "elbufer"])
def test_redirect_through_the_pages_of_the_bank(tpp, bank_id):
    app = tpp(bank_id)
    links = begin(app, "redirect")
    psu = Psu(app, links["scaRedirect"])

    psu.send("", login=app.psu["username"])
    psu.send("/password", password=app.psu["password"])
    psu.send("/accounts")
    if "methods" in psu.ids:
        psu.send("/method", method=re.search(r'id="method-([^"]+)"', psu.page)[1])
    psu.send("/code", code=re.search(r'id="code-for-testing"[^>]*>\s*(\d+)', psu.page)[1])

    bring_back(app, links, psu.went_to)
    end(app, links)
    read_all(app)


@pytest.mark.parametrize("bank_id", banks_with("embedded"))
def test_embedded_with_the_password_and_the_code_in_the_hands_of_the_tpp(tpp, bank_id):
    app = tpp(bank_id)
    links = begin(app, "embedded")

    answer = app.call(
        "PUT", links["updatePsuAuthentication"], json={"psuData": {"password": app.psu["password"]}}
    ).json
    if answer["scaStatus"] == "psuAuthenticated":
        chosen = {"authenticationMethodId": answer["scaMethods"][0]["authenticationMethodId"]}
        answer = app.call("PUT", answer["_links"]["selectAuthenticationMethod"]["href"], json=chosen).json
    assert answer["scaStatus"] == "scaMethodSelected"
    code = app.sandbox.call("GET", f"/_sandbox/authorisations/{id_of(links['scaStatus'])}/code").json["code"]
    app.call("PUT", answer["_links"]["authoriseTransaction"]["href"], json={"scaAuthenticationData": code})

    end(app, links)
    read_all(app)


@pytest.mark.parametrize("by_app", [True, False], ids=["in the bank's app", "by the tester's door"])
@pytest.mark.parametrize("bank_id", banks_with("decoupled"))
def test_decoupled(tpp, bank_id, by_app):
    app = tpp(bank_id)
    links = begin(app, "decoupled")
    waiting = id_of(links["scaStatus"])

    if by_app:
        psu = Psu(app, f"/{bank_id}/online-banking/app?w=test")
        psu.send("", login=app.psu["username"], password=app.psu["password"], workspace="test")
        assert f"approve-{waiting}" in psu.ids
        psu.send(f"/{waiting}/approve")
        assert "notice" in psu.ids
    else:
        app.approve(waiting)

    end(app, links)
    read_all(app)


def test_the_list_of_ways_is_that_of_the_profiles(sandbox):
    for bank_id, profile in sandbox.services.profiles.items():
        if any(one.standard == "berlin_group" for one in profile.interfaces):
            for approach in profile.sca.approaches:
                assert bank_id in banks_with(approach.value)


class Psu:
    """The PSU's browser on the pages of the bank: it keeps its cookies, and fills in forms."""

    def __init__(self, tpp, link):
        self.client = tpp.sandbox.client
        self.path = urlsplit(link.removeprefix(tpp.sandbox.origin)).path
        self.went_to = None
        self._land(self.client.get(link.removeprefix(tpp.sandbox.origin)))

    def send(self, where, **fields):
        token = Form(self.page).token
        self._land(self.client.post(self.path + where, data={"csrf_token": token, **fields}))

    def _land(self, answer):
        while answer.status_code == 303 and answer.location.startswith("/"):
            answer = self.client.get(answer.location)
        if answer.status_code == 303:
            self.went_to = answer.location
        else:
            assert answer.status_code == 200, answer.text
        self.page, self.ids = answer.text, Form(answer.text).ids
