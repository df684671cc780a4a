"""Paying by a mandate: the PSU has said yes before, so the limits are all that is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sandbox.bank import accounts, payments
from sandbox.bank.accounts import AccountRef, AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentStatus
from sandbox.bank.mandates import lifecycle, periods
from sandbox.bank.mandates.periods import Period
from sandbox.bank.mandates.terms import (
    Bound,
    BoundKind,
    LimitExceeded,
    MandateExpired,
    MandateNotOpen,
    MandatePayment,
    PaymentMandate,
)
from sandbox.bank.payments import Payment, PaymentOrder, PaymentStatus
from sandbox.bank.profile import Scheme
from sandbox.kernel import rates
from sandbox.kernel.money import Money
from sandbox.workspaces import workspace as workspaces

#: What has moved no money, and never will, counts for nothing. What comes back later counts on.
#: Source: the standard's knowledge base, Variable Recurring Payments: a refund frees no limit.
_FREED = (PaymentStatus.REJECTED.value, PaymentStatus.CANCELLED.value)


@dataclass(frozen=True, slots=True)
class Spent:
    """One periodic limit today: its period, and what of it is used."""

    period: Period
    minor: int


def pay(bank: Bank, mandate: PaymentMandate, order: PaymentOrder, terms: Mapping[str, Any]) -> Payment:
    """Make one payment by the mandate, at once and without another yes.

    Of the order the one instruction counts; what is debited is the account of the mandate. A payment that the
    account does not cover is made and rejected, as any other. Raises MandateNotOpen, MandateExpired,
    LimitExceeded, and what `payments.initiate` and `payments.agree` raise.
    """
    # Two payments at the same moment come one after the other, so that both see what the other spends.
    workspaces.lock(bank.work, bank.workspace_id)
    account_id = check_valid(bank, mandate)
    amount = order.instructions[0].amount
    _check(bank, mandate, amount)
    account = accounts.get(bank, account_id)
    debtor = AccountRef(iban=account.iban) if account.iban else AccountRef(bban=account.bban)
    # No payment by a mandate is the duplicate of another, however much they look alike.
    alone = f"{mandate.id}/{_count(bank, mandate)}"
    payment = payments.initiate(bank, mandate.app_id, replace(order, debtor=debtor, consent_id=alone))
    bank.work.add(
        MandatePayment(
            workspace_id=bank.workspace_id,
            payment_id=payment.id,
            mandate_id=mandate.id,
            day=bank.today,
            amount_minor=amount.minor,
            terms=dict(terms),
        )
    )
    bank.work.flush()
    if payments.is_open(payment):
        payments.agree(bank, payment, mandate.person_id or "", account_id)
    bank.work.flush()
    return payment


def check_valid(bank: Bank, mandate: PaymentMandate) -> str:
    """The account that is paid from, while the mandate is in force. Raises MandateNotOpen, MandateExpired."""
    status = lifecycle.current_status(bank, mandate)
    if status is ConsentStatus.EXPIRED:
        raise MandateExpired(detail=mandate.id)
    if status is not ConsentStatus.VALID or mandate.account_id is None:
        raise MandateNotOpen(detail=f"{mandate.id} is {status}")
    return mandate.account_id


def _check(bank: Bank, mandate: PaymentMandate, amount: Money) -> None:
    if bank.today < mandate.starts_on:
        raise LimitExceeded(Bound(BoundKind.VALID_FROM), "The mandate has not begun yet.")
    if amount.currency != mandate.currency:
        raise LimitExceeded(Bound(BoundKind.INDIVIDUAL), f"Payments are made in {mandate.currency}.")
    if amount.minor > mandate.individual_minor:
        raise LimitExceeded(Bound(BoundKind.INDIVIDUAL), "The payment is above what one may come to.")
    for position, one in enumerate(spent(bank, mandate)):
        if one.minor + amount.minor > one.period.minor:
            text = f"The payments until {one.period.last} would come to more than they may."
            raise LimitExceeded(Bound(BoundKind.PERIODIC, position), text)


def spent(bank: Bank, mandate: PaymentMandate) -> list[Spent]:
    """What each periodic limit has been used for so far, in its period of today."""
    day = max(bank.today, mandate.starts_on)
    found = [periods.period_of(one, mandate.starts_on, day) for one in lifecycle.limits_of(mandate)]
    return [Spent(one, _paid_minor(bank, mandate, one)) for one in found]


def _count(bank: Bank, mandate: PaymentMandate) -> int:
    rows = bank.work.rows(
        "SELECT count(*) FROM mandate_payment WHERE workspace_id = ? AND mandate_id = ?",
        (bank.workspace_id, mandate.id),
    )
    return int(rows[0][0])


def _paid_minor(bank: Bank, mandate: PaymentMandate, period: Period) -> int:
    rows = bank.work.rows(
        "SELECT coalesce(sum(m.amount_minor), 0) FROM mandate_payment m"
        " JOIN payment p ON p.workspace_id = m.workspace_id AND p.id = m.payment_id"
        " WHERE m.workspace_id = ? AND m.mandate_id = ? AND m.day BETWEEN ? AND ?"
        f" AND p.status NOT IN ({', '.join('?' * len(_FREED))})",
        (
            *(bank.workspace_id, mandate.id, period.first.isoformat(), period.last.isoformat()),
            *_FREED,
        ),
    )
    return int(rows[0][0])


def is_funded(bank: Bank, mandate: PaymentMandate, amount: Money) -> bool:
    """Whether that amount could be paid now, fee included; nothing is reserved for it.

    Source: Read/Write 4.0, POST …/funds-confirmation. Raises MandateNotOpen, MandateExpired, CurrencyUnknown.
    """
    account = accounts.get(bank, check_valid(bank, mandate))
    if account.status != AccountStatus.ENABLED:
        return False
    bank.people.move_in(bank, mandate.person_id or "")
    fee = Money(bank.profile.payments.fees_minor.get(Scheme(mandate.scheme), 0), bank.profile.currency)
    wanted = sum(rates.exchanged(one, account.currency, bank.today).minor for one in (amount, fee))
    return accounts.available_minor(bank, account) >= wanted


def of_payment(bank: Bank, payment_id: str) -> tuple[str, dict[str, Any]] | None:
    """By which mandate a payment was made, and what the dialect keeps with it; None for any other."""
    rows = bank.work.rows(
        "SELECT mandate_id, terms FROM mandate_payment WHERE workspace_id = ? AND payment_id = ?",
        (bank.workspace_id, payment_id),
    )
    if not rows:
        return None
    [(mandate_id, terms)] = rows
    return mandate_id, orjson.loads(terms)
