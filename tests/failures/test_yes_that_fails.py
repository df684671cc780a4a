"""The PSU's yes that never comes, and names that belong to nobody: in each standard that lists it."""

from typing import Any

import pytest

from sandbox.bank import faults
from sandbox.bank.faults import Failure, Payee, Sca, ScaOutcome
from tests.conftest import Sandbox
from tests.failures.conftest import TPPS, Said
from tests.journeys.conftest import OK, PRESENT, id_of
from tests.journeys.conftest import Tpp as Reader
from tests.standards.uk_open_banking.conftest import Tpp as UkReader

OF_YES = [one for one in faults.every() if isinstance(one.effect, Sca)]
CASES = [(one, standard) for one in OF_YES for standard in one.standards]
OUTSIDE = "DE89370400440532013000"
WORDS = ("amount", "creditor_name", "remittance")


def payment_status(world: Sandbox) -> str:
    [found] = world.call("GET", "/_sandbox/payments").json["payments"]
    return str(found["status"])


def approve(world: Sandbox, authorisation_id: str, login: str) -> Any:
    path = f"/_sandbox/authorisations/{authorisation_id}"
    return world.call("POST", f"{path}/approve", json={"psu": login})


def authorisation_of(tpp: Any) -> tuple[str, str]:
    """The id of the authorisation of a payment, and the login of its PSU."""
    if tpp.standard == "berlin_group":
        return id_of(tpp.started.json["_links"]["scaStatus"]["href"]), tpp.payer.psu["username"]
    return tpp.pisp.authorisation_id, tpp.pisp._username()


def check_failed(world: Sandbox, tpp: Any, failure: Failure, suffix: str = "") -> None:
    """Whoever says yes gets a no, or nobody is there any more; nothing is paid."""
    authorisation_id, login = authorisation_of(tpp)
    answer = approve(world, authorisation_id, login + suffix)
    if failure.effect.outcome is ScaOutcome.EXPIRED:
        assert answer.status_code == 409, answer.text
        if tpp.standard == "uk_open_banking":
            assert tpp.pisp.consent()["Status"] == "AWAU"
            return
    else:
        assert answer.json["status"] == "failed", answer.text
    assert payment_status(world) == "rejected"
    assert tpp.stands()[0] == "RJCT"


@pytest.mark.parametrize(("failure", "standard"), CASES, ids=[f"{one.name}-{said}" for one, said in CASES])
def test_the_yes_to_a_payment_fails_as_the_catalogue_says(world, failure, standard):
    tpp = TPPS[standard](world)

    assert tpp.pay(amount=failure.magic.amount).status == 201

    check_failed(world, tpp, failure)


@pytest.mark.parametrize("standard", TPPS)
@pytest.mark.parametrize("word", WORDS)
def test_each_magic_word_has_the_yes_fail(world, standard, word):
    failure, tpp = faults.get("sca_failed"), TPPS[standard](world)

    tpp.pay(**{word: getattr(failure.magic, word)})

    check_failed(world, tpp, failure)


@pytest.mark.parametrize("standard", TPPS)
def test_the_header_has_the_yes_fail(world, standard):
    failure, tpp = (
        faults.get("sca_declined"),
        TPPS[standard](world, headers={"X-Bryggen-Failure": "sca_declined"}),
    )

    said = tpp.pay()

    assert said.answer.headers["X-Bryggen-Failure"] == "sca_declined"
    check_failed(world, tpp, failure)


@pytest.mark.parametrize("standard", TPPS)
def test_a_psu_who_logs_in_so_has_the_yes_fail(world, standard):
    failure, tpp = faults.get("sca_declined"), TPPS[standard](world)

    tpp.pay()

    check_failed(world, tpp, failure, "+sca_declined")


@pytest.mark.parametrize(("name", "status"), [("psu_unknown", 404), ("psu_blocked", 409)])
@pytest.mark.parametrize("standard", TPPS)
def test_a_psu_who_logs_in_so_is_unknown_or_blocked(world, standard, name, status):
    tpp = TPPS[standard](world)
    tpp.pay()
    authorisation_id, login = authorisation_of(tpp)

    answer = approve(world, authorisation_id, f"{login}+{name}")

    assert (answer.status_code, answer.json["error"]["code"]) == (status, name)
    assert payment_status(world) == "received"


def test_a_tpp_that_names_such_a_psu_is_refused(world):
    tpp = TPPS["berlin_group"](world, headers={"PSU-ID": "somebody+psu_blocked"})

    said = tpp.pay()

    assert (said.status, said.code) == (401, "PSU_CREDENTIALS_INVALID")


def test_a_plus_in_a_login_means_nothing_else(world):
    tpp = TPPS["berlin_group"](world, headers={"PSU-ID": "somebody+account_closed"})

    said = tpp.pay()

    assert (said.status, said.code) == (401, "PSU_CREDENTIALS_INVALID")
    assert "X-Bryggen-Failure" not in said.answer.headers


def test_a_consent_is_rejected_where_the_psu_declines(world):
    reader = Reader(world, "fjordbanken")
    asked = reader.ask(**{"PSU-ID": reader.psu["username"] + "+sca_declined"}).json

    told = approve(world, id_of(asked["_links"]["scaStatus"]["href"]), reader.psu["username"]).json

    assert (told["status"], told["consent_status"]) == ("failed", "rejected")


def test_a_british_consent_is_rejected_where_the_psu_declines(world):
    reader = UkReader(world, "v4.0", bank="kelpbank", psu="gb-14")
    reader.ask()

    told = approve(world, reader.authorisation_id, reader._username() + "+sca_failed").json

    assert told["status"] == "failed"
    assert reader.status() == "RJCT"


def german(world: Sandbox, name: str, amount: str, to: str, **headers: str) -> tuple[Reader, Any]:
    """A payment in euro at a bank that takes password and code from the TPP, and verifies payees."""
    app = Reader(world, "hansekontor")
    own = next(one for one in app.psu["accounts"] if one["bank"] == app.bank_id and one["kind"] == "current")
    body = {
        "debtorAccount": {"iban": own["iban"]},
        "instructedAmount": {"currency": "EUR", "amount": amount},
        "creditorAccount": {"iban": to or own["iban"]},
        "creditorName": name,
    }
    path = "/v1/payments/sepa-credit-transfers"
    return app, app.call("POST", path, 201, json=body, headers={"TPP-Redirect-URI": OK, **headers})


def start_of(app: Reader, payment: Any) -> str:
    """Where the TPP starts the authorisation, once the payer has confirmed the creditor."""
    links = payment.json["_links"]
    if "creditorNameConfirmation" in links:
        links = app.call("PUT", links["creditorNameConfirmation"]["href"]).json["_links"]
    return str(next(one["href"] for key, one in links.items() if key.startswith("startAuthorisation")))


def test_a_password_is_wrong_until_the_tries_are_used_up(world):
    amount = faults.get("wrong_password").magic.amount
    app, payment = german(world, "Frau Tellefsen", amount, OUTSIDE, **{"TPP-Redirect-Preferred": "false"})
    start = start_of(app, payment)
    right = {"psuData": {"password": app.psu["password"]}}
    headers = {**PRESENT, "PSU-ID": app.psu["username"]}

    first = world.call("POST", start, json=right, headers=headers)
    state = world.call("GET", start, headers=PRESENT).json["authorisationIds"][0]
    others = [world.call("PUT", f"{start}/{state}", json=right, headers=headers) for _ in range(2)]

    assert [Said(one).code for one in (first, *others)] == ["PSU_CREDENTIALS_INVALID"] * 3
    assert payment_status(world) == "rejected"


def test_a_code_is_wrong_until_the_tries_are_used_up(world):
    amount = faults.get("wrong_code").magic.amount
    app, payment = german(world, "Frau Tellefsen", amount, OUTSIDE, **{"TPP-Redirect-Preferred": "false"})
    right = {"psuData": {"password": app.psu["password"]}}
    begun = app.call("POST", start_of(app, payment), 201, json=right, headers={"PSU-ID": app.psu["username"]})
    step = begun
    if step.json["scaStatus"] == "psuAuthenticated":
        choice = {"authenticationMethodId": step.json["scaMethods"][0]["authenticationMethodId"]}
        step = app.call("PUT", step.json["_links"]["selectAuthenticationMethod"]["href"], json=choice)
    path = f"/_sandbox/authorisations/{begun.json['authorisationId']}/code"
    code = {"scaAuthenticationData": world.call("GET", path).json["code"]}
    href = step.json["_links"]["authoriseTransaction"]["href"]

    answers = [world.call("PUT", href, json=code, headers=PRESENT) for _ in range(3)]

    assert [Said(one).code for one in answers] == ["PSU_CREDENTIALS_INVALID"] * 3
    assert payment_status(world) == "rejected"


OF_PAYEES = [one for one in faults.every() if isinstance(one.effect, Payee)]
_DOUBT = {
    "close_match": "belongs to Nora Nordmann",
    "no_match": "does not belong to",
    "not_possible": "Nobody could say",
}


@pytest.mark.parametrize("failure", OF_PAYEES, ids=lambda one: one.name)
def test_the_creditors_bank_answers_as_the_catalogue_says(world, failure):
    _, answer = german(world, failure.magic.creditor_name, "3.21", "")

    check_doubted(failure, answer)


@pytest.mark.parametrize("failure", OF_PAYEES, ids=lambda one: one.name)
def test_the_creditors_bank_answers_as_the_header_says(world, failure):
    owner = Reader(world, "hansekontor").psu["name"]

    _, answer = german(world, owner, "3.21", "", **{"X-Bryggen-Failure": failure.name})

    check_doubted(failure, answer)


def check_doubted(failure: Failure, answer: Any) -> None:
    assert answer.json["transactionStatus"] == "RVCM"
    assert _DOUBT[failure.effect.outcome] in answer.json["psuMessage"]
    assert answer.headers["X-Bryggen-Failure"] == failure.name
