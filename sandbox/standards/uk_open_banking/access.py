"""What one consent opens: the grant behind a call that reads, and the permissions that come with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bank import accounts, grants
from sandbox.bank.accounts import AccountKind, AccountRow
from sandbox.bank.authorisations import SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentUnknown
from sandbox.bank.grants import Grant
from sandbox.gateway import context
from sandbox.gateway.bearer import TokenElsewhere
from sandbox.gateway.checks import Check
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import Message
from sandbox.standards.uk_open_banking import switches
from sandbox.standards.uk_open_banking.answers import app_id
from sandbox.standards.uk_open_banking.errors import (
    AccountNotSelected,
    ConsentNewer,
    ConsentUnnamed,
    PermissionMissing,
    ReauthenticationNeeded,
)
from sandbox.standards.uk_open_banking.intents import ACCOUNTS
from sandbox.standards.uk_open_banking.permissions import Cluster, Permission
from sandbox.standards.uk_open_banking.terms import Terms, is_stale
from sandbox.standards.uk_open_banking.versions import Version

_CONSENT = Check(
    "the account access consent is authorised, and has the permission",
    "Read/Write Data API, Account Access Consents and Permissions",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A grant that is good now, for one resource. `detail`: its more telling members too."""

    bank: Bank
    version: Version
    grant: Grant
    terms: Terms
    detail: bool

    @property
    def pan(self) -> bool:
        """Whether the PSU lets the TPP see card numbers."""
        return Permission.PAN in self.terms.permissions

    def every(self) -> list[AccountRow]:
        """The accounts that the PSU has selected, in the bank's order."""
        return [one.account for one in self.grant.accounts.values()]

    def account(self, account_id: str) -> AccountRow:
        """One of them. Raises AccountUnknown where it is none of the bank's, AccountNotSelected."""
        found = self.grant.accounts.get(account_id)
        if found is None:
            accounts.get(self.bank, account_id)
            raise AccountNotSelected(Message(AccountNotSelected.text))
        return found.account

    def books(self, account: AccountRow) -> list[str]:
        """The books that an account is: itself, or those under a multi-currency account."""
        if account.kind != AccountKind.MULTI:
            return [account.id]
        return [one.id for one in accounts.sub_accounts(self.bank, account)]


def opened(
    headers: Mapping[str, str],
    version: Version,
    cluster: Cluster,
    resource: str,
    account_id: str = "",
    *,
    continuation: bool = False,
) -> Opened:
    """Open the grant that the call names, for a resource that takes a permission of the cluster.

    Raises ConsentUnnamed, ConsentNewer, PermissionMissing, ReauthenticationNeeded, and what
    `grants.open_grant` raises.
    """
    here = context.current()
    context.reached(_CONSENT)
    grant = grants.open_grant(
        here.bank,
        app_id(here),
        _consent_id(here, headers),
        endpoint=resource,
        resource=account_id[:120],
        psu_present="customer_ip_address" in headers,
        continuation=continuation,
    )
    if grant.terms is None:
        raise ConsentUnknown(detail=f"{grant.consent_id} is none of this standard")
    terms = Terms.of_kept(grant.terms)
    # Release Management: a consent of a newer version must not be used at an endpoint of an older one.
    if terms.version.age > version.age:
        raise ConsentNewer(Message(ConsentNewer.text))
    if is_stale(
        here.bank.now, grant.authorised_at, switches.of(here.bank.profile, version).reauthenticate_after_days
    ):
        raise ReauthenticationNeeded(Message(ReauthenticationNeeded.text))
    if not cluster.among(terms.permissions):
        raise PermissionMissing(Message(f"The consent lacks {cluster.basic}."))
    return Opened(here.bank, version, grant, terms, cluster.is_detailed(terms.permissions))


def _consent_id(here: Context, headers: Mapping[str, str]) -> str:
    """The consent that the access token is bound to; without one, that of the sandbox's own header.

    Raises ConsentUnnamed, TokenElsewhere.
    """
    if here.token is not None:
        if here.token.subject != SubjectKind.CONSENT or not here.token.allows(ACCOUNTS):
            raise TokenElsewhere("The access token is bound to no consent to read accounts.")
        return here.token.subject_id or ""
    if "consent_id" not in headers:
        raise ConsentUnnamed(Message(ConsentUnnamed.text))
    return headers["consent_id"]
