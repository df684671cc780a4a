"""How payments, the agenda and progressions are shown; the command line shows them the same way."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sandbox.bank import authorisations, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import PaymentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.payments import CreditTransfer, Payment
from sandbox.kernel.clock import instant_text
from sandbox.kernel.money import decimal_text
from sandbox.workspaces import agenda
from sandbox.workspaces.agenda import Due
from sandbox.workspaces.progressions import Progression, ProgressionKind


def payment(bank: Bank, one: Payment) -> dict[str, Any]:
    """A payment as lists show it."""
    return {
        "id": one.id,
        "bank": one.bank_id,
        "app_id": one.app_id,
        "service": one.service,
        "scheme": one.scheme,
        "product": one.product,
        "status": one.status,
        "reason": one.reason,
        "amounts": _sums(payments.asked(bank, one)),
        "debtor_account_id": one.debtor_account_id,
        "psu": one.person_id,
        "signed_by": list(one.signed_by),
        "created_at": instant_text(one.created_at),
        "due_on": _day(one.due_on),
    }


def payment_whole(bank: Bank, one: Payment) -> dict[str, Any]:
    """A payment with its transfers, its history, and what falls due for it."""
    return {
        **payment(bank, one),
        "transfers": [_transfer(each) for each in payments.transfers(bank, one)],
        "history": [
            {"status": step.status, "reason": step.reason, "at": instant_text(step.at)}
            for step in payments.history(bank, one)
        ],
        "agenda": dues(_coming(bank, one)),
    }


def dues(coming: Iterable[Due]) -> list[dict[str, str]]:
    """What falls due."""
    return [
        {"at": instant_text(one.at), "bank": one.bank_id, "what": one.what, "about": one.subject_id}
        for one in coming
    ]


def progression(kind: ProgressionKind, choice: Progression) -> dict[str, Any]:
    """How things of that kind go on."""
    return {
        "kind": kind.value,
        "mode": choice.mode.value,
        "seconds": choice.seconds,
        "reads": choice.reads,
    }


def _coming(bank: Bank, one: Payment) -> list[Due]:
    """What falls due for the payment, the end of the patience of whoever shall sign included."""
    asking = authorisations.every(bank, one.app_id, PaymentSubject(one)) if payments.is_open(one) else []
    found = [
        due
        for subject_id in (one.id, *(each.id for each in asking))
        for due in agenda.about(bank.work, bank.workspace_id, subject_id)
    ]
    return sorted(found, key=lambda due: due.at)


def _sums(asked: Iterable[CreditTransfer]) -> list[dict[str, str]]:
    totals: dict[str, int] = {}
    for one in asked:
        totals[one.currency] = totals.get(one.currency, 0) + one.amount_minor
    return [{"amount": decimal_text(minor, one), "currency": one} for one, minor in totals.items()]


def _transfer(one: CreditTransfer) -> dict[str, Any]:
    creditor = AccountRef(**one.creditor)
    return {
        "position": one.position,
        "status": one.status,
        "reason": one.reason,
        "amount": decimal_text(one.amount_minor, one.currency),
        "currency": one.currency,
        "creditor_name": one.creditor_name,
        "creditor_account": creditor.iban or creditor.bban or creditor.other or creditor.masked_pan,
        "end_to_end_id": one.end_to_end_id,
        "remittance": one.remittance,
        "reference": one.reference,
        "entry_id": one.entry_id,
        "due_on": _day(one.due_on),
        "arrives_at": _moment(one.arrives_at),
        "returned_at": _moment(one.returned_at),
        "return_reason": one.return_reason,
        "failure": one.failure,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else instant_text(moment)
