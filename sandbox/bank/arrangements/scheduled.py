"""Scheduled payments: what is to be paid once, on a day to come, by the customer's word or by an app's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sandbox.bank import payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.arrangements.paid import see_to
from sandbox.bank.bank import Bank
from sandbox.kernel.clock import instant_text
from sandbox.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ScheduledPayment:
    """One payment that waits for its day. `payment_id` names the payment of an app that it is part of."""

    id: str
    account_id: str
    due_on: date
    amount: Money
    creditor_name: str
    creditor: AccountRef
    creditor_bic: str | None
    remittance: str | None
    reference: str | None
    reference_type: str | None
    payment_id: str | None = None


def of_account(bank: Bank, account_id: str) -> list[ScheduledPayment]:
    """What will be debited to the account once, first days first."""
    found = [*_own(bank, account_id), *_of_apps(bank, account_id)]
    return sorted(found, key=lambda one: (one.due_on, one.id))


def _own(bank: Bank, account_id: str) -> Iterator[ScheduledPayment]:
    see_to(bank, account_id)
    now = instant_text(bank.now)
    rows = bank.work.rows(
        "SELECT id, due_on, amount_minor, currency, party_name, party_account, party_bic, remittance,"
        " reference, reference_type FROM scheduled_payment"
        " WHERE workspace_id = ? AND account_id = ? AND entered_at <= ? AND due_at > ?",
        (bank.workspace_id, account_id, now, now),
    )
    for found_id, due_on, minor, currency, name, account, *told in rows:
        yield ScheduledPayment(
            *(found_id, account_id, date.fromisoformat(due_on), Money(minor, currency), name),
            *(AccountRef(iban=account), *told),
        )


def _of_apps(bank: Bank, account_id: str) -> Iterator[ScheduledPayment]:
    for payment in payments.scheduled(bank, account_id):
        for one in payments.asked(bank, payment):
            yield ScheduledPayment(
                id=f"{payment.id}-{one.position}",
                account_id=account_id,
                due_on=payment.due_on or bank.today,
                amount=Money(one.amount_minor, one.currency),
                creditor_name=one.creditor_name,
                creditor=AccountRef(**one.creditor),
                creditor_bic=one.creditor_bic,
                remittance=one.remittance,
                reference=one.reference,
                reference_type=one.reference_type,
                payment_id=payment.id,
            )
