"""Verification of payee, alone and in bulks, and the payer's confirmation of a creditor.

Source: psd2-api 1.3.16, Verification of Party (VOP) API.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from flask import Response, request

from sandbox.bank import payees, payments
from sandbox.bank.authorisations import PaymentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.payees import Inquiry, InquiryStatus
from sandbox.gateway import context
from sandbox.gateway.openapi import View
from sandbox.standards.berlin_group import (
    errors,
    headers,
    links,
    mapping,
    payment_status,
)
from sandbox.standards.berlin_group import mapping_payees as wire
from sandbox.standards.berlin_group import payments as payment_views
from sandbox.standards.berlin_group.answers import app_id, say
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas_payees import (
    Bulk,
    BulkPartyVerification,
    BulkState,
    BulkTaken,
    BulkVerified,
    CreditorConfirmed,
    PartyVerification,
    PartyVerified,
)


class _Blueprint(Blueprint):
    """A blueprint whose errors carry `apiClientMessages`."""

    ERRORS: ClassVar[Mapping[int, str]] = {
        status: errors.of_payees(name) for status, name in Blueprint.ERRORS.items()
    }


blueprint = _Blueprint("payees", __name__, description="Does the account belong to the party?")

_PARTIES = ("payee", "payer", "party")


def _for_every_party(method: str, prefix: str = "", below: str = "") -> Callable[[View], View]:
    """Serve a view for payees, payers and parties, who are all verified alike."""

    def serve(view: View) -> View:
        for party in _PARTIES:
            rule, name = f"/v1/{prefix}{party}-verifications{below}", f"{view.__name__}_of_{party}"
            blueprint.route(rule, methods=[method], endpoint=name)(view)
        return view

    return serve


blueprint.before_request(payment_views.know_the_product)


@_for_every_party("POST")
@blueprint.arguments(headers.VopHeaders, location="headers")
@blueprint.arguments(PartyVerification)
@blueprint.response(200, PartyVerified)
def verify_party(said: dict[str, str], body: dict[str, Any]) -> Response:
    """Ask the account's bank whether it belongs to the party."""
    here = context.current()
    found = payees.ask(here.bank, app_id(here), said["request_id"], wire.question(body))
    return say(wire.result(found))


@_for_every_party("POST", "bulk-")
@blueprint.arguments(headers.VopBulkHeaders, location="headers")
@blueprint.arguments(BulkPartyVerification)
@blueprint.response(200, BulkVerified)
@blueprint.alt_response(202, schema=BulkTaken)
def verify_parties(said: dict[str, str], body: dict[str, Any]) -> Response:
    """Ask about many parties: at once, or with Client-Asynchronous-Process-Preferred a little later."""
    here = context.current()
    questions = [wire.question(one) for one in body["partyVerificationRequests"]]
    later = said.get("asynchronous_preferred") == "true"
    asked = payees.ask_many(here.bank, app_id(here), said["request_id"], questions, later=later)
    if payees.status(here.bank, asked) is InquiryStatus.COMPLETED:
        status = wire.BULK_STATUS[InquiryStatus.COMPLETED]
        return say({"vopBulkStatus": status, "partyVerificationResponses": wire.results(asked)})
    path = f"{request.path}/{asked.id}"
    steps = {"self": links.to(path), "status": links.to(f"{path}/status")}
    return say(wire.bulk_state(here.bank, asked) | {"_links": mapping.hrefs(steps)}, 202)


@_for_every_party("GET", "bulk-", "/<vopBulkId>")
@blueprint.arguments(headers.VopHeaders, location="headers")
@blueprint.response(200, Bulk)
def read_bulk(_: dict[str, str], *, vopBulkId: str) -> Response:
    """Read a bulk: its questions, and its answers once it is completed."""
    return say(wire.bulk(*_of_caller(vopBulkId)))


@_for_every_party("GET", "bulk-", "/<vopBulkId>/status")
@blueprint.arguments(headers.VopHeaders, location="headers")
@blueprint.response(200, BulkState)
def read_bulk_status(_: dict[str, str], *, vopBulkId: str) -> Response:
    """Read how far a bulk is."""
    return say(wire.bulk_state(*_of_caller(vopBulkId)))


@blueprint.route(f"{payment_views.PAYMENT}/creditor-confirmation", methods=["PUT"])
@blueprint.arguments(headers.VopHeaders, location="headers")
@blueprint.response(200, CreditorConfirmed)
def confirm_creditor(_: dict[str, str], **path: str) -> Response:
    """Say that the payer has seen that the creditor could not be verified, and means to pay all the same.

    The links say how the authorisation is started, which was not possible before.
    """
    bank, payment = payment_views.of_caller(path)
    payments.confirm_payee(bank, payment)
    subject = PaymentSubject(payment)
    approach = headers.approach_for(bank.profile.sca.approaches, {})
    steps = links.to_start(subject, approach, psu_is_known=payment.person_id is not None)
    body = {
        "transactionStatus": payment_status.code(bank, payment),
        "_links": mapping.hrefs(steps | links.own(subject)),
    }
    return say(body)


def _of_caller(bulk_id: str) -> tuple[Bank, Inquiry]:
    here = context.current()
    return here.bank, payees.bulk(here.bank, app_id(here), bulk_id)
