"""GET of what belongs to accounts and comes without pages: of one account, and of all at once.

Source: Read/Write 4.0: beneficiaries, direct-debits, standing-orders, scheduled-payments, products, offers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from marshmallow import Schema

from sandbox.bank import arrangements, offers, products
from sandbox.bank.accounts import AccountRow
from sandbox.standards.uk_open_banking import (
    access,
    mapping_arrangements,
    mapping_products,
    permissions,
    schemas_lists,
)
from sandbox.standards.uk_open_banking.access import Opened
from sandbox.standards.uk_open_banking.answers import say
from sandbox.standards.uk_open_banking.headers import ReadHeaders
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.permissions import Cluster
from sandbox.standards.uk_open_banking.versions import Version

_Told = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One resource. `single` is the last word of its path below an account, `bulk` that of its own path."""

    bulk: str
    single: str
    key: str
    cluster: Cluster
    schema: Callable[[Version], type[Schema]]
    tell: Callable[[Opened, AccountRow], _Told]


def _beneficiaries(here: Opened, account: AccountRow) -> _Told:
    found = arrangements.beneficiaries(here.bank, account.id)
    return [mapping_arrangements.beneficiary(one, detail=here.detail) for one in found]


def _direct_debits(here: Opened, account: AccountRow) -> _Told:
    found = arrangements.direct_debits(here.bank, account.id)
    return [mapping_arrangements.direct_debit(here.version, one) for one in found]


def _standing_orders(here: Opened, account: AccountRow) -> _Told:
    found = arrangements.standing_orders(here.bank, account.id)
    return [mapping_arrangements.standing_order(here.version, one, detail=here.detail) for one in found]


def _scheduled_payments(here: Opened, account: AccountRow) -> _Told:
    found = arrangements.scheduled_payments(here.bank, account.id)
    return [mapping_arrangements.scheduled_payment(one, detail=here.detail) for one in found]


def _products(here: Opened, account: AccountRow) -> _Told:
    return [mapping_products.product(account.id, products.of_account(here.bank, account))]


def _offers(here: Opened, account: AccountRow) -> _Told:
    return [mapping_products.offer(account.id, one) for one in offers.of_account(here.bank, account)]


LISTED = (
    Listed(
        *("beneficiaries", "beneficiaries", "Beneficiary", permissions.BENEFICIARIES),
        *(schemas_lists.beneficiaries, _beneficiaries),
    ),
    Listed(
        *("direct-debits", "direct-debits", "DirectDebit", permissions.DIRECT_DEBITS),
        *(schemas_lists.direct_debits, _direct_debits),
    ),
    Listed(
        *("standing-orders", "standing-orders", "StandingOrder", permissions.STANDING_ORDERS),
        *(schemas_lists.standing_orders, _standing_orders),
    ),
    Listed(
        *("scheduled-payments", "scheduled-payments", "ScheduledPayment", permissions.SCHEDULED_PAYMENTS),
        *(schemas_lists.scheduled_payments, _scheduled_payments),
    ),
    Listed("products", "product", "Product", permissions.PRODUCTS, schemas_lists.products, _products),
    Listed("offers", "offers", "Offer", permissions.OFFERS, schemas_lists.offers, _offers),
)


def blueprint(version: Version) -> Blueprint:
    """The operations on these resources in that version."""
    made = Blueprint(
        "lists", version, "What has been arranged on accounts, and under which terms they are kept."
    )
    for one in LISTED:
        _serve(made, version, one)
    return made


def _serve(made: Blueprint, version: Version, one: Listed) -> None:
    name = one.bulk.replace("-", "_")

    @made.route(f"/accounts/<AccountId>/{one.single}", methods=["GET"], endpoint=f"of_account_{name}")
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, one.schema(version))
    def of_account(headers: dict[str, str], *, AccountId: str) -> Response:
        """Read what one account has of it."""
        here = access.opened(headers, version, one.cluster, one.single, AccountId)
        return _said(one, here, [here.account(AccountId)])

    @made.route(f"/{one.bulk}", methods=["GET"], endpoint=f"of_all_{name}")
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, one.schema(version))
    def of_all(headers: dict[str, str]) -> Response:
        """List what all accounts have of it."""
        here = access.opened(headers, version, one.cluster, one.bulk)
        return _said(one, here, here.every())


def _said(one: Listed, here: Opened, found: Sequence[AccountRow]) -> Response:
    return say({one.key: [told for account in found for told in one.tell(here, account)]})
