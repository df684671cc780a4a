"""NextGenPSD2 1.3.11 and 1.3.16 of the Berlin Group: consents, payments, authorisations, accounts, cards."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sandbox.bank.accounts import AccountKind, AccountStatus, BalanceType
from sandbox.bank.baskets import BasketStatus
from sandbox.bank.payees import InquiryStatus, PayeeOutcome
from sandbox.bank.payments import Frequency, PaymentStatus, Roll
from sandbox.bank.profile import Processing, Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.gateway.hooks import Door
from sandbox.gateway.services import Services
from sandbox.standards.berlin_group import (
    description,
    intents,
    mapping,
    mapping_accounts,
    mapping_payees,
    mapping_payments,
    notifications,
    payment_status,
    products,
    refusals,
    samples,
    switches,
)
from sandbox.standards.contract import Standard

_STATES: Mapping[type[Enum], Mapping[Any, str]] = {
    **mapping.STATES,
    AccountStatus: mapping_accounts.STATUS,
    AccountKind: mapping_accounts.CASH_ACCOUNT_TYPE,
    BalanceType: mapping_accounts.BALANCE_TYPE,
    # The other types of bank tell less of it: payment_status.STATUS.
    PaymentStatus: payment_status.STATUS[Processing.REAL_TIME],
    BasketStatus: payment_status.BASKET,
    Reason: payment_status.REASON,
    Frequency: mapping_payments.FREQUENCY,
    Roll: mapping_payments.ROLL,
    Service: products.SERVICE,
    PayeeOutcome: mapping_payees.MATCH,
    InquiryStatus: mapping_payees.BULK_STATUS,
    Scheme: products.SCHEME,
}


def _create_app(services: Services) -> Door:
    """Open the door. Its views and schemas are most of this folder, and are read when somebody wants them."""
    from sandbox.standards.berlin_group import app

    return app.create_app(services)


standard = Standard(
    id=switches.STANDARD,
    title="Berlin Group NextGenPSD2",
    versions=switches.VERSIONS,
    create_app=_create_app,
    switches=switches.SwitchesSchema,
    refusals=refusals.REFUSALS,
    states=_STATES,
    roots=switches.ROOTS,
    push=notifications.written,
    intents=intents.ScopeIntents(),
    samples=samples.FirstCalls(),
    document=description.of_interface,
    document_path=description.path,
)
