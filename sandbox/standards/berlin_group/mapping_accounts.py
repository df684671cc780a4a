"""Accounts and balances in this standard's words.

Source: psd2-api 1.3.11, `accountDetails`, `cardAccountDetails`, `balance`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.bank.accounts import AccountKind, AccountStatus, Balance, BalanceType, Particulars
from sandbox.kernel.money import decimal_text

STATUS: Mapping[AccountStatus, str] = {
    AccountStatus.ENABLED: "enabled",
    AccountStatus.BLOCKED: "blocked",
    AccountStatus.CLOSED: "deleted",
}
#: Source: ISO 20022 ExternalCashAccountType1Code.
CASH_ACCOUNT_TYPE: Mapping[AccountKind, str] = {
    AccountKind.CURRENT: "CACC",
    AccountKind.SAVINGS: "SVGS",
    AccountKind.CARD: "CARD",
    AccountKind.LOAN: "LOAN",
    AccountKind.MULTI: "CACC",
}
BALANCE_TYPE: Mapping[BalanceType, str] = {one: one.value for one in BalanceType}
#: The currency of a multi-currency account. Source: NextGenPSD2 IG 1.3, section 4.5.
NO_CURRENCY = "XXX"


@dataclass(frozen=True, slots=True)
class View:
    """One account as one consent may see it. Without `linked`, it can be listed but not looked into."""

    account: Particulars
    balances: bool
    transactions: bool
    owner_name: bool
    linked: bool = True


def details(view: View, url: str, bic: str, balances: Sequence[Balance] | None = None) -> dict[str, Any]:
    """An `accountDetails`; `url` is that of this account's resource."""
    account = view.account
    body: dict[str, Any] = {"resourceId": account.id}
    body |= _numbers(account)
    body |= {
        "currency": NO_CURRENCY if account.kind == AccountKind.MULTI else account.currency,
        "name": account.name,
        "product": account.product,
        "cashAccountType": CASH_ACCOUNT_TYPE[AccountKind(account.kind)],
        "status": STATUS[AccountStatus(account.status)],
        "bic": bic,
        "usage": account.usage,
    }
    return body | _rest(view, url, balances)


def card_details(view: View, url: str, balances: Sequence[Balance] | None = None) -> dict[str, Any]:
    """A `cardAccountDetails`."""
    account = view.account
    body: dict[str, Any] = {
        "resourceId": account.id,
        "maskedPan": account.masked_pan,
        "currency": account.currency,
        "name": account.name,
        "product": account.product,
        "debitAccounting": False,
        "status": STATUS[AccountStatus(account.status)],
        "usage": account.usage,
    }
    if account.credit_limit_minor:
        body["creditLimit"] = amount(account.credit_limit_minor, account.currency)
    return body | _rest(view, url, balances)


def reference(account: Particulars) -> dict[str, str]:
    """An `accountReference` to one of our own accounts: the IBAN alone means all of its currencies."""
    found = {"maskedPan": account.masked_pan} if account.kind == AccountKind.CARD else _numbers(account)
    if account.kind != AccountKind.MULTI:
        found["currency"] = account.currency
    return {name: value for name, value in found.items() if value}


def balance(one: Balance) -> dict[str, Any]:
    """A `balance`. A negative amount is what is owed to the bank."""
    body: dict[str, Any] = {
        "balanceAmount": amount(one.minor, one.currency),
        "balanceType": BALANCE_TYPE[one.type],
    }
    if one.type in (BalanceType.INTERIM_AVAILABLE, BalanceType.FORWARD_AVAILABLE):
        body["creditLimitIncluded"] = one.credit_limit_included
    if one.last_change_at is not None:
        body["lastChangeDateTime"] = one.last_change_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    body["referenceDate"] = one.reference_on.isoformat()
    if one.last_entry_id is not None:
        body["lastCommittedTransaction"] = one.last_entry_id
    return body


def amount(minor: int, currency: str) -> dict[str, str]:
    """An `amount`."""
    return {"currency": currency, "amount": decimal_text(minor, currency)}


def _numbers(account: Particulars) -> dict[str, str | None]:
    """The IBAN, or the national number where the account has no IBAN.

    A card stands among accounts only at a bank that takes a masked PAN for an IBAN.
    """
    if account.kind == AccountKind.CARD:
        return {"iban": account.masked_pan}
    return {"iban": account.iban} if account.iban else {"bban": account.bban}


def _rest(view: View, url: str, balances: Sequence[Balance] | None) -> dict[str, Any]:
    """What depends on the consent: balances, links, and who owns the account."""
    found: dict[str, Any] = {}
    if balances is not None:
        found["balances"] = [balance(one) for one in balances]
    if view.owner_name:
        found["ownerName"] = view.account.owner_name
    links = {
        name: {"href": f"{url}/{name}"}
        for name, granted in (("balances", view.balances), ("transactions", view.transactions))
        if granted and view.linked
    }
    if links:
        found["_links"] = links
    return found
