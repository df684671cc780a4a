"""What a bank serves besides accounts, consents and payments: what it does not offer is not there."""

import re

from sandbox.bank.profile import FundsActivation, Profile
from sandbox.standards.berlin_group import switches

FUNDS_CONFIRMATIONS = "/v1/funds-confirmations"
FUNDS_CONSENTS = "/v2/consents/confirmation-of-funds"
BASKETS = "/v1/signing-baskets"
_PAYEES = re.compile(
    r"/v1/(bulk-)?(payee|payer|party)-verifications(/.*)?|/v1/.*/creditor-confirmation", re.DOTALL
)


def serves(profile: Profile, path: str) -> bool:
    """Whether that bank has anything at the path."""
    if path.startswith(FUNDS_CONFIRMATIONS):
        return profile.funds.offered
    if path.startswith(FUNDS_CONSENTS):
        # Where bank and PSU settle it among themselves, no TPP asks for a consent.
        return profile.funds.offered and profile.funds.activation is not FundsActivation.NONE
    if path.startswith(BASKETS):
        return bool(profile.baskets.groupings)
    if is_of_payees(path):
        return switches.knows_payees(profile)
    return True


def is_of_payees(path: str) -> bool:
    """Whether verification of payee is at that path."""
    return _PAYEES.fullmatch(path) is not None
