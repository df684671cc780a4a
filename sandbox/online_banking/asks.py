"""What a TPP asks, in plain words: which app, which data, for how long, how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import accounts, authorisations, consents
from sandbox.bank.accounts import BalanceType, Particulars
from sandbox.bank.authorisations import Authorisation, ConsentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Access, AccessKind, Consent
from sandbox.online_banking.words import Words
from sandbox.workspaces import apps

#: Which balance the owner sees, the most telling first.
_TELLING = (BalanceType.INTERIM_AVAILABLE, BalanceType.EXPECTED, BalanceType.INTERIM_BOOKED)
_DIGITS_SHOWN = 4
_LISTS_ONLY = (AccessKind.AVAILABLE, AccessKind.AVAILABLE_WITH_BALANCE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request in the PSU's language."""

    app_name: str
    data: Sequence[str]
    how_long: str
    how_often: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One account as its owner sees it."""

    id: str
    name: str
    number: str
    owner: str
    balance: str


def consent_of(bank: Bank, authorisation: Authorisation) -> Consent:
    """The consent that the PSU is asked for."""
    subject = authorisations.subject_of(bank, authorisation)
    if not isinstance(subject, ConsentSubject):
        raise TypeError(f"{authorisation.id} asks for a {subject.kind}")
    return subject.consent


def ask(bank: Bank, consent: Consent, words: Words) -> Ask:
    """Say a consent in plain words."""
    often = None
    if consent.recurring:
        often = words.count("often", consent.frequency_per_day)
    how_long = (
        words.say("until", date=words.day(consent.valid_until)) if consent.recurring else words.say("once")
    )
    return Ask(app_name(bank, consent), _data(bank, consent, words), how_long, often)


def app_name(bank: Bank, consent: Consent) -> str:
    """What the app is called."""
    try:
        return consent.tpp_name or apps.get(bank.work, bank.workspace_id, consent.app_id).name
    except apps.AppUnknown:
        return consent.app_id


def _data(bank: Bank, consent: Consent, words: Words) -> list[str]:
    access = consents.access_of(consent)
    keys = ["data_list" if access.kind in _LISTS_ONLY else "data_accounts"]
    if _has_balances(access):
        keys.append("data_balances")
    if _has_transactions(access):
        keys.append("data_transactions")
    if access.owner_name and bank.profile.consents.owner_name:
        keys.append("data_owner")
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


def offered(bank: Bank, consent: Consent, person_id: str, words: Words) -> list[Shown]:
    """The accounts that the yes is about, as their owner sees them."""
    bank.people.move_in(bank, person_id)
    return [shown(bank, one, words) for one in consents.offered(bank, consent, person_id)]


def shown(bank: Bank, account: Particulars, words: Words) -> Shown:
    """One account with a masked number and its most telling balance in each currency."""
    return Shown(
        account.id, account.name, _masked(account), account.owner_name, _balance(bank, account, words)
    )


def _masked(account: Particulars) -> str:
    number = account.masked_pan or account.bban or account.iban or account.id
    return f"•••• {number[-_DIGITS_SHOWN:]}"


def _balance(bank: Bank, account: Particulars, words: Words) -> str:
    found = accounts.balances(bank, account)
    written = []
    for currency in dict.fromkeys(one.currency for one in found):
        here = {one.type: one for one in found if one.currency == currency}
        telling = next((here[kind] for kind in _TELLING if kind in here), next(iter(here.values())))
        written.append(words.amount(telling.minor, currency))
    return ", ".join(written)
