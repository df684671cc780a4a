"""A payment whose creditor is in doubt waits for the payer's word, where there is a way to give it."""

from dataclasses import replace

import pytest

from sandbox.bank import authorisations, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import PaymentSubject, Wish
from sandbox.bank.payments import (
    Instruction,
    PayeeUnconfirmed,
    PaymentNotOpen,
    PaymentOrder,
    PaymentStatus,
)
from sandbox.bank.profile import PayeeRules, Scheme, Service
from sandbox.kernel.money import Money
from tests.bank.test_payees import HERE, LIVS, a_bank, work  # noqa: F401  # the fixture of those tests

WAIVING = replace(HERE, payees=PayeeRules(opt_out=False))


def initiate(bank, name="Per", *, confirmable=True, wanted=None):
    """1.00 euro from Liv to whom the name says, on Liv's account."""
    one = Instruction(Money(100, "EUR"), name, AccountRef(iban=LIVS))
    order = PaymentOrder(
        *(Service.SINGLE, Scheme.SEPA, "x", (one,), AccountRef(iban=LIVS)),
        payee_check=wanted, payee_confirmable=confirmable,
    )  # fmt: skip
    return payments.initiate(bank, "app-1", order)


@pytest.mark.parametrize(
    ("name", "confirmable", "wanted", "status"),
    [
        ("Liv Ståhl", True, None, PaymentStatus.VERIFIED),
        ("Per", True, None, PaymentStatus.DOUBTED),
        ("Per", True, True, PaymentStatus.DOUBTED),
        ("Per", False, None, PaymentStatus.RECEIVED),
        ("Per", True, False, PaymentStatus.RECEIVED),
    ],
)
def test_the_answer_decides_how_a_payment_begins(work, name, confirmable, wanted, status):  # noqa: F811
    payment = initiate(a_bank(work), name, confirmable=confirmable, wanted=wanted)

    assert payment.status == status


def test_a_bank_may_verify_against_the_clients_wish(work):  # noqa: F811
    assert initiate(a_bank(work, WAIVING), wanted=False).status == PaymentStatus.DOUBTED


def test_nobody_is_asked_to_authorise_before_the_payers_word(work):  # noqa: F811
    bank = a_bank(work)
    payment = initiate(bank)

    with pytest.raises(PayeeUnconfirmed):
        authorisations.start(bank, PaymentSubject(payment), Wish())
    payments.confirm_payee(bank, payment)
    authorisations.start(bank, PaymentSubject(payment), Wish())

    told = [step.status for step in payments.history(bank, payment)]
    assert told == [PaymentStatus.DOUBTED, PaymentStatus.RECEIVED]
    assert [one.payee_outcome for one in payments.doubts(bank, payment)] == ["no_match"]
    with pytest.raises(PaymentNotOpen):
        payments.confirm_payee(bank, payment)


def test_a_doubted_payment_is_cancelled_without_a_yes(work):  # noqa: F811
    bank = a_bank(work)
    payment = initiate(bank)

    assert not payments.needs_yes_to_cancel(bank, payment)
    payments.cancel(bank, payment)

    assert payment.status == PaymentStatus.CANCELLED
    with pytest.raises(PaymentNotOpen):
        payments.confirm_payee(bank, payment)
