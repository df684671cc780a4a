"""What one consent opens: the grant behind a call that reads accounts, and each account as it may be seen."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bank import accounts, grants
from sandbox.bank.accounts import AccountKind, AccountUnknown, Balance, BalanceType, Particulars
from sandbox.bank.bank import Bank
from sandbox.bank.consents import AccessKind, GrantedAccount
from sandbox.bank.grants import AccessNotGranted, Grant
from sandbox.gateway import context
from sandbox.gateway.checks import Check
from sandbox.standards.berlin_group import access_tokens, links, switches
from sandbox.standards.berlin_group.answers import app_id
from sandbox.standards.berlin_group.mapping_accounts import View

#: Consents that list what there is, and open nothing. Source: NextGenPSD2 IG 1.3, section 6.3.1.2.
_LISTING = {AccessKind.AVAILABLE, AccessKind.AVAILABLE_WITH_BALANCE}
ACCOUNTS, CARD_ACCOUNTS = "/v1/accounts", "/v1/card-accounts"


_CONSENT = Check(
    "the consent is valid here and now, and opens what is asked for",
    "NextGenPSD2 IG 1.3, sections 6.5 and 14.11",
    ("sandbox.bank.grants", "sandbox.bank.consents", "sandbox.gateway.bearer"),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A grant that is good now, at the resource `/v1/accounts` or `/v1/card-accounts`."""

    bank: Bank
    app_id: str
    grant: Grant
    root: str
    listing: bool

    def views(self) -> list[View]:
        """The accounts of this resource that the PSU has granted, in the bank's order."""
        return [self._view(one) for one in self.grant.accounts.values() if self._is_here(one.account)]

    def view(self, account_id: str, *, balances: bool = False, transactions: bool = False) -> View:
        """One account, for what is wanted of it.

        Raises AccountUnknown for one that is not granted, or is of the other resource; AccessNotGranted.
        """
        account = grants.account(self.grant, account_id, balances=balances, transactions=transactions)
        if not self._is_here(account):
            raise AccountUnknown(detail=f"{account_id} is not at {self.root}")
        if self.listing and (balances or transactions):
            raise AccessNotGranted(detail=f"{self.grant.consent_id} lists accounts only")
        return self._view(self.grant.accounts[account_id])

    def url(self, account: Particulars) -> str:
        """The link to an account's resource."""
        return links.to(f"{self.root}/{account.id}")

    def balances(self, view: View) -> list[Balance]:
        """The account's balances, but for those that only a card has."""
        found = accounts.balances(self.bank, view.account)
        if view.account.kind == AccountKind.CARD:
            return found
        return [one for one in found if one.type is not BalanceType.NON_INVOICED]

    def balances_along(self, view: View, *, wanted: bool) -> list[Balance] | None:
        """The balances where they are wanted and granted.

        Source: psd2-api 1.3.11, withBalance: "if granted by the PSU in the related consent".
        """
        return self.balances(view) if wanted and view.balances else None

    def _is_here(self, account: Particulars) -> bool:
        if account.kind == AccountKind.CARD:
            return self.root == CARD_ACCOUNTS or switches.of(self.bank.profile).iban_is_masked_pan
        return self.root == ACCOUNTS

    def _view(self, one: GrantedAccount) -> View:
        return View(one.account, one.balances, one.transactions, one.owner_name, linked=not self.listing)


def opened(
    headers: Mapping[str, str], root: str, what: str, account_id: str = "", *, continuation: bool = False
) -> Opened:
    """Open the grant of the consent in the header; the access is counted where no PSU asked for it.

    `what` is read at `root`: `list`, `details`, `balances`, `transactions`. A `continuation` is a further
    page of a list, and counts with the first one. Raises what `grants.open_grant` raises.
    """
    here = context.current()
    caller = app_id(here)
    context.reached(_CONSENT)
    grant = grants.open_grant(
        here.bank,
        caller,
        headers["consent_id"],
        endpoint=f"{root.removeprefix('/v1/')} {what}",
        resource=account_id[:120],
        psu_present="psu_ip_address" in headers,
        continuation=continuation,
    )
    access_tokens.check_person(grant.person_id)
    return Opened(here.bank, caller, grant, root, grant.kind in _LISTING)
