"""Consents, accounts and balances in the words of this standard.

Source: OBReadConsentResponse1, OBReadAccount6, OBReadBalance1, of 3.1.11 and 4.0.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.bank.accounts import AccountKind, AccountRow, AccountStatus, Balance, BalanceType
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Consent, ConsentStatus
from sandbox.bank.funds import FundsConsent
from sandbox.kernel.money import decimal_text
from sandbox.standards.uk_open_banking import numbers, walltime
from sandbox.standards.uk_open_banking.terms import Terms
from sandbox.standards.uk_open_banking.versions import V3, Version, Word

#: 3.1 has no word for the end of a consent: since 3.1.4 a withdrawn or expired one stays what it was.
CONSENT_STATUS: Mapping[ConsentStatus, Word] = {
    ConsentStatus.RECEIVED: Word("AwaitingAuthorisation", "AWAU"),
    ConsentStatus.PARTIALLY_AUTHORISED: Word("AwaitingAuthorisation", "AWAU"),
    ConsentStatus.REJECTED: Word("Rejected", "RJCT"),
    ConsentStatus.VALID: Word("Authorised", "AUTH"),
    ConsentStatus.REVOKED_BY_PSU: Word("Authorised", "CANC"),
    ConsentStatus.EXPIRED: Word("Authorised", "EXPD"),
    ConsentStatus.TERMINATED_BY_TPP: Word("Revoked", "CANC"),
}
#: Consents to the confirmation of funds have a word for their end in 3.1 as well, unless they have run out.
FUNDS_STATUS: Mapping[ConsentStatus, Word] = {
    **CONSENT_STATUS,
    ConsentStatus.REVOKED_BY_PSU: Word("Revoked", "CANC"),
}
#: Why 4.0 says so. Source: Read/Write 4.0, 401 and 403; OBExternalStatusReason1Code.
_REASONS: Mapping[str, Sequence[tuple[str, str]]] = {
    "AWAU": (("U036", "Authorisation not completed"),),
    "RJCT": (("U033", "Authorisation failed"),),
    "CANC": (("TKSP", "Access is suspended"), ("U028", "Re-authentication is required by the PSU")),
    "EXPD": (("TKXP", "The consent has passed its ExpirationDateTime"),),
}
ACCOUNT_STATUS: Mapping[AccountStatus, Word] = {
    AccountStatus.ENABLED: Word("Enabled", "Enabled"),
    AccountStatus.BLOCKED: Word("Disabled", "Disabled"),
    AccountStatus.CLOSED: Word("Deleted", "Deleted"),
}
ACCOUNT_TYPE: Mapping[AccountKind, Word] = {
    AccountKind.CURRENT: Word("CurrentAccount", "CACC"),
    AccountKind.SAVINGS: Word("Savings", "SVGS"),
    AccountKind.CARD: Word("CreditCard", "CARD"),
    AccountKind.LOAN: Word("Loan", "LOAN"),
    AccountKind.MULTI: Word("CurrentAccount", "CACC"),
}
BALANCE_TYPE: Mapping[BalanceType, Word] = {
    BalanceType.CLOSING_BOOKED: Word("ClosingBooked", "CLBD"),
    BalanceType.EXPECTED: Word("Expected", "XPCD"),
    BalanceType.OPENING_BOOKED: Word("OpeningBooked", "OPBD"),
    BalanceType.INTERIM_AVAILABLE: Word("InterimAvailable", "ITAV"),
    BalanceType.INTERIM_BOOKED: Word("InterimBooked", "ITBD"),
    BalanceType.FORWARD_AVAILABLE: Word("ForwardAvailable", "FWAV"),
    BalanceType.NON_INVOICED: Word("Information", "INFO"),
    BalanceType.INFORMATION: Word("Information", "INFO"),
}
#: What the kind of an account and its purpose are called.
TYPE_KEYS = (Word("AccountType", "AccountCategory"), Word("AccountSubType", "AccountTypeCode"))
_CATEGORY = {"ORGA": "Business", "PRIV": "Personal"}
_DESCRIPTION_MAX, _NICKNAME_MAX = 35, 70


def consent(
    version: Version, one: Consent, status: ConsentStatus, terms: Terms, *, stale: bool
) -> dict[str, Any]:
    """The `Data` of a consent; `stale`: the bank wants the PSU's yes once more."""
    word = _consent_status(version, one, status, stale=stale)
    body: dict[str, Any] = {
        "ConsentId": one.id,
        "CreationDateTime": walltime.told(one.created_at),
        "Status": word,
        "StatusUpdateDateTime": walltime.told(one.moved_at or one.created_at),
        "Permissions": list(terms.permissions),
        **terms.moments,
    }
    return body | _reasons(version, word)


def funds_status(version: Version, one: FundsConsent, status: ConsentStatus) -> dict[str, Any]:
    """Where a consent to the confirmation of funds stands."""
    word = version.say(FUNDS_STATUS[_known(version, one, status)])
    return {"Status": word, **_reasons(version, word)}


def _reasons(version: Version, word: str) -> dict[str, Any]:
    if version is V3:
        return {}
    return {"StatusReason": consent_reasons(word)}


def consent_reasons(word: str) -> list[dict[str, str]]:
    """Why a consent stands so, in 4.0, by the word for where it stands."""
    return [
        {"StatusReasonCode": code, "StatusReasonDescription": text} for code, text in _REASONS.get(word, ())
    ]


def _consent_status(version: Version, one: Consent, status: ConsentStatus, *, stale: bool) -> str:
    if status is ConsentStatus.VALID and stale:
        return version.say(CONSENT_STATUS[ConsentStatus.REVOKED_BY_PSU])
    return version.say(CONSENT_STATUS[_known(version, one, status)])


def _known(version: Version, one: Consent | FundsConsent, status: ConsentStatus) -> ConsentStatus:
    """3.1 knows no end by time: what ran out before the PSU's yes awaits it for ever."""
    lapsed = status is ConsentStatus.EXPIRED and one.authorised_at is None
    return ConsentStatus.RECEIVED if lapsed and version is V3 else status


def account(version: Version, bank: Bank, one: AccountRow, *, detail: bool, pan: bool) -> dict[str, Any]:
    """An `OBAccount6`. A multi-currency account names no currency: its balances do."""
    category, kind = (version.say(key) for key in TYPE_KEYS)
    body: dict[str, Any] = {
        "AccountId": one.id,
        "Status": version.say(ACCOUNT_STATUS[AccountStatus(one.status)]),
    }
    if one.kind != AccountKind.MULTI:
        body["Currency"] = one.currency
    body[category] = _CATEGORY[one.usage]
    body[kind] = version.say(ACCOUNT_TYPE[AccountKind(one.kind)])
    body["Description"] = one.product[:_DESCRIPTION_MAX]
    body["Nickname"] = one.name[:_NICKNAME_MAX]
    if detail:
        body["Account"] = numbers.own(one, pan=pan)
        if version is not V3:
            body["StatementFrequencyAndFormat"] = []
        body["Servicer"] = {"SchemeName": numbers.BIC, "Identification": bank.profile.bic}
    return body


def balance(
    version: Version, account_id: str, one: Balance, limit_minor: int, now: datetime
) -> dict[str, Any]:
    """A balance of an account that may be overdrawn by `limit_minor`. Of a past day it is that of its end."""
    today = one.reference_on >= now.date()
    lines: list[dict[str, Any]] = []
    if limit_minor:
        limit = {"Amount": decimal_text(limit_minor, one.currency), "Currency": one.currency}
        lines = [{"Included": one.credit_limit_included, "Type": "Pre-Agreed", "Amount": limit}]
    return {
        "AccountId": account_id,
        "CreditDebitIndicator": credit_or_debit(one.minor),
        "Type": version.say(BALANCE_TYPE[one.type]),
        "DateTime": walltime.told(now) if today else f"{one.reference_on}T23:59:59+00:00",
        "Amount": amount(one.minor, one.currency),
        "CreditLine": lines,
    }


def amount(minor: int, currency: str) -> dict[str, str]:
    """An amount without a sign: CreditDebitIndicator has it."""
    return {"Amount": decimal_text(abs(minor), currency), "Currency": currency}


def credit_or_debit(minor: int) -> str:
    """Source: OBReadBalance1, CreditDebitIndicator: "A zero balance is considered to be a credit balance"."""
    return "Debit" if minor < 0 else "Credit"
