"""What a consent gives, in plain words: which data or which answers, for how long, and how often."""

from sandbox.bank import consents
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Access, AccessKind, Consent
from sandbox.bank.funds import FundsConsent
from sandbox.bank.sessions import Session
from sandbox.online_banking.orders import masked
from sandbox.online_banking.rows import Line, Row
from sandbox.online_banking.words import Words

_LISTS_ONLY = (AccessKind.AVAILABLE, AccessKind.AVAILABLE_WITH_BALANCE)


def rows(bank: Bank, consent: Consent, words: Words) -> list[Row]:
    """Which data, for how long, how often."""
    if not consent.recurring:
        how_long = words.say("once")
    elif consent.valid_until == consents.FOREVER:
        how_long = words.say("until_withdrawn")
    else:
        how_long = words.say("until", date=words.day(consent.valid_until))
    rows = [
        Row("data", words.say("asks_what"), [Line(one) for one in _data(bank, consent, words)]),
        Row("how-long", words.say("asks_how_long"), [Line(how_long)]),
    ]
    if consent.recurring:
        often = words.count("often", consent.frequency_per_day)
        rows.append(Row("how-often", words.say("asks_how_often"), [Line(often)]))
    return rows


def funds_rows(consent: FundsConsent, words: Words) -> list[Row]:
    """What may be asked, for which card, and for how long."""
    lasts = words.say("until_withdrawn")
    found = [Row("data", words.say("asks_what_funds"), [Line(words.say("funds_what"))])]
    if consent.card_number or consent.card_information:
        number = masked(consent.card_number) if consent.card_number else ""
        said = [one for one in (consent.card_information, number) if one]
        found.append(Row("card", words.say("asks_card"), [Line(*said)]))
    if consent.card_expires_on:
        lasts = words.say("until", date=words.day(consent.card_expires_on))
    return [*found, Row("how-long", words.say("asks_how_long"), [Line(lasts)])]


def session_rows(session: Session, words: Words) -> list[Row]:
    """What the app may do once it knows who the PSU is: the words of a scope that PSUs have a text for."""
    keys = [f"session_{one.lower()}" for one in session.scope]
    said = [words.say(key) for key in keys if words.has(key)] or [words.say("session_openid")]
    return [Row("data", words.say("asks_what_session"), [Line(one) for one in said])]


def _data(bank: Bank, consent: Consent, words: Words) -> list[str]:
    access = consents.access_of(consent)
    keys = ["data_list" if access.kind in _LISTS_ONLY else "data_accounts"]
    if _has_balances(access):
        keys.append("data_balances")
    if _has_transactions(access):
        keys.append("data_transactions")
    if access.owner_name and bank.profile.consents.owner_name:
        keys.append("data_owner")
    keys += [f"data_{one.name.lower()}" for one in access.insights]
    return [words.say(key) for key in keys]


def _has_balances(access: Access) -> bool:
    if access.kind == AccessKind.DEDICATED and _names_accounts(access):
        return bool(access.balances)
    if access.kind in (AccessKind.DEDICATED, AccessKind.BANK_OFFERED):
        return access.asks_balances
    return access.kind in (AccessKind.AVAILABLE_WITH_BALANCE, AccessKind.ALL_PSD2)


def _has_transactions(access: Access) -> bool:
    if access.kind == AccessKind.DEDICATED and _names_accounts(access):
        return bool(access.transactions)
    if access.kind in (AccessKind.DEDICATED, AccessKind.BANK_OFFERED):
        return access.asks_transactions
    return access.kind == AccessKind.ALL_PSD2


def _names_accounts(access: Access) -> bool:
    return bool(access.accounts or access.balances or access.transactions)
