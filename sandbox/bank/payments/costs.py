"""Costs: what a payment takes from an account, fees and exchange included, known before anybody says yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.bank import accounts
from sandbox.bank.accounts import AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.payments.terms import CreditTransfer, Payment
from sandbox.bank.profile import Scheme
from sandbox.kernel import rates
from sandbox.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Cost:
    """All in minor units of the account's currency. `exchanged`: today's rate was needed for it."""

    debit_minor: int
    fee_minor: int
    available_minor: int
    currency: str
    exchanged: bool

    @property
    def is_covered(self) -> bool:
        """Whether the money is there now."""
        return self.short_minor == 0

    @property
    def short_minor(self) -> int:
        """How much is missing."""
        return max(self.debit_minor + self.fee_minor - self.available_minor, 0)


def of(bank: Bank, payment: Payment, account: AccountRow, transfers: Sequence[CreditTransfer]) -> Cost:
    """What these transfers of the payment would take from the account today. Raises CurrencyUnknown."""
    return Cost(
        debit_minor=sum(_debit(bank, account, one) for one in transfers),
        fee_minor=_fee(bank, payment, account) * len(transfers),
        available_minor=accounts.available_minor(bank, account),
        currency=account.currency,
        exchanged=any(one.currency != account.currency for one in transfers),
    )


def _debit(bank: Bank, account: AccountRow, one: CreditTransfer) -> int:
    """What one transfer takes from the account, at the agreed rate or today's; never nothing."""
    money = Money(one.amount_minor, one.currency)
    if one.rate is not None and one.rate_currency == account.currency:
        return max(rates.at(money, account.currency, 1 / Decimal(one.rate)).minor, 1)
    return max(rates.exchanged(money, account.currency, bank.today).minor, 1)


def fee_minor(bank: Bank, payment: Payment) -> int:
    """What the bank takes for each transfer by that scheme, in its own currency."""
    return bank.profile.payments.fees_minor.get(Scheme(payment.scheme), 0)


def _fee(bank: Bank, payment: Payment, account: AccountRow) -> int:
    fee = Money(fee_minor(bank, payment), bank.profile.currency)
    return rates.exchanged(fee, account.currency, bank.today).minor
