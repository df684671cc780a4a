"""Samples: the first calls of somebody who is new here, which each standard writes in its own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sandbox.bank.accounts import AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentOrder
from sandbox.bank.payment_consents import PaymentConsent
from sandbox.gateway.calls import Call


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and where: `base_url` is the bank's, `version` the one of its interface."""

    base_url: str
    version: str
    app_key: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A payment between two customers: `amount` is decimal text, such as 12.50."""

    debtor: AccountRow
    creditor: AccountRow
    amount: str
    text: str


class Samples(Protocol):
    """One standard's way."""

    def order(self, bank: Bank, accounts: Sequence[AccountRow], version: str) -> ConsentOrder:
        """A consent to read all that there is on those accounts."""

    def accounts(self, caller: Caller, consent_id: str) -> Call:
        """Read the accounts that a consent shows."""

    def transactions(self, caller: Caller, consent_id: str, account: AccountRow, since: date) -> Call:
        """Read what has been booked on an account since a day."""

    def payment(self, bank: Bank, caller: Caller, purchase: Purchase) -> Call | None:
        """Ask for a payment, which then waits for the PSU; None where the bank takes none."""

    def submission(self, caller: Caller, consent: PaymentConsent) -> Call | None:
        """Submit what the PSU has agreed to; None where nothing has to be submitted."""
