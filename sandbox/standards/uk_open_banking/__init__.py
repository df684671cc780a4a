"""UK Open Banking Read/Write 3.1.11 and 4.0, side by side: account information and payments."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sandbox.bank.accounts import AccountKind, AccountStatus, BalanceType
from sandbox.bank.authorisations import ScaStatus
from sandbox.bank.consents import AccessKind, ConsentStatus
from sandbox.bank.mandates import Alignment, PeriodKind
from sandbox.bank.offers import OfferKind
from sandbox.bank.payment_consents import PaymentConsentStatus
from sandbox.bank.payments import Frequency, PaymentStatus, Roll
from sandbox.gateway.hooks import Door
from sandbox.gateway.services import Services
from sandbox.standards.contract import Standard
from sandbox.standards.uk_open_banking import (
    description,
    intents,
    mapping,
    mapping_arrangements,
    mapping_products,
    mapping_vrps,
    payment_words,
    refusals,
    samples,
    subscribers,
    switches,
)
from sandbox.standards.uk_open_banking.versions import VERSIONS

_STATES: Mapping[type[Enum], Mapping[Any, object]] = {
    ConsentStatus: mapping.CONSENT_STATUS,
    PaymentConsentStatus: payment_words.CONSENT_STATUS,
    PaymentStatus: payment_words.EXECUTION,
    AccountStatus: mapping.ACCOUNT_STATUS,
    AccountKind: mapping.ACCOUNT_TYPE,
    BalanceType: mapping.BALANCE_TYPE,
    Frequency: mapping_arrangements.FREQUENCY,
    OfferKind: mapping_products.OFFER_TYPE,
    PeriodKind: mapping_vrps.PERIODS,
    Alignment: mapping_vrps.ALIGNMENTS,
}
#: Permissions stand for the kind of access, and no resource tells how the PSU authenticates, or to which
#: bank day a run rolls.
_SILENT = (AccessKind, ScaStatus, Roll)


def _create_app(services: Services) -> Door:
    """Open the door. Its views and schemas are most of this folder, and are read when somebody wants them."""
    from sandbox.standards.uk_open_banking import app

    return app.create_app(services)


standard = Standard(
    id=switches.STANDARD,
    title="UK Open Banking",
    versions=tuple(one.published for one in VERSIONS),
    create_app=_create_app,
    switches=switches.SwitchesSchema,
    refusals=refusals.REFUSALS,
    states=_STATES,
    roots=switches.ROOTS,
    intents=intents.ClaimIntents(),
    samples=samples.FirstCalls(),
    push=subscribers.written,
    document=description.of_interface,
    document_path=description.path,
    silent_on=_SILENT,
)
