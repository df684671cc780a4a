"""Accounts as their owner sees them: what is on them, and what a payment would take."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import accounts, payments
from sandbox.bank.accounts import Account, BalanceType, Particulars
from sandbox.bank.authorisations import Subject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Payment
from sandbox.online_banking.orders import masked
from sandbox.online_banking.words import Words

#: Which balance the owner sees, the most telling first.
_TELLING = (BalanceType.INTERIM_AVAILABLE, BalanceType.EXPECTED, BalanceType.INTERIM_BOOKED)


@dataclass(frozen=True, slots=True)
class Shown:
    """One account. `label` says which balance it is, where that matters.

    `notes` are what to know before a payment; `short` says that there is too little money.
    """

    id: str
    name: str
    number: str
    owner: str
    balance: str
    label: str = ""
    notes: Sequence[str] = ()
    short: str = ""


def offered(bank: Bank, subject: Subject, person_id: str, words: Words) -> list[Shown]:
    """The accounts that the yes is about."""
    bank.people.move_in(bank, person_id)
    found = subject.offered(bank, person_id)
    if subject.kind == SubjectKind.PAYMENT:
        payment = payments.of_subject(bank, subject.id)
        return [payable(bank, payment, one, words) for one in found]
    return [shown(bank, one, words) for one in found]


def likely(subject: Subject, offered: Sequence[Shown]) -> list[str]:
    """What is ticked at first: all for a consent; for a payment the first account with enough money on it."""
    if subject.kind == SubjectKind.CONSENT:
        return [one.id for one in offered]
    return [one.id for one in offered if not one.short][:1]


def shown(bank: Bank, account: Particulars, words: Words) -> Shown:
    """One account with a masked number and its most telling balance in each currency."""
    number = account.masked_pan or account.bban or account.iban or account.id
    return Shown(account.id, account.name, masked(number), account.owner_name, _balance(bank, account, words))


def payable(bank: Bank, payment: Payment, account: Account, words: Words) -> Shown:
    """One account that a payment may be debited to: what may be spent, and whether that is enough."""
    cost = payments.cost(bank, payment, account, payments.asked(bank, payment))
    notes = []
    if cost.exchanged:
        notes.append(words.say("at_rate", amount=words.amount(cost.debit_minor, cost.currency)))
    needed = payments.signatures_needed(bank, account.id)
    if needed > 1:
        notes.append(words.say("signatures", n=needed))
    short = words.say("short", amount=words.amount(cost.short_minor, cost.currency))
    return Shown(
        id=account.id,
        name=account.name,
        number=masked(account.bban or account.iban or account.id),
        owner=account.owner_name,
        balance=words.amount(cost.available_minor, cost.currency),
        label=words.say("available"),
        notes=notes,
        short="" if cost.is_covered else short,
    )


def _balance(bank: Bank, account: Particulars, words: Words) -> str:
    found = accounts.balances(bank, account)
    written = []
    for currency in dict.fromkeys(one.currency for one in found):
        here = {one.type: one for one in found if one.currency == currency}
        telling = next((here[kind] for kind in _TELLING if kind in here), next(iter(here.values())))
        written.append(words.amount(telling.minor, currency))
    return ", ".join(written)
