"""Initiating: what a TPP asks to be paid is checked and kept; no money moves before the PSU's yes."""

from collections.abc import Sequence
from datetime import date, timedelta

import orjson

from sandbox.bank import clearing, customers, faults
from sandbox.bank.bank import Bank
from sandbox.bank.faults import Stage
from sandbox.bank.payments import (
    authorising,
    creditors,
    executing,
    lifecycle,
    payee_checks,
    references,
    runs,
    settling,
)
from sandbox.bank.payments.tables import PAYMENTS, TRANSFERS
from sandbox.bank.payments.terms import (
    AmountInvalid,
    BulkSizeInvalid,
    CreditTransfer,
    CurrencyInvalid,
    DebtorMissing,
    DebtorUnknown,
    ExecutionDateInvalid,
    Instruction,
    LogicalDuplicate,
    Payment,
    PaymentOrder,
    PaymentStatus,
    RequestReused,
    SchemeForBusiness,
    SchemeUnsupported,
)
from sandbox.bank.profile import Reuse, Scheme, Service
from sandbox.kernel import ids, rates
from sandbox.kernel.countries import country
from sandbox.workspaces import workspace as workspaces

#: The most that a scheme without a limit of its own carries, in minor units of its currency.
#: Source: EPC016-06 SCT rulebook, AT-T002: 999 999 999.99 euro.
AMOUNT_MINOR_MAX = 99_999_999_999
#: How many days after its own a payment waits for the PSU.
DAYS_FOR_A_YES = 1


def initiate(bank: Bank, app_id: str, order: PaymentOrder) -> Payment:
    """Keep the TPP's order as RECEIVED, VERIFIED or DOUBTED; the one before, where the bank replays.

    A failure that is chosen by what stands in it may have it REJECTED at once, or refused: see `faults`.
    Raises SchemeUnsupported, SchemeForBusiness, BulkSizeInvalid, AmountInvalid, CurrencyInvalid,
    CreditorInvalid, ReferenceInvalid, ExecutionDateInvalid, DebtorMissing, DebtorUnknown, RequestReused,
    LogicalDuplicate, PsuUnknown, PsuBlocked.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    fingerprint = _fingerprint(order)
    before = _seen_before(bank, app_id, order, fingerprint)
    if before is not None:
        return before
    check(bank, order)
    person_id = customers.identify(bank, order.psu_login).person_id if order.psu_login else None
    payment = Payment(
        workspace_id=bank.workspace_id,
        id=ids.new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        tpp_name=order.tpp_name,
        service=order.service,
        scheme=order.scheme,
        product=order.product,
        status=PaymentStatus.RECEIVED,
        person_id=person_id,
        signed_by=[],
        debtor=lifecycle.reference_document(order.debtor) if order.debtor else None,
        debtor_account_id=_debtor_account_id(bank, order),
        requested_on=order.requested_on,
        schedule=lifecycle.schedule_document(order.schedule) if order.schedule else None,
        batch_booking=order.batch_booking,
        reject_without_funds=order.reject_without_funds,
        request_id=order.request_id,
        fingerprint=fingerprint,
        form=order.form,
        raw=order.raw,
        created_at=bank.now,
    )
    transfers = [_transfer(bank, payment, position, one) for position, one in enumerate(order.instructions)]
    payment.status = payee_checks.check(bank, app_id, order, transfers)
    PAYMENTS.add(bank.work, payment)
    for one in transfers:
        TRANSFERS.add(bank.work, one)
    lifecycle.note(bank, payment)
    lifecycle.await_yes(bank, payment, DAYS_FOR_A_YES)
    _reject_what_fails(bank, payment, transfers)
    return payment


def _reject_what_fails(bank: Bank, payment: Payment, transfers: Sequence[CreditTransfer]) -> None:
    """Reject what the bank rejects as soon as it is ordered, by the tester's choice."""
    faulty = [
        (one, reason) for one in transfers if (reason := faults.rejection(one.failure, Stage.INITIATION))
    ]
    if len(faulty) == len(transfers):
        executing.reject_whole(bank, payment, faulty[0][1])
    for one, reason in faulty:
        settling.reject(one, reason)


def check(bank: Bank, order: PaymentOrder) -> None:
    """Refuse what can be seen to be impossible before anybody is asked."""
    rules = bank.profile.payments
    if order.scheme not in rules.schemes or order.service not in rules.services:
        raise SchemeUnsupported(detail=f"{order.service} {order.scheme}")
    most = rules.bulk_size_max if order.service == Service.BULK else 1
    if not 1 <= len(order.instructions) <= most:
        raise BulkSizeInvalid(f"A payment of this kind has one to {most} entries here.")
    if order.debtor is None and not rules.debtor_account_optional:
        raise DebtorMissing
    _check_days(bank, order)
    for one in order.instructions:
        _check_amount(bank, order.scheme, one)
        creditors.check(bank, order.scheme, one)
        references.check(bank, order.scheme, one)


def _check_days(bank: Bank, order: PaymentOrder) -> None:
    latest = bank.today + timedelta(days=bank.profile.payments.lead_days_max)
    first = order.schedule.start_on if order.schedule else order.requested_on
    if first is not None and not bank.today <= first <= latest:
        raise ExecutionDateInvalid(detail=first.isoformat())
    if order.schedule is not None and runs.first(order.schedule) is None:
        raise ExecutionDateInvalid("The periodic payment ends before its first execution.")


def _check_amount(bank: Bank, scheme: Scheme, one: Instruction) -> None:
    hours = country(bank.profile.country).schemes[scheme]
    if hours.currency not in (None, one.amount.currency) or one.amount.currency not in rates.known():
        raise CurrencyInvalid(detail=f"{one.amount.currency} by {scheme}")
    if not 0 < one.amount.minor <= (hours.amount_max_minor or AMOUNT_MINOR_MAX):
        raise AmountInvalid(detail=str(one.amount.minor))


def _debtor_account_id(bank: Bank, order: PaymentOrder) -> str | None:
    """The account that the TPP named. Raises DebtorUnknown where it is not one of this bank."""
    if order.debtor is None:
        return None
    there = clearing.home(bank, order.debtor)
    if there is None or there.bank.id != bank.id or there.account is None:
        raise DebtorUnknown(detail=repr(order.debtor))
    if not authorising.is_open_to(bank, order.scheme, there.account):
        raise SchemeForBusiness(detail=f"{order.scheme} from {there.account.id}")
    return there.account.id


def _transfer(bank: Bank, payment: Payment, position: int, one: Instruction) -> CreditTransfer:
    return CreditTransfer(
        workspace_id=bank.workspace_id,
        payment_id=payment.id,
        position=position,
        status=PaymentStatus.RECEIVED,
        amount_minor=one.amount.minor,
        currency=one.amount.currency,
        creditor_name=one.creditor_name,
        creditor=lifecycle.reference_document(one.creditor),
        creditor_bic=one.creditor_bic,
        end_to_end_id=one.end_to_end_id,
        remittance=one.remittance,
        reference=one.reference,
        reference_type=one.reference_type or references.kind_of(bank, Scheme(payment.scheme), one.reference),
        particulars=dict(one.particulars),
        rate=str(one.rate.buys) if one.rate else None,
        rate_currency=one.rate.currency if one.rate else None,
        failure=faults.of_transfer(bank, one.amount, one.creditor_name, _number(one), one.remittance),
    )


def _number(one: Instruction) -> str | None:
    return one.creditor.iban or one.creditor.bban or one.creditor.other


def _fingerprint(order: PaymentOrder) -> str:
    """What makes two payments the same one: everything that was said, but for how it was sent."""
    said = orjson.loads(orjson.dumps(order, default=str))
    said |= dict.fromkeys(("request_id", "raw", "psu_login", "tpp_name"))
    said |= dict.fromkeys(("payee_check", "payee_request_id", "payee_confirmable"))
    return ids.hashed(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())


def _seen_before(bank: Bank, app_id: str, order: PaymentOrder, fingerprint: str) -> Payment | None:
    """The payment that this one repeats, where the bank answers with it. Raises RequestReused, …Duplicate.

    Source: the standard leaves both to the bank; reference notes, section 6, Q30.
    """
    rules = bank.profile.payments
    if order.request_id and rules.request_id_reuse != Reuse.ACCEPT:
        before = _last(bank, app_id, "request_id", order.request_id)
        if before is not None:
            if rules.request_id_reuse == Reuse.REFUSE or before.fingerprint != fingerprint:
                raise RequestReused(detail=before.id)
            return before
    if rules.logical_duplicates != Reuse.ACCEPT:
        twin = _last(bank, app_id, "fingerprint", fingerprint)
        if twin is not None and _day_of(bank, twin) == bank.today and twin.status != PaymentStatus.REJECTED:
            if rules.logical_duplicates == Reuse.REFUSE:
                raise LogicalDuplicate(detail=twin.id)
            return twin
    return None


def _last(bank: Bank, app_id: str, column: str, value: str) -> Payment | None:
    """The app's last payment that has that in the column."""
    found = PAYMENTS.select(
        bank.work,
        f"WHERE workspace_id = ? AND bank_id = ? AND app_id = ? AND {column} = ?"
        " ORDER BY created_at DESC, id LIMIT 1",
        *(bank.workspace_id, bank.id, app_id, value),
    )
    return next(iter(found), None)


def _day_of(bank: Bank, payment: Payment) -> date:
    return bank.at(payment.created_at).today
