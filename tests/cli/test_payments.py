"""The commands about payments, the agenda, and a clock that moves with everything in it."""

import json
from datetime import date

import pytest

from sandbox.app import open_services
from sandbox.bank import authorisations, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import PaymentSubject, Wish
from sandbox.bank.customers import identify
from sandbox.bank.payments import Frequency, Instruction, PaymentOrder, Schedule
from sandbox.bank.profile import Scheme, Service
from sandbox.cli.installation import bank_in
from sandbox.kernel.money import Money
from sandbox.kernel.settings import from_environment
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces


@pytest.fixture
def north(bryggen):
    """A workspace whose clock stands on a Monday morning; runs a command in it and reads its JSON."""
    bryggen("workspace", "create", "north")
    bryggen("clock", "freeze", "-w", "north")
    bryggen("clock", "set", "2027-03-15T08:00:00Z", "-w", "north")
    return lambda *words: json.loads(bryggen(*words, "-w", "north", "--json").stdout)


@pytest.fixture
def pay(north):
    """Somebody of Fjordbanken has said yes to a payment; its id."""

    def made(service=Service.SINGLE, **order):
        services = open_services(from_environment())
        with services.database.writing() as work:
            world = workspaces.get(work, "north")
            bank = bank_in(services, work, world, "fjordbanken")
            asked = Instruction(Money(10_000, "NOK"), "Ola Nordmann", AccountRef(iban="NO2230001234567"))
            wanted = PaymentOrder(service, Scheme.DOMESTIC, "norwegian-domestic", (asked,), **order)
            payment = payments.initiate(bank, apps.every(work, "north")[0].id, wanted)
            started = authorisations.start(bank, PaymentSubject(payment), Wish())
            psu = identify(bank, north("people", "show", "no-4")["username"])
            authorisations.approve(bank, started.authorisation, psu.person_id)
            payment_id = payment.id
        services.journal.close()
        services.database.close()
        return payment_id

    return made


def test_a_payment_is_listed_shown_settled_and_sent_back(north, pay, bryggen):
    payment_id = pay()

    assert [one["id"] for one in north("payments", "list", "--status", "in_process")["payments"]] == [
        payment_id
    ]
    assert north("agenda")["agenda"][0]["what"] == "transfer_leaves"
    assert north("payments", "settle", payment_id)["status"] == "settled"
    back = north("payments", "return", payment_id, "--reason", "AC04")
    assert back["transfers"][0]["return_reason"] == "AC04"
    lines = bryggen("payments", "show", payment_id, "-w", "north").stdout
    assert "100.00 NOK  settled" in lines
    assert "Ola Nordmann" in lines
    assert payment_id in bryggen("payments", "list", "-w", "north").stdout


def test_what_cannot_be_done_to_a_payment_says_why(north, pay, bryggen):
    payment_id = pay(requested_on=date(2027, 4, 1))

    assert bryggen("payments", "settle", payment_id, "-w", "north").exit_code == 1
    unknown = bryggen("payments", "show", "nothing", "-w", "north")
    assert (unknown.exit_code, "payments list" in unknown.stderr) == (1, True)
    assert bryggen("payments", "return", payment_id, "--reason", "?", "-w", "north").exit_code == 2
    assert bryggen("payments", "list", "--status", "?", "-w", "north").exit_code == 2


def test_a_clock_that_is_moved_lets_everything_happen_on_its_way(north, pay, bryggen):
    payment_id = pay(Service.PERIODIC, schedule=Schedule(date(2027, 4, 1), Frequency.MONTHLY))

    moved = north("clock", "advance", "--months", 3, "--days", 2)

    assert moved["now"] == "2027-06-17T08:00:00.000000Z"
    assert moved["happened"] > 6
    runs = north("payments", "show", payment_id)["transfers"][1:]
    assert [one["due_on"] for one in runs] == ["2027-04-01", "2027-05-03", "2027-06-01"]
    assert {one["status"] for one in runs} == {"settled"}
    assert json.loads(bryggen("verify", "--json").stdout)["valid"]


def test_a_long_way_in_steps_ends_as_the_same_way_at_once(north, pay, bryggen):
    pay(Service.PERIODIC, schedule=Schedule(date(2027, 4, 1), Frequency.WEEKLY))
    bryggen("workspace", "fork", "north", "south")

    north("clock", "advance", "--months", 2, "--days", 3)
    for days in (20, 20, 24):
        bryggen("clock", "advance", "--days", days, "-w", "south")

    def told(world):
        def say(*words):
            return json.loads(bryggen(*words, "-w", world, "--json").stdout)

        (one,) = say("payments", "list")["payments"]
        return say("clock", "show")["now"], say("agenda"), say("payments", "show", one["id"])["transfers"]

    assert told("north") == told("south")


def test_states_go_on_as_they_are_told_to(north, pay, bryggen):
    chosen = north("clock", "progression", "payment", "at_once")["progressions"]
    assert chosen == [{"kind": "payment", "mode": "at_once", "seconds": 0, "reads": 0}]

    assert north("payments", "show", pay())["status"] == "settled"
    assert "at_once" in bryggen("clock", "progression", "-w", "north").stdout
    assert bryggen("clock", "progression", "payment", "after_time", "-w", "north").exit_code == 1
    assert bryggen("clock", "progression", "weather", "-w", "north").exit_code == 2
    assert bryggen("clock", "progression", "payment", "--seconds", 5, "-w", "north").exit_code == 2
