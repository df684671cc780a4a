"""Products: under which terms the bank keeps an account. What is told here is what is taken and paid."""

from dataclasses import dataclass

from sandbox.bank.accounts import AccountKind, Particulars
from sandbox.bank.bank import Bank
from sandbox.kernel.countries import country
from sandbox.kernel.ids import derived

#: Interest a year in hundredths of a per cent.
SAVINGS_BASIS_POINTS, MORTGAGE_BASIS_POINTS, LOAN_BASIS_POINTS = 225, 450, 1300
#: What the account of daily life costs a month, and a direct debit that finds no money, in euro.
MONTHLY_FEE_EUR, UNPAID_FEE_EUR = 2.5, 8


@dataclass(frozen=True, slots=True)
class Product:
    """One product. Fees and the credit line are in minor units of `currency`, interest is a year's.

    `credit_basis_points` is paid on what is there, `debit_basis_points` is taken of what is owed.
    """

    id: str
    name: str
    kind: AccountKind
    usage: str
    currency: str
    credit_basis_points: int
    debit_basis_points: int
    monthly_fee_minor: int
    unpaid_fee_minor: int
    credit_limit_minor: int


def of_account(bank: Bank, account: Particulars) -> Product:
    """The product that the account is."""
    land, kind = country(bank.profile.country), AccountKind(account.kind)
    is_daily = (account.name, account.product) == land.accounts["daily"]
    unit = land.per_euro * 100
    return Product(
        id=derived(bank.id, "product", account.product, account.currency),
        name=account.product,
        kind=kind,
        usage=account.usage,
        currency=account.currency,
        credit_basis_points=SAVINGS_BASIS_POINTS if kind is AccountKind.SAVINGS else 0,
        debit_basis_points=_debit_basis_points(
            kind, is_mortgage=account.product == land.accounts["mortgage"][1]
        ),
        monthly_fee_minor=int(MONTHLY_FEE_EUR * unit) if is_daily else 0,
        unpaid_fee_minor=int(UNPAID_FEE_EUR * unit) if kind is AccountKind.CURRENT else 0,
        credit_limit_minor=account.credit_limit_minor,
    )


def _debit_basis_points(kind: AccountKind, *, is_mortgage: bool) -> int:
    if kind is not AccountKind.LOAN:
        return 0
    return MORTGAGE_BASIS_POINTS if is_mortgage else LOAN_BASIS_POINTS
