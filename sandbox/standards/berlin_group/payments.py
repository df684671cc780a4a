"""POST, GET and DELETE of payments, and their status. Source: psd2-api 1.3.11, /v1/{payment-service}/…."""

from typing import Any
from uuid import UUID

from flask import Response, request

from sandbox.bank import payments
from sandbox.bank.authorisations import CancellationSubject, PaymentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Payment, PaymentUnknown
from sandbox.bank.profile import Service
from sandbox.gateway import context
from sandbox.standards.berlin_group import headers, links, mapping, payment_status, products, starting
from sandbox.standards.berlin_group import mapping_payments as wire
from sandbox.standards.berlin_group.answers import app_id, say
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


def know_the_product() -> None:
    """Ask whether this bank has the product at all, before the body is read. Raises SchemeUnsupported."""
    at = request.view_args or {}
    if "paymentProduct" in at:
        word = at.get("paymentService", request.path.split("/")[2])
        products.known(context.profile(), products.service_of(word), at["paymentProduct"])


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


@blueprint.route(PAYMENT, methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, PaymentInformation(partial=True))
def read_payment(_: dict[str, str], **path: str) -> Response:
    """Read a payment as it was ordered, and where it stands."""
    bank, payment = of_caller(path)
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
def read_payment_status(_: dict[str, str], **path: str) -> Response:
    """Read where a payment stands."""
    bank, payment = of_caller(path)
    payments.read(bank, payment)
    return say(payment_status.state(bank, payment))


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


def _asked(service: Service, word: str, wishes: dict[str, str]) -> Asked:
    here = context.current()
    product = products.known(here.bank.profile, service, word)
    return Asked(service, product, word, here.caller.app_name if here.caller else "", wishes)


def _initiate(asked: Asked, body: dict[str, Any]) -> Response:
    here = context.current()
    payment = payments.initiate(here.bank, app_id(here), wire.order(here.bank, asked, body))
    subject = PaymentSubject(payment)
    several = payments.signatures_needed(here.bank, payment.debtor_account_id) > 1
    chosen = starting.way(here.bank, asked.headers, several=several)
    begun = starting.go_on(here.bank, subject, chosen, asked.headers)
    answer = {
        "transactionStatus": payment_status.code(here.bank, payment),
        "paymentId": payment.id,
        **wire.fees(here.bank, payment, payments.asked(here.bank, payment)),
        "_links": mapping.hrefs(begun.links),
        **({"psuMessage": begun.psu_message} if begun.psu_message else {}),
    }
    location = {"Location": links.absolute(links.payment_path(payment))}
    return say(answer, 201, approach=None if chosen.explicit else chosen.approach, headers=location)
