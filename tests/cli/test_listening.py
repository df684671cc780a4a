"""`bryggen trigger` makes things happen, and `bryggen listen` forwards them, signed."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from standardwebhooks import Webhook

from sandbox.bank import verify
from sandbox.cli import main
from sandbox.cli.trigger import TRIGGERS
from sandbox.testing import Server
from tests.delivery.conftest import receiver

__all__ = ["receiver"]


@pytest.fixture
def street(tmp_path, monkeypatch):
    """A server with one world, and the command over the same data."""
    with Server(tmp_path) as server, server.world() as world:
        monkeypatch.setenv("BRYGGEN_DATA_DIR", str(tmp_path))
        monkeypatch.delenv("BRYGGEN_DATABASE_URL", raising=False)
        yield world
        with server._services.database.reading() as work:
            assert not [one for rule in verify.rules() for one in verify.broken(work, rule)]


def bryggen(world, *words):
    return CliRunner().invoke(main, [*words, "-w", world.workspace, "--json"])


def told(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def order(world, **more):
    creditor = world.person("no-1")
    return {
        "instructedAmount": {"currency": "NOK", "amount": "12.00"},
        "debtorAccount": {"iban": world.person("no-0").account("fjordbanken").iban},
        "creditorAccount": {"iban": creditor.account("nordlys").iban},
        "creditorName": creditor.name,
        **more,
    }


def paid(world, **more):
    bank = world.berlin_group("fjordbanken")
    return bank, bank.pay(world.person("no-0"), "norwegian-domestic-credit-transfers", order(world, **more))


@pytest.mark.parametrize(
    ("event", "status"), [("consent.expired", "expired"), ("consent.revoked", "revokedByPsu")]
)
def test_a_consent_ends(street, event, status):
    bank = street.berlin_group("fjordbanken")
    consent = bank.consent(street.person("no-0"))

    document = told(bryggen(street, "trigger", event))

    assert document["subject_id"] == consent.id
    assert document["events"][0]["kind"] == "consent_status"
    assert bank.call("GET", consent.links["status"])["consentStatus"] == status
    assert bank.send("GET", "/v1/accounts", consent=consent).status_code == 401


def test_a_payment_settles_and_comes_back(street):
    street.progress("payment", "by_hand")
    bank, payment = paid(street)

    settled = told(bryggen(street, "trigger", "payment.settled"))
    assert bank.status(payment).status == "ACSC"
    back = told(bryggen(street, "trigger", "payment.returned", "--subject", payment.id))

    assert settled["events"][-1]["what"]["status"] == "settled"
    assert back["subject_id"] == payment.id
    assert [(one["kind"], one["what"]) for one in back["events"]] == [
        ("payment_returned", {"position": 0, "reason": "AC04"})
    ]
    account = street.person("no-0").account("fjordbanken")
    read = bank.consent(street.person("no-0"))
    assert [str(one.amount) for one in bank.transactions(read, account.id, "2026-03-16")][:2] == [
        "12.00",
        "-12.00",
    ]


def test_a_payment_that_waits_for_its_day_is_cancelled(street):
    bank, payment = paid(street, requestedExecutionDate="2026-03-30")

    told(bryggen(street, "trigger", "payment.cancelled"))

    assert bank.status(payment).status == "CANC"


def test_money_comes_in_on_an_account_of_a_consent(street):
    bank, psu = street.berlin_group("fjordbanken"), street.person("no-0")
    consent = bank.consent(psu)

    told(bryggen(street, "trigger", "transaction.booked"))

    [first, *_] = bank.transactions(consent, bank.accounts(consent)[0].id, "2026-03-16")
    assert (str(first.amount), first.text) == ("100.00", "Triggered by hand")


@pytest.mark.parametrize("event", TRIGGERS)
def test_where_it_can_happen_to_nothing_that_is_said_with_what_to_do(street, event):
    result = bryggen(street, "trigger", event)

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["hint"]
    nobody = bryggen(street, "trigger", event, "--subject", "nobody")
    assert nobody.exit_code == 1
    assert json.loads(nobody.stderr)["error"]["text"]


def test_what_happens_is_forwarded_signed_and_shown_with_the_answer(street, receiver, tmp_path):
    receiver.answers = [204, 500]
    before = street.berlin_group("fjordbanken").ask_consent()
    words = ["listen", "--forward", receiver.uri, "--limit", "2", "--type", "consent.status_changed"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *words, "-w", street.workspace, "--json"],
        env={**os.environ, "BRYGGEN_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    secret = json.loads(process.stdout.readline())["secret"]

    consent = street.berlin_group("fjordbanken").consent(street.person("no-0"))
    told(bryggen(street, "trigger", "consent.revoked"))
    lines = [json.loads(one) for one in process.communicate(timeout=60)[0].splitlines()]

    assert [one["status"] for one in lines] == [204, 500]
    messages = [Webhook(secret).verify(one.body, one.headers) for one in receiver.got]
    assert [one["data"]["subject_id"] for one in messages] == [consent.id, consent.id]
    assert [one["data"]["status"] for one in messages] == ["valid", "revoked_by_psu"]
    assert before.id not in str(messages)
    assert process.returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--forward", "ftp://localhost/hooks"),
        ("--forward", "http://localhost:22/hooks"),
        ("--forward", "http://localhost:3000/", "--secret", "whsec_!!!"),
        ("--forward", "http://localhost:3000/", "--type", "payment.flies"),
        (),
    ],
)
def test_an_address_secret_or_type_that_is_none_is_refused(street, words):
    assert bryggen(street, "listen", *words).exit_code in (1, 2)
