"""Each failure of a payment, in each standard, chosen by each of its magic words."""

from typing import Any

import pytest

from sandbox.bank import faults
from sandbox.bank.faults import Failure, Refuse, Reject, Return, Stage, Stall
from sandbox.kernel.errors import leaf
from sandbox.standards.registry import STANDARDS
from tests.conftest import Sandbox
from tests.failures.conftest import TPPS
from tests.journeys.conftest import PRESENT

OF_PAYMENTS = [one for one in faults.every() if isinstance(one.effect, Reject | Return | Stall)]
CASES = [(one, standard) for one in OF_PAYMENTS for standard in one.standards]


def whole(world: Sandbox, payment_id: str) -> dict[str, Any]:
    return dict(world.call("GET", f"/_sandbox/payments/{payment_id}").json)


def advance(world: Sandbox, **span: int) -> None:
    assert world.call("POST", "/_sandbox/clock/advance", json=span).status_code == 200


def magic_of(failure: Failure, standard: str) -> dict[str, dict[str, str]]:
    """Each of its magic words, as what stands in a payment."""
    magic = failure.magic
    found = {
        "amount": magic.amount,
        "creditor_name": magic.creditor_name,
        "remittance": magic.remittance,
        "creditor_account": next(
            (
                one
                for one in magic.creditor_accounts
                if len(one) == (11 if standard == "berlin_group" else 14)
            ),
            None,
        ),
    }
    return {kind: {kind: word} for kind, word in found.items() if word}


@pytest.mark.parametrize(("failure", "standard"), CASES, ids=[f"{one.name}-{said}" for one, said in CASES])
def test_a_payment_fails_as_the_catalogue_says(world, failure, standard):
    tpp = TPPS[standard](world)

    said = tpp.pay(amount=failure.magic.amount)

    assert said.status == 201, said.answer.text
    check(world, tpp, failure)


def check(world: Sandbox, tpp: Any, failure: Failure) -> None:
    """What becomes of the payment, from the yes to the end, and what the TPP is told."""
    effect = failure.effect
    tpp.say_yes()
    payment_id = tpp.payment_id()
    history = [one["status"] for one in whole(world, payment_id)["history"]]
    if isinstance(effect, Reject) and effect.stage is not Stage.SETTLEMENT:
        accepted = ["accepted"] if effect.stage is Stage.ACCEPTANCE else []
        assert history == ["received", *accepted, "rejected"]
    else:
        advance(world, days=7)
    told = whole(world, payment_id)
    [transfer] = told["transfers"]
    match effect:
        case Reject():
            assert (told["status"], told["reason"]) == ("rejected", effect.reason)
            assert tpp.stands() == ("RJCT", effect.reason)
        case Return():
            assert told["status"] in ("settled", "credited")
            assert transfer["returned_at"]
            assert transfer["return_reason"] == effect.reason
            assert tpp.stands()[0] in ("ACSC", "ACCC")
        case Stall():
            assert told["status"] == "in_process"
            assert tpp.stands()[0] == "ACSP"
            assert world.call("POST", f"/_sandbox/payments/{payment_id}/settle").status_code == 200


ORDERS = [one for one in faults.every() if isinstance(one.effect, Refuse) and one.magic.amount]
_ORDERED = [(one, standard) for one in ORDERS for standard in one.standards]


@pytest.mark.parametrize(
    ("failure", "standard"), _ORDERED, ids=[f"{one.name}-{said}" for one, said in _ORDERED]
)
def test_an_order_is_refused_as_the_catalogue_says(world, failure, standard):
    said = TPPS[standard](world).pay(amount=failure.magic.amount)

    error = STANDARDS[standard].refusals[leaf(failure.effect.refusal)]
    code = error.code if standard == "berlin_group" else error.codes[0]
    assert (said.status, said.code) == (error.status, code)
    assert said.answer.headers["X-Bryggen-Failure"] == failure.name
    assert world.call("GET", "/_sandbox/payments").json["payments"] == []


@pytest.mark.parametrize("standard", TPPS)
def test_a_payment_is_made_and_the_answer_lost(world, standard):
    with pytest.raises(ConnectionResetError):
        TPPS[standard](world).pay(amount="350.01")

    [made] = world.call("GET", "/_sandbox/payments").json["payments"]
    assert made["status"] == "received"


@pytest.mark.parametrize("standard", TPPS)
@pytest.mark.parametrize("name", ["account_closed", "returned_account_closed", "file_format_invalid"])
def test_the_header_has_a_payment_fail(world, standard, name):
    tpp = TPPS[standard](world, headers={"X-Bryggen-Failure": name})

    said = tpp.pay()

    assert said.answer.headers["X-Bryggen-Failure"] == name
    check(world, tpp, faults.get(name))


_WORDS = [
    (standard, kind, word)
    for standard in TPPS
    for kind, word in magic_of(faults.get("account_closed"), standard).items()
]


@pytest.mark.parametrize(("standard", "kind", "word"), _WORDS)
def test_every_magic_word_of_a_payment_chooses_the_failure(world, standard, kind, word):
    tpp = TPPS[standard](world)

    tpp.pay(**word)

    check(world, tpp, faults.get("account_closed"))


def test_a_bulk_fails_in_one_of_its_transfers(world):
    tpp = TPPS["berlin_group"](world)
    to = {"creditorAccount": {"bban": "99980100142"}, "creditorName": "Fru Tellefsen"}
    body = {
        "debtorAccount": {"iban": tpp.payer.account["iban"]},
        "payments": [
            {**to, "instructedAmount": {"currency": "NOK", "amount": amount}}
            for amount in ("10.00", "311.04", "314.04")
        ],
    }
    tpp.started = world.call(
        "POST", f"/fjordbanken/v1/bulk-payments/{tpp.product}", json=body,
        headers={**PRESENT, "TPP-Redirect-URI": "https://tpp.example/ok"},
    )  # fmt: skip
    assert tpp.started.json["transactionStatus"] == "RCVD"

    tpp.say_yes()
    advance(world, days=3)

    assert tpp.stands()[0] == "PART"
    transfers = whole(world, tpp.payment_id())["transfers"]
    assert [(one["status"], one["reason"]) for one in transfers] == [
        ("settled", None),
        ("rejected", "AC04"),
        ("rejected", "BE04"),
    ]
