"""NextGenPSD2 1.3.11 of the Berlin Group: consents, authorisations, accounts, transactions, cards."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sandbox.bank.accounts import AccountKind, AccountStatus, BalanceType
from sandbox.standards.berlin_group import app, mapping, mapping_accounts, refusals, switches
from sandbox.standards.contract import Standard

_STATES: Mapping[type[Enum], Mapping[Any, str]] = {
    **mapping.STATES,
    AccountStatus: mapping_accounts.STATUS,
    AccountKind: mapping_accounts.CASH_ACCOUNT_TYPE,
    BalanceType: mapping_accounts.BALANCE_TYPE,
}

standard = Standard(
    id=switches.STANDARD,
    title="Berlin Group NextGenPSD2",
    versions=(app.VERSION,),
    create_app=app.create_app,
    switches=switches.SwitchesSchema,
    refusals=refusals.REFUSALS,
    states=_STATES,
)
