"""Permissions: the clusters of data that a PSU consents to, which of them go together, and what each opens.

Source: Account and Transaction API Profile 4.0, Permissions; the same in 3.1.11.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sandbox.bank.consents import Insight
from sandbox.bank.ledger import Side
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid

_PLACE = "Data.Permissions"


class Permission(StrEnum):
    """One cluster. Source: OBInternalPermissions1Code."""

    ACCOUNTS_BASIC = "ReadAccountsBasic"
    ACCOUNTS_DETAIL = "ReadAccountsDetail"
    BALANCES = "ReadBalances"
    BENEFICIARIES_BASIC = "ReadBeneficiariesBasic"
    BENEFICIARIES_DETAIL = "ReadBeneficiariesDetail"
    DIRECT_DEBITS = "ReadDirectDebits"
    OFFERS = "ReadOffers"
    PAN = "ReadPAN"
    PARTY = "ReadParty"
    PARTY_PSU = "ReadPartyPSU"
    PRODUCTS = "ReadProducts"
    SCHEDULED_PAYMENTS_BASIC = "ReadScheduledPaymentsBasic"
    SCHEDULED_PAYMENTS_DETAIL = "ReadScheduledPaymentsDetail"
    STANDING_ORDERS_BASIC = "ReadStandingOrdersBasic"
    STANDING_ORDERS_DETAIL = "ReadStandingOrdersDetail"
    STATEMENTS_BASIC = "ReadStatementsBasic"
    STATEMENTS_DETAIL = "ReadStatementsDetail"
    TRANSACTIONS_BASIC = "ReadTransactionsBasic"
    TRANSACTIONS_CREDITS = "ReadTransactionsCredits"
    TRANSACTIONS_DEBITS = "ReadTransactionsDebits"
    TRANSACTIONS_DETAIL = "ReadTransactionsDetail"


@dataclass(frozen=True, slots=True)
class Cluster:
    """What opens a resource: any of these permissions; `detail` opens the more telling members too."""

    basic: Permission
    detail: Permission | None = None

    def among(self, granted: Collection[str]) -> bool:
        """Whether one of them has been granted."""
        return self.basic in granted or self.is_detailed(granted)

    def is_detailed(self, granted: Collection[str]) -> bool:
        """Whether the more telling members are granted too."""
        return self.detail is not None and self.detail in granted


ACCOUNTS = Cluster(Permission.ACCOUNTS_BASIC, Permission.ACCOUNTS_DETAIL)
BALANCES = Cluster(Permission.BALANCES)
TRANSACTIONS = Cluster(Permission.TRANSACTIONS_BASIC, Permission.TRANSACTIONS_DETAIL)
BENEFICIARIES = Cluster(Permission.BENEFICIARIES_BASIC, Permission.BENEFICIARIES_DETAIL)
DIRECT_DEBITS = Cluster(Permission.DIRECT_DEBITS)
STANDING_ORDERS = Cluster(Permission.STANDING_ORDERS_BASIC, Permission.STANDING_ORDERS_DETAIL)
SCHEDULED_PAYMENTS = Cluster(Permission.SCHEDULED_PAYMENTS_BASIC, Permission.SCHEDULED_PAYMENTS_DETAIL)
PRODUCTS = Cluster(Permission.PRODUCTS)
OFFERS = Cluster(Permission.OFFERS)
STATEMENTS = Cluster(Permission.STATEMENTS_BASIC, Permission.STATEMENTS_DETAIL)
PARTY = Cluster(Permission.PARTY)
PARTY_PSU = Cluster(Permission.PARTY_PSU)

#: What opens each resource that a bank may leave out, by its name in the switches.
OF_RESOURCE: Mapping[str, tuple[Cluster, ...]] = {
    "beneficiaries": (BENEFICIARIES,),
    "direct-debits": (DIRECT_DEBITS,),
    "offers": (OFFERS,),
    "parties": (PARTY, PARTY_PSU),
    "products": (PRODUCTS,),
    "scheduled-payments": (SCHEDULED_PAYMENTS,),
    "standing-orders": (STANDING_ORDERS,),
    "statements": (STATEMENTS,),
}
#: What the bank calls what each opens. With its details, an account names its owner.
_INSIGHTS: Mapping[Insight, tuple[Cluster, ...]] = {
    Insight.BENEFICIARIES: (BENEFICIARIES,),
    Insight.STANDING_ORDERS: (STANDING_ORDERS,),
    Insight.DIRECT_DEBITS: (DIRECT_DEBITS,),
    Insight.SCHEDULED_PAYMENTS: (SCHEDULED_PAYMENTS,),
    Insight.STATEMENTS: (STATEMENTS,),
    Insight.PRODUCTS: (PRODUCTS,),
    Insight.OFFERS: (OFFERS,),
    Insight.PARTIES: (PARTY, PARTY_PSU, Cluster(Permission.ACCOUNTS_DETAIL)),
}
_SIDES = (Permission.TRANSACTIONS_CREDITS, Permission.TRANSACTIONS_DEBITS)
_DEPTHS = (Permission.TRANSACTIONS_BASIC, Permission.TRANSACTIONS_DETAIL)
_ALWAYS = (
    *(Permission.ACCOUNTS_BASIC, Permission.ACCOUNTS_DETAIL, Permission.BALANCES, Permission.PAN),
    *(*_SIDES, *_DEPTHS),
)


def supported(resources: Collection[str]) -> frozenset[str]:
    """The permissions that a bank with these resources takes."""
    clusters = [one for name in resources for one in OF_RESOURCE[name]]
    more = {permission for one in clusters for permission in (one.basic, one.detail) if permission}
    return frozenset({*_ALWAYS, *more})


def check(asked: Sequence[str], resources: Collection[str]) -> None:
    """Refuse what must not be asked for together, or not at this bank. Raises FieldInvalid."""
    faults = list(_faults(asked, supported(resources)))
    if faults:
        raise FieldInvalid(*faults)


def insights(granted: Collection[str]) -> tuple[Insight, ...]:
    """What the PSU is told before the yes, beside accounts, balances and transactions."""
    return tuple(one for one, clusters in _INSIGHTS.items() if any(each.among(granted) for each in clusters))


def side(granted: Collection[str]) -> Side | None:
    """Which transactions may be read, where it is not both sorts.

    Source: Account and Transaction API Profile 4.0, Reversing Entries: a debit that is reversed is a credit.
    """
    credits, debits = (one in granted for one in _SIDES)
    if credits and debits:
        return None
    return Side.CREDITS if credits else Side.DEBITS


def _faults(asked: Sequence[str], known: Collection[str]) -> Iterator[Fault]:
    """Each MUST of the profile that the list breaks."""
    if not asked:
        yield Fault("At least one permission is needed.", _PLACE, "U002")
        return
    for one in asked:
        if one not in known:
            yield Fault(f"This bank does not support {one}.", _PLACE, "U002")
    if not ACCOUNTS.among(asked):
        yield _expected("ReadAccountsBasic or ReadAccountsDetail is always needed.")
    if any(one in asked for one in _DEPTHS) and not any(one in asked for one in _SIDES):
        yield _expected("ReadTransactionsCredits, ReadTransactionsDebits or both are needed with these.")
    if any(one in asked for one in _SIDES) and not any(one in asked for one in _DEPTHS):
        yield _expected("ReadTransactionsBasic or ReadTransactionsDetail is needed with these.")


def _expected(text: str) -> Fault:
    return Fault(text, _PLACE, "U001")
