"""POST, GET and DELETE of payments, and their status. Source: psd2-api 1.3.11, /v1/{payment-service}/…."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, request

from sandbox.bank import payments
from sandbox.bank.authorisations import CancellationSubject, PaymentSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Payment, PaymentStatus, PaymentUnknown
from sandbox.bank.profile import Service
from sandbox.gateway import context
from sandbox.standards.berlin_group import (
    headers,
    links,
    mapping,
    mapping_payees,
    notifications,
    payment_messages,
    payment_status,
    products,
    redirects,
    starting,
)
from sandbox.standards.berlin_group import mapping_payments as wire
from sandbox.standards.berlin_group.answers import app_id, say
from sandbox.standards.berlin_group.formats import multipart
from sandbox.standards.berlin_group.mapping_payments import Asked
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas_payments import (
    BulkPayment,
    CancellationWaits,
    PaymentCreated,
    PaymentInformation,
    PaymentState,
    PeriodicPayment,
    SinglePayment,
)

blueprint = Blueprint("payments", __name__, description="Payments out of a PSU's account.")

#: The path of one payment.
PAYMENT = f"/v1/<any({products.SERVICE_WORDS}):paymentService>/<paymentProduct>/<paymentId>"


#: To the interface a message is a text, whatever is in it.
_FILE = {"type": "string"}
_IN_XML = {"required": True, "content": {payment_messages.XML: {"schema": _FILE}}}
_PARTS = {"type": "object", "properties": {multipart.XML: _FILE, multipart.JSON: {"type": "object"}}}
_IN_PARTS = {"required": True, "content": {multipart.MIMETYPE: {"schema": _PARTS}}}


def know_the_product() -> None:
    """Ask whether this bank has the product at all, before the body is read. Raises SchemeUnsupported."""
    at = request.view_args or {}
    if "paymentProduct" in at:
        _, _, service, product, *_ = request.path.split("/")
        products.known(context.profile(), products.service_of(service), product)


blueprint.before_request(know_the_product)


@blueprint.route("/v1/payments/<paymentProduct>", methods=["POST"])
@blueprint.arguments(headers.PaymentHeaders, location="headers")
@blueprint.arguments(SinglePayment)
@blueprint.response(201, PaymentCreated)
def initiate_payment(wishes: dict[str, str], body: dict[str, Any], *, paymentProduct: str) -> Response:
    """Initiate a payment.

    The answer's links say how the PSU is asked for their yes.
    """
    return _initiate(_asked(Service.SINGLE, paymentProduct, wishes), body)


@blueprint.route("/v1/bulk-payments/<paymentProduct>", methods=["POST"])
@blueprint.arguments(headers.PaymentHeaders, location="headers")
@blueprint.arguments(BulkPayment)
@blueprint.response(201, PaymentCreated)
def initiate_bulk_payment(wishes: dict[str, str], body: dict[str, Any], *, paymentProduct: str) -> Response:
    """Initiate several credit transfers by one yes."""
    return _initiate(_asked(Service.BULK, paymentProduct, wishes), body)


@blueprint.route("/v1/periodic-payments/<paymentProduct>", methods=["POST"])
@blueprint.arguments(headers.PaymentHeaders, location="headers")
@blueprint.arguments(PeriodicPayment)
@blueprint.response(201, PaymentCreated)
def initiate_periodic_payment(
    wishes: dict[str, str], body: dict[str, Any], *, paymentProduct: str
) -> Response:
    """Initiate a standing order."""
    return _initiate(_asked(Service.PERIODIC, paymentProduct, wishes), body)


@blueprint.route("/v1/payments/pain.001-<paymentProduct>", methods=["POST"])
@blueprint.arguments(headers.PaymentHeaders, location="headers")
@blueprint.doc(requestBody=_IN_XML)
@blueprint.response(201, PaymentCreated)
def initiate_payment_in_xml(wishes: dict[str, str], *, paymentProduct: str) -> Response:
    """Initiate a payment by a pain.001 of one transaction."""
    return _initiate_in_xml(Service.SINGLE, paymentProduct, wishes)


@blueprint.route("/v1/bulk-payments/pain.001-<paymentProduct>", methods=["POST"])
@blueprint.arguments(headers.PaymentHeaders, location="headers")
@blueprint.doc(requestBody=_IN_XML)
@blueprint.response(201, PaymentCreated)
def initiate_bulk_payment_in_xml(wishes: dict[str, str], *, paymentProduct: str) -> Response:
    """Initiate the transactions of a pain.001 by one yes."""
    return _initiate_in_xml(Service.BULK, paymentProduct, wishes)


@blueprint.route("/v1/periodic-payments/pain.001-<paymentProduct>", methods=["POST"])
@blueprint.arguments(headers.PaymentHeaders, location="headers")
@blueprint.doc(requestBody=_IN_PARTS)
@blueprint.response(201, PaymentCreated)
def initiate_periodic_payment_in_xml(wishes: dict[str, str], *, paymentProduct: str) -> Response:
    """Initiate a standing order by a pain.001 and its days."""
    return _initiate_in_xml(Service.PERIODIC, paymentProduct, wishes)


@blueprint.route(PAYMENT, methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, PaymentInformation(partial=True))
@blueprint.alt_response(200, schema=_FILE, content_type=payment_messages.XML)
@blueprint.alt_response(200, schema=_FILE, content_type=multipart.MIMETYPE)
def read_payment(_: dict[str, str], **path: str) -> Response:
    """Read a payment as it was ordered, and where it stands."""
    bank, payment = of_caller(path)
    form = multipart.MIMETYPE if payment.service == Service.PERIODIC else payment_messages.XML
    if headers.chosen(*_forms(payment, form)) == form:
        return payment_messages.initiation(payment)
    return say(wire.payment(bank, payment))


@blueprint.route(PAYMENT, methods=["DELETE"])
@blueprint.arguments(headers.CancellationHeaders, location="headers")
@blueprint.response(204)
@blueprint.alt_response(202, schema=CancellationWaits)
def cancel_payment(wishes: dict[str, str], **path: str) -> Response:
    """Cancel a payment; where the bank wants the PSU's yes to it, the links say how it is asked for."""
    bank, payment = of_caller(path)
    payments.check_cancellable(bank, payment)
    if not payments.needs_yes_to_cancel(bank, payment):
        payments.cancel(bank, payment)
        return Response(status=204)
    approach = headers.approach_for(bank.profile.sca.approaches, wishes)
    subject = CancellationSubject(payment)
    steps = links.to_start(subject, approach, psu_is_known=False) | links.own(subject)
    return say({"transactionStatus": payment_status.code(bank, payment), "_links": mapping.hrefs(steps)}, 202)


@blueprint.route(f"{PAYMENT}/status", methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, PaymentState)
@blueprint.alt_response(200, schema=_FILE, content_type=payment_messages.XML)
def read_payment_status(_: dict[str, str], **path: str) -> Response:
    """Read where a payment stands."""
    bank, payment = of_caller(path)
    accepted = headers.chosen(*_forms(payment, payment_messages.XML))
    payments.read(bank, payment)
    if accepted == payment_messages.XML:
        return payment_messages.report(bank, payment)
    return say(payment_status.state(bank, payment))


def _forms(payment: Payment, in_xml: str) -> tuple[str, ...]:
    """In which forms the bank tells of the payment: as it was initiated, and in JSON in any case."""
    return (headers.JSON,) if payment.raw is None else (in_xml, headers.JSON)


def of_caller(path: dict[str, str]) -> tuple[Bank, Payment]:
    """The caller's payment at that path, and the bank. Raises PaymentUnknown, for anybody else's too."""
    here = context.current()
    try:
        UUID(path["paymentId"])
    except ValueError as error:
        raise PaymentUnknown(detail=repr(path["paymentId"])) from error
    payment = payments.get(here.bank, app_id(here), path["paymentId"])
    if (products.SERVICE[Service(payment.service)], payment.product) != (
        path["paymentService"],
        path["paymentProduct"],
    ):
        raise PaymentUnknown(detail=f"{payment.id} is not at {request.path}")
    return here.bank, payment


def _asked(service: Service, word: str, wishes: dict[str, str], raw: str | None = None) -> Asked:
    """What is known of an initiation beside its body; `raw` is the message of one in XML."""
    here = context.current()
    product = products.known(here.bank.profile, service, word)
    form = products.JSON_FORM if raw is None else products.XML_FORM
    tpp_name = here.caller.app_name if here.caller else ""
    return Asked(service, product, word, tpp_name, wishes, form, raw)


def _initiate_in_xml(service: Service, plain_word: str, wishes: dict[str, str]) -> Response:
    word = products.XML_PREFIX + plain_word
    product = products.known(context.profile(), service, word)
    ordered = payment_messages.read(service, product.scheme)
    return _initiate(_asked(service, word, wishes, ordered.raw), ordered.body)


def _initiate(order: Asked, body: dict[str, Any]) -> Response:
    """Keep the order that a schema has read, and ask the PSU or say how they are to be asked."""
    here = context.current()
    asked = notifications.asked(here.bank, SubjectKind.PAYMENT, order.headers)
    payment = payments.initiate(here.bank, app_id(here), wire.order(here.bank, order, body))
    subject = PaymentSubject(payment)
    notifications.subscribe(here.bank, subject, asked)
    several = payments.signatures_needed(here.bank, payment.debtor_account_id) > 1
    chosen = starting.way(here.bank, order.headers, several=several)
    begun = starting.go_on(here.bank, subject, chosen, order.headers)
    doubted = payment.status == PaymentStatus.DOUBTED
    told = " ".join(filter(None, (payment_status.payee_warning(here.bank, payment), begun.psu_message)))
    begun = replace(begun, psu_message=told)
    if doubted:
        begun = replace(begun, approach=None, links=begun.links | links.creditor_confirmation(payment))
    warned = redirects.warnings()
    answer = {
        "transactionStatus": payment_status.code(here.bank, payment),
        "paymentId": payment.id,
        **wire.fees(here.bank, payment, payments.asked(here.bank, payment)),
        **mapping_payees.of_payment(here.bank, payment),
        **({"tppMessages": warned} if warned else {}),
    }
    return starting.created(begun, answer, asked.headers)
