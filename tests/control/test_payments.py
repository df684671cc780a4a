"""Payments behind the counter: signed, settled and sent back by the tester, and what falls due."""

from datetime import date

import pytest

from sandbox.bank import authorisations, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import CancellationSubject, PaymentSubject, Wish
from sandbox.bank.payments import Frequency, Instruction, PaymentOrder, Schedule
from sandbox.bank.profile import Scheme, Service
from sandbox.kernel.money import Money
from tests.control.test_control import said

WORLD = AccountRef(iban="NO2230001234567")


@pytest.fixture
def psu(sandbox):
    """A customer of Fjordbanken with money, and the current account that it is on."""
    person = sandbox.call("GET", "/_sandbox/people/no-4").json
    here = [one for one in person["accounts"] if one["bank"] == "fjordbanken" and one["kind"] == "current"]
    return {**person, "account": here[0]}


def initiated(sandbox, *, debtor=None, service=Service.SINGLE, amount_minor=12_345, times=1, **order):
    """The id of a payment, and of the authorisation that waits for its PSU."""
    with sandbox.database.writing() as work:
        bank = sandbox.bank("fjordbanken", work)
        asked = tuple(Instruction(Money(amount_minor, "NOK"), f"Creditor {n}", WORLD) for n in range(times))
        number = AccountRef(iban=debtor) if debtor else None
        wanted = PaymentOrder(service, Scheme.DOMESTIC, "norwegian-domestic", asked, number, **order)
        payment = payments.initiate(bank, sandbox.app_id, wanted)
        return payment.id, authorisations.start(bank, PaymentSubject(payment), Wish()).authorisation.id


def approve(sandbox, authorisation_id, psu, **more):
    path = f"/_sandbox/authorisations/{authorisation_id}/approve"
    return sandbox.call("POST", path, json={"psu": psu["username"], **more})


def look(sandbox, payment_id):
    return sandbox.call("GET", f"/_sandbox/payments/{payment_id}").json


def statuses(shown):
    return [one["status"] for one in shown["history"]]


def test_the_yes_names_the_one_account_to_pay_from(sandbox, psu):
    payment_id, authorisation_id = initiated(sandbox)

    answer = approve(sandbox, authorisation_id, psu, accounts=[psu["account"]["iban"]])

    assert answer.json | {"return_to": None} == {
        "id": authorisation_id,
        "bank": "fjordbanken",
        "status": "finalised",
        "about": "payment",
        "payment_id": payment_id,
        "payment_status": "in_process",
        "return_to": None,
    }
    assert look(sandbox, payment_id)["debtor_account_id"] == psu["account"]["id"]


def test_two_accounts_are_one_too_many_to_pay_from(sandbox, psu):
    payment_id, authorisation_id = initiated(sandbox)
    mine = [one["id"] for one in psu["accounts"] if one["bank"] == "fjordbanken"]

    answer = approve(sandbox, authorisation_id, psu, accounts=mine[:2])

    assert said(answer) == (400, "account_not_offered")
    assert look(sandbox, payment_id)["status"] == "received"


def test_the_no_rejects_the_payment(sandbox):
    payment_id, authorisation_id = initiated(sandbox)

    answer = sandbox.call("POST", f"/_sandbox/authorisations/{authorisation_id}/decline")

    assert (answer.json["about"], answer.json["payment_status"]) == ("payment", "rejected")
    assert look(sandbox, payment_id)["agenda"] == []


def test_a_yes_to_a_cancellation_takes_the_payment_back(sandbox, psu):
    payment_id, authorisation_id = initiated(sandbox, requested_on=date(2026, 4, 1))
    approve(sandbox, authorisation_id, psu)
    with sandbox.database.writing() as work:
        bank = sandbox.bank("fjordbanken", work)
        subject = CancellationSubject(payments.of_subject(bank, payment_id))
        authorisation_id = authorisations.start(bank, subject, Wish()).authorisation.id

    answer = approve(sandbox, authorisation_id, psu)

    assert (answer.json["about"], answer.json["payment_status"]) == ("cancellation", "cancelled")


def test_a_payment_is_shown_with_its_transfers_its_history_and_what_falls_due(sandbox, psu):
    payment_id, authorisation_id = initiated(sandbox)
    assert "authorisation_lapses" in [one["what"] for one in look(sandbox, payment_id)["agenda"]]

    approve(sandbox, authorisation_id, psu)

    shown = look(sandbox, payment_id)
    assert shown["amounts"] == [{"amount": "123.45", "currency": "NOK"}]
    assert statuses(shown) == ["received", "accepted", "in_process"]
    assert [one["what"] for one in shown["agenda"]] == ["transfer_leaves"]
    (transfer,) = shown["transfers"]
    assert (transfer["status"], transfer["creditor_account"]) == ("in_process", WORLD.iban)


def test_a_payment_is_settled_by_hand_and_then_sent_back(sandbox, psu):
    payment_id, authorisation_id = initiated(sandbox)
    approve(sandbox, authorisation_id, psu)

    settled = sandbox.call("POST", f"/_sandbox/payments/{payment_id}/settle").json
    assert settled["status"] == "settled"
    again = sandbox.call("POST", f"/_sandbox/payments/{payment_id}/settle")
    assert said(again) == (409, "payment_not_open")

    path = f"/_sandbox/payments/{payment_id}/return"
    back = sandbox.call("POST", path, json={"position": 0, "reason": "AC04"}).json
    assert (back["status"], back["transfers"][0]["return_reason"]) == ("settled", "AC04")
    assert back["transfers"][0]["returned_at"]
    [event, *_] = sandbox.call("GET", f"/_sandbox/events?subject_id={payment_id}").json["events"]
    assert (event["kind"], event["what"]["reason"], event["deliveries"]) == ("payment_returned", "AC04", [])
    assert said(sandbox.call("POST", path, json={"position": 0})) == (409, "payment_not_open")
    assert said(sandbox.call("POST", path, json={"reason": "XX99"})) == (400, "request_malformed")


def test_payments_are_listed_newest_first_by_bank_and_status(sandbox, psu):
    made = []
    for minute in (1, 2, 3):
        sandbox.call("PUT", "/_sandbox/clock", json={"at": f"2026-03-16T09:0{minute}:00Z"})
        made.append(initiated(sandbox))
        approve(sandbox, made[-1][1], psu)
    sandbox.call("POST", f"/_sandbox/payments/{made[1][0]}/settle")

    def ids(query=""):
        found = sandbox.call("GET", f"/_sandbox/payments{query}").json
        return [one["id"] for one in found["payments"]], found["more"]

    everything = [payment_id for payment_id, _ in reversed(made)]
    assert ids() == (everything, False)
    assert ids("?limit=2") == (everything[:2], True)
    assert ids("?limit=2&offset=2") == (everything[2:], False)
    assert ids("?status=settled") == ([made[1][0]], False)
    assert ids("?bank=nordlys") == ([], False)
    assert said(sandbox.call("GET", "/_sandbox/payments?bank=none")) == (404, "bank_unknown")


def test_another_world_knows_nothing_of_it(sandbox):
    payment_id, _ = initiated(sandbox)
    key = {"X-API-Key": sandbox.new_workspace("elsewhere")}

    answer = sandbox.call("GET", f"/_sandbox/payments/{payment_id}", headers=key)

    assert said(answer) == (404, "payment_unknown")
    assert sandbox.call("GET", "/_sandbox/payments", headers=key).json["payments"] == []


def test_the_agenda_lists_what_falls_due_until_it_has_happened(sandbox, psu):
    schedule = Schedule(date(2026, 4, 1), Frequency.MONTHLY)
    payment_id, authorisation_id = initiated(sandbox, service=Service.PERIODIC, schedule=schedule)
    approve(sandbox, authorisation_id, psu)

    def coming():
        return [
            (one["at"][:10], one["what"]) for one in sandbox.call("GET", "/_sandbox/agenda").json["agenda"]
        ]

    assert coming() == [("2026-04-01", "payment_due")]
    moved = sandbox.call("POST", "/_sandbox/clock/advance", json={"months": 1}).json
    assert moved["happened"] >= 2
    assert ("2026-05-04", "payment_due") in coming()
    assert len(look(sandbox, payment_id)["transfers"]) == 2


@pytest.mark.parametrize(
    ("choice", "status", "due"),
    [
        ({"mode": "at_once"}, "settled", []),
        ({"mode": "after_time", "seconds": 90}, "in_process", ["transfer_leaves"]),
        ({"mode": "by_hand"}, "in_process", []),
        ({"mode": "after_reads", "reads": 2}, "in_process", []),
    ],
)
def test_payments_go_on_as_the_tester_chooses(sandbox, psu, choice, status, due):
    chosen = sandbox.call("PUT", "/_sandbox/progressions/payment", json=choice)
    assert chosen.json == {"kind": "payment", "seconds": 0, "reads": 0} | choice
    listed = sandbox.call("GET", "/_sandbox/progressions").json["progressions"]
    assert chosen.json in listed

    payment_id, authorisation_id = initiated(sandbox)
    approve(sandbox, authorisation_id, psu)

    shown = look(sandbox, payment_id)
    assert (shown["status"], [one["what"] for one in shown["agenda"]]) == (status, due)


@pytest.mark.parametrize(
    "choice",
    [
        {"mode": "after_time"},
        {"mode": "at_once", "seconds": 5},
        {"mode": "after_reads", "seconds": 5},
        {"mode": "after_reads", "reads": 0},
    ],
)
def test_a_progression_has_the_number_that_it_needs_and_no_other(sandbox, choice):
    answer = sandbox.call("PUT", "/_sandbox/progressions/payment", json=choice)

    assert said(answer) == (400, "progression_malformed")
    now = sandbox.call("GET", "/_sandbox/progressions/payment").json
    assert now == {"kind": "payment", "mode": "as_in_life", "seconds": 0, "reads": 0}


def test_there_is_no_progression_of_anything_else(sandbox):
    assert said(sandbox.call("GET", "/_sandbox/progressions/weather")) == (404, "path_unknown")
