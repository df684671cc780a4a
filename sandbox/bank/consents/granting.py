"""Granting: which accounts a PSU may choose from, and what the yes to a consent gives."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from sandbox.bank import accounts, events
from sandbox.bank.accounts import AccountKind, AccountRow, AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.consents.lifecycle import access_of, await_expiry, kind_of, move, settled
from sandbox.bank.consents.terms import (
    _KINDS_OF,
    Access,
    AccessKind,
    AccountNotOffered,
    Consent,
    ConsentAccount,
    ConsentStatus,
    GrantedAccount,
    Standing,
)
from sandbox.bank.events import EventKind, Watched
from sandbox.bank.profile import MultiCurrency
from sandbox.workspaces import workspace as workspaces


def is_choice_of_psu(consent: Consent) -> bool:
    """Whether the PSU picks the accounts. Source: IG 6.3.1.3, consent without indication of accounts."""
    return kind_of(access_of(consent)) == AccessKind.BANK_OFFERED


def offered(bank: Bank, consent: Consent, person_id: str) -> list[AccountRow]:
    """The PSU's accounts that this consent may be about, in the bank's order."""
    access = access_of(consent)
    mine = [one for one in accounts.of_customer(bank, person_id) if _shown(bank, one)]
    if access.restricted_to:
        kinds = {kind for word in access.restricted_to for kind in _KINDS_OF.get(word, set())}
        mine = [one for one in mine if one.kind in kinds]
    if kind_of(access) == AccessKind.DEDICATED:
        named = access.accounts + access.balances + access.transactions
        mine = [one for one in mine if any(ref.means(one) for ref in named)]
    return mine


def _shown(bank: Bank, account: AccountRow) -> bool:
    """Source: IG 4.5, multi-currency accounts: the bank shows the whole, the parts, or both."""
    how = bank.profile.statements.multi_currency
    if account.kind == AccountKind.MULTI:
        return how != MultiCurrency.SUBACCOUNT
    return account.parent_id is None or how != MultiCurrency.AGGREGATION


def chosen(
    bank: Bank, consent: Consent, person_id: str, account_ids: Sequence[str] | None
) -> list[AccountRow]:
    """The accounts that a yes is about: all that are offered, or those picked. Raises AccountNotOffered."""
    choice = offered(bank, consent, person_id)
    if account_ids is None:
        return choice
    strange = set(account_ids) - {one.id for one in choice}
    if strange:
        raise AccountNotOffered(detail=", ".join(sorted(strange)))
    return [one for one in choice if one.id in account_ids]


def authorise(bank: Bank, consent: Consent, person_id: str, granting: Sequence[AccountRow]) -> None:
    """The PSU's yes is final: the consent is valid, and an older recurring one of the same two expires.

    A yes to a renewable consent leaves all others alone, and takes the place of its own older one.
    Source: IG 6.3.1.1, recurring consents. Raises ConsentNotOpen.
    """
    # Two yeses of one PSU come one after the other, so that exactly one recurring consent is left.
    workspaces.lock(bank.work, bank.workspace_id)
    settled(bank, consent)
    move(bank, consent, ConsentStatus.VALID)
    consent.person_id = person_id
    consent.authorised_at = bank.now
    _forget_granted(bank, consent)
    access = access_of(consent)
    owner_name = access.owner_name and bank.profile.consents.owner_name
    for position, account in enumerate(granting):
        balances, transactions = _rights(access, account)
        bank.work.add(
            ConsentAccount(
                workspace_id=bank.workspace_id,
                consent_id=consent.id,
                account_id=account.id,
                position=position,
                balances=balances,
                transactions=transactions,
                owner_name=owner_name,
            )
        )
    await_expiry(bank, consent)
    if consent.recurring and not consent.renewable:
        _expire_older(bank, consent)
    bank.work.flush()
    books = [book for one in granting if _rights(access, one)[1] for book in _books(bank, one)]
    events.watch(bank, consent.app_id, consent.id, books)


def _forget_granted(bank: Bank, consent: Consent) -> None:
    """Take away what an older yes to the same consent gave."""
    events.unwatch(bank, consent.id)
    bank.work.execute(
        delete(ConsentAccount).where(
            ConsentAccount.workspace_id == bank.workspace_id, ConsentAccount.consent_id == consent.id
        )
    )


def _books(bank: Bank, account: AccountRow) -> list[Watched]:
    """The books whose lines are the account's transactions."""
    parts = accounts.sub_accounts(bank, account) if account.kind == AccountKind.MULTI else [account]
    return [Watched(one.id, account.id, account.kind) for one in parts]


def _rights(access: Access, account: AccountRow) -> tuple[bool, bool]:
    match kind_of(access):
        case AccessKind.DEDICATED:
            return (
                any(ref.means(account) for ref in access.balances),
                any(ref.means(account) for ref in access.transactions),
            )
        case AccessKind.BANK_OFFERED:
            return access.asks_balances, access.asks_transactions
        case AccessKind.AVAILABLE:
            return False, False
        case AccessKind.AVAILABLE_WITH_BALANCE:
            return True, False
        case AccessKind.ALL_PSD2:
            return True, True


def _expire_older(bank: Bank, newer: Consent) -> None:
    wanted = select(Consent).where(
        Consent.workspace_id == bank.workspace_id,
        Consent.bank_id == bank.id,
        Consent.app_id == newer.app_id,
        Consent.person_id == newer.person_id,
        Consent.recurring,
        Consent.status == ConsentStatus.VALID,
        Consent.id != newer.id,
    )
    for older in list(bank.work.scalars(wanted)):
        move(bank, older, ConsentStatus.EXPIRED)


#: Every read of accounts asks this, so it goes straight to the driver.
_GRANTED = (
    "SELECT g.balances, g.transactions, g.owner_name,"
    f" {', '.join(f'a.{name}' for name in AccountRow._fields)}"
    " FROM consent_account g JOIN account a ON a.workspace_id = g.workspace_id AND a.id = g.account_id"
    " WHERE g.workspace_id = ? AND g.consent_id = ? ORDER BY g.position"
)


def granted(bank: Bank, consent: Consent | Standing) -> list[GrantedAccount]:
    """The accounts that the PSU granted, in the bank's order."""
    return [
        GrantedAccount(AccountRow._make(particulars), bool(balances), bool(transactions), bool(owner_name))
        for balances, transactions, owner_name, *particulars in bank.work.rows(
            _GRANTED, (bank.workspace_id, consent.id)
        )
    ]


_CONCERNED = (
    "SELECT c.app_id, c.id FROM consent_account g"
    " JOIN consent c ON c.workspace_id = g.workspace_id AND c.id = g.consent_id"
    " WHERE g.workspace_id = ? AND g.account_id = ? AND c.bank_id = ? AND c.status = ? ORDER BY c.id"
)


def account_changed(bank: Bank, account_id: str, status: AccountStatus) -> None:
    """Tell each app that reads the account by a valid consent that money moves there no more, or again."""
    who = (bank.workspace_id, account_id, bank.id, ConsentStatus.VALID.value)
    for app_id, consent_id in bank.work.rows(_CONCERNED, who):
        of = (EventKind.ACCOUNT_STATUS, app_id, "consent", consent_id)
        events.record(bank, *of, account_id=account_id, status=status.value)
