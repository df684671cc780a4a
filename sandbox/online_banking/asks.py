"""What a TPP asks, in plain words: which app, for what, for how long or when, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import authorisations, consents, payments
from sandbox.bank.authorisations import (
    Authorisation,
    ConsentSubject,
    PaymentSubject,
    ScaStatus,
    Subject,
    SubjectKind,
)
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Access, AccessKind, Consent
from sandbox.bank.payments import PaymentStatus
from sandbox.online_banking import orders
from sandbox.online_banking.rows import Line, Row
from sandbox.online_banking.words import Words
from sandbox.workspaces import apps

_LISTS_ONLY = (AccessKind.AVAILABLE, AccessKind.AVAILABLE_WITH_BALANCE)
#: The yes that the PSU has given: UNCONFIRMED still wants the TPP to bring the confirmation code.
YES = (ScaStatus.FINALISED, ScaStatus.EXEMPTED, ScaStatus.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request in the PSU's language. `headline` is what it comes to, where that can be said in a line."""

    kind: SubjectKind
    app_name: str
    rows: Sequence[Row]
    headline: str | None = None


def ask(bank: Bank, subject: ConsentSubject | PaymentSubject, words: Words, *, known: bool) -> Ask:
    """Say it in plain words. Nothing that only a customer may know is said until the PSU is `known`."""
    name = app_name(bank, subject)
    match subject:
        case ConsentSubject(consent=consent):
            return Ask(subject.kind, name, consent_rows(bank, consent, words))
        case PaymentSubject(payment=payment):
            rows = orders.rows(bank, payment, words, known=known)
            return Ask(subject.kind, name, rows, orders.headline(bank, payment, words))


def app_name(bank: Bank, subject: Subject) -> str:
    """What the app is called."""
    return subject.tpp_name or registered_name(bank, subject.app_id)


def registered_name(bank: Bank, app_id: str) -> str:
    """The name under which the app is registered; its id where it is gone."""
    try:
        return apps.get(bank.work, bank.workspace_id, app_id).name
    except apps.AppUnknown:
        return app_id


def ending(bank: Bank, authorisation: Authorisation) -> str:
    """How it ended, as a part of the keys of the texts: yes, no, more (to sign), refused (by the bank)."""
    subject = authorisations.subject_of(bank, authorisation)
    if authorisation.status not in YES:
        return "no"
    match subject.kind, subject.status(bank):
        case SubjectKind.PAYMENT, PaymentStatus.PARTIALLY_AUTHORISED:
            return "more"
        case SubjectKind.PAYMENT, PaymentStatus.REJECTED:
            return "refused"
        case _:
            return "yes"


def has_signed(subject: Subject, person_id: str) -> bool:
    """Whether this PSU's signature is there already, and somebody else's is needed."""
    match subject:
        case PaymentSubject(payment=payment) if subject.kind == SubjectKind.PAYMENT:
            return payments.is_open(payment) and person_id in payment.signed_by
        case _:
            return False


def consent_rows(bank: Bank, consent: Consent, words: Words) -> list[Row]:
    """Which data, for how long, how often."""
    how_long = (
        words.say("until", date=words.day(consent.valid_until)) if consent.recurring else words.say("once")
    )
    rows = [
        Row("data", words.say("asks_what"), [Line(one) for one in _data(bank, consent, words)]),
        Row("how-long", words.say("asks_how_long"), [Line(how_long)]),
    ]
    if consent.recurring:
        often = words.count("often", consent.frequency_per_day)
        rows.append(Row("how-often", words.say("asks_how_often"), [Line(often)]))
    return rows


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
