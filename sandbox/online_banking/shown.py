"""Accounts as their owner sees them: what is on them, and what a payment would take."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import accounts, payments
from sandbox.bank.accounts import AccountRow, BalanceType, Particulars
from sandbox.bank.authorisations import (
    BasketSubject,
    PaymentConsentSubject,
    PaymentSubject,
    Subject,
    SubjectKind,
)
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
    match subject:
        case PaymentSubject(payment=payment) if subject.kind == SubjectKind.PAYMENT:
            return [payable(bank, [payment], one, words) for one in found]
        case PaymentConsentSubject():
            return [payable(bank, [subject.payment(bank)], one, words) for one in found]
        case BasketSubject():
            parts = [one.payment for one in subject.parts(bank) if isinstance(one, PaymentSubject)]
            return [_of_basket(bank, parts, one, words) for one in found]
        case _:
            return [shown(bank, one, words) for one in found]


def _of_basket(bank: Bank, together: Sequence[Payment], account: AccountRow, words: Words) -> Shown:
    """An account with what all payments from it would take; one that is only read as any other."""
    paying = [one for one in together if one.debtor_account_id == account.id]
    return payable(bank, paying, account, words) if paying else shown(bank, account, words)


def likely(subject: Subject, offered: Sequence[Shown]) -> list[str]:
    """What is ticked at first: all for a consent; for a payment the first account with enough money on it."""
    if subject.kind == SubjectKind.CONSENT:
        return [one.id for one in offered]
    return [one.id for one in offered if not one.short][:1]


def shown(bank: Bank, account: Particulars, words: Words) -> Shown:
    """One account with a masked number and its most telling balance in each currency."""
    number = account.masked_pan or account.bban or account.iban or account.id
    return Shown(account.id, account.name, masked(number), account.owner_name, _balance(bank, account, words))


def payable(bank: Bank, together: Sequence[Payment], account: AccountRow, words: Words) -> Shown:
    """One account that payments may be debited to: what may be spent, and whether that is enough for all."""
    costs = [payments.cost(bank, one, account, payments.asked(bank, one)) for one in together]
    debit_minor = sum(one.debit_minor for one in costs)
    available_minor = accounts.available_minor(bank, account)
    short_minor = max(debit_minor + sum(one.fee_minor for one in costs) - available_minor, 0)
    notes = []
    if any(one.exchanged for one in costs):
        notes.append(words.say("at_rate", amount=words.amount(debit_minor, account.currency)))
    needed = payments.signatures_needed(bank, account.id)
    if needed > 1:
        notes.append(words.say("signatures", n=needed))
    short = words.say("short", amount=words.amount(short_minor, account.currency))
    return Shown(
        id=account.id,
        name=account.name,
        number=masked(account.bban or account.iban or account.id),
        owner=account.owner_name,
        balance=words.amount(available_minor, account.currency),
        label=words.say("available"),
        notes=notes,
        short=short if short_minor else "",
    )


def _balance(bank: Bank, account: Particulars, words: Words) -> str:
    found = accounts.balances(bank, account)
    written = []
    for currency in dict.fromkeys(one.currency for one in found):
        here = {one.type: one for one in found if one.currency == currency}
        telling = next((here[kind] for kind in _TELLING if kind in here), next(iter(here.values())))
        written.append(words.amount(telling.minor, currency))
    return ", ".join(written)
