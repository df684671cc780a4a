"""The life of a payment consent, from the order to the payment that is submitted under it."""

from dataclasses import replace

from sqlalchemy import select

from sandbox.bank import clearing, events, payments
from sandbox.bank.accounts import AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.events import EventKind
from sandbox.bank.payment_consents.terms import (
    TRANSITIONS,
    CutOffPassed,
    PaymentConsent,
    PaymentConsentNotOpen,
    PaymentConsentOrder,
    PaymentConsentStatus,
    PaymentConsentUnknown,
    SignaturesTooMany,
)
from sandbox.bank.payments import Payment, PaymentOrder, PaymentStatus
from sandbox.bank.profile import AfterCutOff
from sandbox.bank.reasons import Reason
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces import workspace as workspaces

_SUBJECT = "pay_consent"
#: In these nobody has said yes yet.
_UNANSWERED = (PaymentConsentStatus.AWAITING_FILE, PaymentConsentStatus.RECEIVED)


def create(bank: Bank, app_id: str, order: PaymentConsentOrder) -> PaymentConsent:
    """Keep what the PSU shall say yes to: RECEIVED, or AWAITING_FILE where the payment comes later.

    Raises CutOffPassed, SignaturesTooMany, and what `payments.initiate` raises.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    consent = PaymentConsent(
        workspace_id=bank.workspace_id,
        id=new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        tpp_name=order.tpp_name,
        status=PaymentConsentStatus.AWAITING_FILE,
        terms=dict(order.terms),
        one_signature=order.one_signature,
        complete_by=order.complete_by,
        created_at=bank.now,
        moved_at=bank.now,
    )
    if order.payment is not None:
        _stage(bank, consent, order.payment)
        consent.status = PaymentConsentStatus.RECEIVED
        _follow(bank, consent)
    bank.work.add(consent)
    bank.work.flush()
    return consent


def _follow(bank: Bank, consent: PaymentConsent) -> None:
    """What the bank has rejected as soon as it was ordered, nobody is asked for."""
    payment = payment_of(bank, consent)
    if payment.status == PaymentStatus.REJECTED:
        consent.status, consent.reason = PaymentConsentStatus.REJECTED, payment.reason


def attach(bank: Bank, consent: PaymentConsent, order: PaymentOrder, file: str) -> None:
    """The file has come, and the payment in it is what the PSU is asked for. AWAITING_FILE before.

    Raises PaymentConsentNotOpen, CutOffPassed, SignaturesTooMany, and what `payments.initiate` raises.
    """
    check_status(bank, consent, PaymentConsentStatus.AWAITING_FILE)
    _stage(bank, consent, order)
    consent.file = file
    move(bank, consent, PaymentConsentStatus.RECEIVED)


def _stage(bank: Bank, consent: PaymentConsent, order: PaymentOrder) -> None:
    """Keep the payment, which nobody can submit but by this consent."""
    payment = payments.initiate(bank, consent.app_id, replace(order, consent_id=consent.id))
    consent.payment_id = payment.id
    if order.requested_on is None and order.schedule is None:
        currency = order.instructions[0].amount.currency
        consent.cut_off_at = clearing.cut_off(bank, order.scheme, currency, bank.now)
    if is_late(bank, consent):
        raise CutOffPassed(detail=f"{order.scheme} closed at {consent.cut_off_at}")
    if consent.one_signature and payments.signatures_needed(bank, payment.debtor_account_id) > 1:
        raise SignaturesTooMany(detail=payment.debtor_account_id)


def get(bank: Bank, app_id: str, consent_id: str) -> PaymentConsent:
    """The app's own consent, brought up to the moment. Raises PaymentConsentUnknown, also for another's."""
    consent = of_subject(bank, consent_id)
    if consent.app_id != app_id:
        raise PaymentConsentUnknown(detail=consent_id)
    return consent


def of_subject(bank: Bank, consent_id: str) -> PaymentConsent:
    """The consent of that id whoever's it is, for those who know it. Raises PaymentConsentUnknown."""
    consent = bank.work.get(PaymentConsent, (bank.workspace_id, consent_id))
    if consent is None or consent.bank_id != bank.id:
        raise PaymentConsentUnknown(detail=consent_id)
    if current_status(bank, consent) != consent.status:
        reject(bank, consent, Reason.CUT_OFF_PASSED if is_late(bank, consent) else None)
    return consent


def of_payment(bank: Bank, payment_id: str) -> PaymentConsent:
    """The consent under which a payment was submitted. Raises PaymentConsentUnknown."""
    wanted = select(PaymentConsent).where(
        PaymentConsent.workspace_id == bank.workspace_id,
        PaymentConsent.payment_id == payment_id,
        PaymentConsent.bank_id == bank.id,
        PaymentConsent.status == PaymentConsentStatus.CONSUMED,
    )
    consent = bank.work.scalars(wanted).first()
    if consent is None:
        raise PaymentConsentUnknown(detail=f"none for {payment_id}")
    return consent


def payment_of(bank: Bank, consent: PaymentConsent) -> Payment:
    """The payment that it is about. Raises PaymentConsentNotOpen where its file has not come yet."""
    if consent.payment_id is None:
        raise PaymentConsentNotOpen(detail=f"{consent.id} awaits its file")
    return payments.of_subject(bank, consent.payment_id)


def current_status(bank: Bank, consent: PaymentConsent) -> PaymentConsentStatus:
    """The status at this moment: what was not answered, or not submitted, in time is rejected."""
    status = PaymentConsentStatus(consent.status)
    if not TRANSITIONS[status]:
        return status
    overdue = consent.complete_by is not None and bank.now > consent.complete_by
    if status in _UNANSWERED and (overdue or is_late(bank, consent)):
        return PaymentConsentStatus.REJECTED
    if consent.payment_id is not None and payment_of(bank, consent).status == PaymentStatus.REJECTED:
        return PaymentConsentStatus.REJECTED
    return status


def is_late(bank: Bank, consent: PaymentConsent) -> bool:
    """Whether the bank takes the payment no more today, and none for another day."""
    strict = bank.profile.payments.after_cut_off is AfterCutOff.REJECT
    return strict and consent.cut_off_at is not None and bank.now > consent.cut_off_at


def offered(bank: Bank, consent: PaymentConsent, person_id: str) -> list[AccountRow]:
    """The accounts that the PSU may pay from: where one signature must do, none that needs more.

    Source: Payment Initiation API Profile 4.0, Multiple Authorisation.
    """
    found = payments.offered(bank, payment_of(bank, consent), person_id)
    if not consent.one_signature:
        return found
    return [one for one in found if payments.signatures_needed(bank, one.id) == 1]


def authorise(bank: Bank, consent: PaymentConsent, person_id: str, account_id: str) -> None:
    """The PSU's yes is final: the TPP may submit. RECEIVED before. Raises PaymentConsentNotOpen."""
    check_status(bank, consent, PaymentConsentStatus.RECEIVED)
    consent.person_id, consent.account_id = person_id, account_id
    move(bank, consent, PaymentConsentStatus.AUTHORISED)


def reject(bank: Bank, consent: PaymentConsent, reason: Reason | None = None) -> None:
    """The PSU said no or failed, or it is too late. Past its yes it stays as it is, unless it lapsed."""
    workspaces.lock(bank.work, bank.workspace_id)
    status = PaymentConsentStatus(consent.status)
    if status not in _UNANSWERED and current_status(bank, consent) != PaymentConsentStatus.REJECTED:
        return
    if consent.payment_id is not None:
        payments.refuse(bank, payment_of(bank, consent))
    if TRANSITIONS[status]:
        consent.reason = reason
        move(bank, consent, PaymentConsentStatus.REJECTED)


def submit(bank: Bank, consent: PaymentConsent) -> Payment:
    """Carry the payment out as the PSU has agreed to it, or have it wait for the other signatures.

    AUTHORISED before, CONSUMED after. Raises PaymentConsentNotOpen, CutOffPassed, DebtorUnknown.
    """
    check_status(bank, consent, PaymentConsentStatus.AUTHORISED)
    if is_late(bank, consent):
        raise CutOffPassed(detail=f"{consent.id}: {consent.cut_off_at}")
    payment = payment_of(bank, consent)
    move(bank, consent, PaymentConsentStatus.CONSUMED)
    payments.agree(bank, payment, consent.person_id or "", consent.account_id)
    return payment


def check_authorised(bank: Bank, consent: PaymentConsent) -> None:
    """Raises PaymentConsentNotOpen where the PSU has not said yes, or the payment was submitted already."""
    check_status(bank, consent, PaymentConsentStatus.AUTHORISED)


def check_awaiting_file(bank: Bank, consent: PaymentConsent) -> None:
    """Raises PaymentConsentNotOpen where no file is awaited, or not any more."""
    check_status(bank, consent, PaymentConsentStatus.AWAITING_FILE)


def check_status(bank: Bank, consent: PaymentConsent, wanted: PaymentConsentStatus) -> None:
    """Take the world's lock and see that it stands so now. Raises PaymentConsentNotOpen."""
    workspaces.lock(bank.work, bank.workspace_id)
    status = current_status(bank, consent)
    if status != wanted:
        raise PaymentConsentNotOpen(detail=f"{consent.id} is {status}")


def move(bank: Bank, consent: PaymentConsent, to: PaymentConsentStatus) -> None:
    """Change the status where TRANSITIONS allows it. Raises PaymentConsentNotOpen."""
    if to not in TRANSITIONS[PaymentConsentStatus(consent.status)]:
        raise PaymentConsentNotOpen(detail=f"{consent.id}: {consent.status} to {to}")
    consent.status, consent.moved_at = to, bank.now
    bank.work.flush()
    what = (EventKind.CONSENT_STATUS, consent.app_id, _SUBJECT, consent.id)
    events.record(bank, *what, last=not TRANSITIONS[to], status=to.value)
