"""Payments as ISO 20022 messages: what a pain.001 orders, and the pain.002 that says where it stands.

Source: psd2-api 1.3.11, paymentInitiation (application/xml, multipart/form-data),
paymentInitiationStatusResponse-200_xml.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from marshmallow import Schema, ValidationError

from sandbox.bank import payments
from sandbox.bank.bank import Bank
from sandbox.bank.payments import CreditTransfer, Payment, PaymentStatus
from sandbox.bank.profile import Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.gateway.reading import messages
from sandbox.gateway.refusals import ContentTypeUnsupported
from sandbox.kernel.ids import derived
from sandbox.standards.berlin_group import mapping_payments, payment_status
from sandbox.standards.berlin_group.errors import FormatError, Message
from sandbox.standards.berlin_group.formats import multipart, pain001, pain002
from sandbox.standards.berlin_group.formats.pain001 import Pain001
from sandbox.standards.berlin_group.formats.pain002 import ReasonCode, StatusReport, TransactionReport
from sandbox.standards.berlin_group.schemas_payments import BulkPayment, PeriodicPayment, SinglePayment

XML = "application/xml"
_XML_TYPES = (XML, "text/xml")
_INSTANT = "INST"
_BODIES: Mapping[Service, Schema] = {
    Service.SINGLE: SinglePayment(),
    Service.BULK: BulkPayment(),
    Service.PERIODIC: PeriodicPayment(),
}
#: The nearest code where a status report has no such one.
_NEAREST: Mapping[Reason, ReasonCode] = {
    Reason.CREDITOR_ACCOUNT_INVALID: ReasonCode.INCORRECT_ACCOUNT,
    Reason.CUSTOMER_REQUEST: ReasonCode.ORDER_CANCELLED,
    Reason.DECEASED: ReasonCode.TRANSACTION_FORBIDDEN,
    Reason.CREDITOR_BANK_SILENT: ReasonCode.NOT_SPECIFIED_BY_AGENT,
    Reason.CREDITOR_BANK_OFFLINE: ReasonCode.NOT_SPECIFIED_BY_AGENT,
    Reason.SETTLEMENT_FAILED: ReasonCode.NOT_SPECIFIED_BY_AGENT,
    Reason.FILE_FORMAT_INVALID: ReasonCode.NARRATIVE,
    Reason.CREDITOR_BANK_NOT_REGISTERED: ReasonCode.AGENT_UNKNOWN,
    Reason.CANCELLATION_REQUESTED: ReasonCode.ORDER_CANCELLED,
    Reason.FRAUD: ReasonCode.REGULATORY,
}
#: Our reasons in the codes of a status report.
REASON: Mapping[Reason, ReasonCode] = {one: _NEAREST.get(one) or ReasonCode(one.value) for one in Reason}


@dataclass(frozen=True, slots=True)
class Ordered:
    """A message that has been read: its text as it came, and the body that a schema has read."""

    raw: str
    body: dict[str, Any]


def read(service: Service, scheme: Scheme) -> Ordered:
    """The payment in the body of the call. Raises ContentTypeUnsupported, FormatError."""
    raw = request.get_data()
    if service is Service.PERIODIC:
        form = multipart.read(raw, request.headers.get("Content-Type", ""))
        raw, message, body = form.xml, form.message, form.body
    else:
        if request.mimetype not in _XML_TYPES:
            wanted = f"The body must be sent with Content-Type: {XML}."
            raise ContentTypeUnsupported(Message(wanted, "Content-Type"))
        message = pain001.read(raw, bulk=service is Service.BULK)
        body = message.body
    _check_product(message, scheme)
    try:
        return Ordered(raw.decode(), _BODIES[service].load(body))
    except ValidationError as error:
        raise FormatError(*messages(error.normalized_messages())) from error  # type: ignore[no-untyped-call]


def _check_product(message: Pain001, scheme: Scheme) -> None:
    """Refuse a message that asks for another product than the path does.

    Source: EPC122-16, SCT Inst implementation guidelines: the local instrument of an instant payment is INST.
    """
    instant = scheme in (Scheme.SEPA_INSTANT, Scheme.DOMESTIC_INSTANT)
    if message.local_instrument == _INSTANT and not instant:
        raise FormatError(Message("This product is not instant.", "PmtTpInf/LclInstrm"))


def initiation(payment: Payment) -> Response:
    """The message of a payment as it came; of a periodic one with its days in the second part."""
    raw = (payment.raw or "").encode()
    schedule = payments.schedule_of(payment)
    if schedule is None:
        return Response(raw, mimetype=XML)
    form = multipart.write(raw, mapping_payments.schedule(schedule))
    return Response(form.body, content_type=form.content_type)


def report(bank: Bank, payment: Payment) -> Response:
    """A pain.002 of the release that the pain.001 was of."""
    message = pain001.read((payment.raw or "").encode(), bulk=payment.service == Service.BULK)
    asked = payments.asked(bank, payment) if payment.service != Service.PERIODIC else ()
    told = StatusReport(
        message_id=derived(bank.seed, "pain.002", payment.id, bank.now, length=20).upper(),
        created_at=bank.now,
        bic=bank.profile.bic,
        original=pain002.original_of(message),
        status=payment_status.code(bank, payment),
        reasons=_reasons(payment.status, payment.reason),
        transactions=[_transaction(bank, payment, one) for one in asked],
    )
    return Response(pain002.write(told, pain002.version_for(message.version)), mimetype=XML)


def _transaction(bank: Bank, payment: Payment, one: CreditTransfer) -> TransactionReport:
    return TransactionReport(
        status=payment_status.STATUS[bank.profile.payments.processing][PaymentStatus(one.status)],
        end_to_end_id=one.end_to_end_id,
        instruction_id=one.particulars.get("instruction_id"),
        accepted_at=payment.accepted_at,
        bank_reference=one.entry_id,
        reasons=_reasons(one.status, one.reason),
    )


def _reasons(status: str, reason: str | None) -> list[pain002.Reason]:
    if reason is None or status not in (PaymentStatus.REJECTED, PaymentStatus.CANCELLED):
        return []
    why = Reason(reason)
    return [pain002.Reason(REASON[why], payment_status.REASON[why])]
