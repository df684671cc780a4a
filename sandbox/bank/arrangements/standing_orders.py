"""Standing orders: the customer's own and those of apps. Source: psd2-api 1.3.11, standingOrderDetails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from sandbox.bank import payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.arrangements.paid import Paid, last, see_to
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Frequency, Payment, PaymentStatus, Roll, Schedule
from sandbox.kernel.clock import instant_text, parse_instant
from sandbox.kernel.money import Money

_COLUMNS = "id, party_name, party_account, party_bic, kind, remittance, currency, start_on, day, roll, runs"
_PAID = frozenset({PaymentStatus.SETTLED, PaymentStatus.CREDITED})


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """One standing order that will run again: next on `next_on`, by `amount`.

    `payment_id` names the payment of an app that it is; None: the customer has set it up at the bank.
    """

    id: str
    account_id: str
    creditor_name: str
    creditor: AccountRef
    creditor_bic: str | None
    remittance: str | None
    reference: str | None
    reference_type: str | None
    schedule: Schedule
    next_on: date
    amount: Money
    last: Paid | None
    payment_id: str | None = None


def of_account(bank: Bank, account_id: str) -> list[StandingOrder]:
    """The standing orders that will be debited to the account: the customer's own, then those of apps."""
    return own(bank, account_id) + list(_of_apps(bank, account_id))


def own(bank: Bank, account_id: str) -> list[StandingOrder]:
    """Those that the customer has set up at the bank."""
    see_to(bank, account_id)
    rows = bank.work.rows(
        f"SELECT {_COLUMNS} FROM standing_order WHERE workspace_id = ? AND account_id = ?"
        " ORDER BY start_on, id",
        (bank.workspace_id, account_id),
    )
    return [one for row in rows if (one := _own(bank, account_id, row)) is not None]


def _own(bank: Bank, account_id: str, row: tuple[Any, ...]) -> StandingOrder | None:
    (order_id, name, account, bic, kind, remittance, currency, start_on, day, roll, runs) = row
    now = instant_text(bank.now)
    coming = next((run for run in orjson.loads(runs) if run[0] > now), None)
    if coming is None:
        return None
    return StandingOrder(
        id=order_id,
        account_id=account_id,
        creditor_name=name,
        creditor=AccountRef(iban=account),
        creditor_bic=bic,
        remittance=remittance,
        reference=None,
        reference_type=None,
        schedule=Schedule(date.fromisoformat(start_on), Frequency.MONTHLY, roll=Roll(roll), day=day),
        next_on=bank.at(parse_instant(coming[0])).today,
        amount=Money(coming[1], currency),
        last=last(bank, account_id, kind, name),
    )


def _of_apps(bank: Bank, account_id: str) -> Iterator[StandingOrder]:
    for payment in payments.standing_orders(bank, account_id):
        schedule = payments.schedule_of(payment)
        if schedule is None or payment.due_on is None:
            continue
        pattern = payments.asked(bank, payment)[0]
        yield StandingOrder(
            id=payment.id,
            account_id=account_id,
            creditor_name=pattern.creditor_name,
            creditor=AccountRef(**pattern.creditor),
            creditor_bic=pattern.creditor_bic,
            remittance=pattern.remittance,
            reference=pattern.reference,
            reference_type=pattern.reference_type,
            schedule=schedule,
            next_on=payment.due_on,
            amount=Money(pattern.amount_minor, pattern.currency),
            last=_last_run(bank, payment),
            payment_id=payment.id,
        )


def _last_run(bank: Bank, payment: Payment) -> Paid | None:
    runs = [one for one in payments.transfers(bank, payment)[1:] if one.status in _PAID and one.due_on]
    if not runs or runs[-1].due_on is None:
        return None
    return Paid(runs[-1].due_on, Money(runs[-1].amount_minor, runs[-1].currency))
