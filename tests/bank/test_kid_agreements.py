"""A Norwegian company agrees with its bank on one rule for the check digit of its KIDs."""

import pytest

from sandbox.bank import payments
from sandbox.bank.accounts import Account
from sandbox.kernel.references import kid_mod10, kid_mod11
from tests.bank import paying as p

MOD10, MOD11 = kid_mod10("123456"), kid_mod11("123456")


def a_company(bank, bban):
    """Liv's account becomes a company's, with that number."""
    account = bank.work.get(Account, ("test", "liv-1"))
    account.usage, account.bban = "ORGA", bban
    bank.work.flush()


def ordered(bank, kid):
    return p.initiated(bank, p.an_instruction(reference=kid))


@pytest.mark.parametrize(
    ("bban", "right", "wrong"), [("99971234568", MOD10, MOD11), ("99971234561", MOD11, MOD10)]
)
def test_a_company_takes_the_kid_of_its_agreement_and_no_other(bank, bban, right, wrong):
    a_company(bank, bban)

    assert ordered(bank, right).status == payments.PaymentStatus.RECEIVED
    with pytest.raises(payments.ReferenceInvalid, match="has agreed on KIDs"):
        ordered(bank, wrong)


def test_where_no_agreement_is_known_either_rule_will_do(bank):
    assert ordered(bank, MOD10).status == ordered(bank, MOD11).status == payments.PaymentStatus.RECEIVED
